//! What a request that failed is answered with.

use axum::Json;
use axum::extract::rejection::{JsonRejection, PathRejection};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use std::time::Duration;
use wangge_model::Fault;

use crate::{DeskError, Wrong};

/// The body of every answer that is not a success.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
struct Body {
    /// For programs.
    code: String,
    message_zh: String,
    message_en: String,
    /// What to do.
    remedy_zh: String,
    remedy_en: String,
    /// The key of the field that is to blame; empty where none is.
    field: String,
}

/// An answer that is not a success.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    status: StatusCode,
    retry_after: Option<Duration>,
    body: Box<Body>,
}

impl Problem {
    fn new(status: StatusCode, code: &str, message: (&str, &str), remedy: (&str, &str)) -> Self {
        Self {
            status,
            retry_after: None,
            body: Box::new(Body {
                code: code.to_owned(),
                message_zh: message.0.to_owned(),
                message_en: message.1.to_owned(),
                remedy_zh: remedy.0.to_owned(),
                remedy_en: remedy.1.to_owned(),
                field: String::new(),
            }),
        }
    }

    /// Nobody has signed in with this cookie, or the session has ended.
    pub(crate) fn signed_out() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "signed_out",
            (
                "尚未登录，或登录已过期",
                "Not signed in, or the session has ended",
            ),
            ("请重新登录", "Sign in again"),
        )
    }

    /// The name or the passphrase is wrong.
    pub(crate) fn wrong_passphrase() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "wrong_passphrase",
            ("姓名或口令不正确", "The name or the passphrase is wrong"),
            (
                "请核对后重试；忘记口令请联系系统管理员",
                "Check both and try again; if it is forgotten ask the administrator",
            ),
        )
    }

    /// Too many failures; the caller has to wait.
    pub(crate) fn slow_down(wait: Duration) -> Self {
        let seconds = wait.as_secs().saturating_add(1);
        let mut problem = Self::new(
            StatusCode::TOO_MANY_REQUESTS,
            "slow_down",
            ("登录失败次数过多", "Too many failed sign-ins"),
            ("", ""),
        );
        problem.body.remedy_zh = format!("请在 {seconds} 秒后重试");
        problem.body.remedy_en = format!("Try again in {seconds} seconds");
        problem.retry_after = Some(wait);
        problem
    }

    /// The request came from another site's page.
    pub(crate) fn cross_site() -> Self {
        Self::new(
            StatusCode::FORBIDDEN,
            "cross_site",
            (
                "请求不是由本页面发出",
                "The request was not made by this page",
            ),
            ("请在本页面上操作", "Use the page itself"),
        )
    }

    /// A request that does not have the form of its kind. `what` is for developers, in English.
    pub(crate) fn malformed(what: &str) -> Self {
        let mut problem = Self::new(
            StatusCode::BAD_REQUEST,
            "malformed",
            ("请求格式不正确", ""),
            ("请刷新页面后重试", "Reload the page and try again"),
        );
        problem.body.message_en = format!("The request is malformed: {what}");
        problem
    }

    /// No such address.
    pub(crate) fn not_found() -> Self {
        Self::new(
            StatusCode::NOT_FOUND,
            "not_found",
            ("没有这个地址", "There is no such address"),
            ("请刷新页面后重试", "Reload the page and try again"),
        )
    }

    /// The server has too much to do.
    pub(crate) fn busy() -> Self {
        Self::from(DeskError::Busy)
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        match error.fault() {
            Fault::Caller | Fault::Peer => tracing::debug!(%error, "the desk refused"),
            Fault::World => tracing::warn!(
                error = &error as &dyn std::error::Error,
                "the desk could not answer"
            ),
            Fault::Bug => {
                tracing::error!(error = &error as &dyn std::error::Error, "the desk failed")
            }
        }
        let retry_after = error.retry_after();
        let problem = match error {
            DeskError::Refused(reason) => Self::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                &reason.code,
                (&reason.why.zh, &reason.why.en),
                (&reason.remedy.zh, &reason.remedy.en),
            ),
            DeskError::Wrong(wrong) => Self::wrong(*wrong),
            DeskError::NoRecord | DeskError::NoCommit | DeskError::Stale => Self::gone(&error),
            DeskError::Busy | DeskError::Stopping | DeskError::Store(_) | DeskError::Bug(_) => {
                Self::down(&error)
            }
        };
        Self {
            retry_after,
            ..problem
        }
    }
}

impl Problem {
    /// What was written is not as the rules want it.
    fn wrong(wrong: Wrong) -> Self {
        let mut problem = Self::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            &wrong.code,
            (&wrong.why.zh, &wrong.why.en),
            (
                "请改正后再提交，已填内容不会丢失",
                "Correct it and send it again; nothing that was typed is lost",
            ),
        );
        problem.body.field = wrong.field;
        problem
    }

    /// What was asked for is not as the page thinks.
    fn gone(error: &DeskError) -> Self {
        let (status, code, message, remedy) = match error {
            DeskError::NoRecord => (
                StatusCode::NOT_FOUND,
                "no_record",
                ("本级没有这条记录", "The record is not held here"),
                ("请返回列表重新查找", "Go back to the list and look again"),
            ),
            DeskError::NoCommit => (
                StatusCode::NOT_FOUND,
                "no_commit",
                ("没有这份暂存提交", "There is no such held commit"),
                (
                    "它可能已被处理，请刷新列表",
                    "It may have been answered already; reload the list",
                ),
            ),
            _ => (
                StatusCode::CONFLICT,
                "stale",
                (
                    "内容在您查看之后又有变化",
                    "It has changed since you saw it",
                ),
                (
                    "请查看最新内容后再决定",
                    "Look at it as it is now and decide again",
                ),
            ),
        };
        Self::new(status, code, message, remedy)
    }

    /// The hub cannot answer now.
    fn down(error: &DeskError) -> Self {
        let again = ("请稍后重试", "Try again in a moment");
        let (status, code, message, remedy) = match error {
            DeskError::Busy => (
                StatusCode::SERVICE_UNAVAILABLE,
                "busy",
                ("服务器繁忙", "The server has too much to do"),
                again,
            ),
            DeskError::Stopping => (
                StatusCode::SERVICE_UNAVAILABLE,
                "stopping",
                ("服务器正在停止", "The server is stopping"),
                again,
            ),
            DeskError::Store(_) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "store",
                (
                    "服务器无法读写数据",
                    "The server cannot read or write its data",
                ),
                (
                    "请联系系统管理员检查磁盘",
                    "Ask the administrator to check the disk",
                ),
            ),
            _ => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "bug",
                ("程序出错", "The program made a mistake"),
                (
                    "请把发生时间告诉系统管理员",
                    "Tell the administrator when it happened",
                ),
            ),
        };
        Self::new(status, code, message, remedy)
    }
}

impl From<JsonRejection> for Problem {
    fn from(rejection: JsonRejection) -> Self {
        // The rejection's text may quote the body, which may name a person: only its kind is told.
        Self::malformed(match rejection {
            JsonRejection::JsonDataError(_) => "a field is missing or has another type",
            JsonRejection::JsonSyntaxError(_) => "not JSON",
            JsonRejection::MissingJsonContentType(_) => "content-type is not application/json",
            _ => "the body cannot be read or is too large",
        })
    }
}

impl From<PathRejection> for Problem {
    fn from(_: PathRejection) -> Self {
        Self::malformed("not an id")
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body)).into_response();
        if let Some(wait) = self.retry_after {
            response.headers_mut().insert(
                header::RETRY_AFTER,
                HeaderValue::from(wait.as_secs().saturating_add(1)),
            );
        }
        response
    }
}
