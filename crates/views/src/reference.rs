//! Reference data: what differs by city and by time, from records, with the program's default set where none is in force.
//!
//! The fold keeps the cells of each such record in `view_reference`; here they become the rules' own structs, read by the same parsers
//! as a package. For an area those rows count whose own area contains it, and of one key those of the nearest area alone: a township
//! overlays a county.

mod cells;
mod local;
mod overlay;
mod shipped;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use rusqlite::Connection;
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::validity::Validity;

use crate::error::{Doing, Result};

pub(crate) use cells::cells;
use local::Lines;
pub use local::Local;
pub(crate) use local::{Sourced, Sources, table_of_lines};
pub(crate) use overlay::Overlaid;

const DOING: &str = "reading reference data";

/// The kinds that are reference data.
pub(crate) const KINDS: [Kind; 6] = [
    Kind::CLASS,
    Kind::STANDARD,
    Kind::DUTY,
    Kind::DAY,
    Kind::NORM,
    Kind::RULE,
];

/// Whether a record of this kind moves the deadlines of matters.
pub(crate) fn moves_clocks(kind: Kind) -> bool {
    matches!(kind, Kind::CLASS | Kind::STANDARD | Kind::DAY | Kind::RULE)
}

/// A kind, and what a row of it says something about.
type Key<'a> = (Kind, Vec<&'a str>);

/// A record of reference data.
#[derive(Debug)]
struct Entry {
    kind: Kind,
    area: String,
    record: String,
    cells: String,
    validity: Validity,
}

/// A row in force, with its record.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Held<'a> {
    pub(crate) record: &'a str,
    pub(crate) cells: &'a str,
}

/// All reference data of a store.
#[derive(Debug, Default)]
pub(crate) struct Reference {
    entries: Vec<Entry>,
    areas: BTreeSet<String>,
    /// The days on which something comes into force or is no longer, in order: between two of them nothing changes.
    turns: BTreeSet<Date>,
    /// By the longest area of an entry that contains the asked one, and by how many turns are past.
    locals: Mutex<BTreeMap<(String, usize), Arc<Local>>>,
}

impl Reference {
    fn load(conn: &Connection) -> Result<Self> {
        let mut statement = conn
            .prepare_cached(
                "SELECT f.kind, f.area, r.record, f.cells FROM view_reference f JOIN view_record r ON r.id = f.id ORDER BY r.record",
            )
            .doing(DOING)?;
        let rows = statement
            .query_map([], |row| {
                let record: [u8; 16] = row.get(2)?;
                Ok((row.get::<_, u32>(0)?, row.get(1)?, record, row.get(3)?))
            })
            .doing(DOING)?;
        let mut reference = Self::default();
        for row in rows {
            let (kind, area, record, cells): (u32, String, [u8; 16], String) = row.doing(DOING)?;
            if let Some(kind) = Kind::from_u32(kind) {
                reference.enter(kind, area, crate::list::record_text(&record), cells);
            }
        }
        Ok(reference)
    }

    fn enter(&mut self, kind: Kind, area: String, record: String, cells: String) {
        let validity = cells::validity(kind, &cells);
        self.turns.extend(validity.from);
        self.turns.extend(validity.until.map(|day| day.plus(1)));
        self.areas.insert(area.clone());
        self.entries.push(Entry {
            kind,
            area,
            record,
            cells,
            validity,
        });
    }

    /// Whether any row of a kind stands anywhere.
    pub(crate) fn speaks_of(&self, kind: Kind) -> bool {
        self.entries.iter().any(|entry| entry.kind == kind)
    }

