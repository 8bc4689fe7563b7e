//! Scratch proofs on a phone: apart from the caller's stack, and surviving a panic.

use std::panic::{self, AssertUnwindSafe};
use std::thread;

use wangge_engine::{ProofAnswer, ProofJob};
use wangge_model::proof;

use crate::limits;

/// Proves each job on a stack of its own.
pub(crate) fn prove(jobs: Vec<ProofJob>) -> Vec<ProofAnswer> {
    let asked = jobs.len();
    let worker = thread::Builder::new()
        .name("wangge-prove".to_owned())
        .stack_size(limits::PROOF_STACK_BYTES)
        .spawn(move || jobs.iter().map(prove_one).collect::<Vec<_>>());
    match worker.map(thread::JoinHandle::join) {
        Ok(Ok(answers)) => answers,
        Ok(Err(_)) => vec![ProofAnswer::Failed; asked],
        Err(error) => {
            tracing::warn!(%error, "no thread for proofs");
            vec![ProofAnswer::Unavailable; asked]
        }
    }
}

fn prove_one(job: &ProofJob) -> ProofAnswer {
    let changes: Vec<&[u8]> = job.changes.iter().map(Vec::as_slice).collect();
    match panic::catch_unwind(AssertUnwindSafe(|| {
        proof::prove(job.base.as_deref(), &changes)
    })) {
        Ok(Ok(proof)) => ProofAnswer::Proven {
            save: proof.save,
            heads: proof.heads,
            applied: proof.applied.iter().map(Result::is_ok).collect(),
        },
        Ok(Err(wangge_model::Error::LoadDoc { .. })) => ProofAnswer::Unavailable,
        Ok(Err(_)) | Err(_) => ProofAnswer::Failed,
    }
}
