//! Records as people read them.

use wangge_core::rows::{
    Check, EscalationRow, FieldRow, Figures, HeldAnswer, HistoryRow, LinkRow, RecordRow, Standing,
    Status, StatusWord, StepRow,
};
use wangge_model::codes;
use wangge_model::field::{self, Form};
use wangge_model::kind::{Facet, Kind};
use wangge_model::step::StepKind;

use super::Shown;
use crate::error::{CliError, Result};
use crate::output::{Output, table};
use crate::words;

/// One record.
pub(crate) fn record(shown: &Shown, output: Output) -> Result<()> {
    output.print(shown, |Shown { record, history }| {
        let mut parts = vec![fields_of(&record.fields)];
        if let Some(standing) = &record.standing {
            parts.push(self::standing(standing));
        }
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

/// Where a matter stands, and its four stages with actor, time and result.
fn standing(standing: &Standing) -> String {
    let held_by = standing.held_by.as_ref();
    let head = format!(
        "流程 flow {}{}  现由 held by {}  重新办理 reopened {}  附议 supporters {}",
        standing.flow.zh,
        if standing.urgent {
            " 紧急 urgent"
        } else {
            ""
        },
        held_by.map_or("-", |held| held.shown.zh.as_str()),
        standing.reopens,
        standing.supporters,
    );
    let rows = standing.phases.iter().map(|phase| {
        let by = phase.by.as_ref();
        let result = phase.result.as_ref();
        [
            format!("{} {}", phase.phase.zh, phase.phase.en),
            phase.at_ms.map(words::date).unwrap_or_default(),
            by.map(|person| person.name.clone()).unwrap_or_default(),
            result
                .map(|step| format!("{} {}", step.zh, step.en))
                .unwrap_or_default(),
        ]
    });
    let stages = table(
        ["环节 stage", "时间 time", "办理人 by", "结果 result"],
        rows,
    );
    format!("{head}\n{stages}")
}

/// What a step says: its note, and its details by name.
fn said(step: &StepRow) -> String {
    let details = step
        .details
        .iter()
        .map(|detail| format!("{} {}", detail.label.zh, detail.shown.zh));
    let note = Some(step.note.clone()).filter(|note| !note.is_empty());
    note.into_iter()
        .chain(details)
        .collect::<Vec<_>>()
        .join("；")
}

fn log(steps: &[StepRow]) -> String {
    let rows = steps.iter().map(|step| {
        [
            words::date(step.at_ms),
            format!("{} {}", step.step.zh, step.step.en),
            step.by.name.clone(),
            said(step),
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
fn fields_of(fields: &[FieldRow]) -> String {
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
            field
                .author
                .as_ref()
                .map(|person| person.name.clone())
                .unwrap_or_default(),
            field.stated_ms.map(words::date).unwrap_or_default(),
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
                "另一值 other".to_owned(),
                author.to_owned(),
                candidate.stated_ms.map(words::date).unwrap_or_default(),
            ]);
        }
    }
    table(
        [
            "字段 field",
            "名称 name",
            "值 value",
            "",
            "提交人 by",
            "时间 time",
        ],
        rows,
    )
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
            status_word(&row.status) + &answer_word(row.answer.as_ref()),
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

/// What a director said to a held commit.
fn answer_word(answer: Option<&HeldAnswer>) -> String {
    match answer.map(|answer| &answer.declined) {
        None => String::new(),
        Some(None) => "\n已采纳 adopted".to_owned(),
        Some(Some(reason)) => format!("\n{} {}", reason.why.zh, reason.why.en),
    }
}

/// What became of a commit.
fn status_word(status: &Status) -> String {
    let word = match status.word {
        StatusWord::Saved => "已保存 saved",
        StatusWord::Sent => "已发送 sent",
        StatusWord::Received => "已收到 received",
        StatusWord::Admitted => "已采纳 admitted",
        StatusWord::Merged => "已汇总 merged",
        StatusWord::Held => "暂存 held",
    };
    match (&status.level, &status.reason) {
        (Some(level), _) => format!("{word} ({} {})", level.zh(), level.en()),
        (None, Some(reason)) => format!("{word}: {} · {}", reason.why.zh, reason.why.en),
        (None, None) => word.to_owned(),
    }
}

/// A page of a ledger: one column a field that lists show, as far as a row has it.
pub(crate) fn rows(kind: Kind, rows: &[RecordRow], total: u64) -> String {
    let columns: Vec<_> = field::fields(kind)
        .iter()
        .filter(|field| field.marks.listed)
        .filter(|field| {
            rows.iter()
                .any(|row| row.cells.iter().any(|cell| cell.key == field.key))
        })
        .collect();
    let mut head = vec!["记录 record".to_owned()];
    head.extend(
        columns
            .iter()
            .map(|field| format!("{} {}", field.zh, field.key)),
    );
    let staged = rows.iter().any(|row| row.stage.is_some());
    if staged {
        head.push("阶段 stage".to_owned());
    }
    head.push("冲突 conflicts".to_owned());
    let cells = rows.iter().map(|row| {
        let mut cells = vec![row.record.clone()];
        cells.extend(columns.iter().map(|field| {
            let cell = row.cells.iter().find(|cell| cell.key == field.key);
            cell.map(|cell| cell.shown.zh.clone()).unwrap_or_default()
        }));
        if staged {
            let stage = row.stage.as_ref();
            cells.push(
                stage
                    .map(|stage| format!("{} {}", stage.zh, stage.en))
                    .unwrap_or_default(),
            );
        }
        cells.push(row.conflicts.to_string());
        cells
    });
    format!("{}\n共 {total} 条 · {total} in all", table(head, cells))
}

/// Indicators of an area in a period: numerator, denominator, value.
pub(crate) fn figures(figures: &Figures, output: Output) -> Result<()> {
    output.print(figures, |figures| {
        let rows = figures.indicators.iter().map(|indicator| {
            let of = indicator
                .of
                .map(|of| format!(" / {of}"))
                .unwrap_or_default();
            [
                format!("{} {}", indicator.label.zh, indicator.label.en),
                indicator.code.clone(),
                format!("{}{of}", indicator.n),
                indicator
                    .value
                    .map(|value| words::measured(value, indicator.unit))
                    .unwrap_or_default(),
            ]
        });
        let head = ["指标 indicator", "代码 code", "数 count", "值 value"];
        format!(
            "{} {} – {}\n{}",
            figures.area,
            figures.from,
            figures.until,
            table(head, rows)
        )
    })
}

/// What is wrong with the data, hard findings first.
pub(crate) fn check(check: &Check, output: Output) -> Result<()> {
    output.print(check, |check| {
        let rows = check.findings.iter().map(|finding| {
            [
                if finding.hard {
                    "违规 hard"
                } else {
                    "提示 soft"
                }
                .to_owned(),
                finding.code.clone(),
                format!("{}\n{}", finding.zh, finding.en),
                finding
                    .records
                    .iter()
                    .take(3)
                    .map(|record| record.get(24..).unwrap_or(record))
                    .collect::<Vec<_>>()
                    .join(" "),
            ]
        });
        format!(
            "{}\n违规 {} 项,提示 {} 项 · {} hard, {} soft{}",
            table(["", "规则 rule", "说明 finding", "记录 records"], rows),
            check.hard,
            check.soft,
            check.hard,
            check.soft,
            if check.cut { " (…)" } else { "" }
        )
    })
}

/// The matters of which a level above must be told; where there are none, nothing was found.
pub(crate) fn escalations(rows: &[EscalationRow], output: Output) -> Result<()> {
    output.print(&rows, |rows| {
        let rows = rows.iter().map(|row| {
            [
                row.record.clone(),
                row.title.clone(),
                format!("{} {} {}", row.to_level.zh(), row.to_area, row.to_name),
                words::date(row.since_ms),
                row.due_ms.map(words::date).unwrap_or_default(),
                row.holder.clone(),
            ]
        });
        table(
            [
                "记录 record",
                "事件 matter",
                "提级至 to",
                "自 since",
                "到期 due",
                "承办 holder",
            ],
            rows,
        )
    })?;
    if rows.is_empty() {
        return Err(CliError::Nothing);
    }
    Ok(())
}

/// The kinds of records.
pub(crate) fn kinds(output: Output) -> Result<()> {
    #[derive(serde::Serialize)]
    struct KindRow {
        kind: &'static str,
        zh: &'static str,
        en: &'static str,
        source: &'static str,
    }
    let rows: Vec<KindRow> = Kind::all()
        .filter_map(Kind::info)
        .map(|info| KindRow {
            kind: info.word,
            zh: info.zh,
            en: info.en,
            source: info.source,
        })
        .collect();
    output.print(&rows, |rows| {
        let rows = rows
            .iter()
            .map(|row| [row.kind, row.zh, row.en, row.source]);
        table(["类型 kind", "名称", "name", "依据 source"], rows)
    })
}

/// The fields of a kind, and the steps that its log may have.
pub(crate) fn fields(kind: &str, output: Output) -> Result<()> {
    #[derive(serde::Serialize)]
    struct FieldInfo {
        key: &'static str,
        zh: &'static str,
        en: &'static str,
        facet: Facet,
        form: String,
        needed: bool,
        source: &'static str,
    }
    let kind: Kind = kind.parse().map_err(|_| CliError::Word {
        zh: format!("没有记录类型「{kind}」,用 record kinds 列出"),
        en: format!("there is no kind {kind}: list them with record kinds"),
    })?;
    let fields: Vec<FieldInfo> = field::fields(kind)
        .iter()
        .map(|field| FieldInfo {
            key: field.key,
            zh: field.zh,
            en: field.en,
            facet: field.facet,
            form: form(field.form),
            needed: field.marks.needed,
            source: field.source,
        })
        .collect();
    output.print(&fields, |fields| {
        let rows = fields.iter().map(|field| {
            [
                format!("{}{}", field.key, if field.needed { " *" } else { "" }),
                format!("{} {}", field.zh, field.en),
                field.facet.zh().to_owned(),
                field.form.clone(),
                field.source.to_owned(),
            ]
        });
        let head = [
            "字段 field (* 必填 needed)",
            "名称 name",
            "类别 facet",
            "形式 form",
            "依据 source",
        ];
        let mut text = table(head, rows);
        if kind == Kind::MATTER {
            let steps = StepKind::ALL
                .iter()
                .map(|step| [step.word(), step.zh(), step.en()]);
            text = format!("{text}\n\n{}", table(["步骤 step", "", ""], steps));
        }
        text
    })
}

/// How a field's value is written.
fn form(form: Form) -> String {
    match form {
        Form::Line(max) => format!("文字,至多{max}字 text"),
        Form::Prose(max) => format!("多行文字,至多{max}字 prose"),
        Form::Date => "日期 date 2026-10-01".to_owned(),
        Form::Instant => "时间 time 2026-10-01T09:00:00+08:00".to_owned(),
        Form::Int(min, max) => format!("整数 {min}..{max} whole number"),
        Form::Bool => "是/否 yes/no".to_owned(),
        Form::Code(list) => {
            let codes = codes::list(list).map(|list| list.codes.as_slice());
            codes
                .unwrap_or_default()
                .iter()
                .map(|code| format!("{} {}", code.code, code.zh))
                .collect::<Vec<_>>()
                .join(",")
        }
        Form::CitizenNumber => "公民身份号码 GB 11643".to_owned(),
        Form::Phone => "电话 telephone".to_owned(),
        Form::Uscc => "统一社会信用代码 GB 32100".to_owned(),
        Form::OrgCode => "组织机构代码 GB 11714".to_owned(),
        Form::Area => "区划或网格编码 area code".to_owned(),
        Form::Link(kinds) => format!("记录编号 id of {kinds}"),
    }
}
