//! Learns the weights of the first-level classes and says how good they are.
//!
//! `cargo run -p wangge-rules --example classify -- --data citizen_messages.csv [--seeds 10] [--nested] [--write classify.bin]`

use std::collections::BTreeMap;
use std::hint::black_box;
use std::process::ExitCode;
use std::time::Instant;

use wangge_rules::classify::evaluate::{Corpus, Message, SEED, Score, wilson};
use wangge_rules::classify::train::Plan;
use wangge_rules::classify::{Learned, Suggester};
use wangge_rules::taxonomy::{Taxonomy, default_classes};

const USAGE: &str = "\
classify --data FILE [--seeds N] [--nested] [--write FILE]
  --data FILE    messages as CSV with the columns id, subject, text, class_level1
  --seeds N      N assignments of the folds rather than the declared one alone
  --nested       choose the plan anew within each fold
  --plan A B     doubts in labels and in the taxonomy's texts
  --write FILE   learn from everything and write the weights
";

fn main() -> ExitCode {
    match run(&std::env::args().skip(1).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("classify: {why}\n\n{USAGE}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<(), String> {
    let after = |flag: &str, skip: usize| {
        let mut rest = args.iter().skip_while(|arg| *arg != flag);
        rest.nth(skip).map(String::as_str)
    };
    let data = after("--data", 1).ok_or("--data is missing")?;
    let messages = messages(data)?;
    let (classes, findings) = default_classes();
    if let Some(finding) = findings.first() {
        return Err(finding.en.clone());
    }
    let day = "2025-01-01".parse().map_err(|error| format!("{error}"))?;
    let tree = Taxonomy::on(&classes, day);
    let corpus = Corpus::of(&messages, &tree, "appeal");
    println!(
        "{} labelled messages, {} texts of the taxonomy",
        corpus.labelled(),
        corpus.taught()
    );
    let mut plan = Plan::default();
    for (at, doubt) in [&mut plan.labelled, &mut plan.taught]
        .into_iter()
        .enumerate()
    {
        if let Some(text) = after("--plan", at + 1) {
            *doubt = text.parse().map_err(|error| format!("{text}: {error}"))?;
        }
    }
    let seeds: u64 = after("--seeds", 1)
        .map_or(Ok(1), str::parse)
        .map_err(|error| format!("--seeds: {error}"))?;
    let nested = args.iter().any(|arg| arg == "--nested");
    let mut together = Score::default();
    for seed in SEED..SEED + seeds {
        let folds = if nested {
            corpus.nested(seed, &plans())
        } else {
            corpus.cross_validate(seed, &plan)
        };
        let score = folds
            .ok_or("too many classes")?
            .into_iter()
            .fold(Score::default(), Score::and);
        print(&format!("seed {seed}"), score);
        together = together.and(score);
    }
    if seeds > 1 {
        let share = |part: usize| 100.0 * wilson(part, together.all).1;
        println!(
            "mean     first {:.1} %   among three {:.1} %",
            share(together.first),
            share(together.among_three)
        );
    }
    timed(&tree, &messages)?;
    if let Some(file) = after("--write", 1) {
        let weights = corpus.shipped(&plan).ok_or("too many classes")?;
        std::fs::write(file, weights.encode()).map_err(|error| format!("{file}: {error}"))?;
        println!("{file}: {} bytes", weights.encode().len());
    }
    Ok(())
}

/// How long a suggestion takes, over all messages.
fn timed(tree: &Taxonomy, messages: &[Message]) -> Result<(), String> {
    let begun = Instant::now();
    let suggester = Suggester::new(tree, "appeal").ok_or("the shipped weights cannot be read")?;
    let built = begun.elapsed();
    let mut spans = Vec::new();
    let none = Learned::default();
    for message in messages {
        let once = |_| {
            let begun = Instant::now();
            black_box(suggester.suggest(&none, &message.subject, &message.body, 5));
            begun.elapsed()
        };
        // The shortest of five: what the work takes, not what else the machine does.
        spans.extend((0..5).map(once).min());
    }
    spans.sort_unstable();
    let at = |permille: usize| {
        spans
            .get(spans.len() * permille / 1000)
            .copied()
            .unwrap_or_default()
    };
    println!(
        "time     built in {built:?}; a suggestion p50 {:?}, p99 {:?}, p99.9 {:?}",
        at(500),
        at(990),
        at(999)
    );
    Ok(())
}

fn print(name: &str, score: Score) {
    let told = |part: usize| {
        let (low, share, high) = wilson(part, score.all);
        let percent = |share: f64| 100.0 * share;
        format!(
            "{:.1} % ({part}/{}; 95 %: {:.1} to {:.1})",
            percent(share),
            score.all,
            percent(low),
            percent(high)
        )
    };
    println!(
        "{name}   first {}   among three {}",
        told(score.first),
        told(score.among_three)
    );
}

/// What nested cross-validation chooses from.
fn plans() -> Vec<Plan> {
    let mut plans = Vec::new();
    for labelled in [0.05, 0.15, 0.5] {
        for taught in [0.1, 0.3, 1.0] {
            plans.push(Plan {
                labelled,
                taught,
                ..Plan::default()
            });
        }
    }
    plans
}

fn messages(file: &str) -> Result<Vec<Message>, String> {
    let said = |error: csv::Error| format!("{file}: {error}");
    let mut reader = csv::Reader::from_path(file).map_err(said)?;
    let mut messages = Vec::new();
    for row in reader.deserialize() {
        let mut row: BTreeMap<String, String> = row.map_err(said)?;
        let mut take = |key: &str| row.remove(key).unwrap_or_default();
        messages.push(Message {
            id: take("id"),
            subject: take("subject"),
            body: take("text"),
            label: take("class_level1"),
        });
    }
    Ok(messages)
}