    /// The longest area of an entry that contains an area: all entries that count are the same for both.
    fn nearest<'a>(&self, area: &'a str) -> &'a str {
        (0..=area.len())
            .rev()
            .filter_map(|length| area.get(..length))
            .find(|prefix| self.areas.contains(*prefix))
            .unwrap_or_default()
    }

    /// What counts in an area on a day.
    pub(crate) fn at(&self, area: &str, on: Date) -> Arc<Local> {
        // One process may host the hubs of a whole county: what ships with the program stands once for all of them.
        static SHIPPED: OnceLock<Arc<Local>> = OnceLock::new();
        if self.entries.is_empty() {
            let shipped = || Arc::new(Local::new(on, &Lines::new(), &Lines::new()));
            return Arc::clone(SHIPPED.get_or_init(shipped));
        }
        let nearest = self.nearest(area);
        let turn = self.turns.range(..=on).count();
        let mut locals = self.locals.lock().unwrap_or_else(PoisonError::into_inner);
        let local = locals.entry((nearest.to_owned(), turn)).or_insert_with(|| {
            let lines = self.lines(nearest, |entry| entry.validity.holds(on));
            Arc::new(Local::new(on, &lines, &self.lines(nearest, |_| true)))
        });
        Arc::clone(local)
    }

    /// Every row of records that counts in an area at some time.
    pub(crate) fn sources(&self, area: &str) -> Sources {
        Sources::new(&self.lines(self.nearest(area), |_| true))
    }

    /// The rows of a kind in force in an area on a day; those that ship where no record is, and beside records the days that none speaks of.
    pub(crate) fn in_force(&self, kind: Kind, area: &str, on: Date) -> Vec<&str> {
        let lines = self.lines(self.nearest(area), |entry| {
            entry.validity.holds(on) || kind == Kind::DAY
        });
        let own = lines.get(&kind).into_iter().flatten();
        let own: Vec<&str> = own.map(|(_, cells)| *cells).collect();
        let spoken: BTreeSet<Vec<&str>> = own.iter().map(|line| cells::key(kind, line)).collect();
        let mut rows: Vec<&str> = Vec::new();
        if own.is_empty() || kind == Kind::DAY {
            let shipped = shipped::lines(kind).iter().map(String::as_str);
            rows.extend(shipped.filter(|line| !spoken.contains(&cells::key(kind, line))));
        }
        rows.extend(own);
        rows
    }

    /// The rows of a kind that still count in an area once these stand there: of the same area those about something else, of wider ones
    /// those that these do not stand before.
    pub(crate) fn beside(
        &self,
        kind: Kind,
        area: &str,
        lines: &[String],
        on: Date,
    ) -> Vec<Held<'_>> {
        let known: BTreeSet<Vec<&str>> = lines
            .iter()
            .map(|line| cells::identity(kind, line))
            .collect();
        let spoken: BTreeSet<Vec<&str>> = lines.iter().map(|line| cells::key(kind, line)).collect();
        let counts = |entry: &&Entry| {
            let over = entry.validity.until.is_some_and(|until| until < on);
            entry.kind == kind && area.starts_with(&entry.area) && !over
        };
        let stays = |entry: &&Entry| match entry.area == area {
            true => !known.contains(&cells::identity(kind, &entry.cells)),
            false => !spoken.contains(&cells::key(kind, &entry.cells)),
        };
        let rows = self.entries.iter().filter(counts).filter(stays);
        rows.map(|Entry { record, cells, .. }| Held { record, cells })
            .collect()
    }

    /// The rows that count in an area, by kind: of one key, those of the nearest area.
    fn lines(&self, area: &str, in_force: impl Fn(&Entry) -> bool) -> Lines<'_> {
        let mut nearest: BTreeMap<Key<'_>, (usize, Vec<&Entry>)> = BTreeMap::new();
        let counts = |entry: &&Entry| area.starts_with(&entry.area) && in_force(entry);
        for entry in self.entries.iter().filter(counts) {
            let key = (entry.kind, cells::key(entry.kind, &entry.cells));
            let held = nearest.entry(key).or_default();
            if entry.area.len() > held.0 {
                *held = (entry.area.len(), Vec::new());
            }
            if entry.area.len() == held.0 {
                held.1.push(entry);
            }
        }
        let mut lines = Lines::new();
        for ((kind, _), (_, entries)) in nearest {
            let of_kind = lines.entry(kind).or_default();
            of_kind.extend(
                entries
                    .iter()
                    .map(|entry| (entry.record.as_str(), entry.cells.as_str())),
            );
        }
        for of_kind in lines.values_mut() {
            of_kind.sort_unstable();
        }
        lines
    }
}

/// How often reference data has changed: of any kind, and of those kinds that move deadlines.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Version {
    pub(crate) reference: u64,
    pub(crate) clockwork: u64,
}

/// The version of the rows.
pub(crate) fn version(conn: &Connection) -> Result<Version> {
    conn.prepare_cached("SELECT reference, clockwork FROM view_mark")
        .and_then(|mut statement| {
            statement.query_row([], |row| {
                Ok(Version {
                    reference: row.get(0)?,
                    clockwork: row.get(1)?,
                })
            })
        })
        .doing(DOING)
}

/// The reference data of a store as it last was read, beside the store.
#[derive(Debug, Default)]
pub(crate) struct Cache(Mutex<Option<(u64, Arc<Reference>)>>);

impl Cache {
    /// The reference data at this version, which must be a committed one.
    pub(crate) fn at(&self, conn: &Connection, version: Version) -> Result<Arc<Reference>> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match held.as_ref() {
            Some((number, reference)) if *number == version.reference => Ok(Arc::clone(reference)),
            _ => {
                let reference = load(conn)?;
                *held = Some((version.reference, Arc::clone(&reference)));
                Ok(reference)
            }
        }
    }
}

/// The reference data as it stands, read anew.
pub(crate) fn load(conn: &Connection) -> Result<Arc<Reference>> {
    Reference::load(conn).map(Arc::new)
}
