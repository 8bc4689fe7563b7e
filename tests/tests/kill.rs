//! Phones and hubs are killed with SIGKILL at random moments while they sync, 50 times, and nothing is lost.
//!
//! A township's hub in one process, a community's in another, two phones of the shell. In each round the phones work offline,
//! then sync, and one process or more is killed a random moment later; a round counts when a sync still ran at that moment.
//! What a phone said it had saved is written down here, apart from every store; in the end, after calm, the township must
//! hold each of it, and every phone must know so.

#![cfg(test)]

use std::collections::BTreeMap;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;
use wangge_tests::{Phone, Room};

const TOWNSHIP: &str = "410522100";
const COMMUNITY: &str = "410522100001";
const GRID: &str = "410522100001001";
/// Rounds without a kill, to learn how long a sync takes here.
const FREE_ROUNDS: u32 = 5;
/// Kills that must hit a running sync.
const KILLS: u32 = 50;
/// Rounds within which they must.
const ROUNDS_MAX: u32 = 500;
/// Within this after the last kill the township must hold everything.
const CALM_MS_MAX: u64 = 120_000;

/// SplitMix64: the moments differ in every run, the seed is told, and the choice of victims can be run again.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }

    /// From `WANGGE_SEED`, or from the clock.
    fn thrown() -> Self {
        let now = std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)
            .unwrap()
            .as_millis();
        let seed = std::env::var("WANGGE_SEED")
            .ok()
            .and_then(|seed| seed.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::try_from(now).unwrap());
        println!("WANGGE_SEED={seed}");
        Self(seed)
    }
}

/// What phones said was saved: commit → (phone, record), and each record's last value of the field that its phone writes.
#[derive(Default)]
struct Ledger {
    commits: BTreeMap<String, (usize, String)>,
    values: BTreeMap<String, String>,
}

impl Ledger {
    fn note(&mut self, phone: usize, saved: &Value, value: String) {
        let text = |key: &str| saved[key].as_str().unwrap().to_owned();
        self.commits.insert(text("commit"), (phone, text("record")));
        self.values.insert(text("record"), value);
    }
}

struct World {
    township: Room,
    community: Room,
    phones: Vec<Phone>,
    ledger: Ledger,
    dice: Dice,
    /// The longest time from the start of a sync to the kill, microseconds: the median of what syncs without one took. Then most kills
    /// hit, at any moment of a sync.
    delay_us_max: u64,
}

impl World {
    fn new() -> Self {
        let (mut township, mut community) = (Room::new(), Room::new());
        township.init(TOWNSHIP, "某镇", None);
        township.run();
        community.init(
            COMMUNITY,
            "某社区",
            Some(&township.invite_hub(TOWNSHIP, COMMUNITY)),
        );
        community.run();
        let phones = ["王芳", "李强"]
            .map(|name| Phone::enrolled(&community.invite(COMMUNITY, name, GRID)))
            .into();
        let mut world = Self {
            township,
            community,
            phones,
            ledger: Ledger::default(),
            dice: Dice::thrown(),
            delay_us_max: 0,
        };
        let mut took_us = Vec::new();
        for round in 0..FREE_ROUNDS {
            world.work(round);
            let begun = Instant::now();
            for mut sync in world.phones.iter().map(syncing).collect::<Vec<_>>() {
                assert!(sync.wait().unwrap().success());
            }
            took_us.push(u64::try_from(begun.elapsed().as_micros()).unwrap());
        }
        took_us.sort_unstable();
        world.delay_us_max = took_us[took_us.len() / 2];
        world
    }

    /// Each phone records a resident; every third round it also edits the one before.
    fn work(&mut self, round: u32) {
        for (at, phone) in self.phones.iter().enumerate() {
            let value = format!("{round}-{at}");
            let saved = phone
                .ask(&[
                    "record",
                    "new",
                    "resident",
                    &format!("name=甲{value}"),
                    &format!("address={value}"),
                ])
                .json();
            self.ledger.note(at, &saved, value);
            if round % 3 == 2 {
                let record = saved["record"].as_str().unwrap();
                let value = format!("{round}-{at}-moved");
                let saved = phone
                    .ask(&["record", "set", record, &format!("address={value}")])
                    .json();
                self.ledger.note(at, &saved, value);
            }
        }
    }

