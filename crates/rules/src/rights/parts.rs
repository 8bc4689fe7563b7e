//! What each act may do to the fields.

use std::collections::BTreeSet;

use wangge_model::field::{self, EditProblem};
use wangge_model::gate::{OpAction, OutlineOp};
use wangge_model::kind::{Act, Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, StepKind, is_log_key, log_key};
use wangge_model::value::Edit;

use super::{CommitView, GrantView, PartView};
use crate::role;

/// The fields that a step of this kind may set beside its entry.
const fn fields_of_step(kind: StepKind) -> &'static [&'static str] {
    match kind {
        StepKind::Reply => &["reply", "replied_ms"],
        _ => &[],
    }
}

pub(super) fn judge(grant: &GrantView, commit: &CommitView<'_>) -> Result<(), Reason> {
    if (commit.act == Act::Decline) != commit.parts.is_empty() {
        return Err(Reason::BadChange);
    }
    let mut places = BTreeSet::new();
    for part in &commit.parts {
        if !grant.kinds.contains(&part.kind) || !grant.facets.contains(&part.facet) {
            return Err(Reason::FacetNotGranted);
        }
        if !role::may_write(grant.role, part.kind) {
            return Err(Reason::ActNotGranted);
        }
        if !places.insert((part.record, part.facet)) {
            return Err(Reason::BadChange);
        }
        if commit.act == Act::Create {
            judge_needs(grant, part)?;
        }
        let step = judge_entry(grant, commit, part)?;
        judge_ops(grant, commit.act, part, step.as_ref())?;
    }
    judge_whole(commit)
}

/// What the office must say of a record that it makes.
fn judge_needs(grant: &GrantView, part: &PartView<'_>) -> Result<(), Reason> {
    if part.facet != Facet::Open {
        return Ok(());
    }
    let says = |key: &str, wanted: Option<&str>| {
        part.ops.iter().any(|op| match &op.action {
            OpAction::Set(value) if op.key == key => {
                wanted.is_none_or(|wanted| value.as_text() == Some(wanted))
            }
            OpAction::Set(_) | OpAction::Delete => false,
        })
    };
    let lacks = role::needs(grant.role, part.kind)
        .iter()
        .any(|(key, wanted)| !says(key, *wanted));
    if lacks { Err(Reason::BadValue) } else { Ok(()) }
}

/// What holds of a commit's parts together.
fn judge_whole(commit: &CommitView<'_>) -> Result<(), Reason> {
    match commit.act {
        // A record begins with its open facet, and a matter's begins with its report: without it there is nothing to show.
        Act::Create => {
            let opened = |part: &PartView<'_>| {
                commit.parts.iter().any(|open| {
                    open.record == part.record
                        && open.facet == Facet::Open
                        && (open.kind != Kind::MATTER || entries(open).next().is_some())
                })
            };
            if commit.parts.iter().all(opened) {
                Ok(())
            } else {
                Err(Reason::BadChange)
            }
        }
        Act::Edit | Act::Step | Act::Settle | Act::Adopt | Act::Decline | Act::Move => Ok(()),
    }
}

fn entries<'a>(part: &PartView<'a>) -> impl Iterator<Item = &'a OutlineOp> + use<'a> {
    part.ops.iter().filter(|op| is_log_key(&op.key))
}

/// Judges the log entry of a part: whether there may be one, its key, its author, and whether the office may take the step.
fn judge_entry(
    grant: &GrantView,
    commit: &CommitView<'_>,
    part: &PartView<'_>,
) -> Result<Option<Step>, Reason> {
    let mut found = entries(part);
    let Some(entry) = found.next() else {
        // A step without an entry is none.
        return if commit.act == Act::Step {
            Err(Reason::BadStep)
        } else {
            Ok(None)
        };
    };
    let allowed = match commit.act {
        Act::Create | Act::Step | Act::Adopt => {
            part.kind == Kind::MATTER && part.facet == Facet::Open
        }
        Act::Edit | Act::Settle | Act::Decline | Act::Move => false,
    };
    if !allowed {
        return Err(Reason::FieldNotAllowed);
    }
    let own_key = entry.key == log_key(commit.hlc, &part.actor);
    if !own_key || !entry.preds.is_empty() || found.next().is_some() {
        return Err(Reason::BadStep);
    }
    let OpAction::Set(value) = &entry.action else {
        return Err(Reason::BadStep);
    };
    // What may be read is more than what may be written now: an adopted step may be of an older program.
    let step = value
        .as_text()
        .and_then(|json| Step::parse(json).ok())
        .filter(|step| commit.act == Act::Adopt || step.validate().is_ok())
        .ok_or(Reason::BadStep)?;
    // Who adopts a held step takes over what another did.
    if step.by != commit.author && commit.act != Act::Adopt {
        return Err(Reason::BadStep);
    }
    if commit.act == Act::Create && !begins(step.kind) {
        return Err(Reason::BadStep);
    }
    judge_office(grant, commit.act, &step)?;
    if !role::may_step(grant.role, step.kind) {
        return Err(Reason::ActNotGranted);
    }
    Ok(Some(step))
}

/// Whether a matter may begin with this step: its report, or the one record of what was settled on the spot.
const fn begins(kind: StepKind) -> bool {
    matches!(kind, StepKind::Report | StepKind::SettleOnSpot)
}

/// Judges the office that a step states: every fold trusts it. Who adopts another's step vouches for an office up to their own.
fn judge_office(grant: &GrantView, act: Act, step: &Step) -> Result<(), Reason> {
    let holds = step
        .detail
        .office
        .is_none_or(|office| office == grant.role || (act == Act::Adopt && office < grant.role));
    if holds {
        Ok(())
    } else {
        Err(Reason::ActNotGranted)
    }
}

/// Judges the operations of a part that are not its log entry.
fn judge_ops(
    grant: &GrantView,
    act: Act,
    part: &PartView<'_>,
    step: Option<&Step>,
) -> Result<(), Reason> {
    for op in part.ops.iter().filter(|op| !is_log_key(&op.key)) {
        let allowed = match act {
            Act::Create | Act::Edit | Act::Adopt => true,
            Act::Step => {
                step.is_some_and(|step| fields_of_step(step.kind).contains(&op.key.as_str()))
            }
            // To choose among values, there must be several.
            Act::Settle => op.preds.len() > 1,
            Act::Decline | Act::Move => false,
        };
        if !allowed {
            return Err(Reason::FieldNotAllowed);
        }
        let value = match &op.action {
            OpAction::Set(value) => Some(value.clone()),
            OpAction::Delete => None,
        };
        let signs = |value| field::signs(part.kind, part.facet, &op.key, value, &grant.name);
        if !value.as_ref().is_none_or(signs) {
            return Err(Reason::NotYourHand);
        }
        match field::validate_edit(
            part.kind,
            &Edit {
                facet: part.facet,
                key: op.key.clone(),
                value,
            },
        ) {
            Ok(()) => {}
            Err(EditProblem::UnknownField) => return Err(Reason::FieldNotAllowed),
            Err(_) => return Err(Reason::BadValue),
        }
    }
    Ok(())
}
