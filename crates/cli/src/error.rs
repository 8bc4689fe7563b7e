//! What a command can fail with, and how it is told.

use std::io;
use std::path::PathBuf;

use thiserror::Error;
use wangge_hub::HubError;

/// A result of a command.
pub(crate) type Result<T> = std::result::Result<T, CliError>;

/// Everything a command can fail with.
#[derive(Debug, Error)]
pub(crate) enum CliError {
    /// From the hubs.
    #[error(transparent)]
    Hub(#[from] HubError),
    /// A hub did not take what was typed.
    #[error("refused ({code})")]
    Refused {
        /// The rule's code.
        code: String,
        /// The field at which it is; empty where none is to blame.
        field: String,
        /// What is wrong and what would be right, in Chinese.
        zh: String,
        /// The same in English.
        en: String,
    },
    /// A word on the command line is not what it should be.
    #[error("{en}")]
    Word {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// From a phone.
    #[error(transparent)]
    Phone(#[from] wangge_core::Error),
    /// Some hubs of a site could not be asked; they are listed.
    #[error("{hubs} hubs cannot be opened")]
    BrokenHubs {
        /// How many.
        hubs: usize,
    },
    /// The folder holds no phone.
    #[error("there is no phone in {dir}")]
    NoPhone {
        /// The folder.
        dir: PathBuf,
    },
    /// Something that must go on did not.
    #[error("{what}")]
    Stuck {
        /// What.
        what: &'static str,
    },
    /// Writing a file.
    #[error("write {path}")]
    Write {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file to import is in another encoding.
    #[error("line {line} is not UTF-8")]
    NotUtf8 {
        /// Where.
        line: u64,
    },
    /// A file to import has no readable heading.
    #[error("read the heading")]
    Heading {
        /// Why.
        #[source]
        source: csv::Error,
    },
    /// A file to import is no workbook.
    #[error("read the workbook")]
    Workbook {
        /// Why.
        #[source]
        source: calamine::XlsxError,
    },
    /// A workbook could not be made.
    #[error("make the workbook")]
    MakeWorkbook {
        /// Why.
        #[source]
        source: rust_xlsxwriter::XlsxError,
    },
    /// The data breaks rules; they are listed.
    #[error("the data breaks {hard} rules")]
    BrokenRules {
        /// How many hard findings.
        hard: u64,
    },
    /// Some rows of an import were bad; they are listed, the others are in.
    #[error("{rows} rows were left out")]
    BadRows {
        /// How many.
        rows: usize,
    },
    /// A file to import lacks columns.
    #[error("these columns are missing: {missing}")]
    Columns {
        /// Which.
        missing: String,
    },
    /// What was asked for is not there.
    #[error("nothing was found")]
    Nothing,
    /// Reading a file that was named.
    #[error("read {path}")]
    Read {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The answer could not be written out.
    #[error("print the answer")]
    Print {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The answer could not be made into JSON.
    #[error("encode the answer")]
    Encode {
        /// Why.
        #[source]
        source: serde_json::Error,
    },
    /// The system would not start the program's threads.
    #[error("start the program's threads")]
    Start {
        /// Why.
        #[source]
        source: io::Error,
    },
}

impl CliError {
    /// 1 failed, 2 the command line is wrong, 3 nothing was found.
    pub(crate) fn exit_code(&self) -> u8 {
        match self {
            Self::Word { .. } => 2,
            Self::Nothing => 3,
            _ => 1,
        }
    }

    /// What to do, in Chinese and in English.
    pub(crate) fn remedy(&self) -> (String, String) {
        let (zh, en) = match self {
            Self::Hub(error) => {
                let advice = error.advice();
                return (advice.zh, advice.en);
            }
            Self::Phone(error) => {
                let trouble = error.trouble();
                return (trouble.zh.clone(), trouble.en.clone());
            }
            Self::Refused { zh, en, .. } => (zh.as_str(), en.as_str()),
            Self::BrokenHubs { .. } => (
                "按列出的办法处理;其余节点照常工作",
                "do as listed; the other hubs go on",
            ),
            Self::NoPhone { .. } => (
                "先用 wangge phone enrol 登记,或用 --dir 指明目录",
                "enrol it with wangge phone enrol, or name the folder with --dir",
            ),
            Self::Stuck { .. } => (
                "加上 RUST_LOG=info 再运行一次,查看日志",
                "run it again with RUST_LOG=info and read the log",
            ),
            Self::Write { .. } => (
                "检查路径、权限和磁盘空间",
                "check the path, the permissions and the free space",
            ),
            Self::NotUtf8 { .. } => (
                "文件不是 UTF-8(可能是 GBK):用表格软件另存为「CSV UTF-8」",
                "save the file as «CSV UTF-8»; it may be GBK",
            ),
            Self::Workbook { .. } => (
                "文件损坏或加了密:用表格软件打开后另存为 xlsx",
                "it is damaged or locked: open it and save it as xlsx",
            ),
            Self::MakeWorkbook { .. } => (
                "改用 --csv:表格一格最多 32767 字符",
                "use --csv: a cell of a workbook holds 32767 characters",
            ),
            Self::BrokenRules { .. } => {
                ("按列出的规则逐条处理", "mend what is listed, rule by rule")
            }
            Self::BadRows { .. } => (
                "改正列出的行,只把它们再导入一次",
                "mend the listed rows, and import only those again",
            ),
            Self::Heading { .. } | Self::Columns { .. } => {
                ("第一行必须是列名", "the first line must name the columns")
            }
            Self::Word { zh, .. } => (zh.as_str(), "see --help"),
            Self::Nothing => ("没有找到;换一个条件再试", "try other words"),
            Self::Read { .. } => ("检查路径和权限", "check the path and the permissions"),
            Self::Print { .. } => ("检查输出的去向", "check where the output goes"),
            Self::Encode { .. } => (
                "这是程序的错误,请报告",
                "this is a fault of the program: report it",
            ),
            Self::Start { .. } => (
                "检查系统的进程数限制",
                "check the system's limit of processes",
            ),
        };
        (zh.to_owned(), en.to_owned())
    }

    /// The code of the rule that says so, and the field at which it is, where what was typed is to blame.
    fn blame(&self) -> (Option<&str>, Option<&str>) {
        match self {
            Self::Refused { code, field, .. } => (
                Some(code),
                Some(field.as_str()).filter(|field| !field.is_empty()),
            ),
            Self::Phone(error) => {
                let trouble = error.trouble();
                (Some(trouble.code), trouble.field.as_deref())
            }
            _ => (None, None),
        }
    }

    /// The chain of causes, in English, none of them twice: `read x: no such file`.
    pub(crate) fn chain(&self) -> String {
        if let Self::Phone(error) = self {
            // What happened and what to do is one text there: the remedy. Here stands which kind it is.
            return format!("{} ({})", error.kind(), error.trouble().code);
        }
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let said = error.to_string();
            if !text.ends_with(&said) {
                text.push_str(": ");
                text.push_str(&said);
            }
            cause = error.source();
        }
        text
    }
}

/// Tells the error on standard error, as JSON if asked for so.
pub(crate) fn tell(error: &CliError, json: bool) {
    let (zh, en) = error.remedy();
    let what = error.chain();
    if json {
        let (code, field) = error.blame();
        let line = serde_json::json!({
            "error": { "what": what, "code": code, "field": field, "remedy_zh": zh, "remedy_en": en }
        });
        eprintln!("{line}");
    } else {
        eprintln!("错误 error: {what}\n办法 remedy: {zh} · {en}");
    }
}
