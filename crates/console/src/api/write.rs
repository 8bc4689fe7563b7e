//! What a director writes: new records, fields, steps.

use axum::Json;
use axum::extract::State;
use wangge_model::draft::Draft;
use wangge_model::id::RecordId;

use super::lists::checked_area;
use super::{Reply, Sent, Shared, SignedIn};
use crate::Written;
use crate::limits::FIELDS_MAX;
use crate::problem::Problem;

pub(super) async fn write(
    State(app): Shared,
    who: SignedIn,
    Sent(draft): Sent<Draft>,
) -> Reply<Written> {
    let fields = match &draft {
        Draft::New { area, fields, .. } => {
            checked_area(area)?;
            fields
        }
        Draft::Edit { fields, record, .. } => {
            checked_record(record)?;
            fields
        }
        Draft::Step { step, record } => {
            checked_record(record)?;
            &step.fields
        }
    };
    if fields.len() > FIELDS_MAX {
        return Err(Problem::malformed("too many fields"));
    }
    Ok(Json(app.desk.write(&who.director, draft).await?))
}

fn checked_record(record: &str) -> Result<(), Problem> {
    let read = record.parse::<RecordId>();
    read.map(|_| ())
        .map_err(|_| Problem::malformed("not an id"))
}
