//! The first page, and lists that belong to no ledger.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use wangge_model::id::RecordId;
use wangge_views::rows::{AreaName, HistoryRow, Page, PeerRow, ProblemRow, Query};

use super::{Reply, Sent, Shared, SignedIn};
use crate::Overview;
use crate::limits::{FILTERS_MAX, ROWS_MAX, TEXT_CHARS_MAX};
use crate::problem::Problem;

pub(super) type Record = Result<Path<RecordId>, PathRejection>;

/// Holds a query to its limits. Queries come in bodies: a search text may be a person's name, and has no place in an address.
pub(super) fn checked(query: Query) -> Result<Query, Problem> {
    if query.text.chars().count() > TEXT_CHARS_MAX {
        return Err(Problem::malformed("the text to find is too long"));
    }
    if query.filters.len() > FILTERS_MAX {
        return Err(Problem::malformed("too many filters"));
    }
    checked_area(&query.area)?;
    Ok(Query {
        limit: query.limit.min(ROWS_MAX),
        ..query
    })
}

/// An area is empty, or a code.
pub(super) fn checked_area(area: &str) -> Result<(), Problem> {
    if area.len() > 15 || !area.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Problem::malformed("area is not a division or grid code"));
    }
    Ok(())
}

pub(super) async fn overview(State(app): Shared, who: SignedIn) -> Reply<Overview> {
    Ok(Json(app.desk.overview(&who.director).await?))
}

pub(super) async fn history(
    State(app): Shared,
    who: SignedIn,
    record: Record,
    Sent(query): Sent<Query>,
) -> Reply<Page<HistoryRow>> {
    Ok(Json(
        app.desk
            .history(&who.director, record?.0, checked(query)?)
            .await?,
    ))
}

pub(super) async fn problems(
    State(app): Shared,
    who: SignedIn,
    Sent(query): Sent<Query>,
) -> Reply<Page<ProblemRow>> {
    Ok(Json(
        app.desk.problems(&who.director, checked(query)?).await?,
    ))
}

pub(super) async fn peers(
    State(app): Shared,
    who: SignedIn,
    Sent(query): Sent<Query>,
) -> Reply<Page<PeerRow>> {
    Ok(Json(app.desk.peers(&who.director, checked(query)?).await?))
}

pub(super) async fn areas(State(app): Shared, who: SignedIn) -> Reply<Vec<AreaName>> {
    Ok(Json(app.desk.areas(&who.director).await?))
}
