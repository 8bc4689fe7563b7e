//! What waits for a director, and the three answers to it.

use axum::Json;
use axum::extract::State;
use serde::Deserialize;
use wangge_model::id::CommitId;
use wangge_model::reason::Reason;
use wangge_views::rows::{ConflictRow, HeldRow, Page, Query};

use super::lists::checked;
use super::{Reply, Sent, Shared, SignedIn};
use crate::limits::SEEN_MAX;
use crate::problem::Problem;
use crate::{Done, Settle};

pub(super) async fn conflicts(
    State(app): Shared,
    who: SignedIn,
    Sent(query): Sent<Query>,
) -> Reply<Page<ConflictRow>> {
    Ok(Json(
        app.desk.conflicts(&who.director, checked(query)?).await?,
    ))
}

pub(super) async fn held(
    State(app): Shared,
    who: SignedIn,
    Sent(query): Sent<Query>,
) -> Reply<Page<HeldRow>> {
    Ok(Json(app.desk.held(&who.director, checked(query)?).await?))
}

pub(super) async fn settle(
    State(app): Shared,
    who: SignedIn,
    Sent(settle): Sent<Settle>,
) -> Reply<Done> {
    if settle.seen.len() > SEEN_MAX || !settle.seen.contains(&settle.choice) {
        return Err(Problem::malformed("the choice is not among what was seen"));
    }
    Ok(Json(app.desk.settle(&who.director, settle).await?))
}

/// Names a held commit.
#[derive(Deserialize)]
pub(super) struct Adopt {
    commit: CommitId,
}

pub(super) async fn adopt(
    State(app): Shared,
    who: SignedIn,
    Sent(adopt): Sent<Adopt>,
) -> Reply<Done> {
    Ok(Json(app.desk.adopt(&who.director, adopt.commit).await?))
}

/// Names a held commit, and why it is declined.
#[derive(Deserialize)]
pub(super) struct Decline {
    commit: CommitId,
    reason: Reason,
}

pub(super) async fn decline(
    State(app): Shared,
    who: SignedIn,
    Sent(decline): Sent<Decline>,
) -> Reply<Done> {
    if !decline.reason.declines() {
        return Err(Problem::malformed("not a director's reason"));
    }
    Ok(Json(
        app.desk
            .decline(&who.director, decline.commit, decline.reason)
            .await?,
    ))
}
