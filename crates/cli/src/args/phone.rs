use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::{PhoneRecordArgs, TEMPLATE};

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
    /// 各类记录:新建、修改、办理、列出、查看(离线可用) · Records of every kind: make, edit, step, list, show (works offline)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record --dir phone new resident name=王芳 phone=13900000000\n  wangge phone record --dir phone list matter --open")]
    Record(PhoneRecordArgs),
    /// 与上级节点交换一次 · Exchange with the hub once
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone sync --dir phone --seconds 30")]
    Sync(SyncArgs),
    /// 待发送、已收到、已采纳、暂存的数量和原因 · What waits, what was received, admitted or held, and why
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone status --dir phone")]
    Status,
    /// 按文字建议类别与紧急程度:按本地现行分类,并从已更正的类别中学习(离线可用) · Suggest class and urgency by the classes in force here and by what was learned from corrections (works offline)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone suggest --dir phone 小区路灯坏了三天 --title 路灯不亮")]
    Suggest {
        /// 事件的描述 · The matter in words
        text: String,
        /// 事件名称 · Its subject
        #[arg(long, default_value = "")]
        title: String,
    },
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
