//! The ledgers of every kind.

use axum::Json;
use axum::extract::rejection::PathRejection;
use axum::extract::{Path, State};
use wangge_model::kind::Kind;
use wangge_views::rows::{Page, Query, RecordRow};

use super::lists::{Record, checked};
use super::{Reply, Sent, Shared, SignedIn};
use crate::Shown;
use crate::catalogue::{self, Catalogue, Form};
use crate::problem::Problem;

type Word = Result<Path<String>, PathRejection>;

/// Reads the word of a kind.
fn kind(word: Word) -> Result<Kind, Problem> {
    word?
        .0
        .parse()
        .map_err(|_| Problem::malformed("no such kind of record"))
}

pub(super) async fn catalogue(_: SignedIn) -> Json<Catalogue> {
    Json(catalogue::catalogue())
}

pub(super) async fn form(_: SignedIn, word: Word) -> Reply<Form> {
    Ok(Json(catalogue::form(kind(word)?)))
}

pub(super) async fn records(
    State(app): Shared,
    who: SignedIn,
    word: Word,
    Sent(query): Sent<Query>,
) -> Reply<Page<RecordRow>> {
    let (kind, query) = (kind(word)?, checked(query)?);
    Ok(Json(app.desk.records(&who.director, kind, query).await?))
}

pub(super) async fn record(State(app): Shared, who: SignedIn, record: Record) -> Reply<Shown> {
    Ok(Json(app.desk.record(&who.director, record?.0).await?))
}
