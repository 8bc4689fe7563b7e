//! What a damaged store still holds, done anew.
//!
//! A commit is bound to the life of the store that made it, so it cannot move to another one. What its author did can: every act that
//! the hub had not receipted is read out of the old store and becomes an act of this phone, at the time that it was stated for.

use std::collections::BTreeMap;
use std::path::Path;

use wangge_engine::{ActBody, NewAct, NewStep};
use wangge_model::gate::{GateLimits, OpAction, outline};
use wangge_model::id::RecordId;
use wangge_model::kind::{Act, Facet, Kind};
use wangge_model::step::{Step, is_log_key};
use wangge_model::value::{Edit, Value};
use wangge_store::Key as StoreKey;
use wangge_store::salvage::{self, Salvaged, Wreck};
use wangge_wire::commit::{Withheld, open_commit};
use wangge_wire::v1;

use crate::drafts;
use crate::error::{Error, Trouble};
use crate::face::{OpenOptions, Salvage, Saved};
use crate::machine::Machine;
use crate::trouble;

/// The store that was set aside last beside this one, if nobody has salvaged it yet.
pub(crate) fn waiting(machine: &Machine, path: &Path) -> Result<Option<String>, Error> {
    let Some(wreck) = salvage::wrecks(path).pop() else {
        return Ok(None);
    };
    let salvaged = machine.store.load_secret(&progress_name(&wreck))?.is_some();
    Ok((!salvaged).then(|| wreck.display().to_string()))
}

fn progress_name(wreck: &Path) -> String {
    let name = wreck.file_name().unwrap_or_default().to_string_lossy();
    format!("core/salvaged/{name}")
}

/// Does the un-receipted acts of a wreck anew, in their order. Those that an earlier call did are passed over.
pub(crate) fn redo(machine: &Machine, wreck: &OpenOptions) -> Result<Salvage, Error> {
    let old = Wreck::open(&wreck.path, StoreKey::raw(*wreck.key))?;
    let progress = progress_name(&wreck.path);
    let mut done = load_progress(machine, &progress)?;
    let mut renamed = done.renamed();
    let (mut redone, mut left) = (Vec::new(), Vec::new());
    let mut commits = old.commits();
    for salvaged in commits.by_ref().filter(|commit| commit.owed) {
        if salvaged.number <= done.number {
            continue;
        }
        let act = read(&salvaged, &renamed);
        let created = act.as_ref().ok().and_then(|act| act.creates);
        match act.and_then(|act| save(machine, act.new)) {
            Ok(saved) => {
                if let (Some(old), Ok(new)) = (created, saved.record.parse()) {
                    renamed.insert(old, new);
                }
                redone.push(saved);
            }
            Err(Error::FixDraft(trouble) | Error::Report(trouble)) => left.push(trouble),
            // It is not the act's fault: the next call begins with it.
            Err(error) => return Err(error),
        }
        done = Progress::of(salvaged.number, &renamed);
        save_progress(machine, &progress, &done)?;
    }
    save_progress(machine, &progress, &done)?;
    Ok(Salvage {
        redone,
        left,
        unreadable: commits.unreadable(),
    })
}

fn save(machine: &Machine, act: NewAct) -> Result<Saved, Error> {
    let answer = machine
        .act(vec![act])?
        .pop()
        .ok_or_else(drafts::unanswered)?;
    answer.map(drafts::saved).map_err(trouble::refused)
}

/// An act as it is done anew.
struct Again {
    new: NewAct,
    /// The old id of a record that it creates: the new one gets another.
    creates: Option<RecordId>,
}

fn read(salvaged: &Salvaged, renamed: &BTreeMap<RecordId, RecordId>) -> Result<Again, Error> {
    let parts = salvaged.parts.iter().map(|(salt, change)| v1::Part {
        salt: salt.clone(),
        change: change.clone(),
    });
    let commit = v1::Commit {
        header: salvaged.header.clone(),
        signature: salvaged.signature.clone(),
        parts: parts.collect(),
    };
    let opened =
        open_commit(&commit, Withheld::Refused).map_err(|error| spoilt().map_cause(error))?;
    let mut content = Content::default();
    for (named, part) in opened.header.parts.iter().zip(&commit.parts) {
        let record = RecordId::try_from(&named.record[..]).map_err(|_| spoilt())?;
        let facet = u32::try_from(named.facet as i32)
            .ok()
            .and_then(Facet::from_u32)
            .ok_or_else(spoilt)?;
        content.kind = u32::try_from(named.kind as i32)
            .ok()
            .and_then(Kind::from_u32);
        content.take(record, facet, &part.change)?;
    }
    let act = u32::try_from(opened.header.act as i32)
        .ok()
        .and_then(Act::from_u32);
    let area = opened.header.area.parse().ok();
    let (what, creates) = content.body(act, area, renamed).ok_or_else(by_hand)?;
    Ok(Again {
        new: NewAct {
            what,
            stated_ms: Some(opened.header.stated_ms),
        },
        creates,
    })
}

