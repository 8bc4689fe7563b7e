//! The limits of a matter and where they come from (R40): class × measured condition → severity and limit; the instants are computed anew.

use wangge_model::time::Ms;
use wangge_rules::deadline::{Clock, Instants, Judged, Terms, Wait, clocks};

use super::subject::{self, Subject};
use super::{Cells, Scope, Sheet};
use crate::clockwork;
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "limits",
    label: ("时限依据", "Limits and why"),
    tells: (
        "这件事各环节的时限:按哪一类别、哪条立案条件、计量值多少定级定时,起止时刻按现行日历重新推算",
        "for each clock of the matter: by which class, condition and measured value it has its severity and limit; its instants by the calendar in force",
    ),
    about: Some(wangge_model::kind::Kind::MATTER),
    columns: &[
        ("wait", "环节", "Clock", Coded),
        ("class", "类别", "Class", Text),
        ("condition", "立案条件", "Filing condition", Text),
        ("measure", "计量项", "Measure", Coded),
        ("measured", "计量值", "Measured", Count),
        ("at_least", "达到", "At least", Count),
        ("severity", "级别", "Severity", Coded),
        ("score", "分值", "Score", Count),
        ("urgent", "急件", "Urgent", Coded),
        ("limit", "时限", "Limit", Coded),
        ("started", "起算", "Started", Text),
        ("due", "到期", "Due", Text),
        ("light", "灯号", "Light", Coded),
        ("basis", "依据", "Basis", Text),
        ("remeasured", "复测值", "Measured again", Count),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let subject = Subject::of(scope)?;
    let Subject {
        local,
        filed,
        state,
        ..
    } = &subject;
    let terms = clockwork::terms(local, *filed, subject.values(), state);
    let told = clocks(
        &Instants::of(state),
        &terms,
        local.calendar(),
        local.ladder(),
        scope.now,
    );
    Ok(subject.filing(|filing, judged| {
        let measured = judged.and_then(|judged| filing.measures.get(&judged.standard.measure));
        let again = state.remeasured.map(i64::from);
        let row = |wait: &Wait| {
            let clock = told.clocks.iter().find(|clock| clock.wait == *wait);
            let judged = judged.filter(|_| *wait == Wait::Handle);
            row(&terms, *wait, clock, judged, (measured.copied(), again))
        };
        terms.limits.keys().map(row).collect()
    }))
}

fn row(
    terms: &Terms,
    wait: Wait,
    clock: Option<&Clock>,
    judged: Option<Judged<'_>>,
    (measured, again): (Option<i64>, Option<i64>),
) -> ReportRow {
    let at = |instant: Option<Ms>| instant.map(Ms::to_minutes).unwrap_or_default();
    let urgent = if terms.urgent {
        word("urgent", "急件", "Urgent")
    } else {
        subject::empty()
    };
    let cells = Cells::default().coded(word(wait.word(), wait.zh(), wait.en()));
    let cells = match judged {
        Some(Judged { standard, score }) => cells
            .text(&standard.class)
            .text(&standard.condition)
            .coded(text::coded_or("measure", &standard.measure))
            .count(measured.filter(|_| !standard.measure.is_empty()))
            .count((!standard.measure.is_empty()).then_some(standard.at_least))
            .coded(word(
                standard.severity.code(),
                standard.severity.zh(),
                standard.severity.en(),
            ))
            .number(i64::from(score)),
        None => cells
            .text("")
            .text("")
            .coded(subject::empty())
            .count(None)
            .count(None)
            .coded(subject::empty())
            .count(None),
    };
    let light = clock.map_or_else(subject::empty, |Clock { light, .. }| {
        word(light.word(), light.zh(), light.en())
    });
    cells
        .coded(urgent)
        .coded(subject::limit(terms.limits.get(&wait).copied()))
        .text(at(clock.map(|clock| clock.started)))
        .text(at(clock.map(|clock| clock.due)))
        .coded(light)
        .text(judged.map_or("", |judged| &judged.standard.basis))
        .count(again.filter(|_| judged.is_some()))
        .row()
}
