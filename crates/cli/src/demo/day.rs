//! A day of the made-up county: the morning at the office, the day without a network, the way back.

use wangge_core::{Draft, FieldEdit, NewStep, Phone};

use super::crew::DemoPhone;
use super::made::{self, Dice, Numbers};
use super::plan::PHONES_PER_GRID;
use crate::error::Result;

/// Residents of each grid, entered by its first phone.
const RESIDENTS_PER_GRID: usize = 20;

/// The first phone of a grid enters the grid's residents.
pub(crate) fn enter_residents(
    phone: &Phone,
    member: &mut DemoPhone,
    dice: &mut Dice,
) -> Result<()> {
    let drafts: Vec<_> = (0..RESIDENTS_PER_GRID).map(|_| resident(dice)).collect();
    member.save(phone, &drafts).map(drop)
}

/// What a member does in a day without a network. `place` says whether it is the grid's first or second phone: both edit the first three
/// residents of the grid in the same field, and the next five in fields of their own.
pub(crate) fn work(
    phone: &Phone,
    member: &mut DemoPhone,
    place: usize,
    dice: &mut Dice,
) -> Result<()> {
    let numbers = if place == 0 {
        Numbers::FirstPhone
    } else {
        Numbers::SecondPhone
    };
    let mut drafts = Vec::new();
    for (at, record) in member.residents.iter().enumerate() {
        let fields = match at {
            0..3 => vec![FieldEdit::set("phone", made::phone(dice, numbers))],
            3..8 if place == 0 => vec![FieldEdit::set("note", "上门走访,情况正常")],
            3..8 => vec![FieldEdit::set(
                "emergency_phone",
                made::phone(dice, numbers),
            )],
            _ => continue,
        };
        drafts.push(Draft::Edit {
            record: record.clone(),
            fields,
            stated_ms: None,
        });
    }
    drafts.push(resident(dice));
    drafts.push(matter(dice));
    drafts.push(matter(dice));
    let saved = member.save(phone, &drafts)?;
    let reported = saved
        .iter()
        .rev()
        .take(2)
        .map(|saved| saved.record.clone())
        .collect::<Vec<_>>();
    // One of the two matters is dealt with on the spot.
    if let Some(record) = reported.first() {
        let step = NewStep {
            step: "settle_on_spot".to_owned(),
            note: "当场处理完毕".to_owned(),
            ..NewStep::default()
        };
        member.save(
            phone,
            &[Draft::Step {
                record: record.clone(),
                step,
            }],
        )?;
    }
    member.matters.extend(reported);
    Ok(())
}

/// Which of its grid's phones this is.
pub(crate) fn place(number: usize) -> usize {
    number % PHONES_PER_GRID
}

fn resident(dice: &mut Dice) -> Draft {
    let made = made::resident(dice);
    let fields = [
        ("name", made.name),
        ("sex", made.sex.to_owned()),
        (
            "birth_year",
            made.birth.get(..4).unwrap_or_default().to_owned(),
        ),
        ("birth_date", made.birth),
        ("id_number", made.id_number),
        ("phone", made.phone),
        ("address", made.address),
        ("household_no", made.household),
    ];
    let fields = fields
        .into_iter()
        .map(|(key, value)| FieldEdit::set(key, value))
        .collect();
    Draft::New {
        kind: "resident".to_owned(),
        area: String::new(),
        fields,
        step: None,
        stated_ms: None,
    }
}

fn matter(dice: &mut Dice) -> Draft {
    let (title, description, place) = made::matter(dice);
    let fields = [
        ("title", title),
        ("description", description),
        ("place", place),
    ];
    let fields = fields
        .into_iter()
        .map(|(key, value)| FieldEdit::set(key, value))
        .collect();
    Draft::New {
        kind: "matter".to_owned(),
        area: String::new(),
        fields,
        step: None,
        stated_ms: None,
    }
}
