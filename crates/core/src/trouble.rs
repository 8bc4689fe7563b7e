//! Every inner error, sorted by what the app can do about it. Nobody matches on text.

use wangge_engine::typed::TypedProblem;
use wangge_engine::{EngineError, Refusal, TxError};
use wangge_link::LinkError;
use wangge_model::reason::Reason;
use wangge_store::StoreError;
use wangge_views::ViewsError;
use wangge_wire::invitation::InvitationError;
use wangge_wire::v1::FaultCode;

use crate::error::{Error, Trouble};

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        let en = error.to_string();
        match &error {
            StoreError::KeyWrong { .. }
            | StoreError::KeyMissing { .. }
            | StoreError::KeyNeedless { .. } => Self::SignIn(
                Trouble::new("key_wrong", "密钥不能打开本机数据：请使用建立时的密钥", en)
                    .cause(error),
            ),
            StoreError::Newer { .. } => Self::UpdateApp(
                Trouble::new(
                    "store_newer",
                    "本机数据由更新版本的程序写入：请更新应用",
                    en,
                )
                .cause(error),
            ),
            StoreError::Full { .. } => Self::FreeSpace(
                Trouble::new("disk_full", "存储空间不足：请清理后重试", en).cause(error),
            ),
            _ if error.retry() => Self::Retry(
                Trouble::new("store_busy", "本机数据暂时无法读写：请稍后重试", en).cause(error),
            ),
            _ => Self::Report(
                Trouble::new("store", "本机数据无法读取：请把此信息报告给管理员", en).cause(error),
            ),
        }
    }
}

impl From<TxError> for Error {
    fn from(error: TxError) -> Self {
        let en = error.to_string();
        match inner_store(&error) {
            Some(StoreError::Full { .. }) => Self::FreeSpace(
                Trouble::new("disk_full", "存储空间不足：请清理后重试", en).cause(error),
            ),
            _ if error.retry() => Self::Retry(
                Trouble::new("store_busy", "本机数据暂时无法读写：请稍后重试", en).cause(error),
            ),
            _ => Self::Report(
                Trouble::new("store", "本机数据无法读取：请把此信息报告给管理员", en).cause(error),
            ),
        }
    }
}

/// The store's own error within the engine's.
fn inner_store(error: &TxError) -> Option<&StoreError> {
    std::error::Error::source(error).and_then(|cause| cause.downcast_ref())
}

impl From<EngineError> for Error {
    fn from(error: EngineError) -> Self {
        let en = error.to_string();
        match error {
            EngineError::Tx(error) => error.into(),
            EngineError::ForeignKey { .. } => Self::SignIn(
                Trouble::new(
                    "device_key_wrong",
                    "签名密钥与本机数据不符：请使用建立时的密钥",
                    en,
                )
                .cause(error),
            ),
            _ => Self::Report(
                Trouble::new("engine", "程序内部错误：请把此信息报告给管理员", en).cause(error),
            ),
        }
    }
}

impl From<ViewsError> for Error {
    fn from(error: ViewsError) -> Self {
        let en = error.to_string();
        match error {
            ViewsError::Store(error) => error.into(),
            ViewsError::Question { what, .. } => Self::FixDraft(
                Trouble::new("bad_question", "查询条件的写法不对", en)
                    .field(what)
                    .cause(error),
            ),
            ViewsError::Unknown { .. } => Self::FixDraft(
                Trouble::new("unknown_record", "本机没有这条记录", en)
                    .field("record")
                    .cause(error),
            ),
            ViewsError::Stale => {
                Self::FixDraft(Trouble::new("stale", "内容已有变化：请重新查看", en).cause(error))
            }
            error if error.retry() => Self::Retry(
                Trouble::new("store_busy", "本机数据暂时无法读写：请稍后重试", en).cause(error),
            ),
            error => Self::Report(
                Trouble::new("rows", "列表无法读取：请把此信息报告给管理员", en).cause(error),
            ),
        }
    }
}

impl From<InvitationError> for Error {
    fn from(error: InvitationError) -> Self {
        let en = error.to_string();
        let trouble = |code, zh| {
            Trouble::new(code, zh, en.clone())
                .field("invitation")
                .cause(error)
        };
        match error {
            InvitationError::Version { .. } => Self::UpdateApp(trouble(
                "invitation_newer",
                "邀请码由更新版本的程序生成：请更新应用",
            )),
            InvitationError::Scheme => Self::FixDraft(trouble(
                "invitation_text",
                "这不是邀请码：邀请码以 WANGGE: 开头",
            )),
            InvitationError::Truncated => {
                Self::FixDraft(trouble("invitation_text", "邀请码不完整：请完整复制"))
            }
            InvitationError::Character { at } => {
                let zh = format!("邀请码第{at}个字符有误（只含 A 至 Z 与 2 至 7）：请与原文核对");
                Self::FixDraft(
                    Trouble::new("invitation_text", zh, en)
                        .field("invitation")
                        .cause(error),
                )
            }
            InvitationError::Checksum => Self::FixDraft(trouble(
                "invitation_text",
                "邀请码有错字、漏字或多字：请与原文核对，或扫码输入",
            )),
            InvitationError::Address => Self::FixDraft(trouble(
                "invitation_text",
                "邀请码中没有可用的地址：请索取新的邀请码",
            )),
        }
    }
}

