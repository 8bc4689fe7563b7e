use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TEMPLATE;

/// `wangge phone`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct PhoneArgs {
    /// 手机的目录 · The phone's folder
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "WANGGE_PHONE",
        default_value = "phone"
    )]
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) command: PhoneCommand,
}

/// What a grid member does on a phone.
#[derive(Debug, Subcommand)]
pub(crate) enum PhoneCommand {
    /// 用邀请登记这部手机(需要联网) · Enrol this phone with an invitation (needs the network)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone enrol --dir phone wangge:1.127.0.0.1:4433.…")]
    Enrol(EnrolArgs),
    /// 居民:新建、修改、列出、查看、查找(离线可用) · Residents: make, edit, list, show, find (works offline)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident list --dir phone")]
    Resident(ResidentArgs),
    /// 事件:上报、办理、列出、查看、查找(离线可用) · Matters: report, take steps, list, show, find (works offline)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter list --dir phone")]
    Matter(MatterArgs),
    /// 与上级节点交换一次 · Exchange with the hub once
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone sync --dir phone --seconds 30")]
    Sync(SyncArgs),
    /// 待发送、已收到、已采纳、暂存的数量和原因 · What waits, what was received, admitted or held, and why
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone status --dir phone")]
    Status,
    /// 重做受损旧库中上级尚未收到的操作(先登记并同步) · Do anew what a damaged store still owed the hub (enrol and sync before)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone salvage --dir phone")]
    Salvage {
        /// 受损的旧库;不写即最近一个 · The damaged store; without it the latest
        file: Option<PathBuf>,
    },
}

/// `wangge phone enrol`
#[derive(Debug, Args)]
pub(crate) struct EnrolArgs {
    /// 邀请,以 wangge: 开头 · The invitation, which begins with wangge:
    pub(crate) invitation: String,
    /// 最多等待的秒数 · Seconds to wait at most
    #[arg(long, value_name = "N", default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) seconds: u32,
}

/// `wangge phone resident`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct ResidentArgs {
    #[command(subcommand)]
    pub(crate) act: ResidentAct,
}

/// What is done with residents.
#[derive(Debug, Subcommand)]
pub(crate) enum ResidentAct {
    /// 新建一位居民 · Make a resident
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident new name=王芳 sex=2 phone=13900000000 --dir phone")]
    New {
        /// 字段=值 · field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// 修改字段;值为空即清除 · Edit fields; an empty value clears
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident set 0190a7e4-5c7e-7cc0-8a4e-0123456789ab phone=13900000001 --dir phone")]
    Set {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
        /// 字段=值 · field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// 列出 · List
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident list --page 2 --dir phone")]
    List(PageArgs),
    /// 按姓名、住址或证件号码查找 · Find by name, dwelling or document number
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident find 王芳 --dir phone")]
    Find {
        /// 要找的字 · What to look for
        text: String,
        #[command(flatten)]
        page: PageArgs,
    },
    /// 查看一位居民的全部字段与冲突 · Show one with all fields and conflicts
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident show 0190a7e4-5c7e-7cc0-8a4e-0123456789ab --dir phone")]
    Show {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
    },
    /// 列出可用的字段 · List the fields there are
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone resident fields --dir phone")]
    Fields,
}

/// `wangge phone matter`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct MatterArgs {
    #[command(subcommand)]
    pub(crate) act: MatterAct,
}

/// What is done with matters.
#[derive(Debug, Subcommand)]
pub(crate) enum MatterAct {
    /// 上报一件事 · Report a matter
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter new title=路灯不亮 place=东街 --dir phone")]
    New {
        /// 字段=值 · field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// 修改字段;值为空即清除 · Edit fields; an empty value clears
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter set 0190a7e4-5c7e-7cc0-8a4e-0123456789ab place=西街 --dir phone")]
    Set {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
        /// 字段=值 · field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// 办理一步 · Take a step
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter step 0190a7e4-5c7e-7cc0-8a4e-0123456789ab accept --note 已到现场 --dir phone")]
    Step {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
        /// 哪一步,如 accept、dispose、verify、reply、close · Which step, such as accept, dispose, verify, reply, close
        step: String,
        /// 随这一步填写的字段=值,如 reply=…、reason=…、until_ms=… · field=value that the step sets or says, such as reply=…, reason=…, until_ms=…
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// 说明 · A note
        #[arg(long)]
        note: Option<String>,
        /// 派遣给谁 · To whom it is dispatched
        #[arg(long)]
        to: Option<String>,
    },
    /// 列出 · List
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter list --dir phone")]
    List(PageArgs),
    /// 按标题、描述或地点查找 · Find by title, description or place
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter find 路灯 --dir phone")]
    Find {
        /// 要找的字 · What to look for
        text: String,
        #[command(flatten)]
        page: PageArgs,
    },
    /// 查看一件事:字段、经过、冲突 · Show one: fields, log, conflicts
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter show 0190a7e4-5c7e-7cc0-8a4e-0123456789ab --dir phone")]
    Show {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
    },
    /// 列出可用的字段与步骤 · List the fields and steps there are
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone matter fields --dir phone")]
    Fields,
}

/// Which page of a list.
#[derive(Debug, Args)]
pub(crate) struct PageArgs {
    /// 第几页,从 1 数起 · Which page, counted from 1
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    pub(crate) page: u32,
    /// 每页行数 · Rows on a page
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=500))]
    pub(crate) rows: u32,
}

/// `wangge phone sync`
#[derive(Debug, Args)]
pub(crate) struct SyncArgs {
    /// 最多用时(秒) · Seconds to spend at most
    #[arg(long, value_name = "N", default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=3600))]
    pub(crate) seconds: u32,
}
