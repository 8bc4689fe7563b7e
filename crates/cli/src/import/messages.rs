//! Citizens' messages: `id,sender,subject,sent_at,text,supports,opposes,reply,replied_at,class_level1`. Texts are taken as they are.

use std::collections::BTreeMap;
use std::path::Path;

use wangge_model::time::Ms;

use super::{Rows, Sheet, Wrong, read_file, read_rows};
use crate::error::Result;

/// A citizen's message to the government, and the answer where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) id: String,
    pub(crate) sender: String,
    pub(crate) subject: String,
    pub(crate) sent_ms: i64,
    pub(crate) text: String,
    pub(crate) supports: Option<i64>,
    pub(crate) opposes: Option<i64>,
    /// The official answer and when it was given.
    pub(crate) reply: Option<(String, i64)>,
    pub(crate) class: String,
}

/// Whether the table is one of messages.
pub(super) fn is_heading(path: &Path) -> Result<bool> {
    let heading = Sheet::read(&read_file(path)?)?.heading;
    let has = |name: &str| heading.iter().any(|found| found == name);
    Ok(has("sender") && has("subject") && has("sent_at"))
}

/// Reads messages. A second row of one id is bad.
pub(crate) fn read_messages(bytes: &[u8]) -> Result<Rows<Message>> {
    let needed = [
        "id",
        "sender",
        "subject",
        "sent_at",
        "text",
        "reply",
        "replied_at",
    ];
    let Rows { good, mut bad } = read_rows(bytes, &needed, |column| {
        let id = column("id");
        if id.is_empty() {
            return Err(Wrong::new("field_needed", "没有编号 (id)", "no id"));
        }
        let reply = match (column("reply"), column("replied_at")) {
            (text, _) if text.is_empty() => None,
            (text, at) => Some((text, time("replied_at", &at)?)),
        };
        Ok(Message {
            id,
            sender: column("sender"),
            subject: column("subject"),
            sent_ms: time("sent_at", &column("sent_at"))?,
            text: column("text"),
            supports: number("supports", &column("supports"))?,
            opposes: number("opposes", &column("opposes"))?,
            reply,
            class: column("class_level1"),
        })
    })?;
    let mut seen: BTreeMap<String, u64> = BTreeMap::new();
    let mut rows = Vec::with_capacity(good.len());
    for (line, message) in good {
        if let Some(first) = seen.insert(message.id.clone(), line) {
            let twice = Wrong::new(
                "row_twice",
                format!("编号与第 {first} 行重复"),
                format!("the id is on line {first} already"),
            );
            bad.push(twice.at(line));
        } else {
            rows.push((line, message));
        }
    }
    bad.sort_by_key(|problem| problem.line);
    Ok(Rows { good: rows, bad })
}

fn time(column: &str, text: &str) -> std::result::Result<i64, Wrong> {
    let parsed: std::result::Result<Ms, _> = text.parse();
    parsed.map(|ms| ms.0).map_err(|error| {
        Wrong::new(
            "bad_date",
            format!("{column} 列的时间「{text}」应如 2017-10-14T14:25:14+08:00"),
            format!("{column}: {error}"),
        )
    })
}

fn number(column: &str, text: &str) -> std::result::Result<Option<i64>, Wrong> {
    if text.is_empty() {
        return Ok(None);
    }
    let whole = text.strip_suffix(".0").unwrap_or(text);
    whole.parse().map(Some).map_err(|_| {
        Wrong::new(
            "wrong_type",
            format!("{column} 列应为整数,现为「{text}」"),
            format!("{column}: {text} is no whole number"),
        )
    })
}
