//! The sync engine on workload G: five scenarios, three links, what each costs in bytes, seconds, processor time and memory.
//!
//! A real phone's encrypted store, a real hub in a process of its own, real QUIC between them through the link emulator. The clock of a phone
//! starts when it starts to connect and stops when `sync_once` has answered: everything confirmed on both sides, durable, and the link closed.
//! Bytes are UDP payload, both ways, what the link lost among them. Processor time goes on until the hub has come to rest.

use std::collections::BTreeMap;

use clap::{Args, ValueEnum};
use serde::Serialize;
use tokio::runtime::Runtime;
use wangge_core::Draft;
use wangge_link::relay::Quality;

use crate::Result;
use crate::client::{Client, Cost, Shown, Task};
use crate::goal::{self, Goal};
use crate::ground::{self, Ground, Stage};
use crate::meter::{self, Watched};
use crate::workload::{Change, ROUNDS, Workload};

pub(crate) mod table;

/// What is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
#[value(rename_all = "UPPER")]
pub(crate) enum Scenario {
    /// An empty phone gets all records.
    S1,
    /// It reconnects and nothing has changed.
    S2,
    /// It changed 50 records offline, the hub 30 others and 5 of the same.
    S3,
    /// It brings 200 new records.
    S4,
    /// Many phones do S3 at one time.
    S5,
}

/// Over what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum LinkName {
    /// As fast as the machine.
    Loopback,
    /// 150 ms and 256 kbit/s each way.
    Slow,
    /// Slow, and 5 % lost.
    Lossy,
    /// Slow, and 5 % lost, four in a row in the mean.
    Bursty,
}

impl LinkName {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Loopback => "loopback",
            Self::Slow => "slow",
            Self::Lossy => "lossy",
            Self::Bursty => "bursty",
        }
    }

    fn quality(self) -> Quality {
        match self {
            Self::Loopback => Quality::default(),
            Self::Slow => Quality::SLOW,
            Self::Lossy => Quality {
                loss_permille: 50,
                ..Quality::SLOW
            },
            Self::Bursty => Quality {
                loss_permille: 50,
                burst: 4,
                ..Quality::SLOW
            },
        }
    }
}

/// What a run of the benchmark is asked.
#[derive(Debug, Clone, Args)]
pub(crate) struct SyncArgs {
    /// 哪些场景；不写则全部 / which scenarios; all where none is named
    #[arg(value_enum, ignore_case = true)]
    scenarios: Vec<Scenario>,
    /// 哪些链路；不写则 loopback、slow、lossy / which links; loopback, slow and lossy where none is named
    #[arg(long, value_enum)]
    link: Vec<LinkName>,
    /// 记录数 / how many records
    #[arg(long, default_value_t = 1_500)]
    records: usize,
    /// 每条记录首次之后的修改次数 / changes of each record after its first
    #[arg(long, default_value_t = ROUNDS)]
    rounds: usize,
    /// S5 的手机数 / phones of S5
    #[arg(long, default_value_t = 10)]
    phones: usize,
    /// 种子 / the seed of workload and links
    #[arg(long, default_value_t = 20_261_124)]
    seed: u64,
}

impl SyncArgs {
    /// All scenarios over the three links.
    pub(crate) fn all() -> Self {
        Self {
            scenarios: Vec::new(),
            link: Vec::new(),
            records: 1_500,
            rounds: ROUNDS,
            phones: 10,
            seed: 20_261_124,
        }
    }

    /// S5 is of the hub, not of a link: it runs over loopback.
    fn plan(&self) -> Vec<(Scenario, LinkName)> {
        let every = [
            Scenario::S1,
            Scenario::S2,
            Scenario::S3,
            Scenario::S4,
            Scenario::S5,
        ];
        let three = [LinkName::Loopback, LinkName::Slow, LinkName::Lossy];
        let scenarios = if self.scenarios.is_empty() {
            &every[..]
        } else {
            &self.scenarios
        };
        let links = if self.link.is_empty() {
            &three[..]
        } else {
            &self.link
        };
        let pairs = scenarios
            .iter()
            .flat_map(|scenario| links.iter().map(move |link| (*scenario, *link)));
        pairs
            .filter(|(scenario, link)| *scenario != Scenario::S5 || *link == LinkName::Loopback)
            .collect()
    }
}

