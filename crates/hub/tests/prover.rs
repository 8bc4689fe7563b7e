//! The prover against children that break in every way. The test program is its own child: called with `prove-child` it serves a proof
//! that does what a change's first word says.

use std::process::ExitCode;

use libtest_mimic::{Arguments, Failed, Trial};
use wangge_engine::{ProofAnswer, ProofJob};
use wangge_hub::prover::{Limits, Prover, ProverConfig, Proving, run_child, serve};
use wangge_model::doc::Doc;
use wangge_model::id::{ActorId, RecordId};
use wangge_model::kind::Facet;
use wangge_model::proof::Proof;
use wangge_model::time::Ms;
use wangge_model::value::Edit;

fn main() -> ExitCode {
    match std::env::args().nth(1).as_deref() {
        Some("prove-child") => exit(serve(LIMITS, planted)),
        Some("prove") => exit(run_child(Limits::default())),
        _ => libtest_mimic::run(&Arguments::from_args(), trials()).exit_code(),
    }
}

fn exit(result: std::io::Result<()>) -> ExitCode {
    if result.is_ok() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

const LIMITS: Limits = Limits {
    memory_max: 512 * 1024 * 1024,
    job_cpu_s_max: 1,
    stack_len: 16 * 1024 * 1024,
};

/// Does what the first change says.
fn planted(_base: Option<&[u8]>, changes: &[&[u8]]) -> Result<Proof, String> {
    match *changes.first().ok_or("no change")? {
        b"panic" => std::panic::resume_unwind(Box::new("planted")),
        b"abort" => std::process::abort(),
        b"stack" => return Err(deep(u64::MAX).to_string()),
        b"memory" => {
            let eaten = vec![1_u8; 2 * 1024 * 1024 * 1024];
            return Err(eaten
                .iter()
                .map(|byte| u64::from(*byte))
                .sum::<u64>()
                .to_string());
        }
        b"spin" => loop {
            std::hint::black_box(());
        },
        b"refuse" => return Err("refused".to_owned()),
        _ => {}
    }
    let doc = Doc::new();
    Ok(Proof {
        save: doc.save(),
        heads: doc.heads(),
        fields: doc.entries(),
        applied: changes.iter().map(|_| Ok(())).collect(),
    })
}

fn deep(left: u64) -> u64 {
    let page = std::hint::black_box([left; 512]);
    if left == 0 {
        0
    } else {
        deep(left - 1) + page.iter().sum::<u64>()
    }
}

fn trials() -> Vec<Trial> {
    vec![
        Trial::test("a_real_change_comes_back_proven", || {
            run(a_real_change_comes_back_proven())
        }),
        Trial::test("what_breaks_a_child_fails_alone", || {
            run(what_breaks_a_child_fails_alone())
        }),
        Trial::test("a_child_that_died_in_between_is_replaced", || {
            run(a_child_that_died_in_between_is_replaced())
        }),
        Trial::test("what_others_do_to_a_child_blames_no_job", || {
            run(what_others_do_to_a_child_blames_no_job())
        }),
        Trial::test("a_base_that_does_not_load_is_not_the_changes_fault", || {
            run(a_broken_base())
        }),
        Trial::test("without_a_program_no_proof_is_to_be_had", || {
            run(without_a_program())
        }),
        Trial::test("a_program_that_is_no_prover_is_not_taken_for_one", || {
            run(another_program())
        }),
        Trial::test("threads_serve_where_the_program_is_no_prover", || {
            run(on_threads())
        }),
        Trial::test("children_are_worn_out_and_replaced", || {
            run(children_wear_out())
        }),
    ]
}

fn run(trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()?
        .block_on(trial)
}

fn check(holds: bool, what: &str) -> Result<(), Failed> {
    if holds { Ok(()) } else { Err(what.into()) }
}

fn prover(entry: &str) -> Prover {
    let config = ProverConfig {
        silent_ms_max: 60_000,
        children_max: 1,
        ..ProverConfig::of_this_program(&[entry])
    };
    Prover::new(Proving::Children(config))
}

fn job(base: Option<Vec<u8>>, change: &[u8]) -> ProofJob {
    ProofJob {
        record: RecordId::mint(0, [0; 10]),
        facet: Facet::Open,
        base,
        changes: vec![change.to_vec()],
    }
}

async fn a_real_change_comes_back_proven() -> Result<(), Failed> {
    let mut doc = Doc::new();
    let edit = Edit {
        facet: Facet::Open,
        key: "name".to_owned(),
        value: Some("王芳".into()),
    };
    let written = doc.write(ActorId([7; 16]), [&edit], Ms(0))?;
    let mut bent = written.change.clone();
    if let Some(byte) = bent.last_mut() {
        *byte ^= 1;
    }
    let answers = prover("prove")
        .prove(&[job(None, &written.change), job(None, &bent)])
        .await;
    let expected = [
        ProofAnswer::Proven {
            save: doc.save(),
            heads: doc.heads(),
            applied: vec![true],
        },
        ProofAnswer::Proven {
            save: Doc::new().save(),
            heads: vec![],
            applied: vec![false],
        },
    ];
    check(answers == expected, &format!("{answers:?}"))
}

async fn what_breaks_a_child_fails_alone() -> Result<(), Failed> {
    let prover = prover("prove-child");
    for word in ["panic", "abort", "stack", "memory", "spin", "refuse"] {
        let answers = prover
            .prove(&[
                job(None, b"good"),
                job(None, word.as_bytes()),
                job(None, b"good"),
            ])
            .await;
        let [before, broken, after] = answers.as_slice() else {
            return Err("three answers".into());
        };
        check(
            matches!(before, ProofAnswer::Proven { .. }),
            &format!("before {word}: {before:?}"),
        )?;
        check(
            *broken == ProofAnswer::Failed,
            &format!("{word}: {broken:?}"),
        )?;
        check(
            matches!(after, ProofAnswer::Proven { .. }),
            &format!("after {word}: {after:?}"),
        )?;
    }
    let counts = prover.counts();
    check(
        (counts.jobs, counts.failed) == (18, 6),
        &format!("{counts:?}"),
    )
}

async fn a_child_that_died_in_between_is_replaced() -> Result<(), Failed> {
    let prover = prover("prove-child");
    for _ in 0..3 {
        // The child that dies is an old one: the job gets a second try on a fresh child, and is blamed only then.
        let answers = prover
            .prove(&[job(None, b"good"), job(None, b"abort")])
            .await;
        check(
            answers.last() == Some(&ProofAnswer::Failed),
            &format!("{answers:?}"),
        )?;
    }
    let counts = prover.counts();
    check(
        (counts.started, counts.broken) == (6, 6),
        &format!("{counts:?}"),
    )
}

/// The first child is stopped in the midst of the job, the second is killed there, the third does not come up; the fourth is let alone.
const ILL_TREATED: &str = r#"
read -r number < "$0/number"
echo $((number + 1)) > "$0/number"
case $number in
    0) printf 'wangge/prove/1\n'; kill -STOP $$ ;;
    1) printf 'wangge/prove/1\n'; kill -KILL $$ ;;
    2) exit 1 ;;
    *) exec "$1" prove ;;
