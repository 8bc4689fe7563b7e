//! Logs told as stories, and the properties of any log at all.

mod asks;
mod first;
mod flows;
mod histories;
mod lead;

use wangge_model::id::{ActorId, MemberId, OpId};
use wangge_model::kind::Role;
use wangge_model::step::{Judgement, Step, StepDetail, StepKind};
use wangge_model::time::Ms;

use super::*;

pub(super) const DAY: i64 = 24 * 60 * 60 * 1_000;

/// Grid members.
pub(super) const LI: u8 = 1;
pub(super) const WANG: u8 = 2;
/// Hands of departments.
pub(super) const WATER: u8 = 3;
pub(super) const POWER: u8 = 4;
/// Directors of a community, heads of a township, of a county.
pub(super) const DIRECTOR: u8 = 10;
pub(super) const OTHER_DIRECTOR: u8 = 11;
pub(super) const HEAD: u8 = 20;
pub(super) const OTHER_HEAD: u8 = 21;
pub(super) const COUNTY: u8 = 30;

pub(super) fn member(number: u8) -> MemberId {
    MemberId::mint(i64::from(number), [number; 10])
}

pub(super) fn office(number: u8) -> Role {
    match number {
        0..10 => Role::GridMember,
        10..20 => Role::CommunityDirector,
        20..30 => Role::TownshipHead,
        _ => Role::CountyHead,
    }
}

/// The step of a kind by a member in their office, with all that its kind must say.
pub(super) fn step(kind: StepKind, by: u8, at: Ms) -> Step {
    Step {
        note: if kind.needs_note() {
            "因故".to_owned()
        } else {
            String::new()
        },
        to: kind.needs_recipient().then(|| format!("单位{by}")),
        detail: StepDetail {
            office: Some(office(by)),
            due_ms: matches!(
                kind,
                StepKind::Urge | StepKind::Whistle | StepKind::AskSuspend | StepKind::AskExtend
            )
            .then_some(Ms(1_000 * DAY)),
            reason: (kind == StepKind::Return).then(|| "not_duty".to_owned()),
            basis: (kind == StepKind::Return).then(|| "职责清单".to_owned()),
            score: (kind == StepKind::Rate).then_some(4),
            judgement: (kind == StepKind::Judge).then(|| Judgement {
                cause: "管道老化".to_owned(),
                parties: vec!["楼上住户".to_owned(), "楼下住户".to_owned()],
                decision: "更换".to_owned(),
                ..Judgement::default()
            }),
            ..StepDetail::default()
        },
        ..Step::new(kind, member(by), at)
    }
}

/// A log that is written as it is told: each step a day after the one before.
#[derive(Default)]
pub(super) struct Story {
    pub(super) log: Vec<LogEntry>,
}

impl Story {
    /// Adds a step and gives its key.
    pub(super) fn told(
        &mut self,
        kind: StepKind,
        by: u8,
        change: impl FnOnce(&mut StepDetail),
    ) -> String {
        let counter = self.log.len() as u64 + 1;
        self.at(counter, counter as i64 * DAY, kind, by, change)
    }

    /// Adds a step at a counter and an instant.
    pub(super) fn at(
        &mut self,
        counter: u64,
        at_ms: i64,
        kind: StepKind,
        by: u8,
        change: impl FnOnce(&mut StepDetail),
    ) -> String {
        let mut step = step(kind, by, Ms(at_ms));
        change(&mut step.detail);
        let key = format!("log/{counter:016x}{by:032x}");
        self.log.push(LogEntry {
            op: OpId {
                counter,
                actor: ActorId([by; 16]),
            },
            key: key.clone(),
            step,
        });
        key
    }

    /// Adds steps that say nothing particular.
    pub(super) fn then(&mut self, steps: &[(StepKind, u8)]) -> &mut Self {
        for &(kind, by) in steps {
            self.told(kind, by, |_| {});
        }
        self
    }

    /// Writes a note into the last step.
    pub(super) fn noting(&mut self, note: &str) {
        if let Some(last) = self.log.last_mut() {
            last.step.note = note.to_owned();
        }
    }

    /// Names the unit in the last step.
    pub(super) fn naming(&mut self, unit: &str) {
        if let Some(last) = self.log.last_mut() {
            last.step.to = Some(unit.to_owned());
        }
    }

    pub(super) fn state(&self) -> MatterState {
        fold_log(&self.log)
    }

    /// Why the last entry is void.
    pub(super) fn last_void(&self) -> Option<Void> {
        let (_, taken) = trace(&self.log, &Params::DEFAULT);
        taken.last().and_then(|taken| taken.void)
    }

    /// Adds a step and tells why it is void.
    pub(super) fn tried(
        &mut self,
        kind: StepKind,
        by: u8,
        change: impl FnOnce(&mut StepDetail),
    ) -> Option<Void> {
        self.told(kind, by, change);
        self.last_void()
    }
}

pub(super) fn story(steps: &[(StepKind, u8)]) -> Story {
    let mut story = Story::default();
    story.then(steps);
    story
}
