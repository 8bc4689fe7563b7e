use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::TEMPLATE;
use super::exchange::WhereArgs;

/// `wangge package`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct PackageArgs {
    #[command(subcommand)]
    pub(crate) command: PackageCommand,
}

/// What is done with a folder of reference data.
#[derive(Debug, Subcommand)]
pub(crate) enum PackageCommand {
    /// 核对一套基础数据:代码、重叠、空缺、自相矛盾;给出节点时也与现行的核对。不写入 · Judge a package: codes, overlaps, holes, contradictions; with a hub, also against what is in force
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge package check anyang\n  wangge package check anyang --hub 410522 --dir site")]
    Check(FolderArgs),
    /// 装入一套基础数据:整套核对无误才写入;相同的行不再写 · Load a package: nothing is written unless all of it is sound; rows that are here already are not written again
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge package load anyang --hub 410522 --dir site --as 张县长 --dry-run\n  wangge package load anyang --hub 410522 --dir site --withdraw")]
    Load(LoadArgs),
    /// 导出现行的基础数据(没有本地规定的取随程序发布的默认集),可核对后再装入 · Write what is in force (what ships, where nothing is decided) as a package
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge package export anyang --hub 410522 --dir site\n  wangge package export default")]
    Export(FolderArgs),
    /// 一套基础数据与现行的差别;不写文件夹则列出本地规定与上级的差别 · What a package would change; without a folder, what local rows change against the levels above
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge package diff anyang --hub 410522 --dir site\n  wangge package diff --hub 410522100 --dir site")]
    Diff(DiffArgs),
}

/// A folder, and where the records are.
#[derive(Debug, Args)]
pub(crate) struct FolderArgs {
    /// 文件夹:一类一个 CSV 或 TSV 文件,文件名即记录类型;可有 package.toml · The folder: a CSV or TSV file a kind, named by it; package.toml may state the source
    #[arg(value_name = "FOLDER")]
    pub(crate) package: PathBuf,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
}

/// `wangge package load`
#[derive(Debug, Args)]
pub(crate) struct LoadArgs {
    #[command(flatten)]
    pub(crate) folder: FolderArgs,
    /// 只核对,不写入 · Write nothing
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// 文件里已没有的条目自昨日起失效 · What the package no longer has ends with yesterday
    #[arg(long)]
    pub(crate) withdraw: bool,
}

/// `wangge package diff`
#[derive(Debug, Args)]
pub(crate) struct DiffArgs {
    /// 文件夹 · The folder
    #[arg(value_name = "FOLDER")]
    pub(crate) package: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// 没有文件夹时:只看这个区域 · Without a folder: only this area
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) area: String,
}
