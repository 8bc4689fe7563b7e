//! The stores that every run begins from, made once: a hub with the whole workload, phones that have nothing, and phones that have all.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use tempfile::TempDir;
use tokio::runtime::Runtime;
use wangge_core::{Draft, OpenOptions, Phone, SyncEnd};
use wangge_hub::Site;
use wangge_hub::admin::{Line, RecordAsk, Reply, Request, Saved};
use wangge_link::relay::{Quality, Relay};
use wangge_tests::Room;

use crate::Result;
use crate::client::{KEY, Shown, of_record};
use crate::workload::{Change, Workload};

pub(crate) const COMMUNITY: &str = "410522100001";
pub(crate) const GRID: &str = "410522100001001";
const BUDGET_MS: u64 = 600_000;
const ACTS_AT_ONCE: usize = 512;

/// What is made once and copied for each run.
#[derive(Debug)]
pub(crate) struct Ground {
    room: Room,
    /// Where the phones have their hub: the relay of each run stands there.
    at: SocketAddr,
    folder: TempDir,
    phones: usize,
    /// The workload's records by their numbers.
    pub(crate) records: Vec<String>,
}

/// The stores of one run.
#[derive(Debug)]
pub(crate) struct Stage {
    pub(crate) room: Room,
    folder: TempDir,
}

impl Stage {
    pub(crate) fn phone(&self, number: usize) -> PathBuf {
        self.folder.path().join(number.to_string()).join("phone.db")
    }
}

impl Ground {
    /// Makes them: a writer's phone and the director change the records in turn, and `phones` phones take all.
    pub(crate) fn make(runtime: &Runtime, workload: &Workload, phones: usize) -> Result<Self> {
        let mut room = Room::new();
        room.init(COMMUNITY, "东街社区", None);
        room.director(COMMUNITY, "李主任");
        room.run();
        let relay = {
            let _entered = runtime.enter();
            let perfect = Quality::default();
            Relay::spawn(room.address().parse()?, perfect, perfect, 1)?
        };
        let mut ground = Self {
            at: relay.addr(),
            room,
            folder: TempDir::with_prefix("wangge-ground-")?,
            phones,
            records: Vec::new(),
        };
        ground.write(runtime, workload)?;
        for number in 0..phones {
            ground.prepare(number)?;
        }
        ground.room.stop();
        runtime.block_on(relay.close());
        Ok(ground)
    }

    /// The writer's changes and the director's, one after the other.
    fn write(&mut self, runtime: &Runtime, workload: &Workload) -> Result<()> {
        let writer = self.enrolled("writer", "张敏")?;
        let drafts: Vec<Draft> = workload
            .records
            .iter()
            .map(|planned| planned.draft())
            .collect();
        self.records = save(&writer, &drafts)?;
        settle(&writer)?;
        let rounds = workload.records.iter().map(|planned| planned.changes.len());
        for round in 0..rounds.max().unwrap_or(0) {
            let changes = workload.records.iter().zip(&self.records);
            let changes = changes
                .filter_map(|(planned, record)| Some(planned.changes.get(round)?.draft(record)));
            let changes: Vec<Draft> = changes.collect();
            eprintln!(
                "  {} of {} rounds of changes",
                round + 1,
                workload
                    .records
                    .first()
                    .map_or(0, |planned| planned.changes.len())
            );
            if round % 2 == 0 {
                direct(runtime, &self.room, changes)?;
            } else {
                save(&writer, &changes)?;
            }
            settle(&writer)?;
        }
        Ok(writer.close()?)
    }

    /// A phone as it was enrolled, and the same phone when it has everything.
    fn prepare(&self, number: usize) -> Result<()> {
        let phone = self.enrolled(&format!("empty/{number}"), &format!("网格员{number}"))?;
        phone.close()?;
        let (empty, full) = (self.stores("empty"), self.stores("full"));
        let (empty, full) = (
            empty.join(number.to_string()),
            full.join(number.to_string()),
        );
        copy(&empty, &full)?;
        let begun = Instant::now();
        let phone = open(&full)?;
        settle(&phone)?;
        phone.status()?;
        phone.close()?;
        eprintln!(
            "  phone {} of {} has everything after {:.1} s",
            number + 1,
            self.phones,
            begun.elapsed().as_secs_f64()
        );
        Ok(())
    }

