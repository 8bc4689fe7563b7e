//! The ledgers of every kind, as a director reads and writes them.

use wangge_console::{DeskError, Director, Shown, Written, Wrong};
use wangge_model::draft::Draft;
use wangge_model::id::RecordId;
use wangge_model::kind::{Kind, Reach};
use wangge_views::Reveal;
use wangge_views::rows::{Label, Page, Query, RecordRow};

use super::{area_within, desk_error, entry_of, now, within};
use crate::admin::{self, Saved};
use crate::hub::Hub;

type Answered<T> = std::result::Result<T, DeskError>;

/// Whether a director may look at what lies in an area: in theirs, or, where the kind reaches down, in one that theirs lies in.
fn sees(who: &Director, kind: Option<Kind>, area: &str) -> bool {
    let from_above =
        || kind.is_some_and(|kind| kind.reach() == Reach::Down) && who.area.starts_with(area);
    area.starts_with(&who.area) || from_above()
}

/// Whether a record is one that the director may see. One that is not is answered like one that is nowhere.
pub(super) async fn check_record(hub: &Hub, who: &Director, record: RecordId) -> Answered<()> {
    let known = hub.read(move |views| Ok((views.area_of(record)?, views.kind_of(record)?)));
    let (area, kind) = known.await.map_err(desk_error)?;
    if sees(who, kind, area.as_str()) {
        Ok(())
    } else {
        Err(DeskError::NoRecord)
    }
}

pub(super) async fn records(
    hub: &Hub,
    who: &Director,
    kind: Kind,
    query: Query,
) -> Answered<Page<RecordRow>> {
    // A hub holds nothing but what lies in its area, and what those above issued for it: the director of all of it sees all of it.
    let all =
        kind.reach() == Reach::Down && query.area.is_empty() && who.area == hub.area().as_str();
    let mut query = if all { query } else { within(who, query) };
    query.now_ms = Some(now().0);
    let look = move |views: &wangge_views::Views<'_>| views.records(kind, &query, Reveal::Masked);
    hub.read(look).await.map_err(desk_error)
}

pub(super) async fn record(hub: &Hub, who: &Director, record: RecordId) -> Answered<Shown> {
    check_record(hub, who, record).await?;
    let (member, role) = (who.member, who.role);
    let shown = hub.read(move |views| {
        Ok(Shown {
            record: views.record(&record.to_string(), Reveal::Masked)?,
            next: views.next_steps(record, member, role, now())?,
        })
    });
    let mut shown = shown.await.map_err(desk_error)?;
    let links = &mut shown.record.links;
    links.retain(|link| sees(who, Some(link.kind), &link.area));
    Ok(shown)
}

/// Writes with the director's own key; what the engine does not take is told with the field that is to blame.
pub(super) async fn write(hub: &Hub, who: &Director, mut draft: Draft) -> Answered<Written> {
    match &mut draft {
        Draft::New { area, .. } => *area = area_within(who, std::mem::take(area)),
        Draft::Edit { record, .. } | Draft::Step { record, .. } => {
            let record = record.parse().map_err(|_| DeskError::NoRecord)?;
            check_record(hub, who, record).await?;
        }
    }
    let directors = hub.directors();
    let entry = entry_of(&directors, who)?;
    let saved = admin::save_as(hub, entry, vec![draft])
        .await
        .map_err(desk_error)?;
    match saved.into_iter().next().ok_or(DeskError::Stopping)? {
        Saved::Done { record, commit } => {
            let bug = |_| DeskError::Bug("the engine named no record or commit".into());
            Ok(Written {
                record: record.parse().map_err(bug)?,
                commit: commit.parse().map_err(bug)?,
            })
        }
        Saved::Wrong(wrong) => Err(DeskError::Wrong(Box::new(Wrong {
            code: wrong.code,
            why: Label {
                zh: wrong.zh,
                en: wrong.en,
            },
            field: wrong.field,
        }))),
    }
}
