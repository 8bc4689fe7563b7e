//! Notices: for whom, until when, who has read them and what they said (R15, R86).

use wangge_model::kind::Kind;
use wangge_model::time::Date as Day;

use super::receipts::{answers, count, settles};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Count, Date, Record, Text};
use crate::rows::ReportRow;
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "notices",
    label: ("通知公告", "Notices"),
    tells: (
        "各条通知公告:发布范围、是否向居民公开、是否在有效期内、已读和反馈意见数",
        "of each notice: its area, whether it is for residents, whether it holds, how many have read it and said something",
    ),
    about: None,
    columns: &[
        ("notice", "通知", "Notice", Record),
        ("area", "发布范围", "Area", Text),
        ("from", "发布日期", "Issued on", Date),
        ("until", "有效至", "Until", Date),
        ("public", "向居民公开", "For residents", Coded),
        ("holds", "有效", "Holds", Coded),
        ("read", "已读", "Read", Count),
        ("said", "反馈意见", "Said something", Count),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let mut rows = Vec::new();
    for notice in scope.issued(Kind::NOTICE)? {
        let answers = answers(scope, notice.id)?;
        let (from, until) = (notice.read::<Day>("from"), notice.read::<Day>("until"));
        let holds = from.is_none_or(|from| from <= on) && until.is_none_or(|until| on <= until);
        let cells = Cells::default()
            .record(notice.id, &scope.title(&notice.id.to_string())?)
            .text(&notice.area)
            .date(from)
            .date(until)
            .coded(text::yes_no(notice.truth("public") == Some(true)))
            .coded(text::yes_no(holds))
            .number(count(&answers, |_| true))
            .number(count(&answers, settles));
        rows.push(cells.row());
    }
    Ok(rows)
}
