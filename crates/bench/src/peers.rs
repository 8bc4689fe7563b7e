//! Rivals on the same workload, in the same run: PouchDB against express-pouchdb, and samod.
//!
//! Each is a program of ours under `peers/` that seeds a store with the workload, serves it, and syncs with it through a TCP proxy with the same
//! delay and rate. None of them encrypts, signs or flushes each commit. TCP recovers what a link loses before the proxy sees it: they run over
//! loopback and the slow link.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use clap::ValueEnum;
use serde::Deserialize;
use serde_json::Value;
use tempfile::TempDir;
use tokio::runtime::Runtime;

use crate::Result;
use crate::meter::{self, Watched};
use crate::sync::{LinkName, Measured, Scenario, SyncArgs};
use crate::workload::Workload;

mod proxy;

use proxy::Proxy;

/// Who is measured beside us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Peer {
    /// PouchDB 9 and express-pouchdb: the protocol of CouchDB.
    Pouch,
    /// samod 0.16: automerge-repo in Rust.
    Samod,
}

/// By scenario and link.
pub(crate) type Runs = BTreeMap<Scenario, BTreeMap<&'static str, Measured>>;

impl Peer {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Pouch => "pouchdb",
            Self::Samod => "samod",
        }
    }

    fn folder(self) -> PathBuf {
        let peers = Path::new(env!("CARGO_MANIFEST_DIR")).join("peers");
        peers.join(match self {
            Self::Pouch => "pouch",
            Self::Samod => "samod",
        })
    }

    /// Installs or builds what is missing.
    fn prepare(self) -> Result<()> {
        let folder = self.folder();
        let mut command = match self {
            Self::Pouch if folder.join("node_modules").is_dir() => return Ok(()),
            Self::Pouch => Command::new("npm"),
            Self::Samod => Command::new("cargo"),
        };
        match self {
            Self::Pouch => command.args(["ci", "--no-audit", "--no-fund", "--loglevel=warn"]),
            Self::Samod => command.args(["build", "--release", "--locked", "--quiet"]),
        };
        // What a tool prints is no part of our answer.
        let status = command.current_dir(folder).stdout(Stdio::null()).status()?;
        if status.success() {
            Ok(())
        } else {
            Err(format!("{} cannot be made ready", self.word()).into())
        }
    }

    fn program(self) -> Command {
        let folder = self.folder();
        match self {
            Self::Pouch => {
                let mut node = Command::new("node");
                node.arg(folder.join("peer.mjs"));
                node
            }
            Self::Samod => Command::new(folder.join("target/release/wangge-bench-samod")),
        }
    }
}

/// The peers' runs of what the plan names.
pub(crate) fn measure(runtime: &Runtime, args: &SyncArgs) -> Result<BTreeMap<&'static str, Runs>> {
    let mut all = BTreeMap::new();
    for peer in args.peers() {
        eprintln!("{} …", peer.word());
        peer.prepare()?;
        let ground = Ground::make(runtime, peer, args)?;
        let mut runs = Runs::new();
        let plan = args.plan().into_iter();
        let plan = plan.filter(|(scenario, link)| {
            *scenario != Scenario::S5 && matches!(link, LinkName::Loopback | LinkName::Slow)
        });
        for (scenario, link) in plan {
            let measured = ground.run(runtime, scenario, link)?;
            eprintln!(
                "  {scenario:?} {:<9}{}",
                link.word(),
                crate::sync::table::line(&measured)
            );
            runs.entry(scenario)
                .or_default()
                .insert(link.word(), measured);
        }
        all.insert(peer.word(), runs);
    }
    Ok(all)
}

/// A peer's stores, as they stand before each run.
struct Ground {
    peer: Peer,
    folder: TempDir,
    /// Where the client has its server: a checkpoint of PouchDB's is of a URL.
    at: SocketAddr,
}

/// What a client says in the end.
#[derive(Debug, Deserialize)]
struct Told {
    seconds: f64,
    cpu_seconds: f64,
    sent: u64,
    received: u64,
    errors: u64,
}

impl Ground {
    fn make(runtime: &Runtime, peer: Peer, args: &SyncArgs) -> Result<Self> {
        let ground = Self {
            peer,
            folder: TempDir::with_prefix("wangge-peer-")?,
            at: free()?,
        };
        let workload = Workload::new(args.records(), args.rounds(), args.seed()).export();
        std::fs::write(ground.path("workload"), serde_json::to_vec(&workload)?)?;
        let seeded = ground
            .command("seed", "server")
            .arg(ground.path("workload"))
            .status()?;
        if !seeded.success() {
            return Err(format!("{} cannot be seeded", peer.word()).into());
        }
        // A first sync and one more: both sides have noted then how far they have got.
        for _ in 0..2 {
            ground.sync(
                runtime,
                &ground.path("server"),
                &ground.path("client"),
                Scenario::S2,
                LinkName::Loopback,
            )?;
        }
        Ok(ground)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, mode: &str, store: &str) -> Command {
        self.command_at(mode, &self.path(store))
    }

    fn command_at(&self, mode: &str, store: &Path) -> Command {
        let mut command = self.peer.program();
        command.arg(mode).arg(store).stdin(Stdio::null());
        command
    }

    fn run(&self, runtime: &Runtime, scenario: Scenario, link: LinkName) -> Result<Measured> {
        let stage = TempDir::with_prefix("wangge-peer-run-")?;
        let (server, client) = (stage.path().join("server"), stage.path().join("client"));
        copy(&self.path("server"), &server)?;
        if scenario != Scenario::S1 {
            copy(&self.path("client"), &client)?;
        }
        let mut measured = self.sync(runtime, &server, &client, scenario, link)?;
        measured.converged &= self.digest(&server)? == self.digest(&client)?;
        Ok(measured)
    }

