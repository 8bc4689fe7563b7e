//! Records of every kind, asked for and written from the shell.

use serde::{Deserialize, Serialize};
use wangge_engine::typed::{self, TypedProblem, read_kind};
use wangge_engine::{ActDone, Refusal};
use wangge_model::area::Area;
use wangge_model::draft::Draft;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_views::rows::{HistoryRow, Query, Record, RecordRow, ReportAsk};
use wangge_views::{PackageTable, Reveal, Views, ViewsError};

use super::answer::director_of;
use super::{Reply, Saved, moves};
use crate::desk;
use crate::directors::DirectorEntry;
use crate::error::{HubError, Result};
use crate::hub::Hub;

/// Commits of a record that are shown.
const COMMITS_MAX: u32 = 100;

/// What is asked of a hub's records.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RecordAsk {
    /// Acts of a director, in order, as one transaction; each succeeds or fails for itself.
    Save {
        /// The director's name; may be left out where there is one.
        director: Option<String>,
        /// The acts.
        acts: Vec<Draft>,
    },
    /// Records stand in another area from now on.
    Move {
        /// The director's name; may be left out where there is one.
        director: Option<String>,
        /// The records.
        records: Vec<RecordId>,
        /// Where they go.
        to: Area,
    },
    /// What a plan of the division assigns elsewhere goes there, with what belongs to it.
    MoveByPlan {
        /// The director's name; may be left out where there is one.
        director: Option<String>,
        /// The plan.
        plan: RecordId,
        /// Whether it is only asked what will move.
        dry_run: bool,
    },
    /// A page of a ledger.
    List {
        /// The kind's word.
        kind: String,
        /// Which rows.
        query: Query,
    },
    /// One record with all that is held.
    Show {
        /// Its id.
        record: String,
    },
    /// The indicators of an area in a period.
    Figures {
        /// The area; empty: all that the hub holds.
        area: String,
        /// The first day, `YYYY-MM-DD`.
        from: String,
        /// The day after the last.
        until: String,
    },
    /// A table made from the ledgers.
    Report(ReportAsk),
    /// Every broken rule of an area's data.
    Check {
        /// The area; empty: all that the hub holds.
        area: String,
        /// Findings listed, at most.
        findings_max: u32,
    },
    /// The matters of which a level above must be told now.
    Escalations {
        /// The area; empty: all that the hub holds.
        area: String,
        /// Rows, at most.
        rows_max: u32,
    },
    /// Judges a package for the hub's area, with what is in force there.
    CheckPackage {
        /// Its tables.
        tables: Vec<PackageTable>,
    },
    /// The reference data in force in an area, as a package.
    Package {
        /// The area; empty: the hub's own.
        area: String,
    },
    /// The ids that end so.
    Find {
        /// The last digits.
        tail: String,
    },
}

/// A page of a ledger.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Listed {
    /// The rows.
    pub rows: Vec<RecordRow>,
    /// How many the whole list has.
    pub total: u64,
}

/// A record and the latest commits that touched it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct ShownRecord {
    /// The record.
    #[serde(flatten)]
    pub record: Record,
    /// The commits, the newest first.
    pub history: Vec<HistoryRow>,
}

pub(super) async fn answer(hub: &Hub, ask: RecordAsk) -> Result<Reply> {
    match ask {
        RecordAsk::Save { director, acts } => {
            save(hub, director.as_deref(), acts).await.map(Reply::Saved)
        }
        RecordAsk::Move {
            director,
            records,
            to,
        } => moves::move_all(hub, director.as_deref(), records, to)
            .await
            .map(Reply::Saved),
        RecordAsk::MoveByPlan {
            director,
            plan,
            dry_run,
        } => moves::move_by_plan(hub, director.as_deref(), plan, dry_run)
            .await
            .map(Reply::PlanMoved),
        RecordAsk::List { kind, query } => {
            let kind = read_kind(&kind).map_err(wrong)?;
            let look = move |views: &Views<'_>| views.records(kind, &query, Reveal::Masked);
            let page = folded(hub, look).await?;
            Ok(Reply::Listed(Listed {
                rows: page.rows,
                total: page.total,
            }))
        }
        RecordAsk::Show { record } => {
            let look = move |views: &Views<'_>| shown(views, &record);
            Ok(Reply::Shown(Box::new(folded(hub, look).await?)))
        }
        RecordAsk::Figures { area, from, until } => {
            let (from, until, now) = (day(&from)?, day(&until)?, now());
            let look = move |views: &Views<'_>| views.figures(&area, from, until, now);
            Ok(Reply::Figures(folded(hub, look).await?))
        }
        RecordAsk::Report(ask) => {
            let now = now();
            let look = move |views: &Views<'_>| views.report(&ask, now);
            Ok(Reply::Report(folded(hub, look).await?))
        }
        RecordAsk::Check { area, findings_max } => {
            let (now, max) = (now(), usize::try_from(findings_max).unwrap_or(usize::MAX));
            let look = move |views: &Views<'_>| views.check(&area, now, max);
            Ok(Reply::Check(folded(hub, look).await?))
        }
        RecordAsk::Escalations { area, rows_max } => {
            let now = now();
            let look = move |views: &Views<'_>| views.escalations(&area, now, 0, rows_max);
            Ok(Reply::Escalations(folded(hub, look).await?.rows))
        }
        RecordAsk::CheckPackage { tables } => {
            let (area, on) = (hub.area().clone(), now().date());
            let look = move |views: &Views<'_>| views.check_package(&area, &tables, on);
            Ok(Reply::PackageChecked(folded(hub, look).await?))
        }
        RecordAsk::Package { area } => {
            let area = package_area(hub, &area)?;
            let look = move |views: &Views<'_>| views.package(&area, now().date());
            Ok(Reply::Package(folded(hub, look).await?))
        }
        RecordAsk::Find { tail } => {
            let look = move |views: &Views<'_>| views.ending(&tail);
            let records = folded(hub, look).await?;
            Ok(Reply::Found { records })
        }
    }
}

