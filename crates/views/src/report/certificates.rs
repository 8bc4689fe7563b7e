//! Whose training and certificates hold, end soon, or are missing (R32).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;
use wangge_rules::people::roster::qualification;

use super::verdict::about;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, People};
use crate::limits::CERTIFICATE_WARN_DAYS;
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::word;

pub(super) const SHEET: Sheet = Sheet {
    name: "certificates",
    label: ("培训与证书", "Training and certificates"),
    tells: (
        "在岗人员的培训证书：有效、60天内到期、已到期、没有记录；期内培训学时、专长",
        "each member's certificate: valid, ending within 60 days, over, none on record; hours of training in the period, skills",
    ),
    about: None,
    columns: &[
        ("member", "人员", "Member", Record),
        ("state", "情况", "State", Coded),
        (
            "title",
            "最近的培训或证书",
            "Last training or certificate",
            Text,
        ),
        ("certificate", "证书编号", "Number", Text),
        ("valid_until", "有效期至", "Valid until", Date),
        ("hours", "期内学时", "Hours in the period", Count),
        ("finding", "问题", "Finding", Coded),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, scope.area)?;
    let trainings = ground::rows(scope.conn, Kind::TRAINING, "")?;
    let certificates = ground::certificates(&trainings);
    let found = qualification(&people.members, &certificates, on, CERTIFICATE_WARN_DAYS);
    let mut hours: BTreeMap<RecordId, i64> = BTreeMap::new();
    let mut last: BTreeMap<RecordId, (bool, Option<Day>, usize)> = BTreeMap::new();
    for (at, row) in trainings.iter().enumerate() {
        let (Some(member), Some(day)) = (row.read("member"), row.read::<Day>("on")) else {
            continue;
        };
        if scope.from <= day && day < scope.until {
            let sum = hours.entry(member).or_default();
            *sum = sum.saturating_add(row.int("hours").unwrap_or_default());
        }
        let until = row.read::<Day>("valid_until");
        let rank = (until.is_none(), until, at);
        if day <= on {
            let held = last.entry(member).or_insert(rank);
            *held = rank.max(*held);
        }
    }
    let there = people.members.iter().filter(|member| member.there(on));
    let rows = there.map(|member| {
        let found = about(&found, member.id);
        let row = last.get(&member.id).and_then(|(.., at)| trainings.get(*at));
        let text = |key: &str| row.map_or("", |row| row.text(key));
        Cells::default()
            .record(member.id, people.name(member.id))
            .coded(state(found.first().map(|finding| finding.code)))
            .text(row.map_or("", |row| row.title.as_str()))
            .text(text("certificate"))
            .date(row.and_then(|row| row.read("valid_until")))
            .number(hours.get(&member.id).copied().unwrap_or_default())
            .findings(&found)
            .row()
    });
    Ok(rows.collect())
}

fn state(code: Option<&str>) -> Word {
    match code {
        None => word("valid", "有效", "Valid"),
        Some("member.certificate_ends") => word("ends", "即将到期", "Ends soon"),
        Some("member.certificate_over") => word("over", "已到期", "Over"),
        Some(_) => word("missing", "没有记录", "None on record"),
    }
}