    fn sync(
        &self,
        runtime: &Runtime,
        server: &Path,
        client: &Path,
        scenario: Scenario,
        link: LinkName,
    ) -> Result<Measured> {
        let (of_server, of_client) = match scenario {
            Scenario::S3 | Scenario::S5 => ("s3_server", "s3_client"),
            Scenario::S4 => ("none", "s4"),
            Scenario::S1 | Scenario::S2 => ("none", "none"),
        };
        let here = free()?;
        let mut server = self.start("server", server, here, of_server)?;
        let proxy = runtime.block_on(Proxy::open(self.at, here, link.quality()))?;
        let mut client = self.start("client", client, self.at, of_client)?;
        let process = server.child.id();
        let watched = Watched::start(process);
        meter::forget_peak(process)?;
        let before = watched.at_rest();
        let (up, down) = proxy.bytes();
        meter::forget_peak(client.child.id())?;
        let told: Told = client.ask()?;
        let peak_rss_bytes = client.peak;
        let server_cpu_seconds = watched.at_rest() - before;
        let server_peak_rss_bytes = meter::peak_rss_bytes(process)?;
        let (up_now, down_now) = proxy.bytes();
        client.end()?;
        server.stop()?;
        runtime.block_on(proxy.close());
        Ok(Measured {
            seconds: told.seconds,
            bytes_up: up_now - up,
            bytes_down: down_now - down,
            datagrams: 0,
            cpu_seconds: told.cpu_seconds + server_cpu_seconds,
            client_cpu_seconds: told.cpu_seconds,
            server_cpu_seconds,
            peak_rss_bytes,
            server_peak_rss_bytes,
            sent: told.sent,
            received: told.received,
            converged: told.errors == 0,
            edits_per_server_cpu_second: None,
        })
    }

    fn start(&self, mode: &str, store: &Path, at: SocketAddr, key: &str) -> Result<Program> {
        let mut command = self.command_at(mode, store);
        command
            .arg(self.path("workload"))
            .arg(at.port().to_string())
            .arg(key);
        Program::start(command)
    }

    fn digest(&self, store: &Path) -> Result<Value> {
        let output = self.command_at("digest", store).output()?;
        Ok(serde_json::from_slice(&output.stdout)?)
    }
}

/// A peer's process that has said that it is ready.
struct Program {
    child: Child,
    answers: BufReader<ChildStdout>,
    peak: u64,
}

impl Program {
    fn start(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let answers = child.stdout.take().ok_or("no way to hear the peer")?;
        let mut program = Self {
            child,
            answers: BufReader::new(answers),
            peak: 0,
        };
        let _: Value = program.next()?;
        Ok(program)
    }

    /// The next line of JSON; what else libraries print is passed over.
    fn next<T: for<'a> Deserialize<'a>>(&mut self) -> Result<T> {
        loop {
            let mut line = String::new();
            if self.answers.read_line(&mut line)? == 0 {
                return Err("a peer ended before it answered".into());
            }
            if line.starts_with('{') {
                return Ok(serde_json::from_str(&line)?);
            }
        }
    }

    /// Gives the word, and waits for the answer.
    fn ask<T: for<'a> Deserialize<'a>>(&mut self) -> Result<T> {
        let words = self
            .child
            .stdin
            .as_mut()
            .ok_or("no way to speak to the peer")?;
        words.write_all(b"go\n")?;
        let told = self.next()?;
        self.peak = meter::peak_rss_bytes(self.child.id())?;
        Ok(told)
    }

    /// Lets it end by itself.
    fn end(&mut self) -> Result<()> {
        drop(self.child.stdin.take());
        self.child.wait()?;
        Ok(())
    }

    fn stop(&mut self) -> Result<()> {
        let process = self.child.id().to_string();
        Command::new("kill").args(["-TERM", &process]).status()?;
        self.child.wait()?;
        Ok(())
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // One that has ended already is no trouble.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind(("127.0.0.1", 0))?.local_addr()?)
}

fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let to = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy(&entry.path(), &to)?;
        } else {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// How many times as much a peer needs as we do.
pub(crate) fn ratios(ours: &Runs, theirs: &Runs) -> Value {
    let mut all = serde_json::Map::new();
    for (scenario, links) in theirs {
        let mut of_links = serde_json::Map::new();
        for (link, peer) in links {
            let Some(own) = ours.get(scenario).and_then(|links| links.get(link)) else {
                continue;
            };
            let whole = |number: u64| u32::try_from(number).map_or(f64::INFINITY, f64::from);
            let bytes = |of: &Measured| whole(of.bytes_up + of.bytes_down);
            let ratio = |peer: f64, own: f64| (peer / own * 100.0).round() / 100.0;
            of_links.insert(
                (*link).to_owned(),
                serde_json::json!({
                    "seconds": ratio(peer.seconds, own.seconds),
                    "bytes": ratio(bytes(peer), bytes(own)),
                    "cpu_seconds": ratio(peer.cpu_seconds, own.cpu_seconds),
                    "peak_rss_bytes": ratio(whole(peer.peak_rss_bytes), whole(own.peak_rss_bytes)),
                }),
            );
        }
        all.insert(format!("{scenario:?}"), Value::Object(of_links));
    }
    Value::Object(all)
}
