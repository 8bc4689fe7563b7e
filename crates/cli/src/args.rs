//! What a person may type. The help texts are written here, Chinese first; nothing is decided here.

mod demo;
mod exchange;
mod hub;
mod package;
mod phone;
mod record;

pub(crate) use demo::DemoArgs;
pub(crate) use exchange::{ExportArgs, ImportArgs, WhereArgs};
pub(crate) use hub::{
    DeclineArg, DirectorArgs, HubArgs, HubCommand, InitArgs, InviteArgs, ReviewAct, ReviewArgs,
    RevokeArgs, RoleArg, RunArgs, StatusArgs,
};
pub(crate) use package::{DiffArgs, FolderArgs, LoadArgs, PackageArgs, PackageCommand};
pub(crate) use phone::{PageArgs, PhoneArgs, PhoneCommand, SyncArgs};
pub(crate) use record::{
    HubRecordArgs, ListArgs, MoveArgs, PhoneRecordArgs, RecordCommand, ReportArgs,
};

use clap::{Parser, Subcommand};

/// The help of every command is laid out so: what it does, usage, arguments, example.
const TEMPLATE: &str = "{about-with-newline}\n用法 Usage: {usage}\n\n{all-args}{after-help}\n";

/// What stands below the help of the whole program.
const EXIT_CODES: &str = "\
退出码 Exit codes:
  0  完成 done
  1  未能完成,错误信息说明原因和办法 failed; the message says why and what to do
  2  命令写法有误 the command line is wrong
  3  没有找到 nothing was found";

/// 网格治理记录:离线登记,逐级汇总 · Records of grid governance: kept offline, merged upward
#[derive(Debug, Parser)]
#[command(
    name = "wangge",
    version,
    help_template = TEMPLATE,
    after_help = EXIT_CODES,
    subcommand_help_heading = "命令 Commands",
    next_help_heading = "选项 Options",
    arg_required_else_help = true,
    disable_help_subcommand = true,
    propagate_version = true,
)]
pub(crate) struct Args {
    /// 输出 JSON,供程序读取 · Print JSON for machines
    #[arg(long, global = true)]
    pub(crate) json: bool,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The first word after `wangge`.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// 社区、乡镇、县的节点 · The hub of a community, a township or a county
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge hub init --dir site --area 410522100001 --name 某某社区\n  wangge hub run --dir site")]
    Hub(HubArgs),
    /// 网格员的手机(在命令行里) · A grid member's phone, from the shell
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge phone enrol --dir phone 'wangge:…'\n  wangge phone record new --dir phone resident name=王芳")]
    Phone(PhoneArgs),
    /// 按文字建议事件类别与紧急程度(离线可用) · Suggest a matter's class and urgency from its text (works offline)
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge suggest 小区路灯坏了三天,晚上漆黑一片 --title 路灯不亮")]
    Suggest {
        /// 事件的描述 · The matter in words
        text: String,
        /// 事件名称 · Its subject
        #[arg(long, default_value = "")]
        title: String,
    },
    /// 从 CSV 或 XLSX 文件导入,逐行与已有记录核对;有误的行逐行列出,其余照常导入 · Take rows in from a CSV or XLSX file, each held against what is here; bad rows are listed, good rows go in
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge import resident residents.csv --phone phone --dry-run\n  wangge import household households.xlsx --hub 410522100001 --dir site")]
    Import(ImportArgs),
    /// 导出一类记录:JSON、CSV 或 XLSX,可原样再导入 · Give out the records of a kind as JSON, CSV or XLSX, fit to be imported again
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge export --store site/410522/hub.db matters --json\n  wangge export resident --phone phone --csv residents.csv --clear")]
    Export(ExportArgs),
    /// 基础数据包:类别、立案标准、责任清单、日历等,整套核对、装入、导出、比较 · Packages of reference data: classes, standards, duties, days; checked whole, loaded, exported, compared
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge package check anyang\n  wangge package load anyang --hub 410522 --dir site")]
    Package(PackageArgs),
    /// 演示:县、乡镇、社区各级节点与手机,离线一天后逐级汇总 · Show a county at work: a day offline, then merged upward
    #[command(help_template = TEMPLATE, after_help = "示例 Example:\n  wangge demo\n  wangge demo --exit --json --divisions divisions.csv --messages messages.csv")]
    Demo(DemoArgs),
    /// (内部)验证一批更改 · (internal) proves changes on a scratch copy
    #[command(hide = true, help_template = TEMPLATE, after_help = "示例 Example:\n  wangge prove < jobs > proofs")]
    Prove,
}

#[cfg(test)]
mod tests;
