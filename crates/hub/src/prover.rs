//! Scratch proofs: changes tried on a copy, apart from the hubs.

use wangge_engine::{ProofAnswer, ProofJob};
use wangge_model::proof::prove;

use crate::limits::PROOF_STACK_BYTES;

/// Proves changes for all hubs of a process.
#[derive(Debug, Default)]
pub(crate) struct Prover {}

impl Prover {
    /// An answer for each job, in their order.
    pub(crate) async fn prove(&self, jobs: Vec<ProofJob>) -> Vec<ProofAnswer> {
        let count = jobs.len();
        let work = tokio::task::spawn_blocking(move || {
            let thread = std::thread::Builder::new()
                .stack_size(PROOF_STACK_BYTES)
                .spawn(move || jobs.iter().map(prove_one).collect::<Vec<_>>());
            thread.ok().and_then(|thread| thread.join().ok())
        });
        let answers = work.await.ok().flatten();
        answers.unwrap_or_else(|| std::iter::repeat_n(ProofAnswer::Unavailable, count).collect())
    }
}

fn prove_one(job: &ProofJob) -> ProofAnswer {
    let proved = std::panic::catch_unwind(|| {
        let changes: Vec<&[u8]> = job.changes.iter().map(Vec::as_slice).collect();
        prove(job.base.as_deref(), &changes)
    });
    match proved {
        Ok(Ok(proof)) => ProofAnswer::Proven {
            save: proof.save,
            heads: proof.heads,
            applied: proof.applied.iter().map(Result::is_ok).collect(),
        },
        Ok(Err(wangge_model::Error::LoadDoc { .. })) => ProofAnswer::Unavailable,
        Ok(Err(_)) | Err(_) => ProofAnswer::Failed,
    }
}

/// The child's side: proves jobs from standard input until it ends.
pub fn prove_stdin() -> crate::Result<()> {
    Err(crate::HubError::Stopped)
}
