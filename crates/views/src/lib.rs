//! counts: records folded into the rows that lists and boards show.
//!
//! The rows stand in tables of their own (`view_…`) in the store's own file. [`Views::fold`] reads what the journal says was touched since
//! its own cursor and writes rows in a transaction of its own: admission never waits for it. What cannot be folded becomes a
//! [`rows::ProblemRow`], not silence. Questions read one committed state beside the writer.
//!
//! | module | does |
//! |---|---|
//! | [`rows`] | the rows: the console's JSON and the face of core |
//! | `source` | reads records, commits and grants from the engine's tables |
//! | `fold` | what was touched becomes rows |
//! | `clockwork`, `sums` | what a matter's clocks say, and what a record adds to the figures |
//! | `reference` | what differs by city, from records or the default set |
//! | `ground`, `check` | grids and their people as the rules take them; every broken rule of the data |
//! | `list`, `detail`, `review`, `peers`, `figures`, `indicators` | answer questions |
//! | `package` | the reference data of a place as tables: judged whole, given out |
//! | `report` | tables made from the ledgers, each by its name |
//! | `next` | the steps that a member may take now |
//! | `search` | cuts texts into tokens, and questions into match expressions |
//! | `equal` | the law `fold_equal` |

pub mod error;
pub mod limits;
pub mod rows;

mod alike;
mod areas;
mod check;
mod clockwork;
mod detail;
mod equal;
mod figures;
mod fold;
mod ground;
mod indicators;
mod list;
mod mask;
mod next;
mod package;
mod peers;
mod reference;
mod report;
mod review;
mod search;
mod source;
mod stage;
mod standing;
mod sums;
mod targets;
mod text;
mod values;

use std::collections::BTreeMap;
use std::sync::Arc;

use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::time::{Date, Ms};
use wangge_store::{Ladder, Store};

use indicators::Period;
use reference::Cache;
use rows::{
    Ageing, AreaName, AsOf, Check, ConflictRow, Counts, EscalationRow, Figures, HeldRow,
    HistoryRow, NextStep, Page, PeerRow, ProblemRow, Query, Record, RecordName, RecordRow, Report,
    ReportAsk, ReportName, Spread,
};

pub use detail::Settling;
pub use equal::Scratch;
pub use error::{Fault, Result, ViewsError};
pub use fold::Progress;
pub use ground::PlanMoves;
pub use list::Classified;
pub use package::{
    PackageFinding, PackageRow, PackageTable, check_package, read_levels, shipped_package,
};
pub use reference::Local;
pub use text::Reveal;

/// The steps of the tables `view_…`.
const LADDER: Ladder = Ladder {
    name: "view",
    steps: &[
        include_str!("../schema/0001_begin.sql"),
        include_str!("../schema/0002_ledgers.sql"),
        include_str!("../schema/0003_clocks.sql"),
        include_str!("../schema/0004_matters.sql"),
        include_str!("../schema/0005_again.sql"),
    ],
};

/// The names of all reports, in the order of menus.
#[must_use]
pub fn reports() -> Vec<ReportName> {
    report::names()
}

/// The rows of a store. Costs nothing to keep or to make anew.
#[derive(Clone, Copy, Debug)]
pub struct Views<'s> {
    store: &'s Store,
}

impl<'s> Views<'s> {
    /// The rows of a store; makes or updates their tables where needed.
    ///
    /// # Errors
    /// The store's.
    pub fn new(store: &'s Store) -> Result<Self> {
        store.migrate(&LADDER)?;
        Ok(Self { store })
    }

    /// Folds at most `records_max` of the records that were touched (and at most [`limits::FOLD_RECORDS_MAX`]), in one transaction.
    /// Call again while [`Progress::behind`] is not 0.
    ///
    /// # Errors
    /// The store's; nothing of the call has happened then.
    pub fn fold(&self, records_max: u32) -> Result<Progress> {
        let limit = records_max.min(limits::FOLD_RECORDS_MAX);
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store
            .views_tx(|tx| fold::fold_next(tx, tx, limit, cache))
    }

