//! What a record of each kind adds to the sums.

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;

use super::word;
use super::{STOCK, Shares, day_of};
use crate::values::Values;

/// The answers that count as satisfied.
const SATISFIED: &[&str] = &["very", "yes", "fair"];

/// What every record adds, and what its kind does.
pub(crate) fn of_record(
    kind: Kind,
    record: RecordId,
    values: Values<'_>,
    changed_ms: i64,
) -> Shares {
    let mut shares = Shares::default();
    shares.split(word::RECORDS, STOCK, &kind.word(), 1);
    shares.split(word::CHANGED, day_of(changed_ms), &kind.word(), 1);
    // A record that does not say when it happened stands on the day of its making.
    let day = day_of(values.int("at_ms").unwrap_or_else(|| made_ms(record)));
    match kind {
        Kind::RATING => rating(&mut shares, day, values),
        Kind::REVIEW => review(&mut shares, day, values),
        Kind::VISIT => shares.add(word::VISITS, day, 1),
        Kind::INSPECTION => shares.add(word::INSPECTIONS, day, 1),
        Kind::SERVICE => {
            shares.add(word::SERVICES, day, 1);
            let on_behalf = values.truth("on_behalf") == Some(true);
            shares.add(word::ON_BEHALF, day, i64::from(on_behalf));
        }
        Kind::PARTICIPATION => participation(&mut shares, day, values),
        Kind::RESOURCE => {
            let total = values.int("total").unwrap_or_default();
            shares.split(word::RESOURCES, STOCK, values.text("sort"), total);
        }
        _ => {}
    }
    shares
}

fn rating(shares: &mut Shares, day: i64, values: Values<'_>) {
    shares.add(word::RATED, day, 1);
    let said = [
        ("responded", word::RESPONSE_ASKED, word::RESPONDED),
        ("solved", word::SOLUTION_ASKED, word::SOLVED),
    ];
    for (key, asked, yes) in said {
        if let Some(truth) = values.truth(key) {
            shares.add(asked, day, 1);
            shares.add(yes, day, i64::from(truth));
        }
    }
    let satisfied = values.text("satisfied");
    if !matches!(satisfied, "" | "none") {
        shares.add(word::SATISFACTION_ASKED, day, 1);
        shares.add(
            word::SATISFIED,
            day,
            i64::from(SATISFIED.contains(&satisfied)),
        );
    }
}

fn review(shares: &mut Shares, day: i64, values: Values<'_>) {
    shares.add(word::REVIEWED, day, 1);
    shares.add(
        word::REVIEW_PASSED,
        day,
        i64::from(values.truth("passed") == Some(true)),
    );
    let fault = values.text("fault");
    if !matches!(fault, "" | "none") {
        shares.split(word::FAULT, day, fault, 1);
    }
}

fn participation(shares: &mut Shares, made: i64, values: Values<'_>) {
    let on = values.text("on").parse::<wangge_model::time::Date>();
    let day = on.map_or(made, |date| day_of(date.start().0));
    shares.add(word::PARTICIPATIONS, day, 1);
    shares.add(
        word::PARTICIPATION_HOURS,
        day,
        values.int("hours").unwrap_or_default(),
    );
    shares.add(
        word::PARTICIPATION_POINTS,
        day,
        values.int("points").unwrap_or_default(),
    );
}

/// When a record's id was minted: the first six bytes of a UUID of version 7.
pub(crate) fn made_ms(record: RecordId) -> i64 {
    let bytes = record.as_bytes().iter().take(6);
    bytes.fold(0, |ms, byte| (ms << 8) | i64::from(*byte))
}
