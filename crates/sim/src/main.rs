//! `wangge-sim`: runs seeds of the simulated world and says which laws held.

use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use clap::Parser;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use serde_json::json;
use wangge_sim::mutant::Law;
use wangge_sim::run::{Outcome, run, run_twice};

/// One seed in so many runs twice, for the law `replay`; a mutant of that law runs every seed twice.
const REPLAY_EVERY: u64 = 25;

/// 模拟世界：随机种子 → 风暴 → 平静 → 逐条检验定律
/// The simulated world: a seed, a storm, calm, and every law held against the people's account.
#[derive(Debug, Parser)]
#[command(
    name = "wangge-sim",
    version,
    after_help = "例 / Examples:\n  wangge-sim --seeds 1000 --json\n  wangge-sim --seed 17 --trace\n  wangge-sim --mutant no_loss --seeds 50"
)]
struct Args {
    /// 运行多少个种子 / how many seeds
    #[arg(long, default_value_t = 100)]
    seeds: u64,
    /// 从哪个种子开始 / the first seed
    #[arg(long, default_value_t = 1)]
    from: u64,
    /// 只运行这一个种子 / only this seed
    #[arg(long)]
    seed: Option<u64>,
    /// 同时运行几个种子 / how many seeds at a time; as many as there are cores by default
    #[arg(long)]
    jobs: Option<usize>,
    /// 打印该种子的全部经过 / print everything that happened; only with --seed
    #[arg(long, requires = "seed")]
    trace: bool,
    /// 种下一个错误，看该定律是否变红 / plant the mistake of a law; stops at the first seed that finds it
    #[arg(long, value_parser = |word: &str| Law::parse(word).ok_or("no such law: see --list"))]
    mutant: Option<Law>,
    /// 列出定律及其种下的错误 / list the laws and their mistakes
    #[arg(long)]
    list: bool,
    /// 机器可读 / for machines: the last line is one JSON object
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let args = Args::parse();
    if args.list {
        list(args.json);
        return ExitCode::SUCCESS;
    }
    let failed = Runner::new(&args).run();
    if failed == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

fn list(as_json: bool) {
    if as_json {
        let laws: Vec<_> = Law::ALL
            .iter()
            .map(|(_, law, mutant)| json!({"law": law, "mutant": mutant}))
            .collect();
        println!("{}", json!(laws));
    } else {
        for (_, law, mutant) in Law::ALL {
            println!("{law:<20} {mutant}");
        }
    }
}

/// What all seeds together showed.
#[derive(Debug, Default)]
struct Sum {
    seeds: u64,
    failed: u64,
    commits: u64,
    acts: u64,
    faults: u64,
    held: u64,
    calm_s_max: u64,
    first_failed: Option<u64>,
}

struct Runner<'a> {
    args: &'a Args,
    next: AtomicU64,
    end: u64,
    enough: AtomicBool,
    sum: Mutex<Sum>,
    bar: ProgressBar,
}

impl<'a> Runner<'a> {
    fn new(args: &'a Args) -> Self {
        let (from, end) = args
            .seed
            .map_or((args.from, args.from + args.seeds), |seed| (seed, seed + 1));
        let bar = ProgressBar::new(end - from);
        if !std::io::stderr().is_terminal() {
            bar.set_draw_target(ProgressDrawTarget::hidden());
        }
        if let Ok(style) =
            ProgressStyle::with_template("{bar:30} {pos}/{len} seeds  {elapsed}  {msg}")
        {
            bar.set_style(style);
        }
        Self {
            args,
            next: AtomicU64::new(from),
            end,
            enough: AtomicBool::new(false),
            sum: Mutex::new(Sum::default()),
            bar,
        }
    }

    fn run(self) -> u64 {
        let began = Instant::now();
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let jobs = self.args.jobs.unwrap_or(cores).max(1);
        std::thread::scope(|scope| {
            for job in 0..jobs {
                let runner = &self;
                scope.spawn(move || runner.work(job));
            }
        });
        self.bar.finish_and_clear();
        let Ok(sum) = self.sum.into_inner() else {
            return 1;
        };
        let seconds = began.elapsed().as_secs_f64();
        if self.args.json {
            println!(
                "{}",
                json!({"seeds": sum.seeds, "failed": sum.failed, "first_failed": sum.first_failed, "mutant": self.args.mutant.map(Law::word), "acts": sum.acts, "commits": sum.commits,
                    "held": sum.held, "faults": sum.faults, "calm_s_max": sum.calm_s_max, "seconds": (seconds * 10.0).round() / 10.0})
            );
        } else {
            println!(
                "{} seeds, {} failed, {} acts, {} commits, {} held, {} faults, {seconds:.1} s",
                sum.seeds, sum.failed, sum.acts, sum.commits, sum.held, sum.faults
            );
        }
        sum.failed
    }

    fn work(&self, job: usize) {
        let folder = scratch().join(format!("wangge-sim-{}-{job}", std::process::id()));
        while !self.enough.load(Ordering::Relaxed) {
            let seed = self.next.fetch_add(1, Ordering::Relaxed);
            if seed >= self.end {
                return;
            }
            let mutant = self.args.mutant;
            let outcome = if mutant.is_none() && !seed.is_multiple_of(REPLAY_EVERY)
                || mutant.is_some_and(|law| law != Law::Replay)
            {
                run(seed, mutant, self.args.trace, &folder)
            } else {
                run_twice(seed, mutant, &folder)
            };
            self.count(seed, outcome);
            self.bar.inc(1);
        }
    }

    fn count(&self, seed: u64, outcome: Result<Outcome, String>) {
        let Ok(mut sum) = self.sum.lock() else { return };
        sum.seeds += 1;
        let wanted = |law: Law| self.args.mutant.is_none_or(|mutant| mutant == law);
        let bad = match outcome {
            Ok(outcome) => {
                sum.commits += outcome.commits as u64;
                sum.acts += outcome.acts;
                sum.faults += outcome.faults;
                sum.held += outcome.held as u64;
                sum.calm_s_max = sum.calm_s_max.max(outcome.calm_s);
                if self.args.trace {
                    outcome.lines.iter().for_each(|line| println!("{line}"));
                }
                if self.args.mutant.is_none() || self.args.seed.is_some() {
                    for breach in outcome.breaches.iter().take(10) {
                        eprintln!("seed {seed}: {} broken: {}", breach.law.word(), breach.seen);
                    }
                }
                outcome.breaches.iter().any(|breach| wanted(breach.law))
            }
            Err(error) => {
                eprintln!("seed {seed}: {error}");
                self.args.mutant.is_none()
            }
        };
        if bad {
            sum.failed += 1;
            sum.first_failed = Some(sum.first_failed.map_or(seed, |first| first.min(seed)));
            self.bar.set_message(format!("{} failed", sum.failed));
            if self.args.mutant.is_some() {
                self.enough.store(true, Ordering::Relaxed);
            } else {
                eprintln!("seed {seed}: replay with `wangge-sim --seed {seed} --trace`");
            }
        }
    }
}

/// Where copies of phones lie: in memory where the system has such a place.
fn scratch() -> PathBuf {
    let memory = PathBuf::from("/dev/shm");
    if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    }
}
