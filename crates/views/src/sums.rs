//! Sums by day, area and measure, kept as records are folded: what a record added before is taken away, what it adds now is added.
//!
//! A sum stands for every area that contains the record's, so a figure of any area is one range of rows.

mod matters;
mod shares;
pub(crate) mod word;

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension};

use crate::error::{Doing, Result, ViewsError};

pub(crate) use matters::{Way, of_matter};
pub(crate) use shares::{made_ms, of_record};

const DOING: &str = "writing sums";
const DAY_MS: i64 = 86_400_000;
const BEIJING_MS: i64 = 8 * 3_600_000;

/// The day of what has none: how many there are now.
pub(crate) const STOCK: i64 = 0;

/// The lengths of codes for which sums are kept: everything, province, city, county, township, community, grid.
pub(crate) const LENGTHS: [usize; 7] = [0, 2, 4, 6, 9, 12, 15];

/// The day of an instant: since 1970, in Beijing time.
pub(crate) fn day_of(ms: i64) -> i64 {
    ms.saturating_add(BEIJING_MS).div_euclid(DAY_MS)
}

/// What one record adds: numbers by measure, day and split.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(crate) struct Shares(BTreeMap<(String, i64, String), i64>);

impl Shares {
    /// Adds to a measure on a day.
    pub(crate) fn add(&mut self, measure: &str, day: i64, n: i64) {
        self.split(measure, day, "", n);
    }

    /// Adds to a part of a measure on a day.
    pub(crate) fn split(&mut self, measure: &str, day: i64, split: &str, n: i64) {
        if n != 0 {
            let split = split.replace(['\t', '\n', '\r'], " ");
            let sum = self.0.entry((measure.to_owned(), day, split)).or_default();
            *sum = sum.saturating_add(n);
        }
    }

    fn encode(&self) -> String {
        let lines = self
            .0
            .iter()
            .map(|((measure, day, split), n)| format!("{measure}\t{day}\t{split}\t{n}"));
        lines.collect::<Vec<_>>().join("\n")
    }

    /// The splits of a measure, in order.
    pub(crate) fn splits(&self, measure: &str) -> impl Iterator<Item = &str> {
        let found = self.0.keys().filter(move |(word, ..)| word == measure);
        found.map(|(_, _, split)| split.as_str())
    }

    pub(crate) fn parse(text: &str) -> Option<Self> {
        let mut shares = Self::default();
        for line in text.lines() {
            let mut cells = line.split('\t');
            let (measure, day, split, n) =
                (cells.next()?, cells.next()?, cells.next()?, cells.next()?);
            shares.split(measure, day.parse().ok()?, split, n.parse().ok()?);
        }
        Some(shares)
    }
}

/// What the records of one folding transaction change in the sums.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    changes: BTreeMap<(String, String, i64, String), i64>,
}

impl Ledger {
    /// Puts a record's shares in place of those that it had; none takes them away.
    pub(crate) fn replace(
        &mut self,
        target: &Connection,
        id: i64,
        shares: Option<(&str, &Shares)>,
    ) -> Result<()> {
        let held: Option<(String, String)> = target
            .prepare_cached("SELECT area, shares FROM view_share WHERE id = ?1")
            .and_then(|mut statement| {
                statement
                    .query_row([id], |row| Ok((row.get(0)?, row.get(1)?)))
                    .optional()
            })
            .doing(DOING)?;
        let now = shares.map(|(area, shares)| (area.to_owned(), shares.encode()));
        if held == now {
            return Ok(());
        }
        if let Some((area, text)) = held {
            let before = Shares::parse(&text).ok_or(ViewsError::Value {
                doing: DOING,
                what: "shares",
            })?;
            self.change(&area, &before, -1);
        }
        if let Some((area, shares)) = shares {
            self.change(area, shares, 1);
        }
        let sql = if now.is_some() {
            "INSERT INTO view_share (id, area, shares) VALUES (?1, ?2, ?3) \
             ON CONFLICT (id) DO UPDATE SET area = excluded.area, shares = excluded.shares"
        } else {
            "DELETE FROM view_share WHERE id = ?1 AND ?2 = ?3"
        };
        let (area, text) = now.unwrap_or_default();
        target
            .prepare_cached(sql)
            .and_then(|mut statement| statement.execute((id, area, text)))
            .doing(DOING)?;
        Ok(())
    }

    fn change(&mut self, area: &str, shares: &Shares, sign: i64) {
        for wide in LENGTHS.iter().filter_map(|length| area.get(..*length)) {
            for ((measure, day, split), n) in &shares.0 {
                let at = (measure.clone(), wide.to_owned(), *day, split.clone());
                let sum = self.changes.entry(at).or_default();
                *sum = sum.saturating_add(n.saturating_mul(sign));
            }
        }
    }

    /// Writes the changes. Sums that have become 0 go.
    pub(crate) fn write(self, target: &Connection) -> Result<()> {
        let changed = self.changes.into_iter().filter(|(_, n)| *n != 0);
        for ((measure, area, day, split), n) in changed {
            let sum: i64 = target
                .prepare_cached(
                    "INSERT INTO view_sum (measure, area, day, split, n) VALUES (?1, ?2, ?3, ?4, ?5) \
                     ON CONFLICT (measure, area, day, split) DO UPDATE SET n = n + excluded.n RETURNING n",
                )
                .and_then(|mut statement| {
                    statement.query_row((&measure, &area, day, &split, n), |row| row.get(0))
                })
                .doing(DOING)?;
            if sum == 0 {
                target
                    .prepare_cached("DELETE FROM view_sum WHERE measure = ?1 AND area = ?2 AND day = ?3 AND split = ?4")
                    .and_then(|mut statement| statement.execute((measure, area, day, split)))
                    .doing(DOING)?;
            }
        }
        Ok(())
    }
}
