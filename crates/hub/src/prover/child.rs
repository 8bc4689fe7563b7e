//! The child's end: reads jobs from standard input, proves them, writes answers to standard output.

use std::io::{self, BufReader, BufWriter, Read, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};

use rlimit::Resource;
use rustix::time::{ClockId, clock_gettime};
use wangge_model::doc::Doc;
use wangge_model::proof::{Proof, prove};

use super::pipe::{self, Answer, Ask, Nothing, Outcome, Proven};

/// What a child may use.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Of address space, bytes.
    pub memory_max: u64,
    /// Of processor time for one job, seconds.
    pub job_cpu_s_max: u64,
    /// Of stack, bytes.
    pub stack_len: usize,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            memory_max: 1024 * 1024 * 1024,
            job_cpu_s_max: 10,
            stack_len: 16 * 1024 * 1024,
        }
    }
}

/// A proof: of the base's save and the changes, as [`prove`].
pub type Prove<E> = fn(Option<&[u8]>, &[&[u8]]) -> Result<Proof, E>;

/// What a child does, until its parent closes the pipe: the whole of `wangge prove`. Call it before anything else is started.
///
/// # Errors
/// When a limit cannot be set or a pipe breaks.
pub fn run_child(limits: Limits) -> io::Result<()> {
    serve(limits, prove)
}

/// As [`run_child`], with another proof in place of the model's; for tests that plant one that breaks.
///
/// # Errors
/// As there.
pub fn serve<E: 'static>(limits: Limits, proof: Prove<E>) -> io::Result<()> {
    // A panic's text could hold what the records say.
    std::panic::set_hook(Box::new(|_| {}));
    Resource::AS.set(limits.memory_max, limits.memory_max)?;
    Resource::CORE.set(0, 0)?;
    let proving = move || {
        let (from, to) = (io::stdin().lock(), io::stdout().lock());
        answer_all(
            &mut BufReader::new(from),
            &mut BufWriter::new(to),
            limits,
            proof,
        )
    };
    let thread = std::thread::Builder::new()
        .stack_size(limits.stack_len)
        .spawn(proving)?;
    thread
        .join()
        .unwrap_or_else(|_| Err(io::ErrorKind::Other.into()))
}

fn answer_all<E>(
    from: &mut impl Read,
    to: &mut impl Write,
    limits: Limits,
    proof: Prove<E>,
) -> io::Result<()> {
    pipe::greet(to)?;
    while let Some(ask) = pipe::read::<Ask>(from)? {
        allow_cpu(limits.job_cpu_s_max)?;
        let outcome = catch_unwind(AssertUnwindSafe(|| {
            answer(ask.base.as_deref(), &ask.changes, proof)
        }));
        let outcome = outcome.unwrap_or(Outcome::Failed(Nothing {}));
        match pipe::write(to, &told(outcome)) {
            Err(error) if error.kind() == io::ErrorKind::FileTooLarge => {
                pipe::write(to, &told(Outcome::Failed(Nothing {})))?;
            }
            written => written?,
        }
    }
    Ok(())
}

fn told(outcome: Outcome) -> Answer {
    Answer {
        outcome: Some(outcome),
    }
}

pub(super) fn answer<E>(base: Option<&[u8]>, changes: &[Vec<u8>], proof: Prove<E>) -> Outcome {
    if base.is_some_and(|base| Doc::load(base).is_err()) {
        return Outcome::Unavailable(Nothing {});
    }
    let changes: Vec<&[u8]> = changes.iter().map(Vec::as_slice).collect();
    match proof(base, &changes) {
        Ok(proof) => Outcome::Proven(Proven {
            save: proof.save,
            heads: proof.heads.iter().map(|head| head.0.to_vec()).collect(),
            applied: proof.applied.iter().map(Result::is_ok).collect(),
        }),
        Err(_) => Outcome::Failed(Nothing {}),
    }
}

/// Lets the process use so many seconds more than it has used; beyond them the system ends it.
fn allow_cpu(seconds: u64) -> io::Result<()> {
    let (_, hard) = Resource::CPU.get()?;
    Resource::CPU.set((cpu_used_s() + seconds + 1).min(hard), hard)
}

/// Processor time used so far, whole seconds.
fn cpu_used_s() -> u64 {
    u64::try_from(clock_gettime(ClockId::ProcessCPUTime).tv_sec).unwrap_or_default()
}