/// What one scenario over one link cost.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Measured {
    pub(crate) seconds: f64,
    pub(crate) bytes_up: u64,
    pub(crate) bytes_down: u64,
    pub(crate) datagrams: u64,
    /// Client and server.
    pub(crate) cpu_seconds: f64,
    pub(crate) client_cpu_seconds: f64,
    pub(crate) server_cpu_seconds: f64,
    /// Of the client.
    pub(crate) peak_rss_bytes: u64,
    pub(crate) server_peak_rss_bytes: u64,
    /// Commits that went up and came down.
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// Everything is confirmed, and the records looked at are the same on both sides.
    pub(crate) converged: bool,
    /// Edits that the server took in a second of its processor time.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) edits_per_server_cpu_second: Option<f64>,
}

/// All that a run of the benchmark measured.
#[derive(Debug, Serialize)]
pub(crate) struct Report {
    bench: &'static str,
    profile: &'static str,
    pub(crate) records: usize,
    changes: usize,
    phones: usize,
    seed: u64,
    pub(crate) scenarios: BTreeMap<Scenario, BTreeMap<&'static str, Measured>>,
    pub(crate) goals: Vec<Goal>,
}

impl Serialize for Scenario {
    fn serialize<S: serde::Serializer>(
        &self,
        serializer: S,
    ) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{self:?}"))
    }
}

impl Report {
    /// Whether both sides had the same in the end, each time.
    pub(crate) fn converged(&self) -> bool {
        self.scenarios
            .values()
            .flat_map(BTreeMap::values)
            .all(|measured| measured.converged)
    }
}

/// What a run does beside syncing.
#[derive(Default)]
struct Script {
    phones: usize,
    full: bool,
    /// Of each phone, offline.
    acts: Vec<Vec<Draft>>,
    /// The director's, while the phones are away.
    hub: Vec<Draft>,
    /// Looked at in the end.
    looked_at: Vec<String>,
    records: usize,
}

pub(crate) fn measure(args: &SyncArgs) -> Result<Report> {
    let plan = args.plan();
    let crowd = plan.iter().any(|(scenario, _)| *scenario == Scenario::S5);
    let phones = if crowd { args.phones.max(1) } else { 1 };
    let runtime = Runtime::new()?;
    eprintln!("stores of {} records and {phones} phones …", args.records);
    let workload = Workload::new(args.records, args.rounds, args.seed);
    let ground = Ground::make(&runtime, &workload, phones)?;
    let mut scenarios: BTreeMap<Scenario, BTreeMap<&'static str, Measured>> = BTreeMap::new();
    for (scenario, link) in plan {
        eprintln!("{scenario:?} over {} …", link.word());
        // Every run of a scenario has the same acts, whatever ran before.
        let mut workload = Workload::new(args.records, args.rounds, args.seed);
        let script = script(scenario, &mut workload, &ground, phones);
        let measured = run(&runtime, &ground, script, link.quality(), args.seed)?;
        eprintln!("  {}", table::line(&measured));
        scenarios
            .entry(scenario)
            .or_default()
            .insert(link.word(), measured);
    }
    let goals = if args.records == 1_500 && args.rounds == ROUNDS {
        goal::judge(&scenarios)
    } else {
        Vec::new()
    };
    Ok(Report {
        bench: "sync",
        profile: if cfg!(debug_assertions) {
            "dev"
        } else {
            "release"
        },
        records: args.records,
        changes: args.rounds + 1,
        phones,
        seed: args.seed,
        scenarios,
        goals,
    })
}

fn script(scenario: Scenario, workload: &mut Workload, ground: &Ground, phones: usize) -> Script {
    let records = ground.records.len();
    let quiet = Script {
        phones: 1,
        full: scenario != Scenario::S1,
        acts: vec![Vec::new()],
        looked_at: ground.records.iter().step_by(29).cloned().collect(),
        records,
        ..Script::default()
    };
    match scenario {
        Scenario::S1 | Scenario::S2 => quiet,
        Scenario::S3 => day_apart(workload, ground, 1, quiet),
        Scenario::S4 => Script {
            acts: vec![workload.newcomers(200)],
            records: records + 200,
            ..quiet
        },
        Scenario::S5 => day_apart(workload, ground, phones, quiet),
    }
}

