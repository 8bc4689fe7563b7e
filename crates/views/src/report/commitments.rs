//! What parties promised, and what became of it (R91).

use wangge_model::kind::Kind;
use wangge_model::time::Date;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, Row};
use crate::list;
use crate::rows::CellForm::{Coded, Date as Day, Record, Text};
use crate::rows::{self, ReportRow};
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "commitments",
    label: ("承诺兑现跟踪", "Commitments"),
    tells: (
        "各当事人的承诺:到期未回访的在前,其次未兑现的、未到期的、已兑现的",
        "each party's commitments: first those overdue and not checked, then broken, not yet due, kept",
    ),
    about: None,
    columns: &[
        ("commitment", "承诺", "Commitment", Record),
        ("state", "状态", "State", Coded),
        ("matter", "事件", "Matter", Record),
        ("party", "承诺人", "Party", Text),
        ("due", "兑现期限", "Due", Day),
        ("checked", "回访日期", "Checked on", Day),
    ],
    rows,
};

/// A commitment's state on a day, in the order of the report.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum State {
    Overdue,
    Broken,
    Due,
    Kept,
    Released,
}

impl State {
    /// As its record says; one of which nobody has said whether it was kept is overdue after its day.
    fn of(row: &Row, on: Date) -> Self {
        let due: Option<Date> = row.read("due");
        match row.text("kept") {
            "kept" => Self::Kept,
            "broken" => Self::Broken,
            "released" => Self::Released,
            _ if due.is_some_and(|due| due < on) => Self::Overdue,
            _ => Self::Due,
        }
    }

    fn coded(self) -> rows::Coded {
        match self {
            Self::Overdue => rows::Coded {
                code: "overdue".to_owned(),
                zh: "已到期,待回访".to_owned(),
                en: "Overdue, to be checked".to_owned(),
            },
            Self::Broken => text::coded_or("kept", "broken"),
            Self::Due => text::coded_or("kept", "open"),
            Self::Kept => text::coded_or("kept", "kept"),
            Self::Released => text::coded_or("kept", "released"),
        }
    }
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let all = ground::rows(scope.conn, Kind::COMMITMENT, scope.area)?;
    let mut told: Vec<(State, String, &Row)> = all
        .iter()
        .map(|row| (State::of(row, on), row.text("due").to_owned(), row))
        .collect();
    told.sort_by(|a, b| (a.0, &a.1, a.2.id).cmp(&(b.0, &b.1, b.2.id)));
    let row = |(state, _, row): (State, String, &Row)| {
        let title = |record: &str| -> Result<String> {
            Ok(list::title_of(scope.conn, record)?.unwrap_or_default())
        };
        let matter = row.text("matter");
        let cells = Cells::default()
            .record(row.id, row.text("text"))
            .coded(state.coded());
        let cells = match matter.parse() {
            Ok(id) => cells.record(id, &title(matter)?),
            Err(_) => cells.text(matter),
        };
        Ok(cells
            .text(title(row.text("party"))?)
            .date(row.read("due"))
            .date(row.read("checked"))
            .row())
    };
    told.into_iter().map(row).collect()
}
