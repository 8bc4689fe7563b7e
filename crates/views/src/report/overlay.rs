//! What a place decided otherwise than what stands above it (R16, R20): reference data field by field, and adapted policies.

use std::collections::BTreeMap;

use wangge_model::kind::Kind;
use wangge_model::time::Date;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground;
use crate::reference::Overlaid;
use crate::rows::CellForm::{Coded, Date as Day, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::source;
use crate::text::word;
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "overlay",
    label: ("本地适配", "Local overlay"),
    tells: (
        "本地规定与上级(或随程序发布的默认集)不同之处:哪一类数据、哪一项、上面怎么规定、这里怎么规定;依模板制定的政策及其复审日期",
        "where a place decides otherwise than the level above, or than what ships: which data, which field, what stands above, what stands here; policies made from a template, and when they are reviewed",
    ),
    about: None,
    columns: &[
        ("kind", "数据", "Kind", Coded),
        ("key", "条目", "Entry", Text),
        ("area", "本地区域", "Area", Text),
        ("change", "变化", "Change", Coded),
        ("above_area", "上级区域", "Area above", Text),
        ("field", "字段", "Field", Coded),
        ("above", "上级规定", "Above", Text),
        ("here", "本地规定", "Here", Text),
        ("review_by", "复审日期", "Review due", Day),
        ("record", "记录", "Record", Record),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let overlays = scope.reference.overlays(scope.area);
    let mut rows: Vec<ReportRow> = overlays.iter().flat_map(of_reference).collect();
    rows.extend(policies(scope)?);
    Ok(rows)
}

fn kind_word(kind: Kind) -> Word {
    word(&kind.word(), &kind.zh(), &kind.en())
}

fn of_reference(overlay: &Overlaid<'_>) -> Vec<ReportRow> {
    let change = match (overlay.above, overlay.fields.is_empty()) {
        (None, _) => word("added", "新增", "Added"),
        (Some(_), true) => word("same", "相同", "The same"),
        (Some(_), false) => word("changed", "修改", "Changed"),
    };
    let begin = || {
        Cells::default()
            .coded(kind_word(overlay.kind))
            .text(&overlay.key)
            .text(overlay.area)
            .coded(change.clone())
            .text(overlay.above.unwrap_or_default())
    };
    let end = |cells: Cells| match overlay.record.parse() {
        Ok(record) => cells.date(None).record(record, "").row(),
        Err(_) => cells.date(None).text("").row(),
    };
    if overlay.above.is_none() || overlay.fields.is_empty() {
        return vec![end(begin().coded(word("", "", "")).text("").text(""))];
    }
    let fields = overlay.fields.iter().map(|(field, above, here)| {
        let cells = begin().coded(word(field.key, field.zh, field.en));
        end(cells.text(*above).text(*here))
    });
    fields.collect()
}

/// Policies that were made from a template: what was adapted, and until when somebody looks at it again.
fn policies(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let all = ground::rows(scope.conn, Kind::POLICY, "")?;
    let by_id: BTreeMap<String, &ground::Row> =
        all.iter().map(|row| (row.id.to_string(), row)).collect();
    let mut rows = Vec::new();
    for policy in all.iter().filter(|policy| scope.meets(&policy.area)) {
        let template = policy.text("template");
        if template.is_empty() {
            continue;
        }
        let content = source::content(scope.conn, policy.id)?;
        let adapted = Values(&content.facets).text("adapted");
        let review = policy.read::<Date>("review_by");
        let above = by_id.get(template);
        let change = match (adapted.is_empty(), review) {
            (true, _) => word("copied", "照搬未适配", "Copied as it is"),
            (_, Some(review)) if review < scope.on() => {
                word("review_overdue", "逾期未复审", "Review overdue")
            }
            _ => word("adapted", "已适配", "Adapted"),
        };
        let cells = Cells::default()
            .coded(kind_word(Kind::POLICY))
            .text(policy.text("title"))
            .text(&policy.area)
            .coded(change)
            .text(above.map_or("", |above| above.area.as_str()))
            .coded(word("adapted", "本地适配说明", "How it was adapted"))
            .text(above.map_or("", |above| above.text("title")))
            .text(adapted)
            .date(review);
        rows.push(cells.record(policy.id, policy.text("title")).row());
    }
    Ok(rows)
}
