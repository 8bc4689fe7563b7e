//! The parent's end of one child process.

use std::io;
use std::process::Stdio;
use std::time::Duration;

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
    _child: Child,
}

impl Worker {
    /// Starts a child with nothing of our environment and no other file of ours, and waits for its greeting: a program that is no
    /// prover must not be taken for one that breaks.
    pub(super) async fn start(config: &ProverConfig) -> io::Result<Worker> {
        let mut child = Command::new(&config.program)
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
        let patience = Duration::from_millis(config.job_ms_max);
        timeout(patience, pipe::expect_greeting(&mut answers))
            .await
            .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        Ok(Worker {
            asks,
            answers,
            jobs: 0,
            _child: child,
        })
    }

    /// Has the child prove a job. After an error the child is of no more use: it died, hangs, or its pipes are in the midst of something.
    pub(super) async fn prove(
        &mut self,
        job: &ProofJob,
        job_ms_max: u64,
    ) -> io::Result<ProofAnswer> {
        self.jobs += 1;
        let ask = Ask {
            base: job.base.clone(),
            changes: job.changes.clone(),
        };
        let answer = timeout(Duration::from_millis(job_ms_max), async {
            pipe::send(&mut self.asks, &ask).await?;
            pipe::receive::<Answer>(&mut self.answers).await
        })
        .await
        .map_err(|_| io::Error::from(io::ErrorKind::TimedOut))??;
        understand(answer, job.changes.len()).ok_or_else(|| io::ErrorKind::InvalidData.into())
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