    /// Folds to the journal's end, in as many transactions as it takes.
    ///
    /// # Errors
    /// The store's; what was folded before stays.
    pub fn fold_all(&self) -> Result<Progress> {
        loop {
            let progress = self.fold(limits::FOLD_RECORDS_MAX)?;
            if progress.behind == 0 || progress.folded == 0 {
                return Ok(progress);
            }
        }
    }

    /// A page of the ledger of a kind.
    ///
    /// # Errors
    /// [`ViewsError::Question`] where the area is no code or a filter names no field of the kind, or the store's.
    pub fn records(&self, kind: Kind, query: &Query, reveal: Reveal) -> Result<Page<RecordRow>> {
        self.store
            .read(|conn| list::records(conn, kind, query, reveal))
    }

    /// A record of any kind with every field that is held here, the log of a matter, and the records that name it.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where there is none, or it is not folded yet; the store's.
    pub fn record(&self, record: &str, reveal: Reveal) -> Result<Record> {
        self.store.read(|conn| detail::record(conn, record, reveal))
    }

    /// The records whose ids end so, at most ten: what a person types of an id.
    ///
    /// # Errors
    /// The store's.
    pub fn ending(&self, tail: &str) -> Result<Vec<String>> {
        self.store.read(|conn| list::ending(conn, tail))
    }

    /// The steps of a matter that a member in an office may take now: those that the rules would count. None for a record without a log.
    ///
    /// # Errors
    /// The store's.
    pub fn next_steps(
        &self,
        record: RecordId,
        member: MemberId,
        office: Role,
        now: Ms,
    ) -> Result<Vec<NextStep>> {
        let hand = next::Hand {
            member,
            office,
            now,
        };
        self.store.read(|conn| next::steps(conn, record, hand))
    }

    /// What these records are called; those that are not here are left out.
    ///
    /// # Errors
    /// The store's.
    pub fn names(&self, records: &[String]) -> Result<Vec<RecordName>> {
        self.store.read(|conn| list::names(conn, records))
    }

    /// What a record is about; `None` where it is not here.
    ///
    /// # Errors
    /// The store's.
    pub fn kind_of(&self, record: RecordId) -> Result<Option<Kind>> {
        self.store
            .read(|conn| Ok(source::head(conn, record)?.map(|head| head.kind)))
    }

    /// Records of a kind by id after `after`, in clear, with every field and the log: for exports. An empty `after` begins.
    ///
    /// # Errors
    /// The store's.
    pub fn export_records(&self, kind: Kind, after: &str, records_max: u32) -> Result<Vec<Record>> {
        self.store
            .read(|conn| detail::export(conn, kind, after, records_max))
    }

    /// A page of the commits that touch a record, the newest first; of the query only offset and limit are looked at. Their status is
    /// what this store's own tables say (saved, received, admitted, held); how far they were merged above, the engine's `status_of` knows.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where there is none, or it is not folded yet; the store's.
    pub fn history(&self, record: &str, query: &Query, reveal: Reveal) -> Result<Page<HistoryRow>> {
        self.store
            .read(|conn| detail::history(conn, record, query, reveal))
    }

    /// The area of a record, folded or not.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where there is none; the store's.
    pub fn area_of(&self, record: RecordId) -> Result<Area> {
        self.store.read(|conn| {
            let head = source::head(conn, record)?;
            head.map(|head| head.area)
                .ok_or_else(|| detail::unknown("record", &record.to_string()))
        })
    }

    /// The area that a commit was filed under: the one that it names, or its device's where it cannot be read.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where it never came here; the store's.
    pub fn area_of_commit(&self, commit: CommitId) -> Result<String> {
        self.store.read(|conn| {
            source::area_of_commit(conn, commit)?
                .ok_or_else(|| detail::unknown("commit", &commit.to_string()))
        })
    }

    /// The highest level above the hub `key`, which this store is of, that each commit was merged at. Those that none has merged are left out.
    ///
    /// # Errors
    /// The store's.
    pub fn merged(&self, key: &Key, commits: &[CommitId]) -> Result<BTreeMap<CommitId, Level>> {
        self.store.read(|conn| source::merged(conn, key, commits))
    }

