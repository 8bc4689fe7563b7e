//! Workload G, one grid: residents with 25 fields, 15 of them strings, and half as many matters with 20 fields and a log of 5 entries; of each
//! record 5 changes by 2 writers in turn. All from one seed.

use std::collections::BTreeMap;

use wangge_core::{Draft, FieldEdit, NewStep};

use crate::dice::Dice;

mod words;

/// Changes of a record after its first.
pub(crate) const ROUNDS: usize = 4;

/// A field's key and its value as a person types it.
type Typed = (&'static str, String);

/// What a change writes.
#[derive(Debug, Clone)]
pub(crate) enum Change {
    Fields(Vec<Typed>),
    Remark(String),
}

/// A record's beginning and what becomes of it.
#[derive(Debug, Clone)]
pub(crate) struct Planned {
    kind: &'static str,
    first: Vec<Typed>,
    pub(crate) changes: Vec<Change>,
    /// What its fields say after them.
    last: BTreeMap<&'static str, String>,
}

/// All records of a grid.
#[derive(Debug)]
pub(crate) struct Workload {
    pub(crate) records: Vec<Planned>,
    dice: Dice,
}

impl Workload {
    /// `records` of them, each with so many changes after its first.
    pub(crate) fn new(records: usize, rounds: usize, seed: u64) -> Self {
        let mut dice = Dice::new(seed);
        let records = (0..records).map(|number| planned(&mut dice, number, rounds));
        let records = records.collect();
        Self { records, dice }
    }

    /// Three fields of each of `number` records, none twice: places and edits.
    pub(crate) fn edits(&mut self, number: usize) -> Vec<(usize, Change)> {
        let places = self.dice.sample(number, self.records.len());
        self.edits_at(&places)
    }

    /// Three fields of each of these records.
    pub(crate) fn edits_at(&mut self, places: &[usize]) -> Vec<(usize, Change)> {
        let Self { records, dice } = self;
        let edit = |place: &usize| {
            let Planned { kind, last, .. } = records.get(*place)?;
            Some((*place, Change::Fields(edits(dice, kind, 3, last))))
        };
        places.iter().filter_map(edit).collect()
    }

    /// New residents without a history.
    pub(crate) fn newcomers(&mut self, number: usize) -> Vec<Draft> {
        let mut new = || Planned::new("resident", resident(&mut self.dice)).draft();
        (0..number).map(|_| new()).collect()
    }
}

impl Planned {
    fn new(kind: &'static str, first: Vec<Typed>) -> Self {
        Self {
            kind,
            last: first.iter().cloned().collect(),
            first,
            changes: Vec::new(),
        }
    }

    /// The record as its author makes it.
    pub(crate) fn draft(&self) -> Draft {
        Draft::New {
            kind: self.kind.to_owned(),
            area: String::new(),
            fields: typed(&self.first),
            step: None,
            stated_ms: None,
        }
    }
}

impl Change {
    /// The change as somebody makes it to a record.
    pub(crate) fn draft(&self, record: &str) -> Draft {
        let record = record.to_owned();
        match self {
            Self::Fields(fields) => Draft::Edit {
                record,
                fields: typed(fields),
                stated_ms: None,
            },
            Self::Remark(note) => Draft::Step {
                record,
                step: NewStep {
                    step: "remark".to_owned(),
                    note: note.clone(),
                    to: String::new(),
                    fields: Vec::new(),
                    at_ms: None,
                },
            },
        }
    }
}

fn typed(fields: &[Typed]) -> Vec<FieldEdit> {
    let set = |(key, value): &Typed| FieldEdit::set(*key, value);
    fields.iter().map(set).collect()
}

/// Every third record is a matter, so that residents are twice as many.
fn planned(dice: &mut Dice, number: usize, rounds: usize) -> Planned {
    if number % 3 == 2 {
        let mut planned = Planned::new("matter", matter(dice, number));
        let remarks = (0..rounds).map(|_| Change::Remark(note(dice)));
        planned.changes = remarks.collect();
        return planned;
    }
    let mut planned = Planned::new("resident", resident(dice));
    for _ in 0..rounds {
        let number = 2 + dice.below(2);
        let fields = edits(dice, planned.kind, number, &planned.last);
        planned.last.extend(fields.iter().cloned());
        planned.changes.push(Change::Fields(fields));
    }
    planned
}

/// So many fields of a record with other values.
fn edits(
    dice: &mut Dice,
    kind: &str,
    number: usize,
    last: &BTreeMap<&'static str, String>,
) -> Vec<Typed> {
    const RESIDENT: &[&str] = &[
        "phone",
        "phone_other",
        "note",
        "occupation",
        "employer",
        "education",
        "address",
        "emergency_name",
    ];
    const MATTER: &[&str] = &[
        "severity",
        "persons",
        "units",
        "description",
        "scale",
        "supports",
        "demand",
        "place",
    ];
    let keys = if kind == "matter" { MATTER } else { RESIDENT };
    let places = dice.sample(number, keys.len());
    let keys = places.iter().filter_map(|place| keys.get(*place));
    keys.map(|key| (*key, other(dice, key, last.get(key))))
        .collect()
}

/// A value that does not stand there yet.
fn other(dice: &mut Dice, key: &str, standing: Option<&String>) -> String {
    loop {
        let value = value(dice, key);
        if Some(&value) != standing {
            return value;
        }
    }
}

fn resident(dice: &mut Dice) -> Vec<Typed> {
    let birth = Birth::roll(dice);
    let mut fields = vec![
        ("sex", birth.sex().to_owned()),
        ("birth_year", birth.year.to_string()),
        ("birth_date", birth.date()),
        ("id_number", birth.number()),
    ];
    const OTHERS: &[&str] = &[
        "name",
        "ethnicity",
        "residence",
        "registration",
        "household_no",
        "relation",
        "address",
        "note",
        "phone",
        "phone_other",
        "emergency_name",
        "emergency_phone",
        "former_name",
        "native_place",
        "registered_address",
        "marriage",
        "politics",
        "education",
        "occupation",
        "employer",
        "inflow_reason",
    ];
    fields.extend(OTHERS.iter().map(|key| (*key, value(dice, key))));
    fields
}

fn matter(dice: &mut Dice, number: usize) -> Vec<Typed> {
    const KEYS: &[&str] = &[
        "sort",
        "class",
        "demand",
        "description",
        "place",
        "lon_e7",
        "lat_e7",
        "occurred_ms",
        "scale",
        "severity",
        "persons",
        "units",
        "source",
        "reporter",
        "supports",
        "opposes",
        "reporter_name",
        "reporter_phone",
    ];
    let mut fields = vec![
        ("title", format!("{}第{number}处", value(dice, "title"))),
        (
            "external_id",
            format!("E{:09}", dice.within(0, 1_000_000_000)),
        ),
    ];
    fields.extend(KEYS.iter().map(|key| (*key, value(dice, key))));
    fields
}

/// A value that the field takes.
fn value(dice: &mut Dice, key: &str) -> String {
    let words = words::of(key);
    if !words.is_empty() {
        return dice.of(words).to_owned();
    }
    match key {
        "name" | "former_name" | "emergency_name" | "reporter_name" => name(dice),
        "phone" | "phone_other" | "emergency_phone" | "reporter_phone" => phone(dice),
        "household_no" => format!("H{:08}", dice.within(0, 100_000_000)),
        "address" | "registered_address" | "place" => address(dice),
        "native_place" => format!("{}{}", dice.of(words::CITIES), dice.of(words::COUNTIES)),
        "employer" | "units" => format!("{}{}", dice.of(words::CITIES), dice.of(words::FIRMS)),
        "note" => note(dice),
        "description" => format!(
            "{}{}，{}",
            address(dice),
            dice.of(words::of("title")),
            note(dice)
        ),
        "lon_e7" => dice.within(1_143_000_000, 1_145_000_000).to_string(),
        "lat_e7" => dice.within(360_000_000, 362_000_000).to_string(),
        "occurred_ms" => (1_760_000_000_000 + dice.within(0, 10_000_000) * 1_000).to_string(),
        "reporter" => format!("R{:06}", dice.within(0, 1_000_000)),
        _ => dice.within(0, 60).to_string(),
    }
}

fn name(dice: &mut Dice) -> String {
    let mut name = dice.character(words::SURNAMES).to_string();
    for _ in 0..=dice.below(2) {
        name.push(dice.character(words::GIVEN));
    }
    name
}

fn phone(dice: &mut Dice) -> String {
    format!(
        "{}{:09}",
        dice.of(&["13", "15", "17", "18", "19"]),
        dice.within(0, 1_000_000_000)
    )
}

fn village(dice: &mut Dice) -> String {
    [
        dice.character(words::VILLAGES),
        dice.character(words::VILLAGES),
        '村',
    ]
    .iter()
    .collect()
}

fn address(dice: &mut Dice) -> String {
    let (city, county) = (dice.of(words::CITIES), dice.of(words::COUNTIES));
    let village = village(dice);
    format!(
        "{city}{county}{village}{}组{}号",
        dice.within(1, 20),
        dice.within(1, 300)
    )
}

fn note(dice: &mut Dice) -> String {
    dice.of(words::NOTES).to_owned()
}

/// A citizen's birth, and the number that follows from it.
pub(crate) struct Birth {
    year: u64,
    month: u64,
    day: u64,
    sequence: u64,
}

impl Birth {
    pub(crate) fn roll(dice: &mut Dice) -> Self {
        Self {
            year: dice.within(1935, 2024),
            month: dice.within(1, 13),
            day: dice.within(1, 29),
            sequence: dice.within(1, 1_000),
        }
    }

    fn sex(&self) -> &'static str {
        if self.sequence % 2 == 1 { "1" } else { "2" }
    }

    fn date(&self) -> String {
        format!("{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }

    /// A citizen's number with its check character (GB 11643).
    pub(crate) fn number(&self) -> String {
        const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
        let body = format!(
            "410522{:04}{:02}{:02}{:03}",
            self.year, self.month, self.day, self.sequence
        );
        let digits = body.chars().filter_map(|digit| digit.to_digit(10));
        let sum: u32 = digits
            .zip(WEIGHTS)
            .map(|(digit, weight)| digit * weight)
            .sum();
        let check = "10X98765432"
            .chars()
            .nth(usize::try_from(sum % 11).unwrap_or(0));
        body.chars().chain(check).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(planned: &Planned) -> Vec<&'static str> {
        let mut keys: Vec<_> = planned.first.iter().map(|(key, _)| *key).collect();
        keys.sort_unstable();
        keys.dedup();
        keys
    }

    #[test]
    fn residents_have_25_fields_matters_20_and_each_record_five_changes() {
        let workload = Workload::new(1_500, ROUNDS, 1);
        let matters = workload
            .records
            .iter()
            .filter(|planned| planned.kind == "matter");
        assert_eq!(matters.count(), 500);
        for planned in &workload.records {
            let expected = if planned.kind == "matter" { 20 } else { 25 };
            assert_eq!(fields(planned).len(), expected);
            assert_eq!(planned.changes.len(), 4);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same() {
        let text = |seed| format!("{:?}", Workload::new(30, ROUNDS, seed).records);
        assert_eq!(text(7), text(7));
        assert_ne!(text(7), text(8));
    }
}
