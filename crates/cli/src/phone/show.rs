//! One record with everything that is held here.

use serde::Serialize;
use wangge_core::rows::{FieldRow, HistoryRow, LinkRow, Record, StepRow};
use wangge_core::{Phone, Query};

use super::status_word;
use crate::error::Result;
use crate::output::{Output, table};
use crate::words;

#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    record: Record,
    history: Vec<HistoryRow>,
}

/// A record of any kind.
pub(crate) fn record(phone: &Phone, record: &str, output: Output) -> Result<()> {
    let shown = Shown {
        record: phone.record(record, true)?,
        history: history(phone, record)?,
    };
    output.print(&shown, |Shown { record, history }| {
        let mut parts = vec![fields(&record.fields)];
        if !record.log.is_empty() {
            parts.push(log(&record.log));
        }
        if !record.links.is_empty() {
            parts.push(links(&record.links));
        }
        parts.push(commits(history));
        parts.join("\n\n")
    })
}

/// The latest commits that touched it.
fn history(phone: &Phone, record: &str) -> Result<Vec<HistoryRow>> {
    let query = Query {
        limit: 100,
        ..Query::default()
    };
    Ok(phone.history(record, &query)?)
}

fn log(steps: &[StepRow]) -> String {
    let rows = steps.iter().map(|step| {
        [
            words::date(step.at_ms),
            format!("{} {}", step.step.zh, step.step.en),
            step.by.name.clone(),
            step.note.clone(),
            step.void
                .as_ref()
                .map(|why| format!("无效 void: {} · {}", why.zh, why.en))
                .unwrap_or_default(),
        ]
    });
    table(
        ["时间 time", "步骤 step", "办理人 by", "说明 note", ""],
        rows,
    )
}

/// The records that name this one.
fn links(links: &[LinkRow]) -> String {
    let rows = links.iter().map(|link| {
        [
            link.record.clone(),
            format!("{} {}", link.kind.zh(), link.kind.en()),
            format!("{} {}", link.label.zh, link.key),
            link.title.clone(),
        ]
    });
    table(
        ["关联记录 record", "类型 kind", "字段 field", "名称 title"],
        rows,
    )
}

/// Fields one below the other; of a field in conflict every value with its author.
fn fields(fields: &[FieldRow]) -> String {
    let mut rows = Vec::new();
    for field in fields {
        let mark = if field.candidates.is_empty() {
            ""
        } else {
            "冲突 conflict"
        };
        rows.push([
            field.key.clone(),
            format!("{} {}", field.label.zh, field.label.en),
            field.shown.zh.clone(),
            mark.to_owned(),
        ]);
        for candidate in field
            .candidates
            .iter()
            .filter(|candidate| !candidate.chosen)
        {
            let author = candidate
                .author
                .as_ref()
                .map(|person| person.name.as_str())
                .unwrap_or_default();
            rows.push([
                String::new(),
                String::new(),
                candidate.shown.zh.clone(),
                format!("另一值 other, {author}"),
            ]);
        }
    }
    table(["字段 field", "名称 name", "值 value", ""], rows)
}

fn commits(history: &[HistoryRow]) -> String {
    let rows = history.iter().map(|row| {
        [
            row.stated_ms.map(words::date).unwrap_or_default(),
            row.author
                .as_ref()
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            row.act
                .map(|act| format!("{} {}", act.zh(), act.en()))
                .unwrap_or_default(),
            status_word(&row.status),
            row.changes
                .iter()
                .map(|change| change.key.as_str())
                .collect::<Vec<_>>()
                .join(","),
        ]
    });
    table(
        [
            "时间 time",
            "提交人 author",
            "操作 act",
            "状态 status",
            "字段 fields",
        ],
        rows,
    )
}
