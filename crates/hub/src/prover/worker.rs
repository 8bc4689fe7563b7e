//! The parent's end of one child process.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::Signal;

use tokio::process::{Child, ChildStdin, ChildStdout, Command};
use tokio::time::timeout;
use wangge_engine::{ProofAnswer, ProofJob};
use wangge_model::id::ChangeHash;

use super::ProverConfig;
use super::pipe::{self, Answer, Ask, Outcome, Proven};

/// A child process, killed when this is dropped.
#[derive(Debug)]
pub(super) struct Worker {
    asks: ChildStdin,
    answers: ChildStdout,
    pub(super) jobs: u64,
    child: Child,
}

/// Why a child gave no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum Broken {
    /// What the job did: it took more than its processor time, memory or stack, or was answered with what is no answer.
    #[error("the job broke it: {how}")]
    ByJob { how: String },
    /// What somebody else did: it was killed, or could not go on for want of something.
    #[error("it ended, not by the job's doing: {how}")]
    ByOthers { how: String },
    /// It says nothing and has not used up its processor time: it is stopped, or starves.
    #[error("it is silent")]
    Silent,
}

/// Signals by which a process ends for what it does itself. The rest come from others: the system that needs memory, an administrator.
const OWN_SIGNALS: [Signal; 6] = [
    Signal::ABORT,
    Signal::SEGV,
    Signal::ILL,
    Signal::TRAP,
    Signal::FPE,
    Signal::XCPU,
];

fn how_it_ended(status: ExitStatus) -> Broken {
    let own = status
        .signal()
        .is_some_and(|signal| OWN_SIGNALS.iter().any(|own| own.as_raw() == signal));
    let how = status.to_string();
    if own {
        Broken::ByJob { how }
    } else {
        Broken::ByOthers { how }
    }
}

impl Worker {
    /// Starts a child with nothing of our environment and no other file of ours, and waits for its greeting: a program that is no
    /// prover must not be taken for one that breaks.
    pub(super) async fn start(config: &ProverConfig) -> io::Result<Worker> {
        let mut child = Command::new(&config.program)
            .arg0("wangge")
            .args(&config.args)
            .env_clear()
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let (Some(asks), Some(mut answers)) = (child.stdin.take(), child.stdout.take()) else {
            return Err(io::ErrorKind::BrokenPipe.into());
        };
        let patience = Duration::from_millis(config.silent_ms_max);
        timeout(patience, pipe::expect_greeting(&mut answers))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Worker {
            asks,
            answers,
            jobs: 0,
            child,
        })
    }

    /// Has the child prove a job. After an error the child is of no more use.
    pub(super) async fn prove(
        &mut self,
        job: &ProofJob,
        silent_ms_max: u64,
    ) -> Result<ProofAnswer, Broken> {
        self.jobs += 1;
        let patience = Duration::from_millis(silent_ms_max);
        let ask = Ask {
            base: job.base.clone(),
            changes: job.changes.clone(),
        };
        let told = timeout(patience, async {
            pipe::send(&mut self.asks, &ask).await?;
            pipe::receive::<Answer>(&mut self.answers).await
        });
        match told.await {
            Ok(Ok(answer)) => understand(answer, job.changes.len()).ok_or_else(|| Broken::ByJob {
                how: "an answer that fits no question".to_owned(),
            }),
            Ok(Err(error)) => Err(self.why(error, patience).await),
            Err(_) => Err(Broken::Silent),
        }
    }

    /// Why its pipes broke.
    async fn why(&mut self, error: io::Error, patience: Duration) -> Broken {
        if matches!(
            error.kind(),
            io::ErrorKind::FileTooLarge | io::ErrorKind::InvalidData
        ) {
            return Broken::ByJob {
                how: error.to_string(),
            };
        }
        match timeout(patience, self.child.wait()).await {
            Ok(Ok(status)) => how_it_ended(status),
            Ok(Err(error)) => Broken::ByOthers {
                how: error.to_string(),
            },
            Err(_) => Broken::Silent,
        }
    }
}

/// The child held bytes of strangers: its answer is read as carefully.
pub(super) fn understand(answer: Answer, changes: usize) -> Option<ProofAnswer> {
    match answer.outcome? {
        Outcome::Failed(_) => Some(ProofAnswer::Failed),
        Outcome::Unavailable(_) => Some(ProofAnswer::Unavailable),
        Outcome::Proven(Proven {
            save,
            heads,
            applied,
        }) => {
            let heads = heads
                .into_iter()
                .map(|head| head.try_into().ok().map(ChangeHash))
                .collect::<Option<Vec<_>>>()?;
            (applied.len() == changes).then_some(ProofAnswer::Proven {
                save,
                heads,
                applied,
            })
        }
    }
}
