//! What people do: grid members who share residents and matters, directors who settle, adopt and decline.

use wangge_engine::{ActBody, NewAct, NewStep};
use wangge_model::doc::{Doc, Fields};
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::step::{StepDetail, StepKind};
use wangge_model::value::Edit;

use crate::dice::Dice;
use crate::ledger::{Ledger, Made};
use crate::node::Node;
use crate::place::NodeNo;

/// Fields that people write, few enough that they often write the same one.
const RESIDENT_FIELDS: [(Facet, &str); 5] = [
    (Facet::Open, "address"),
    (Facet::Open, "note"),
    (Facet::Open, "household_no"),
    (Facet::Contact, "phone"),
    (Facet::Contact, "emergency_name"),
];

/// Steps that people try, allowed at the time or not.
const STEPS: [StepKind; 10] = [
    StepKind::Accept,
    StepKind::Dispatch,
    StepKind::Dispose,
    StepKind::Dispose,
    StepKind::VerifyPass,
    StepKind::VerifyFail,
    StepKind::Return,
    StepKind::Reply,
    StepKind::Close,
    StepKind::Remark,
];

/// The next act of the person at a node; none where there is nothing to do yet.
#[must_use]
pub fn next_act(node: &mut Node, ledger: &Ledger, dice: &mut Dice) -> Option<NewAct> {
    let what = if node.place.is_phone() {
        match dice.below(10) {
            0..=1 => create_resident(node, dice),
            2 => create_matter(node, dice),
            3..=6 => edit(node, ledger, dice)?,
            _ => step(node, ledger, dice)?,
        }
    } else {
        match dice.below(8) {
            0..=1 => settle(node, ledger, dice)?,
            2 => answer_held(node, ledger, dice)?,
            3..=4 => step(node, ledger, dice)?,
            5..=6 => re_divide(node, ledger, dice)?,
            _ => edit(node, ledger, dice)?,
        }
    };
    Some(NewAct {
        what,
        stated_ms: None,
    })
}

fn create_resident(node: &Node, dice: &mut Dice) -> ActBody {
    let number = dice.below(1_000_000);
    let edits = vec![
        Edit::set(Facet::Open, "name", format!("居民{number}")),
        Edit::set(Facet::Open, "address", format!("{}号楼", dice.below(40))),
        Edit::set(
            Facet::Contact,
            "phone",
            format!("139{:08}", dice.below(100_000_000)),
        ),
    ];
    ActBody::Create {
        kind: Kind::RESIDENT,
        area: Some(node.place.area.clone()),
        edits,
        step: None,
    }
}

fn create_matter(node: &Node, dice: &mut Dice) -> ActBody {
    let edits = vec![
        Edit::set(
            Facet::Open,
            "title",
            format!("事件{}", dice.below(1_000_000)),
        ),
        Edit::set(Facet::Open, "place", "路口"),
    ];
    ActBody::Create {
        kind: Kind::MATTER,
        area: Some(node.place.area.clone()),
        edits,
        step: Some(new_step(StepKind::Report, dice)),
    }
}

/// A step of this kind.
fn new_step(kind: StepKind, dice: &mut Dice) -> NewStep {
    let note = if kind.needs_note() || dice.chance(300) {
        format!("说明{}", dice.below(1000))
    } else {
        String::new()
    };
    let to = (kind == StepKind::Dispatch).then(|| format!("单位{}", dice.below(5)));
    let coded = |text: &str| (kind == StepKind::Return).then(|| text.to_owned());
    NewStep {
        kind,
        note,
        to,
        detail: StepDetail {
            reason: coded("not_duty"),
            basis: coded("职责清单"),
            ..StepDetail::default()
        },
    }
}

/// A record of this kind within the node's area that has arrived here.
fn known_record(node: &mut Node, ledger: &Ledger, kind: Kind, dice: &mut Dice) -> Option<RecordId> {
    let near: Vec<&Made> = ledger
        .made
        .iter()
        .filter(|made| made.kind == kind && made.was_in(&node.place.area))
        .collect();
    // The newest few, so that several people meet at the same record.
    let recent = near.get(near.len().saturating_sub(12)..)?;
    let record = dice.pick(recent)?.record;
    fields(node, record, Facet::Open).map(|_| record)
}

