//! What is counted for a director: figures, reports, and every broken rule, within the director's area.

use std::collections::BTreeSet;

use wangge_console::limits::FINDINGS_MAX;
use wangge_console::{Board, Checked, DeskError, Director};
use wangge_model::time::Date;
use wangge_views::rows::{Report, ReportAsk};

use super::{area_within, desk_error, ledgers, now};
use crate::hub::Hub;

type Answered<T> = std::result::Result<T, DeskError>;

pub(super) async fn figures(
    hub: &Hub,
    who: &Director,
    area: String,
    days: Vec<Date>,
) -> Answered<Board> {
    let area = area_within(who, area);
    let look = hub.read(move |views| {
        let mut board = Board {
            periods: Vec::new(),
            below: Vec::new(),
        };
        for (from, until) in days.iter().zip(days.iter().skip(1)) {
            let figures = views.figures(&area, *from, *until, now())?;
            board.periods.push(figures);
        }
        if let [.., from, until] = days.as_slice() {
            board.below = views.figures_below(&area, *from, *until, now())?;
        }
        Ok(board)
    });
    look.await.map_err(desk_error)
}

pub(super) async fn report(hub: &Hub, who: &Director, ask: ReportAsk) -> Answered<Report> {
    if !ask.about.is_empty() {
        let about = ask.about.parse().map_err(|_| DeskError::NoRecord)?;
        ledgers::check_record(hub, who, about).await?;
    }
    let ask = ReportAsk {
        area: area_within(who, ask.area),
        ..ask
    };
    let look = hub.read(move |views| views.report(&ask, now()));
    look.await.map_err(desk_error)
}

pub(super) async fn check(hub: &Hub, who: &Director, area: String) -> Answered<Checked> {
    let area = area_within(who, area);
    let look = hub.read(move |views| {
        let check = views.check(&area, now(), FINDINGS_MAX)?;
        let records: BTreeSet<String> = check
            .findings
            .iter()
            .flat_map(|finding| finding.records.iter().cloned())
            .collect();
        let records: Vec<String> = records.into_iter().collect();
        Ok(Checked {
            names: views.names(&records)?,
            check,
        })
    });
    look.await.map_err(desk_error)
}