    /// Both phones sync, and a random moment later one process or more is killed; hubs that were killed run again. Whether a
    /// sync ran at that moment.
    fn storm(&mut self) -> bool {
        let mut syncing: Vec<Child> = self.phones.iter().map(syncing).collect();
        thread::sleep(Duration::from_micros(self.dice.roll(self.delay_us_max)));
        let ran = syncing
            .iter_mut()
            .any(|sync| sync.try_wait().unwrap().is_none());
        let victims = 1 + self.dice.roll(15);
        if victims & 4 != 0 {
            self.community.kill();
        }
        if victims & 8 != 0 {
            self.township.kill();
        }
        for (at, sync) in syncing.iter_mut().enumerate() {
            if victims & (1 << at) != 0 {
                let _ = sync.kill();
            }
        }
        if victims & 4 != 0 {
            self.community.run();
        }
        if victims & 8 != 0 {
            self.township.run();
        }
        for mut sync in syncing {
            let _ = sync.kill();
            let _ = sync.wait();
        }
        ran
    }

    /// Syncs until every phone knows each of its commits merged at the township.
    fn calm(&mut self) {
        let begun = Instant::now();
        loop {
            for phone in &self.phones {
                let _ = phone.sync();
            }
            let missing = self.missing();
            if missing.is_empty() {
                return;
            }
            assert!(
                begun.elapsed() < Duration::from_millis(CALM_MS_MAX),
                "not at the township: {missing:#?}"
            );
        }
    }

    /// Commits that their phone does not know merged at the township, with what it knows.
    fn missing(&self) -> Vec<String> {
        let mut missing = Vec::new();
        let mut histories: BTreeMap<&str, Value> = BTreeMap::new();
        for (commit, (phone, record)) in &self.ledger.commits {
            let shown = histories
                .entry(record)
                .or_insert_with(|| self.phones[*phone].ask(&["record", "show", record]).json());
            let row = shown["history"]
                .as_array()
                .unwrap()
                .iter()
                .find(|row| row["commit"] == **commit);
            let status = row.map(|row| row["status"].clone()).unwrap_or_default();
            if !(status["word"] == "merged"
                && (status["level"] == "township" || status["level"] == "county"))
            {
                missing.push(format!("{commit} of phone {phone}: {status}"));
            }
        }
        missing
    }
}

fn syncing(phone: &Phone) -> Child {
    phone
        .command(&["sync", "--seconds", "20"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[test]
fn fifty_kills_lose_nothing() {
    let mut world = World::new();
    let (mut rounds, mut kills) = (FREE_ROUNDS, 0);
    while kills < KILLS {
        assert!(
            rounds < ROUNDS_MAX,
            "only {kills} of {rounds} kills hit a running sync"
        );
        rounds += 1;
        world.work(rounds);
        kills += u32::from(world.storm());
    }
    println!(
        "{kills} of {rounds} kills hit a running sync; {} commits",
        world.ledger.commits.len()
    );
    world.calm();
    world.community.stop();
    world.township.stop();
    for (room, hub) in [(&world.community, COMMUNITY), (&world.township, TOWNSHIP)] {
        let held: BTreeMap<String, Value> = room
            .export(hub, "residents")
            .into_iter()
            .map(|row| {
                (
                    row["record"].as_str().unwrap().to_owned(),
                    row["fields"]["address"].clone(),
                )
            })
            .collect();
        for (record, value) in &world.ledger.values {
            assert_eq!(
                held.get(record).and_then(Value::as_str),
                Some(value.as_str()),
                "{record} at {hub}"
            );
        }
        assert_eq!(
            held.len(),
            world.ledger.values.len(),
            "records that nobody made, at {hub}"
        );
    }
}