/// Each phone changed 50 records; the hub 30 others, and 5 of those of the first phone.
fn day_apart(workload: &mut Workload, ground: &Ground, phones: usize, quiet: Script) -> Script {
    let both = workload.edits(80);
    let (first, others) = both.split_at(50.min(both.len()));
    let same: Vec<usize> = first.iter().take(5).map(|(place, _)| *place).collect();
    let again = workload.edits_at(&same);
    let hub: Vec<(usize, Change)> = others.iter().cloned().chain(again).collect();
    let mut acts = vec![ground.drafts(first)];
    for _ in 1..phones {
        let edits = workload.edits(50);
        acts.push(ground.drafts(&edits));
    }
    Script {
        phones,
        acts,
        hub: ground.drafts(&hub),
        looked_at: ground.touched(&both),
        ..quiet
    }
}

fn run(
    runtime: &Runtime,
    ground: &Ground,
    script: Script,
    quality: Quality,
    seed: u64,
) -> Result<Measured> {
    let mut stage = ground.stage(script.phones, script.full)?;
    if !script.hub.is_empty() {
        ground::direct(runtime, &stage.room, script.hub)?;
    }
    stage.room.run();
    let hub = stage.room.process().ok_or("the hub does not run")?;
    let tasks: Vec<Task> = script
        .acts
        .into_iter()
        .enumerate()
        .map(|(number, acts)| Task {
            store: stage.phone(number),
            acts,
        })
        .collect();
    let edits: usize = tasks.iter().map(|task| task.acts.len()).sum();
    let (mut client, made) = Client::start(&tasks)?;
    let relay = {
        let _entered = runtime.enter();
        ground.relay(quality, seed)?
    };
    let watched = Watched::start(hub);
    meter::forget_peak(hub)?;
    let before = watched.at_rest();
    let cost = client.sync()?;
    let server_cpu_seconds = watched.at_rest() - before;
    let server_peak_rss_bytes = meter::peak_rss_bytes(hub)?;
    let (up, down) = relay.traffic();
    runtime.block_on(relay.close());
    let looked_at: Vec<String> = script
        .looked_at
        .into_iter()
        .chain(made.into_iter().take(20))
        .collect();
    let alone = script.phones == 1;
    let phone = client.show(&looked_at)?;
    let converged = confirmed(&cost, script.records)
        && (!alone || phone == of_hub(runtime, &mut stage, &looked_at)?);
    let crowd = !alone;
    Ok(Measured {
        seconds: cost.seconds,
        bytes_up: up.offered,
        bytes_down: down.offered,
        datagrams: up.datagrams
            + up.lost
            + up.overflowed
            + down.datagrams
            + down.lost
            + down.overflowed,
        cpu_seconds: cost.cpu_seconds + server_cpu_seconds,
        client_cpu_seconds: cost.cpu_seconds,
        server_cpu_seconds,
        peak_rss_bytes: cost.peak_rss_bytes,
        server_peak_rss_bytes,
        sent: cost.phones.iter().map(|phone| phone.sent).sum(),
        received: cost.phones.iter().map(|phone| phone.received).sum(),
        converged,
        edits_per_server_cpu_second: crowd.then(|| number(edits) / server_cpu_seconds),
    })
}

fn number(of: usize) -> f64 {
    u32::try_from(of).map_or(f64::INFINITY, f64::from)
}

/// Every phone has caught up, nothing of theirs is open, and they have as many records as there are.
fn confirmed(cost: &Cost, records: usize) -> bool {
    cost.phones.iter().all(|phone| {
        phone.caught_up && phone.open == [0; 3] && usize::try_from(phone.records) == Ok(records)
    })
}

fn of_hub(runtime: &Runtime, stage: &mut Stage, records: &[String]) -> Result<Vec<Shown>> {
    stage.room.stop();
    ground::shown(runtime, &stage.room, records)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn without_a_word_every_scenario_runs_over_the_three_links_and_the_crowd_over_one() {
        let plan = SyncArgs::all().plan();
        assert_eq!(plan.len(), 13);
        assert!(plan.contains(&(Scenario::S5, LinkName::Loopback)));
    }
}
