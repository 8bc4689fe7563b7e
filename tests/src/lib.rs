//! Stories and process-level tests live in `tests/`; here is what they drive: the `wangge` program as processes.
//!
//! A [`Room`] is a folder of hubs with at most one process that runs them; a [`Phone`] is a folder of its own. Both are removed
//! when dropped, and a process that still runs is killed. A [`stranger::Stranger`] and a [`forger::Forger`] are peers with programs of
//! their own.

#![expect(
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "it stands in for a test's own lines"
)]

use std::fs::{File, OpenOptions};
pub mod forger;
pub mod ledger;
pub mod stranger;

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::time::Duration;

use serde_json::Value;
use tempfile::TempDir;

/// How long a hub may take to say that it runs.
const READY_MS_MAX: u64 = 60_000;

/// The built program `name`: in the folder that `WANGGE_PROGRAMS` names, or beside the running test.
///
/// # Panics
/// When it is not there.
#[must_use]
pub fn program(name: &str) -> PathBuf {
    let named = std::env::var_os("WANGGE_PROGRAMS").map(PathBuf::from);
    let path = named.unwrap_or_else(built).join(name);
    assert!(
        path.is_file(),
        "{} is not built: cargo build --workspace",
        path.display()
    );
    path
}

/// Programs lie beside each other, and tests in a folder below them.
fn built() -> PathBuf {
    let running = std::env::current_exe().expect("the running program");
    let folder = running.parent().expect("its folder");
    if folder.ends_with("deps") {
        folder.parent().expect("a folder of programs").to_path_buf()
    } else {
        folder.to_path_buf()
    }
}

/// Copies the files of a folder and of those in it; sockets are left.
fn copy_files(from: &Path, to: &Path) -> std::io::Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, to) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            copy_files(&entry.path(), &to)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), to)?;
        }
    }
    Ok(())
}

/// A temporary folder; with `WANGGE_KEEP` set it stays, and is told.
fn folder(prefix: &str) -> TempDir {
    let mut folder = TempDir::with_prefix(prefix).expect("a temporary folder");
    if std::env::var_os("WANGGE_KEEP").is_some() {
        folder.disable_cleanup(true);
        println!("{}", folder.path().display());
    }
    folder
}

/// The checkout's root.
#[must_use]
pub fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("the workspace")
        .to_path_buf()
}

/// `wangge args…`, not yet started.
pub fn wangge<S: AsRef<str>>(args: &[S]) -> Command {
    let mut command = Command::new(program("wangge"));
    command
        .args(args.iter().map(AsRef::as_ref))
        .stdin(Stdio::null());
    command
}

/// What a program said and how it ended.
#[derive(Debug)]
pub struct Said {
    /// Whether it ended with zero.
    pub ok: bool,
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Its standard output.
    pub out: String,
    /// Its standard error.
    pub err: String,
}

impl Said {
    /// Runs a command to its end.
    ///
    /// # Panics
    /// When it cannot be started.
    pub fn of(command: &mut Command) -> Self {
        let output = command
            .output()
            .unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).into_owned();
        let (ok, code) = (output.status.success(), output.status.code());
        Self {
            ok,
            code,
            out: text(output.stdout),
            err: text(output.stderr),
        }
    }

    /// The JSON of the last line of a program that succeeded.
    ///
    /// # Panics
    /// When it failed, or said something else.
    #[must_use]
    pub fn json(&self) -> Value {
        assert!(
            self.ok,
            "exit code {:?}\n{}\n{}",
            self.code, self.out, self.err
        );
        let line = self.out.lines().last().unwrap_or_default();
        serde_json::from_str(line).unwrap_or_else(|error| panic!("{error}: {line}"))
    }
}

/// A folder of hubs.
#[derive(Debug)]
pub struct Room {
    folder: TempDir,
    running: Option<Running>,
    /// Where phones reach it; the same after a restart.
    address: String,
}

