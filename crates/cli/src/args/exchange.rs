use std::path::{Path, PathBuf};

use clap::Args;

use crate::error::{CliError, Result};
use crate::records::{HubLedger, Ledger};

/// Where the records are: on a phone, or at a hub.
#[derive(Debug, Clone, Args)]
pub(crate) struct WhereArgs {
    /// 手机的目录 · The phone's folder
    #[arg(long, value_name = "DIR", conflicts_with_all = ["hub", "dir"])]
    pub(crate) phone: Option<PathBuf>,
    /// 节点的区划代码;节点的目录用 --dir · The hub's area; its folder is --dir
    #[arg(long, value_name = "CODE", requires = "dir")]
    pub(crate) hub: Option<String>,
    /// 节点的目录;没有 --hub 时为手机的目录 · The hubs' folder; without --hub the phone's
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// 以哪位负责人的名义;只有一位时可省略 · As which director; may be left out where there is one
    #[arg(long = "as", value_name = "NAME", requires = "hub")]
    pub(crate) director: Option<String>,
}

impl WhereArgs {
    /// Opens it.
    pub(crate) fn ledger(&self) -> Result<Ledger> {
        let folder = self.folder()?;
        Ok(match &self.hub {
            Some(hub) => {
                let hub = HubLedger::new(folder, Some(hub), self.director.clone())?;
                Ledger::Hub(Box::new(hub))
            }
            None => Ledger::Phone(Box::new(crate::phone::open(folder)?)),
        })
    }

    /// The folder that was named.
    pub(crate) fn folder(&self) -> Result<&Path> {
        let folder = self.phone.as_deref().or(self.dir.as_deref());
        folder.ok_or_else(|| CliError::Word {
            zh: "请用 --phone 目录 或 --hub 代码 --dir 目录 指明记录在哪里".to_owned(),
            en: "say where the records are: --phone DIR, or --hub CODE --dir DIR".to_owned(),
        })
    }
}

/// `wangge import`
#[derive(Debug, Args)]
#[command(next_help_heading = "选项 Options")]
pub(crate) struct ImportArgs {
    /// 记录类型(如 resident、居民),或 messages 群众来信、divisions 区划 · The kind of records, or messages, or divisions (makes the hubs of a county)
    #[arg(value_name = "KIND")]
    pub(crate) what: String,
    /// CSV (UTF-8) 或 XLSX 文件;第一行是列名:字段键、中文名或英文名 · The CSV (UTF-8) or XLSX file; its first line names the columns: keys of fields, or their names
    pub(crate) file: PathBuf,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// 没有 area 列的行归入哪个区域 · The area of rows that name none
    #[arg(long, value_name = "CODE")]
    pub(crate) area: Option<String>,
    /// 导入区划时:只取这个县 · For divisions: only this county
    #[arg(long, value_name = "CODE")]
    pub(crate) county: Option<String>,
    /// 只核对,不写入 · Hold the rows against what is here, write nothing
    #[arg(long, visible_alias = "check")]
    pub(crate) dry_run: bool,
    /// 与这里不同的值也写入 · Write values that are otherwise here too
    #[arg(long)]
    pub(crate) update: bool,
    /// 文件的登记时间;--update 只改更早的值 · When the file's values were stated; --update then changes only older ones
    #[arg(long, value_name = "DATE")]
    pub(crate) stated: Option<String>,
    /// 列名对应的字段,可多次 · Which field a column is; may be given often
    #[arg(long, value_name = "COLUMN=FIELD")]
    pub(crate) map: Vec<String>,
    /// 列出差异时不遮盖敏感字段 · Show sensitive values in the list of differences
    #[arg(long)]
    pub(crate) clear: bool,
}

/// `wangge export`
#[derive(Debug, Args)]
#[command(next_help_heading = "选项 Options")]
pub(crate) struct ExportArgs {
    /// 记录类型,如 resident、居民 · The kind of records
    #[arg(value_name = "KIND")]
    pub(crate) what: String,
    /// 节点的库文件,明文 · A hub's store file; all is given out in clear
    #[arg(long, value_name = "PATH", conflicts_with_all = ["phone", "hub", "dir"])]
    pub(crate) store: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) place: WhereArgs,
    /// 写入 CSV 文件 · Write a CSV file
    #[arg(long, value_name = "FILE", conflicts_with = "xlsx")]
    pub(crate) csv: Option<PathBuf>,
    /// 写入 XLSX 文件 · Write an XLSX file
    #[arg(long, value_name = "FILE")]
    pub(crate) xlsx: Option<PathBuf>,
    /// 包括敏感字段(联系、身份、关爱、特殊);不给则不输出 · Sensitive fields too (contact, identity, care, special); else they are left out
    #[arg(long)]
    pub(crate) clear: bool,
}
