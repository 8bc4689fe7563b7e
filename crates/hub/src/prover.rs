//! Proves changes where that hurts nobody: in child processes of the same program, with limits of memory, time and stack. What the gate
//! lets through may still make automerge panic, hang, overflow its stack or eat memory, and two of these no program survives.
//!
//! One [`Prover`] serves all hubs of a process. [`ProofAnswer::Failed`] becomes a verdict, so it follows from the job alone: from what the child
//! answers, or from a child that went beyond its own processor time, memory or stack on it, twice, the second time a fresh one. Whatever the
//! machine may have done (a child that was killed, stopped, starved or not started) is [`ProofAnswer::Unavailable`]: it is asked again later.

mod child;
mod pipe;
mod thread;
mod worker;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Semaphore;
use wangge_engine::{ProofAnswer, ProofJob};

pub use child::{Limits, Prove, run_child, serve};
use worker::{Broken, Worker};

use crate::{HubError, Result};

/// The whole of `wangge prove`: what a child does until its parent closes the pipe.
///
/// # Errors
/// [`HubError::ReadFile`] when a limit cannot be set or a pipe breaks.
pub fn prove_stdin() -> Result<()> {
    run_child(Limits::default()).map_err(|source| HubError::ReadFile {
        path: "standard input".into(),
        source,
    })
}

/// Children that a job may break, and as many that others may break at it. The last one is fresh.
const TRIES_MAX: u32 = 2;

/// How a prover runs its children.
#[derive(Debug, Clone)]
pub struct ProverConfig {
    /// The program: this very one.
    pub program: PathBuf,
    /// The arguments that make it call [`run_child`].
    pub args: Vec<String>,
    /// Children at once.
    pub children_max: usize,
    /// How long a child may be silent until it is taken for stopped, milliseconds. Much longer than the processor time of a job: no job is
    /// blamed for it.
    pub silent_ms_max: u64,
    /// Jobs after which a child is replaced, so that no leak lives long.
    pub jobs_per_child: u64,
}

impl ProverConfig {
    /// Children of the running program, called with `args`: two at once, a minute's patience.
    #[must_use]
    pub fn of_this_program(args: &[&str]) -> ProverConfig {
        ProverConfig {
            program: this_program(),
            args: args.iter().map(|arg| (*arg).to_owned()).collect(),
            children_max: 2,
            silent_ms_max: 60_000,
            jobs_per_child: 10_000,
        }
    }
}

/// The very program that runs, even where another stands at its path by now. Where the system does not say, a name that is no program: no
/// proof is to be had then, and the log says why.
fn this_program() -> PathBuf {
    let running = PathBuf::from("/proc/self/exe");
    if running.exists() {
        running
    } else {
        std::env::current_exe().unwrap_or_default()
    }
}

/// Where changes are proven.
#[derive(Debug, Clone)]
pub enum Proving {
    /// In child processes: what a hub does.
    Children(ProverConfig),
    /// On threads of this process, where a panic is caught and nothing else: for tests, whose program is no prover.
    Threads,
}

/// What a prover has done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ProverCounts {
    /// Jobs answered.
    pub jobs: u64,
    /// Of them, those that failed.
    pub failed: u64,
    /// Children started.
    pub started: u64,
    /// Children that broke, or were killed.
    pub broken: u64,
}

/// Hands jobs to children. Clones share them.
#[derive(Debug, Clone)]
pub struct Prover(Arc<Shared>);

#[derive(Debug)]
struct Shared {
    /// None: on threads.
    config: Option<ProverConfig>,
    turns: Semaphore,
    idle: Mutex<Vec<Worker>>,
    jobs: AtomicU64,
    failed: AtomicU64,
    started: AtomicU64,
    broken: AtomicU64,
}