impl From<LinkError> for Error {
    fn from(error: LinkError) -> Self {
        let en = error.to_string();
        match &error {
            LinkError::WrongKey { .. } | LinkError::NoSuchHub { .. } => Self::Retry(
                Trouble::new("hub_key_wrong", "该地址上的机器不是本机注册的上级：请稍后重试；若一直如此，请向社区索取新的邀请码", en)
                    .retry_ms(60_000)
                    .cause(error),
            ),
            LinkError::Closed { code, .. } => match code.fault() {
                Some(fault) => fault_said(fault, 0),
                None => Self::Retry(Trouble::new("link_closed", "上级关闭了连接：请稍后重试", en).cause(error)),
            },
            _ if error.retry() => Self::Retry(Trouble::new("no_link", "连不上上级：请检查网络，稍后重试", en).cause(error)),
            _ => Self::Report(Trouble::new("link", "无法建立连接：请把此信息报告给管理员", en).cause(error)),
        }
    }
}

/// What a hub's fault, or one that we found in what it sent, means for the app.
pub(crate) fn fault_said(code: FaultCode, retry_ms: u32) -> Error {
    let new = |name, zh: &str, en: &str| Trouble::new(name, zh, en);
    match code {
        FaultCode::FaultUnknownPeer => Error::SignIn(new(
            "unknown_device",
            "上级不认识本设备：请向社区索取新的邀请码",
            "the hub does not know this device: ask for a new invitation",
        )),
        FaultCode::FaultInvitationUnknown => Error::SignIn(new(
            "invitation_unknown",
            "上级没有发出过这个邀请码：请核对，或索取新的",
            "the hub did not make this invitation: compare it, or ask for a new one",
        )),
        FaultCode::FaultInvitationUsed => Error::SignIn(new(
            "invitation_used",
            "邀请码已被使用：请索取新的邀请码",
            "the invitation was used already: ask for a new one",
        )),
        FaultCode::FaultInvitationExpired => Error::SignIn(new(
            "invitation_expired",
            "邀请码已过期：请索取新的邀请码",
            "the invitation has expired: ask for a new one",
        )),
        FaultCode::FaultVersion => Error::UpdateApp(new(
            "version",
            "本机与上级的协议版本不同：请更新应用，或等待上级升级",
            "this program and the hub speak no common version: update the app, or wait until the hub is updated",
        )),
        FaultCode::FaultBusy => Error::Retry(
            new(
                "hub_busy",
                "上级正忙：请稍后重试",
                "the hub is busy: try again later",
            )
            .retry_ms(retry_ms),
        ),
        FaultCode::FaultClosing => Error::Retry(
            new(
                "hub_closing",
                "上级正在重启：请稍后重试",
                "the hub is restarting: try again later",
            )
            .retry_ms(retry_ms),
        ),
        FaultCode::FaultInternal => Error::Retry(
            new(
                "hub_trouble",
                "上级暂时无法处理：请稍后重试",
                "the hub has a trouble of its own: try again later",
            )
            .retry_ms(retry_ms),
        ),
        FaultCode::FaultUnspecified
        | FaultCode::FaultMalformed
        | FaultCode::FaultTooLarge
        | FaultCode::FaultUnknownFrame
        | FaultCode::FaultOutOfOrder => {
            let en = format!(
                "the conversation with the hub went wrong ({})",
                code.as_str_name()
            );
            Error::Report(Trouble::new(
                "conversation",
                "与上级的会话出错：请把此信息报告给管理员",
                en,
            ))
        }
    }
}

/// Why an act was refused. Rights that a new grant may bring are a matter of signing in; what no draft can mend is to be reported.
pub(crate) fn refused(refusal: Refusal) -> Error {
    let told = TypedProblem::from(&refusal);
    let mut trouble = Trouble::new(told.code, told.zh, told.en);
    if let Some(field) = told.field {
        trouble = trouble.field(field);
    }
    match refusal {
        Refusal::NotEnrolled
        | Refusal::Rights(Reason::NoGrant | Reason::GrantExpired | Reason::GrantRevoked) => {
            Error::SignIn(trouble)
        }
        Refusal::Stale { .. }
        | Refusal::NotHeld(_)
        | Refusal::CatchingUp
        | Refusal::Offer { .. }
        | Refusal::UnknownDevice(_) => Error::Report(trouble.cause(refusal)),
        _ => Error::FixDraft(trouble.cause(refusal)),
    }
}
