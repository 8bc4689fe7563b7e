//! The process that a run's phones live in, so that their cost is theirs alone: told what to do by lines of JSON, it answers with lines.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write, stdin, stdout};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};
use std::time::Instant;

use serde::{Deserialize, Serialize};
use wangge_core::{Draft, OpenOptions, Phone, SyncEnd};

use crate::Result;
use crate::meter;

/// The key of every phone's store.
pub(crate) const KEY: [u8; 32] = [7; 32];
/// A sync that takes longer has failed.
const BUDGET_MS: u64 = 600_000;

/// What a phone does before its clock starts, and what it is asked after.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Task {
    pub(crate) store: PathBuf,
    /// Saved offline.
    pub(crate) acts: Vec<Draft>,
}

/// What a phone's sync brought.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Synced {
    pub(crate) seconds: f64,
    pub(crate) caught_up: bool,
    pub(crate) sent: u64,
    pub(crate) received: u64,
    /// Commits without a receipt, without a verdict, and held.
    pub(crate) open: [u64; 3],
    pub(crate) records: u64,
}

/// What all phones together cost.
#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Cost {
    pub(crate) phones: Vec<Synced>,
    /// From the start of the first to the end of the last.
    pub(crate) seconds: f64,
    pub(crate) cpu_seconds: f64,
    pub(crate) peak_rss_bytes: u64,
}

/// The fields and the number of log entries of a record, as one phone or hub tells it.
pub(crate) type Shown = (BTreeMap<String, String>, usize);

/// The process's own main: opens the phones and lets them act, syncs them at the word, and shows records of the first.
pub(crate) fn serve() -> Result<()> {
    let mut lines = stdin().lock().lines();
    let mut next = move || {
        lines
            .next()
            .ok_or("nobody asks any more")?
            .map_err(Box::<dyn std::error::Error>::from)
    };
    let tasks: Vec<Task> = serde_json::from_str(&next()?)?;
    let mut phones = Vec::with_capacity(tasks.len());
    let mut made = Vec::new();
    for task in &tasks {
        let phone = Phone::open(&OpenOptions::new(&task.store, KEY))?;
        for saved in phone.save_all(&task.acts)? {
            made.push(saved?.record);
        }
        // What an app has done long before it syncs: the rows stand.
        phone.status()?;
        phones.push(phone);
    }
    say(&made)?;
    next()?;
    say(&sync_all(&phones)?)?;
    let asked: Vec<String> = serde_json::from_str(&next()?)?;
    let first = phones.first().ok_or("no phone")?;
    let shown: Vec<Shown> = asked
        .iter()
        .map(|record| shown(first, record))
        .collect::<Result<_>>()?;
    say(&shown)
}

fn say(what: &impl Serialize) -> Result<()> {
    let mut out = stdout().lock();
    serde_json::to_writer(&mut out, what)?;
    out.write_all(b"\n")?;
    Ok(out.flush()?)
}

fn sync_all(phones: &[Phone]) -> Result<Cost> {
    meter::forget_peak(std::process::id())?;
    let (begun, cpu) = (Instant::now(), meter::own_cpu_seconds());
    let done = std::thread::scope(|scope| {
        let syncs: Vec<_> = phones
            .iter()
            .map(|phone| {
                scope.spawn(move || {
                    let begun = Instant::now();
                    let report = phone.sync_once(BUDGET_MS)?;
                    Ok::<_, wangge_core::Error>((report, begun.elapsed()))
                })
            })
            .collect();
        syncs
            .into_iter()
            .map(|sync| sync.join())
            .collect::<Vec<_>>()
    });
    let (seconds, cpu_seconds) = (
        begun.elapsed().as_secs_f64(),
        meter::own_cpu_seconds() - cpu,
    );
    let peak_rss_bytes = meter::peak_rss_bytes(std::process::id())?;
    let mut synced = Vec::with_capacity(phones.len());
    for (phone, done) in phones.iter().zip(done) {
        let (report, took) = done.map_err(|_| "a phone panicked")??;
        let status = phone.status()?;
        synced.push(Synced {
            seconds: took.as_secs_f64(),
            caught_up: report.end == SyncEnd::CaughtUp,
            sent: report.sent,
            received: report.received,
            open: [status.waiting, status.unjudged, status.held],
            records: status.records,
        });
    }
    Ok(Cost {
        phones: synced,
        seconds,
        cpu_seconds,
        peak_rss_bytes,
    })
}

fn shown(phone: &Phone, record: &str) -> Result<Shown> {
    Ok(of_record(&phone.record(record, false)?))
}

/// What of a record must be the same everywhere.
pub(crate) fn of_record(record: &wangge_core::rows::Record) -> Shown {
    let fields = record.fields.iter();
    let fields = fields.map(|field| (field.key.clone(), field.value.clone()));
    (fields.collect(), record.log.len())
}

/// The process, seen from the one that measures.
#[derive(Debug)]
pub(crate) struct Client {
    child: Child,
    words: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Client {
    /// Starts it; the phones' acts are saved when this returns, and the records that they made are answered.
    pub(crate) fn start(tasks: &[Task]) -> Result<(Self, Vec<String>)> {
        let mut child = Command::new(std::env::current_exe()?)
            .arg("phones")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let words = child.stdin.take().ok_or("no way to speak to the phones")?;
        let answers = child.stdout.take().ok_or("no way to hear the phones")?;
        let mut client = Self {
            child,
            words,
            answers: BufReader::new(answers),
        };
        let made = client.ask(&tasks)?;
        Ok((client, made))
    }

    /// Syncs all phones at one time.
    pub(crate) fn sync(&mut self) -> Result<Cost> {
        self.ask(&"go")
    }

    /// Shows records as the first phone has them, and ends.
    pub(crate) fn show(mut self, records: &[String]) -> Result<Vec<Shown>> {
        let shown = self.ask(&records)?;
        drop(self.words);
        self.child.wait()?;
        Ok(shown)
    }

    fn ask<T: for<'a> Deserialize<'a>>(&mut self, what: &impl Serialize) -> Result<T> {
        let mut line = serde_json::to_vec(what)?;
        line.push(b'\n');
        self.words.write_all(&line)?;
        self.words.flush()?;
        let mut answer = String::new();
        if self.answers.read_line(&mut answer)? == 0 {
            return Err(format!("the phones' process ended: {}", self.child.wait()?).into());
        }
        Ok(serde_json::from_str(&answer)?)
    }
}