impl Prover {
    /// A prover without children; they are started when there are jobs.
    pub fn new(proving: Proving) -> Prover {
        let config = match proving {
            Proving::Children(config) => Some(config),
            Proving::Threads => None,
        };
        Prover(Arc::new(Shared {
            turns: Semaphore::new(
                config
                    .as_ref()
                    .map_or(1, |config| config.children_max.max(1)),
            ),
            idle: Mutex::default(),
            config,
            jobs: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            started: AtomicU64::new(0),
            broken: AtomicU64::new(0),
        }))
    }

    /// Answers one question of an engine: one answer for each job, in order. Waits for a turn while all children are at work.
    pub async fn prove(&self, jobs: &[ProofJob]) -> Vec<ProofAnswer> {
        let Ok(_turn) = self.0.turns.acquire().await else {
            return jobs.iter().map(|_| ProofAnswer::Unavailable).collect();
        };
        let answers = match &self.0.config {
            Some(config) => self.0.prove_in_child(config, jobs).await,
            None => thread::prove_all(jobs.to_vec()).await,
        };
        let failed = answers
            .iter()
            .filter(|answer| **answer == ProofAnswer::Failed)
            .count();
        self.0
            .jobs
            .fetch_add(answers.len() as u64, Ordering::Relaxed);
        self.0.failed.fetch_add(failed as u64, Ordering::Relaxed);
        answers
    }

    /// What it has done so far.
    pub fn counts(&self) -> ProverCounts {
        ProverCounts {
            jobs: self.0.jobs.load(Ordering::Relaxed),
            failed: self.0.failed.load(Ordering::Relaxed),
            started: self.0.started.load(Ordering::Relaxed),
            broken: self.0.broken.load(Ordering::Relaxed),
        }
    }
}

impl Shared {
    fn idle(&self) -> std::sync::MutexGuard<'_, Vec<Worker>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }

    async fn prove_in_child(&self, config: &ProverConfig, jobs: &[ProofJob]) -> Vec<ProofAnswer> {
        let mut worker = self.idle().pop();
        let mut answers = Vec::with_capacity(jobs.len());
        for job in jobs {
            let answer = self.prove_one(config, &mut worker, job).await;
            let unavailable = answer == ProofAnswer::Unavailable;
            answers.push(answer);
            if unavailable {
                // All of it is asked again: the machine is spared the rest.
                break;
            }
        }
        answers.resize(jobs.len(), ProofAnswer::Unavailable);
        self.idle().extend(worker);
        answers
    }

    /// Proves one job with the child at hand or a new one. A child that breaks is gone afterwards.
    async fn prove_one(
        &self,
        config: &ProverConfig,
        slot: &mut Option<Worker>,
        job: &ProofJob,
    ) -> ProofAnswer {
        let (mut by_job, mut by_others) = (0, 0);
        loop {
            let used = slot
                .take()
                .filter(|worker| worker.jobs < config.jobs_per_child);
            let started = match used {
                Some(worker) => Ok(worker),
                None => self.start(config).await,
            };
            let mut worker = match started {
                Ok(worker) => worker,
                Err(error) => {
                    tracing::error!(%error, program = %config.program.display(), "no child process to prove in");
                    return ProofAnswer::Unavailable;
                }
            };
            let broken = match worker.prove(job, config.silent_ms_max).await {
                Ok(answer) => {
                    *slot = Some(worker);
                    return answer;
                }
                Err(broken) => broken,
            };
            self.broken.fetch_add(1, Ordering::Relaxed);
            tracing::warn!(record = %job.record, facet = ?job.facet, by_job, by_others, error = %broken, "a child process broke");
            match broken {
                Broken::ByJob { .. } if by_job == TRIES_MAX - 1 => return ProofAnswer::Failed,
                Broken::ByJob { .. } => by_job += 1,
                Broken::ByOthers { .. } | Broken::Silent if by_others == TRIES_MAX - 1 => {
                    return ProofAnswer::Unavailable;
                }
                Broken::ByOthers { .. } | Broken::Silent => by_others += 1,
            }
        }
    }

    async fn start(&self, config: &ProverConfig) -> std::io::Result<Worker> {
        self.started.fetch_add(1, Ordering::Relaxed);
        Worker::start(config).await
    }
}