    /// A page of fields in conflict.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn conflicts(&self, query: &Query, reveal: Reveal) -> Result<Page<ConflictRow>> {
        self.store
            .read(|conn| review::conflicts(conn, query, reveal))
    }

    /// What settles a field in conflict on the candidate named `choice`. `shown` are the choices of all candidates that the director was shown.
    ///
    /// # Errors
    /// [`ViewsError::Stale`] where others stand now; [`ViewsError::Question`] or [`ViewsError::Unknown`] where nothing is meant.
    pub fn settling(
        &self,
        record: &str,
        facet: Facet,
        key: &str,
        choice: &str,
        shown: &[String],
    ) -> Result<Settling> {
        self.store
            .read(|conn| detail::settling(conn, record, (facet, key), choice, shown))
    }

    /// A page of held commits that no director has answered.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn held(&self, query: &Query, reveal: Reveal) -> Result<Page<HeldRow>> {
        self.store.read(|conn| review::held(conn, query, reveal))
    }

    /// A page of the hub above, and the hubs, phones and desks below. Whether they are connected now, the hub's program knows.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn peers(&self, query: &Query) -> Result<Page<PeerRow>> {
        self.store.read(|conn| peers::peers(conn, query))
    }

    /// The names of the areas inside one, by code: of hubs and of grids. An empty code means everything here.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn area_names(&self, area: &str) -> Result<Vec<AreaName>> {
        self.store.read(|conn| areas::names(conn, area))
    }

    /// The figures of an area; an empty code means everything here.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn counts(&self, area: &str) -> Result<Counts> {
        self.store.read(|conn| figures::counts(conn, area))
    }

    /// The indicators of an area in the days from `from` up to, and without, `until`; an empty code means everything here.
    ///
    /// # Errors
    /// [`ViewsError::Question`] where the area is not empty and no code of a level; the store's.
    pub fn figures(&self, area: &str, from: Date, until: Date, now: Ms) -> Result<Figures> {
        let period = Period { from, until, now };
        self.store
            .read(|conn| indicators::figures(conn, area, period))
    }

    /// The indicators of each area of the next level that has records here: of a township, its communities.
    ///
    /// # Errors
    /// As [`Views::figures`].
    pub fn figures_below(
        &self,
        area: &str,
        from: Date,
        until: Date,
        now: Ms,
    ) -> Result<Vec<Figures>> {
        let period = Period { from, until, now };
        self.store
            .read(|conn| indicators::figures_below(conn, area, period))
    }

    /// How long the reporters of matters that were answered in a period had waited: from the report to the first answer.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn response(&self, area: &str, from: Date, until: Date) -> Result<Spread> {
        let now = until.start();
        let period = Period { from, until, now };
        self.store
            .read(|conn| indicators::response(conn, area, period))
    }

    /// A page of the matters of which a level above must be told now: the highest level first, then the longest since. A limit of 0 means
    /// [`limits::PAGE_ROWS_DEFAULT`].
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn escalations(
        &self,
        area: &str,
        now: Ms,
        offset: u64,
        limit: u32,
    ) -> Result<Page<EscalationRow>> {
        self.store
            .read(|conn| list::escalations(conn, area, now, offset, limit))
    }

    /// How old the open matters of an area are. The list itself: [`Views::records`] with [`rows::Order::Oldest`] of those not closed.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn ageing(&self, area: &str, now: Ms) -> Result<Ageing> {
        self.store.read(|conn| list::ageing(conn, area, now))
    }

    /// A report by its name, made from the ledgers now.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where there is no such report, or not the record that it is to be about; [`ViewsError::Question`] where the
    /// area is no code or a day none; the store's.
    pub fn report(&self, ask: &ReportAsk, now: Ms) -> Result<Report> {
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store.read(|conn| {
            let reference = cache.at(conn, reference::version(conn)?)?;
            report::report(conn, ask, now, &reference)
        })
    }

    /// Which records a plan of the division moves on a day, of those that are here: what stands elsewhere than the plan says, with what belongs to it.
    ///
    /// # Errors
    /// [`ViewsError::Unknown`] where it is no plan, or not here; the store's.
    pub fn plan_moves(&self, plan: RecordId, on: Date) -> Result<PlanMoves> {
        self.store.read(|conn| ground::plan_moves(conn, plan, on))
    }

    /// Every broken rule of the data of an area; at most `findings_max` are listed, all are counted. Reads all of it: a command, no screen.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn check(&self, area: &str, now: Ms, findings_max: usize) -> Result<Check> {
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store.read(|conn| {
            let reference = cache.at(conn, reference::version(conn)?)?;
            let scope = check::Scope {
                conn,
                area,
                now,
                on: now.date(),
                reference: &reference,
            };
            check::check(&scope, findings_max)
        })
    }

    /// The reference data that counts in an area on a day: classes, standards, duties, norms, days; from the records that are folded, of
    /// one key those of the nearest area above, else the default set.
    ///
    /// # Errors
    /// The store's.
    pub fn reference(&self, area: &Area, on: Date) -> Result<Arc<Local>> {
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store.read(|conn| {
            let version = reference::version(conn)?;
            Ok(cache.at(conn, version)?.at(area.as_str(), on))
        })
    }

    /// Judges a package for an area, with what is in force there: contradictions, overlaps, holes, unknown codes.
    ///
    /// # Errors
    /// The store's.
    pub fn check_package(
        &self,
        area: &Area,
        tables: &[PackageTable],
        on: Date,
    ) -> Result<Vec<PackageFinding>> {
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store.read(|conn| {
            let reference = cache.at(conn, reference::version(conn)?)?;
            Ok(package::check_for(&reference, area, tables, on))
        })
    }

    /// The reference data in force in an area on a day as a package, with what ships where no record is.
    ///
    /// # Errors
    /// The store's.
    pub fn package(&self, area: &Area, on: Date) -> Result<Vec<PackageTable>> {
        let scratch = Cache::default();
        let cache = self.store.companion().unwrap_or(&scratch);
        self.store.read(|conn| {
            let reference = cache.at(conn, reference::version(conn)?)?;
            Ok(package::in_force(&reference, area.as_str(), on))
        })
    }

    /// The matters of an area whose class somebody chose, the newest change last: what a device learns classes from. At most
    /// [`limits::LEARNED_MATTERS_MAX`].
    ///
    /// # Errors
    /// The store's.
    pub fn classified(&self) -> Result<Vec<Classified>> {
        self.store.read(list::classified)
    }

    /// The title and the description of a matter.
    ///
    /// # Errors
    /// The store's.
    pub fn said(&self, matter: RecordId) -> Result<(String, String)> {
        self.store.read(|conn| {
            let content = source::content(conn, matter)?;
            let values = values::Values(&content.facets);
            let text = |key| values.text(key).to_owned();
            Ok((text("title"), text("description")))
        })
    }

    /// How fresh the rows are. The last contact with the hub above is the program's to add.
    ///
    /// # Errors
    /// The store's.
    pub fn as_of(&self) -> Result<AsOf> {
        self.store.read(figures::as_of)
    }

    /// A page of records that could not be folded.
    ///
    /// # Errors
    /// As [`Views::records`].
    pub fn problems(&self, query: &Query) -> Result<Page<ProblemRow>> {
        self.store.read(|conn| review::problems(conn, query))
    }

    /// The law `fold_equal`: folds everything anew beside the store and says where the rows differ; empty: nowhere.
    ///
    /// # Errors
    /// The store's.
    pub fn fold_equal(&self) -> Result<Vec<String>> {
        self.fold_equal_in(&mut Scratch::open()?)
    }

    /// As [`Views::fold_equal`], in a database that is kept for the next question.
    ///
    /// # Errors
    /// The store's.
    pub fn fold_equal_in(&self, scratch: &mut Scratch) -> Result<Vec<String>> {
        self.store.read(|conn| equal::differences(conn, scratch))
    }
}

#[cfg(test)]
mod tests;