    fn stores(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn enrolled(&self, name: &str, member: &str) -> Result<Phone> {
        let folder = self.folder.path().join(name);
        std::fs::create_dir_all(&folder)?;
        let phone = open(&folder)?;
        let at = self.at.to_string();
        let asked = [
            "invite",
            "--address",
            &at,
            "--hub",
            COMMUNITY,
            "--member",
            member,
            "--grid",
            GRID,
        ];
        let told = self.room.ask(&asked).json();
        let invitation = told
            .get("invitation")
            .and_then(|told| told.as_str())
            .ok_or("the hub told no invitation")?;
        phone.enrol(invitation, BUDGET_MS)?;
        Ok(phone)
    }

    /// Stores for one run: of phones that have nothing, or everything.
    pub(crate) fn stage(&self, phones: usize, full: bool) -> Result<Stage> {
        let folder = TempDir::with_prefix("wangge-phones-")?;
        let from = self.stores(if full { "full" } else { "empty" });
        for number in 0..phones {
            let number = number.to_string();
            copy(&from.join(&number), &folder.path().join(&number))?;
        }
        Ok(Stage {
            room: self.room.copied(),
            folder,
        })
    }

    /// The relay of a run.
    pub(crate) fn relay(&self, quality: Quality, seed: u64) -> Result<Relay> {
        let hub = self.room.address().parse()?;
        Ok(Relay::spawn_at(self.at, hub, quality, quality, seed)?)
    }

    /// Drafts of these changes.
    pub(crate) fn drafts(&self, changes: &[(usize, Change)]) -> Vec<Draft> {
        let drafts = changes
            .iter()
            .filter_map(|(place, change)| Some(change.draft(self.records.get(*place)?)));
        drafts.collect()
    }

    /// The ids of these changes' records.
    pub(crate) fn touched(&self, changes: &[(usize, Change)]) -> Vec<String> {
        let ids = changes
            .iter()
            .filter_map(|(place, _)| self.records.get(*place).cloned());
        ids.collect()
    }
}

fn open(folder: &Path) -> Result<Phone> {
    Ok(Phone::open(&OpenOptions::new(
        folder.join("phone.db"),
        KEY,
    ))?)
}

fn save(phone: &Phone, drafts: &[Draft]) -> Result<Vec<String>> {
    let saved = phone.save_all(drafts)?.into_iter();
    let saved: Vec<String> = saved
        .map(|saved| saved.map(|saved| saved.record))
        .collect::<std::result::Result<_, _>>()?;
    Ok(saved)
}

/// Syncs until both sides have what the other had, verdicts among it.
fn settle(phone: &Phone) -> Result<()> {
    let until = Instant::now() + Duration::from_millis(BUDGET_MS);
    loop {
        let report = phone.sync_once(BUDGET_MS)?;
        let status = phone.status()?;
        if status.held > 0 {
            return Err(format!("{} commits of the workload are held", status.held).into());
        }
        if report.end == SyncEnd::CaughtUp && status.waiting == 0 && status.unjudged == 0 {
            return Ok(());
        }
        if Instant::now() > until {
            return Err("the workload does not come to rest".into());
        }
    }
}

/// The director's acts, at a hub that runs or does not.
pub(crate) fn direct(runtime: &Runtime, room: &Room, acts: Vec<Draft>) -> Result<()> {
    let site = Site::open(room.path().as_ref())?;
    let line = runtime.block_on(Line::open(&site))?;
    let mut acts = acts.into_iter();
    let mut wrong = None;
    loop {
        let acts: Vec<Draft> = acts.by_ref().take(ACTS_AT_ONCE).collect();
        if acts.is_empty() || wrong.is_some() {
            break;
        }
        let ask = RecordAsk::Save {
            director: None,
            acts,
        };
        let reply = runtime.block_on(line.ask(Request::Records { hub: None, ask }))?;
        let Reply::Saved(saved) = reply else {
            return Err("the hub answered something else".into());
        };
        wrong = saved.into_iter().find_map(|saved| match saved {
            Saved::Wrong(wrong) => Some(wrong.en),
            Saved::Done { .. } => None,
        });
    }
    runtime.block_on(line.close());
    wrong.map_or(Ok(()), |wrong| Err(wrong.into()))
}

/// Records as the hub has them.
pub(crate) fn shown(runtime: &Runtime, room: &Room, records: &[String]) -> Result<Vec<Shown>> {
    let site = Site::open(room.path().as_ref())?;
    let line = runtime.block_on(Line::open(&site))?;
    let mut all = Vec::with_capacity(records.len());
    for record in records {
        let ask = RecordAsk::Show {
            record: record.clone(),
        };
        let reply = runtime.block_on(line.ask(Request::Records { hub: None, ask }))?;
        let Reply::Shown(shown) = reply else {
            return Err("the hub answered something else".into());
        };
        all.push(of_record(&shown.record));
    }
    runtime.block_on(line.close());
    Ok(all)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        std::fs::copy(entry.path(), to.join(entry.file_name()))?;
    }
    Ok(())
}