#[derive(Debug)]
struct Running {
    child: Child,
    consoles: Vec<String>,
}

impl Room {
    /// An empty room.
    ///
    /// # Panics
    /// Without a temporary folder.
    #[must_use]
    pub fn new() -> Self {
        let folder = folder("wangge-room-");
        Self {
            folder,
            running: None,
            address: "127.0.0.1:0".to_owned(),
        }
    }

    /// A copy of a room that does not run, at the same address, as if it were the room itself: the two never run at one time.
    ///
    /// # Panics
    /// When the room runs, or cannot be copied.
    #[must_use]
    pub fn copied(&self) -> Self {
        assert!(self.running.is_none(), "a room is copied while it is still");
        let room = Self {
            folder: folder("wangge-room-"),
            running: None,
            address: self.address.clone(),
        };
        copy_files(self.folder.path(), room.folder.path()).expect("a copy of the room");
        room
    }

    /// The process that runs it.
    #[must_use]
    pub fn process(&self) -> Option<u32> {
        self.running.as_ref().map(|running| running.child.id())
    }

    /// A room with one hub that runs, and a director of it; the parent is an invitation.
    #[must_use]
    pub fn seated(area: &str, name: &str, director: &str, parent: Option<&str>) -> Self {
        let mut room = Self::new();
        room.init(area, name, parent);
        room.director(area, director);
        room.run();
        room
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &str {
        self.folder.path().to_str().expect("a path of text")
    }

    /// Where phones reach it, once it ran.
    #[must_use]
    pub fn address(&self) -> &str {
        &self.address
    }

    /// The store of a hub.
    #[must_use]
    pub fn store(&self, hub: &str) -> PathBuf {
        self.folder.path().join(hub).join("hub.db")
    }

    /// `wangge hub args… --dir ROOM --json`.
    pub fn ask(&self, args: &[&str]) -> Said {
        Said::of(&mut wangge(
            &[&["hub"], args, &["--dir", self.path(), "--json"]].concat(),
        ))
    }

    /// Makes a hub; the parent is a code of this room or an invitation.
    pub fn init(&self, area: &str, name: &str, parent: Option<&str>) {
        let parent: Vec<&str> = parent
            .into_iter()
            .flat_map(|parent| ["--parent", parent])
            .collect();
        let _ = self
            .ask(&[&["init", "--area", area, "--name", name], parent.as_slice()].concat())
            .json();
    }

    /// Runs the hubs, and returns when they accept links.
    ///
    /// # Panics
    /// When they do not within a minute.
    pub fn run(&mut self) {
        self.run_with(&[]);
    }

    /// The same with more options of `wangge hub run`.
    ///
    /// # Panics
    /// As [`Room::run`].
    pub fn run_with(&mut self, options: &[&str]) {
        let args = [
            "hub",
            "run",
            "--dir",
            self.path(),
            "--json",
            "--listen",
            &self.address,
            "--console",
            "127.0.0.1:0",
        ];
        let mut child = wangge(&[&args, options].concat())
            .stdout(Stdio::piped())
            .stderr(self.log())
            .spawn()
            .expect("wangge hub run");
        let mut out = BufReader::new(child.stdout.take().expect("its output"));
        let (send, ready) = mpsc::channel();
        std::thread::spawn(move || {
            let mut line = String::new();
            let read = out.read_line(&mut line);
            let _ = send.send(read.map(|_| line));
        });
        let line = ready
            .recv_timeout(Duration::from_millis(READY_MS_MAX))
            .expect("a word of the hub")
            .expect("its output");
        let told: Value =
            serde_json::from_str(&line).unwrap_or_else(|error| panic!("{error}: {line:?}"));
        self.address = told["listen"]
            .as_str()
            .expect("where it listens")
            .to_owned();
        let consoles = told["consoles"].as_array().expect("its consoles").iter();
        let consoles = consoles
            .map(|console| console.as_str().unwrap_or_default().to_owned())
            .collect();
        self.running = Some(Running { child, consoles });
    }

    /// The hubs' log, over every process that ran them.
    fn log(&self) -> File {
        let path = self.folder.path().join("log");
        OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .expect("the hubs' log")
    }

    /// The addresses of the consoles.
    #[must_use]
    pub fn consoles(&self) -> &[String] {
        self.running
            .as_ref()
            .map(|running| running.consoles.as_slice())
            .unwrap_or_default()
    }

    /// SIGKILL: no flushing, no goodbye.
    pub fn kill(&mut self) {
        if let Some(mut running) = self.running.take() {
            let _ = running.child.kill();
            let _ = running.child.wait();
        }
    }

    /// SIGTERM, and waits for the graceful end.
    ///
    /// # Panics
    /// When it ends with another code than zero.
    pub fn stop(&mut self) {
        let Some(mut running) = self.running.take() else {
            return;
        };
        let pid = running.child.id().to_string();
        assert!(Said::of(Command::new("kill").args(["-TERM", &pid])).ok);
        let status = running.child.wait().expect("its end");
        assert!(status.success(), "the hub ended with {status}");
    }

    /// A one-time invitation for a phone.
    #[must_use]
    pub fn invite(&self, hub: &str, member: &str, grid: &str) -> String {
        self.invitation(&["--hub", hub, "--member", member, "--grid", grid])
    }

    /// A one-time invitation for a hub below.
    #[must_use]
    pub fn invite_hub(&self, hub: &str, child: &str) -> String {
        self.invitation(&["--hub", hub, "--child", child])
    }

    fn invitation(&self, whom: &[&str]) -> String {
        let told = self
            .ask(&[&["invite", "--address", &self.address], whom].concat())
            .json();
        told["invitation"]
            .as_str()
            .expect("an invitation")
            .to_owned()
    }

    /// Seats a director, who decides by `wangge hub review`.
    pub fn director(&self, hub: &str, name: &str) {
        let _ = self.ask(&["director", "--hub", hub, "--name", name]).json();
    }

    /// What waits for a director at a hub; nothing where nothing does.
    #[must_use]
    pub fn review(&self, hub: &str) -> Option<Value> {
        let said = self.ask(&["review", "--hub", hub]);
        (said.code != Some(3)).then(|| said.json())
    }

    /// A director's decision at a hub.
    pub fn decide(&self, hub: &str, words: &[&str]) -> Value {
        self.ask(&[&["review", "--hub", hub], words].concat())
            .json()
    }

    /// `wangge hub status` of one hub.
    ///
    /// # Panics
    /// When there is no such hub.
    #[must_use]
    pub fn status(&self, hub: &str) -> Value {
        self.ask(&["status", "--hub", hub]).json()[0].clone()
    }

    /// Waits until a hub's rows count so many: `residents`, `matters`, `commits`, `conflicts` or `held`. Rows follow the records with a
    /// cursor of their own.
    pub fn wait_count(&self, hub: &str, what: &str, number: u64) {
        until(&format!("{number} {what} at {hub}"), || {
            (self.status(hub)["counts"][what] == number).then_some(())
        });
    }

    /// Everything of a kind that a hub's store holds, as `wangge export` tells it.
    #[must_use]
    pub fn export(&self, hub: &str, what: &str) -> Vec<Value> {
        export(&self.store(hub), what)
    }
}

/// Everything of a kind that a store holds: nothing where it holds none.
///
/// # Panics
/// When it cannot be read.
#[must_use]
pub fn export(store: &Path, what: &str) -> Vec<Value> {
    let store = store.to_str().expect("a path of text");
    let said = Said::of(&mut wangge(&["export", "--store", store, what, "--json"]));
    assert!(said.ok || said.code == Some(3), "{} {}", said.out, said.err);
    said.out
        .lines()
        .map(|line| serde_json::from_str(line).expect("a line of JSON"))
        .collect()
}

impl Default for Room {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Room {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A phone from the shell.
#[derive(Debug)]
pub struct Phone {
    folder: TempDir,
}

impl Phone {
    /// A new phone, which knows no hub yet.
    #[must_use]
    pub fn new() -> Self {
        Self {
            folder: folder("wangge-phone-"),
        }
    }

