//! What a director writes: new records, fields, steps.

use axum::Json;
use axum::extract::State;
use wangge_model::draft::Draft;

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
        Draft::Edit { fields, .. } => fields,
        Draft::Step { step, .. } => &step.fields,
    };
    if fields.len() > FIELDS_MAX {
        return Err(Problem::malformed("too many fields"));
    }
    Ok(Json(app.desk.write(&who.director, draft).await?))
}
