//! Members: how many, of which employment, how many left, which grids have none (R27, R31, R35).

use rusqlite::Connection;
use wangge_model::time::Date;
use wangge_rules::grids::Sort;
use wangge_rules::grids::division::Division;
use wangge_rules::grids::staffing::staff;
use wangge_rules::people::roster;

use super::{Period, Sums, table};
use crate::error::Result;
use crate::ground;

pub(super) fn add(conn: &Connection, area: &str, period: Period, sums: &mut Sums) -> Result<()> {
    let last = last_day(period);
    let members = ground::members(conn, area)?;
    let figures = roster::figures(&members, period.from, last);
    sums.set(table::MEMBERS, figures.at_end.into());
    // Of the mean of both ends: twice the leavers against their sum.
    sums.set(table::LEFT, i64::from(figures.left).saturating_mul(2));
    let both = i64::from(figures.at_start).saturating_add(figures.at_end.into());
    sums.set(table::BOTH_ENDS, both);
    let employed = figures.by_employment.iter();
    let employed = employed.map(|(sort, count)| (sort.word().to_owned(), i64::from(*count)));
    sums.0.insert(table::EMPLOYMENT, employed.collect());
    let full_time = sums.part(table::EMPLOYMENT, "full_time");
    sums.set(table::FULL_TIME, full_time);

    let grids = ground::grids(conn, area)?;
    let posts = ground::posts(conn, area)?;
    let division = Division::on(&grids, last);
    // A micro-grid is a part of one that has its own people.
    let whole = || division.grids().filter(|grid| grid.sort != Sort::Micro);
    let vacant = whole().filter(|grid| staff(grid, &posts, &members, last).members == 0);
    sums.set(
        table::VACANT,
        i64::try_from(vacant.count()).unwrap_or(i64::MAX),
    );
    sums.set(
        table::GRIDS,
        i64::try_from(whole().count()).unwrap_or(i64::MAX),
    );
    Ok(())
}

/// The last day of the period that has begun.
fn last_day(period: Period) -> Date {
    let end = period.until.plus(-1);
    end.min(period.now.date()).max(period.from)
}