    /// A new phone, enrolled.
    #[must_use]
    pub fn enrolled(invitation: &str) -> Self {
        let phone = Self::new();
        let _ = phone.ask(&["enrol", invitation]).json();
        phone
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// `wangge phone args… --dir PHONE --json`, not yet started.
    #[must_use]
    pub fn command(&self, args: &[&str]) -> Command {
        let folder = self.folder.path().to_str().expect("a path of text");
        wangge(&[&["phone"], args, &["--dir", folder, "--json"]].concat())
    }

    /// Runs it to its end.
    pub fn ask(&self, args: &[&str]) -> Said {
        Said::of(&mut self.command(args))
    }

    /// Syncs until both sides have what the other had.
    pub fn sync(&self) -> Value {
        self.ask(&["sync", "--seconds", "30"]).json()
    }

    /// Saves an act, such as `["record", "new", "resident", "name=王芳"]`.
    ///
    /// # Panics
    /// When the phone does not take it.
    pub fn save(&self, words: &[&str]) -> Saved {
        let told = self.ask(words).json();
        let text = |key: &str| told[key].as_str().expect("an id").to_owned();
        Saved {
            record: text("record"),
            commit: text("commit"),
        }
    }

    /// A record with its fields, its log and its history.
    pub fn show(&self, record: &str) -> Value {
        self.ask(&["record", "show", record]).json()
    }

    /// The records of a kind that the phone holds, sorted.
    ///
    /// # Panics
    /// When it does not list them.
    #[must_use]
    pub fn list(&self, kind: &str) -> Vec<String> {
        let said = self.ask(&["record", "list", kind, "--rows", "500"]);
        if said.code == Some(3) {
            return Vec::new();
        }
        let rows = said.json()["rows"].as_array().expect("rows").clone();
        let record = |row: &Value| row["record"].as_str().expect("an id").to_owned();
        let mut records: Vec<_> = rows.iter().map(record).collect();
        records.sort();
        records
    }
}

impl Default for Phone {
    fn default() -> Self {
        Self::new()
    }
}

/// An act that a phone has saved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The record.
    pub record: String,
    /// The commit.
    pub commit: String,
}

/// A field of a shown record; null where it is not stored.
#[must_use]
pub fn field<'a>(shown: &'a Value, key: &str) -> &'a Value {
    let fields = shown["fields"].as_array();
    fields
        .and_then(|fields| fields.iter().find(|field| field["key"] == key))
        .unwrap_or(&Value::Null)
}

/// What became of a commit, as the history of a shown record tells it: the word, and the level or the reason where there is one.
#[must_use]
pub fn status(shown: &Value, commit: &str) -> String {
    let history = shown["history"].as_array();
    let row = history.and_then(|rows| rows.iter().find(|row| row["commit"] == commit));
    let Some(status) = row.map(|row| &row["status"]) else {
        return "unknown".to_owned();
    };
    let detail = status["level"]
        .as_str()
        .or_else(|| status["reason"]["code"].as_str());
    [status["word"].as_str(), detail]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
}

/// How long [`until`] waits.
const UNTIL_MS_MAX: u64 = 60_000;

/// Asks again and again until it is so.
///
/// # Panics
/// When it is not so within a minute.
pub fn until<T>(what: &str, mut ask: impl FnMut() -> Option<T>) -> T {
    let begun = std::time::Instant::now();
    loop {
        if let Some(answer) = ask() {
            return answer;
        }
        assert!(
            begun.elapsed() < Duration::from_millis(UNTIL_MS_MAX),
            "waited in vain: {what}"
        );
    }
}