/// A record with its latest commits.
fn shown(views: &Views<'_>, record: &str) -> std::result::Result<ShownRecord, ViewsError> {
    let commits = Query {
        limit: COMMITS_MAX,
        ..Query::default()
    };
    Ok(ShownRecord {
        history: views.history(record, &commits, Reveal::Masked)?.rows,
        record: views.record(record, Reveal::Masked)?,
    })
}

/// Asks once everything is counted.
async fn folded<T: Send + 'static>(
    hub: &Hub,
    look: impl FnOnce(&Views<'_>) -> std::result::Result<T, ViewsError> + Send + 'static,
) -> Result<T> {
    hub.read(move |views| {
        views.fold_all()?;
        look(views)
    })
    .await
}

fn package_area(hub: &Hub, text: &str) -> Result<Area> {
    if text.is_empty() {
        return Ok(hub.area().clone());
    }
    text.parse().map_err(|_| HubError::Refused {
        zh: format!("「{text}」不是区域代码"),
        en: format!("{text} is no code of an area"),
    })
}

fn day(text: &str) -> Result<Date> {
    text.parse().map_err(|_| HubError::Refused {
        zh: format!("「{text}」不是日期,应写作 2026-10-01"),
        en: format!("{text} is no date: write 2026-10-01"),
    })
}

pub(super) fn now() -> Ms {
    Ms(crate::system::now_ms())
}

async fn save(hub: &Hub, director: Option<&str>, acts: Vec<Draft>) -> Result<Vec<Saved>> {
    save_as(hub, &director_of(hub, director)?, acts).await
}

/// Each act is read, then written under this director's own key.
pub(crate) async fn save_as(
    hub: &Hub,
    entry: &DirectorEntry,
    acts: Vec<Draft>,
) -> Result<Vec<Saved>> {
    let mut answers: Vec<Option<Saved>> = Vec::with_capacity(acts.len());
    let mut read = Vec::new();
    for act in &acts {
        let read_act = match typed::record_of(act) {
            Ok(Some(record)) => {
                let kind = kind_of(hub, record).await?;
                typed::read(act, kind.map(|kind| (record, kind)))
            }
            Ok(None) => typed::read(act, None),
            Err(problem) => Err(problem),
        };
        match read_act {
            Ok(act) => {
                read.push(act);
                answers.push(None);
            }
            Err(problem) => answers.push(Some(Saved::Wrong(problem_of(problem)))),
        }
    }
    let done = if read.is_empty() {
        Vec::new()
    } else {
        desk::act_all(hub, entry, read).await?
    };
    let mut done = done.into_iter();
    answers
        .into_iter()
        .map(|answer| match answer {
            Some(wrong) => Ok(wrong),
            None => Ok(saved(done.next().ok_or(HubError::Stopped)?)),
        })
        .collect()
}

pub(super) fn saved(done: std::result::Result<ActDone, Refusal>) -> Saved {
    match done {
        Ok(done) => Saved::Done {
            record: done
                .records
                .first()
                .map(ToString::to_string)
                .unwrap_or_default(),
            commit: done.commit.to_string(),
        },
        Err(refusal) => Saved::Wrong(problem_of(TypedProblem::from(&refusal))),
    }
}

async fn kind_of(hub: &Hub, record: RecordId) -> Result<Option<Kind>> {
    hub.read(move |views| {
        views.fold_all()?;
        views.kind_of(record)
    })
    .await
}

fn problem_of(problem: TypedProblem) -> super::Wrong {
    super::Wrong {
        code: problem.code.to_owned(),
        zh: problem.zh,
        en: problem.en,
        field: problem.field.unwrap_or_default(),
    }
}

fn wrong(problem: TypedProblem) -> HubError {
    HubError::Refused {
        zh: problem.zh,
        en: problem.en,
    }
}