/// A document's fields as this node has them.
#[must_use]
pub fn fields(node: &mut Node, record: RecordId, facet: Facet) -> Option<Fields> {
    let row = crate::looking::document(node, record, facet)?;
    Doc::load(&row.save).ok().map(|doc| doc.entries())
}

fn edit(node: &mut Node, ledger: &Ledger, dice: &mut Dice) -> Option<ActBody> {
    let record = known_record(node, ledger, Kind::RESIDENT, dice)?;
    let (facet, key) = *dice.pick(&RESIDENT_FIELDS)?;
    let value = if key == "phone" {
        format!("138{:08}", dice.below(100_000_000))
    } else {
        format!("{key}{}", dice.below(10_000))
    };
    let mut edits = vec![Edit::set(facet, key, value)];
    if dice.chance(300) {
        edits.push(Edit::set(
            Facet::Open,
            "name",
            format!("居民{}", dice.below(1_000_000)),
        ));
    }
    Some(ActBody::Edit {
        records: vec![(record, edits)],
    })
}

fn step(node: &mut Node, ledger: &Ledger, dice: &mut Dice) -> Option<ActBody> {
    let record = known_record(node, ledger, Kind::MATTER, dice)?;
    let kind = *dice.pick(&STEPS)?;
    Some(ActBody::Step {
        record,
        step: new_step(kind, dice),
        edits: Vec::new(),
    })
}

/// The grids are drawn anew: records of one grid, two of five, go to another of the same hub's.
fn re_divide(node: &mut Node, ledger: &Ledger, dice: &mut Dice) -> Option<ActBody> {
    let mut grids: Vec<_> = crate::place::places()
        .into_iter()
        .filter(|place| place.is_phone() && node.place.area.contains(&place.area))
        .map(|place| place.area)
        .collect();
    grids.dedup();
    let (from, to) = (dice.pick(&grids)?.clone(), dice.pick(&grids)?.clone());
    let near = ledger.made.iter().filter(|made| made.was_in(&from));
    let mut records = Vec::new();
    for made in near {
        let row = crate::looking::record(node, made.record).filter(|row| row.area == from);
        if row.is_some() && dice.chance(400) {
            records.push(made.record);
        }
    }
    records.truncate(wangge_wire::limits::MOVED_MAX);
    (!records.is_empty() && from != to).then_some(ActBody::Move { records, to })
}

fn settle(node: &mut Node, ledger: &Ledger, dice: &mut Dice) -> Option<ActBody> {
    for made in ledger
        .made
        .iter()
        .rev()
        .filter(|made| made.kind == Kind::RESIDENT)
    {
        if !made.was_in(&node.place.area) {
            continue;
        }
        for facet in [Facet::Open, Facet::Contact] {
            let Some(fields) = fields(node, made.record, facet) else {
                continue;
            };
            let conflict = fields.conflicts().next().map(str::to_owned);
            if let Some(key) = conflict {
                let seen: Vec<_> = fields
                    .candidates(&key)
                    .iter()
                    .map(|candidate| candidate.op)
                    .collect();
                let choice = *dice.pick(&seen)?;
                return Some(ActBody::Settle {
                    record: made.record,
                    facet,
                    key,
                    choice,
                    seen,
                });
            }
        }
    }
    None
}

fn answer_held(node: &Node, ledger: &Ledger, dice: &mut Dice) -> Option<ActBody> {
    let near: Vec<(NodeNo, _)> = ledger
        .held
        .iter()
        .filter(|(no, _)| *no == node.place.no)
        .copied()
        .collect();
    let (_, commit) = *dice.pick(&near)?;
    Some(if dice.chance(500) {
        ActBody::Adopt { commit }
    } else {
        ActBody::Decline {
            commit,
            reason: Reason::DeclinedDuplicate,
        }
    })
}