/// What a commit's parts say.
#[derive(Default)]
struct Content {
    kind: Option<Kind>,
    records: BTreeMap<RecordId, Vec<Edit>>,
    step: Option<NewStep>,
}

impl Content {
    fn take(&mut self, record: RecordId, facet: Facet, change: &[u8]) -> Result<(), Error> {
        let outline =
            outline(change, &GateLimits::default()).map_err(|error| spoilt().map_cause(error))?;
        let edits = self.records.entry(record).or_default();
        for op in outline.ops {
            let value = match op.action {
                OpAction::Set(value) => Some(value),
                OpAction::Delete => None,
            };
            if is_log_key(&op.key) {
                let Some(Value::Text(json)) = value else {
                    continue;
                };
                let step = Step::parse(&json).map_err(|error| spoilt().map_cause(error))?;
                self.step = Some(NewStep {
                    kind: step.kind,
                    note: step.note,
                    to: step.to,
                    detail: step.detail,
                });
            } else {
                edits.push(Edit {
                    facet,
                    key: op.key,
                    value,
                });
            }
        }
        Ok(())
    }

    fn body(
        mut self,
        act: Option<Act>,
        area: Option<wangge_model::area::Area>,
        renamed: &BTreeMap<RecordId, RecordId>,
    ) -> Option<(ActBody, Option<RecordId>)> {
        let now = |id: RecordId| renamed.get(&id).copied().unwrap_or(id);
        let step = self.step.take();
        match act? {
            Act::Create => {
                let (record, edits) = self.records.pop_first()?;
                Some((
                    ActBody::Create {
                        kind: self.kind?,
                        area,
                        edits,
                        step,
                    },
                    Some(record),
                ))
            }
            Act::Edit => {
                let records = self
                    .records
                    .into_iter()
                    .map(|(record, edits)| (now(record), edits))
                    .collect();
                Some((ActBody::Edit { records }, None))
            }
            Act::Step => {
                let (record, edits) = self.records.pop_first()?;
                Some((
                    ActBody::Step {
                        record: now(record),
                        step: step?,
                        edits,
                    },
                    None,
                ))
            }
            // A director's, chosen among what stood on the screen then.
            Act::Settle | Act::Adopt | Act::Decline | Act::Move => None,
        }
    }
}

fn spoilt() -> Error {
    Error::Report(Trouble::new(
        "salvage_spoilt",
        "旧库中的这一项已损坏，无法恢复",
        "this act of the old store is damaged and cannot be done anew",
    ))
}

fn by_hand() -> Error {
    Error::FixDraft(Trouble::new(
        "salvage_by_hand",
        "这一项是对当时界面内容的处理决定，请重新决定",
        "this act chose among what stood on the screen then: decide it anew",
    ))
}

/// How far an earlier call came, and which records have other ids since.
struct Progress {
    number: u64,
    bytes: Vec<u8>,
}

impl Progress {
    fn of(number: u64, renamed: &BTreeMap<RecordId, RecordId>) -> Self {
        let mut bytes = number.to_be_bytes().to_vec();
        for (old, new) in renamed {
            bytes.extend_from_slice(old.as_bytes());
            bytes.extend_from_slice(new.as_bytes());
        }
        Self { number, bytes }
    }

    fn parse(bytes: Vec<u8>) -> Self {
        let number = bytes
            .first_chunk()
            .map_or(0, |first| u64::from_be_bytes(*first));
        Self { number, bytes }
    }

    fn renamed(&self) -> BTreeMap<RecordId, RecordId> {
        let pairs = self.bytes.get(8..).unwrap_or_default().chunks_exact(32);
        pairs
            .filter_map(|pair| {
                let (old, new) = pair.split_at(16);
                Some((RecordId::try_from(old).ok()?, RecordId::try_from(new).ok()?))
            })
            .collect()
    }
}

fn load_progress(machine: &Machine, name: &str) -> Result<Progress, Error> {
    let found = machine.store.load_secret(name)?;
    Ok(Progress::parse(
        found.map(|bytes| bytes.to_vec()).unwrap_or_default(),
    ))
}

fn save_progress(machine: &Machine, name: &str, progress: &Progress) -> Result<(), Error> {
    Ok(machine.store.save_secret(name, &progress.bytes)?)
}
