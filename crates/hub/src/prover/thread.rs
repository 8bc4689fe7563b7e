//! Proofs on a thread of this process.

use std::panic::{AssertUnwindSafe, catch_unwind};

use wangge_engine::{ProofAnswer, ProofJob};
use wangge_model::proof::prove;

use super::child::{self, Limits};
use super::pipe::{Answer, Outcome};
use super::worker::understand;

/// One answer for each job, in order.
pub(super) async fn prove_all(jobs: Vec<ProofJob>) -> Vec<ProofAnswer> {
    let count = jobs.len();
    let work = tokio::task::spawn_blocking(move || {
        let thread = std::thread::Builder::new().stack_size(Limits::default().stack_len);
        let thread = thread.spawn(move || jobs.iter().map(prove_one).collect::<Vec<_>>());
        thread.ok().and_then(|thread| thread.join().ok())
    });
    let answers = work.await.ok().flatten();
    answers.unwrap_or_else(|| std::iter::repeat_n(ProofAnswer::Unavailable, count).collect())
}

fn prove_one(job: &ProofJob) -> ProofAnswer {
    let outcome: Option<Outcome> = catch_unwind(AssertUnwindSafe(|| {
        child::answer(job.base.as_deref(), &job.changes, prove)
    }))
    .ok();
    understand(Answer { outcome }, job.changes.len()).unwrap_or(ProofAnswer::Failed)
}
