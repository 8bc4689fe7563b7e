use std::path::PathBuf;

use clap::{Args, ValueEnum};

/// `wangge import`
#[derive(Debug, Args)]
#[command(next_help_heading = "选项 Options")]
pub(crate) struct ImportArgs {
    /// 导入什么 · What is imported
    #[arg(value_enum)]
    pub(crate) what: ImportWhat,
    /// CSV 文件 (UTF-8) · The CSV file (UTF-8)
    pub(crate) file: PathBuf,
    /// 手机的目录;导入区划时为节点的目录 · The phone's folder; for divisions the hubs' folder
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: PathBuf,
    /// 导入区划时:只取这个县 · For divisions: only this county
    #[arg(long, value_name = "CODE")]
    pub(crate) county: Option<String>,
    /// 只检查,不写入 · Check only, write nothing
    #[arg(long)]
    pub(crate) check: bool,
}

/// What can be imported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ImportWhat {
    /// 居民 · residents, into a phone
    Residents,
    /// 群众来信,作为事件 · citizens' messages, as matters, into a phone
    #[value(name = "matters")]
    Messages,
    /// 区划:为一个县的每个乡镇和社区新建节点 · divisions: makes the hubs of a county
    Divisions,
}

/// `wangge export`
#[derive(Debug, Args)]
#[command(next_help_heading = "选项 Options")]
pub(crate) struct ExportArgs {
    /// 节点的库文件 · A hub's store file
    #[arg(long, value_name = "PATH")]
    pub(crate) store: PathBuf,
    /// 导出什么 · What is exported
    #[arg(value_enum)]
    pub(crate) what: ExportWhat,
}

/// What can be exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum ExportWhat {
    /// 居民 · residents
    Residents,
    /// 事件 · matters
    Matters,
}
