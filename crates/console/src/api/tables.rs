//! What is counted from the ledgers: figures, reports, escalations, and every broken rule.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use tokio::sync::SemaphorePermit;
use wangge_model::time::Date;
use wangge_views::rows::{EscalationRow, Page, Query, Report, ReportAsk};

use super::lists::{checked, checked_area};
use super::{App, Reply, Sent, Shared, SignedIn};
use crate::limits::{PERIODS_MAX, REPORT_ROWS_MAX};
use crate::problem::Problem;
use crate::{Board, Checked, DeskError};

pub(super) async fn escalations(
    State(app): Shared,
    who: SignedIn,
    Sent(query): Sent<Query>,
) -> Reply<Page<EscalationRow>> {
    Ok(Json(
        app.desk.escalations(&who.director, checked(query)?).await?,
    ))
}

/// A seat for what may read everything. Who waits for one and goes away frees the place.
async fn seat(app: &App) -> Result<SemaphorePermit<'_>, Problem> {
    let seat = app.tables.acquire().await;
    seat.map_err(|error| DeskError::Bug(Box::new(error)).into())
}

/// Which indicators are asked for.
#[derive(Deserialize)]
pub(super) struct FiguresAsk {
    area: String,
    /// First days of periods, `YYYY-MM-DD`, and the day after the last.
    days: Vec<String>,
}

pub(super) async fn figures(
    State(app): Shared,
    who: SignedIn,
    Sent(ask): Sent<FiguresAsk>,
) -> Reply<Board> {
    checked_area(&ask.area)?;
    let malformed = || Problem::malformed("days are not the ends of periods");
    let days: Result<Vec<Date>, _> = ask.days.iter().map(|day| day.parse()).collect();
    let days = days.map_err(|_| malformed())?;
    if days.len() < 2 || days.len() > PERIODS_MAX + 1 || !days.is_sorted() {
        return Err(malformed());
    }
    let _seat = seat(&app).await?;
    Ok(Json(app.desk.figures(&who.director, ask.area, days).await?))
}

pub(super) async fn report(
    State(app): Shared,
    who: SignedIn,
    Sent(ask): Sent<ReportAsk>,
) -> Reply<Report> {
    checked_area(&ask.area)?;
    let ask = ReportAsk {
        rows_max: ask.rows_max.min(REPORT_ROWS_MAX),
        ..ask
    };
    let _seat = seat(&app).await?;
    Ok(Json(app.desk.report(&who.director, ask).await?))
}

/// What is to be checked.
#[derive(Deserialize)]
pub(super) struct CheckAsk {
    area: String,
}

pub(super) async fn check(
    State(app): Shared,
    who: SignedIn,
    Sent(ask): Sent<CheckAsk>,
) -> Reply<Checked> {
    checked_area(&ask.area)?;
    let _seat = seat(&app).await?;
    Ok(Json(app.desk.check(&who.director, ask.area).await?))
}