esac
"#;

async fn what_others_do_to_a_child_blames_no_job() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    std::fs::write(folder.path().join("number"), "0\n")?;
    let paths = [folder.path().to_owned(), std::env::current_exe()?];
    let [folder, program] = paths.map(|path| path.display().to_string());
    let prover = Prover::new(Proving::Children(ProverConfig {
        program: "/bin/sh".into(),
        silent_ms_max: 1_000,
        ..ProverConfig::of_this_program(&["-c", ILL_TREATED, &folder, &program])
    }));
    // As the engine does: it asks again for what could not be had.
    for _ in 0..100 {
        let answers = prover
            .prove(&[job(None, b"no change"), job(None, b"no change")])
            .await;
        check(
            !answers.contains(&ProofAnswer::Failed),
            "nobody is to blame",
        )?;
        if !answers.contains(&ProofAnswer::Unavailable) {
            let counts = prover.counts();
            return check(
                counts.broken >= 2 && counts.started >= 4,
                &format!("{counts:?}"),
            );
        }
    }
    Err("no proof after a hundred questions".into())
}

async fn a_broken_base() -> Result<(), Failed> {
    let answers = prover("prove")
        .prove(&[job(Some(vec![1, 2, 3]), b"good"), job(None, b"good")])
        .await;
    let first = answers.first();
    check(
        first == Some(&ProofAnswer::Unavailable),
        &format!("{answers:?}"),
    )
}

async fn without_a_program() -> Result<(), Failed> {
    let config = ProverConfig {
        program: "/nowhere/wangge".into(),
        ..ProverConfig::of_this_program(&["prove"])
    };
    let answers = Prover::new(Proving::Children(config))
        .prove(&[job(None, b"good"), job(None, b"good")])
        .await;
    check(
        answers == [ProofAnswer::Unavailable, ProofAnswer::Unavailable],
        &format!("{answers:?}"),
    )
}

async fn children_wear_out() -> Result<(), Failed> {
    let config = ProverConfig {
        jobs_per_child: 2,
        ..ProverConfig::of_this_program(&["prove-child"])
    };
    let prover = Prover::new(Proving::Children(config));
    let answers = prover
        .prove(&(0..6).map(|_| job(None, b"good")).collect::<Vec<_>>())
        .await;
    check(
        answers
            .iter()
            .all(|answer| matches!(answer, ProofAnswer::Proven { .. })),
        &format!("{answers:?}"),
    )?;
    let counts = prover.counts();
    check(
        (counts.started, counts.broken) == (3, 0),
        &format!("{counts:?}"),
    )
}

async fn another_program() -> Result<(), Failed> {
    let config = ProverConfig {
        program: "/bin/ls".into(),
        ..ProverConfig::of_this_program(&["/"])
    };
    let answers = Prover::new(Proving::Children(config))
        .prove(&[job(None, b"good")])
        .await;
    check(
        answers == [ProofAnswer::Unavailable],
        &format!("{answers:?}"),
    )
}

async fn on_threads() -> Result<(), Failed> {
    let prover = Prover::new(Proving::Threads);
    let answers = prover
        .prove(&[job(None, b"no change"), job(Some(vec![1]), b"no change")])
        .await;
    let expected = [
        ProofAnswer::Proven {
            save: Doc::new().save(),
            heads: vec![],
            applied: vec![false],
        },
        ProofAnswer::Unavailable,
    ];
    check(answers == expected, &format!("{answers:?}"))
}
