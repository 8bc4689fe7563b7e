//! One long command: its output goes to a log, its progress to one line, and its last words to the reader when it fails.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{IsTerminal, Read, Write};
use std::path::PathBuf;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};

use crate::error::XtaskError;
use crate::house::{House, make_folder};

/// Lines of a failed step's log that are shown.
const TAIL_LINES: usize = 80;
/// How often the progress line of a terminal is drawn.
const TICK: Duration = Duration::from_secs(1);

/// A command with a name for people. Its standard error goes to `target/xtask/<name>.log`, and its standard output too unless
/// it is captured.
pub(crate) struct Run {
    title: String,
    command: Command,
    log: PathBuf,
    captured: bool,
    mark: Mark,
}

/// What the line says that a command leaves when it has ended.
type Mark = fn(&Ended) -> Outcome;

/// What a command's end means.
pub(crate) struct Outcome {
    pub(crate) good: bool,
    /// What is said behind the title, if anything.
    pub(crate) words: String,
}

impl Run {
    /// A command that runs in the workspace's root.
    pub(crate) fn new(house: &House, title: &str, program: impl AsRef<OsStr>) -> Self {
        let mut command = Command::new(program);
        command.current_dir(&house.root).stdin(Stdio::null());
        if let Some(path) = house.search_path() {
            command.env("PATH", path);
        }
        let name: String = title
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c } else { '-' })
            .collect();
        Self {
            title: title.to_owned(),
            command,
            log: house.logs().join(format!("{name}.log")),
            captured: false,
            mark: |ended| Outcome {
                good: ended.status.success(),
                words: String::new(),
            },
        }
    }

    /// Says something else of its end than that zero is good.
    pub(crate) fn marked(mut self, mark: Mark) -> Self {
        self.mark = mark;
        self
    }

    /// `cargo` of the toolchain that runs us.
    pub(crate) fn cargo(house: &House, title: &str) -> Self {
        Self::new(
            house,
            title,
            std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()),
        )
    }

    pub(crate) fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.command.args(args);
        self
    }

    pub(crate) fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.command.current_dir(folder.into());
        self
    }

    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it, telling its progress. `Ok` when it exits with zero.
    pub(crate) fn done(self) -> Result<(), XtaskError> {
        let ended = self.end()?;
        if ended.status.success() {
            return Ok(());
        }
        ended.tell();
        Err(ended.failed())
    }

    /// Runs it with its standard output captured; whatever its exit code is, the caller judges.
    pub(crate) fn capture(mut self) -> Result<Ended, XtaskError> {
        self.captured = true;
        self.end()
    }

    /// Runs it with its whole output in the log; whatever its exit code is, the caller judges.
    pub(crate) fn end(mut self) -> Result<Ended, XtaskError> {
        let begun = Instant::now();
        let (child, output) = self.start()?;
        let (send, receive) = mpsc::channel();
        let waiter = std::thread::spawn(move || {
            let _ = send.send(wait(child));
        });
        let drawn = std::io::stderr().is_terminal();
        let status = loop {
            match receive.recv_timeout(TICK) {
                Ok(status) => break status,
                Err(mpsc::RecvTimeoutError::Timeout) if drawn => draw(&self.title, begun),
                Err(mpsc::RecvTimeoutError::Timeout) => {}
                Err(mpsc::RecvTimeoutError::Disconnected) => {
                    break Err(std::io::ErrorKind::BrokenPipe.into());
                }
            }
        };
        let _ = waiter.join();
        let status = status.map_err(|source| XtaskError::Start {
            program: self.title.clone(),
            source,
        })?;
        let stdout = output
            .and_then(|reader| reader.join().ok())
            .unwrap_or_default();
        let ended = Ended {
            title: self.title,
            status,
            stdout,
            log: self.log,
        };
        let outcome = (self.mark)(&ended);
        let sign = if outcome.good { "✓" } else { "✗" };
        let clear = if drawn { "\r\x1b[K" } else { "" };
        eprintln!(
            "{clear}  {sign} {}{} ({})",
            ended.title,
            outcome.words,
            seconds(begun.elapsed())
        );
        Ok(ended)
    }

    fn start(&mut self) -> Result<(Child, Option<std::thread::JoinHandle<String>>), XtaskError> {
        if let Some(folder) = self.log.parent() {
            make_folder(folder)?;
        }
        let file = |source| XtaskError::File {
            path: self.log.clone(),
            source,
        };
        let log = File::create(&self.log).map_err(file)?;
        let same = log.try_clone().map_err(file)?;
        self.command.stderr(log);
        if self.captured {
            self.command.stdout(Stdio::piped())
        } else {
            self.command.stdout(same)
        };
        let program = self.command.get_program().to_string_lossy().into_owned();
        let mut child = self
            .command
            .spawn()
            .map_err(|source| XtaskError::Start { program, source })?;
        let output = child.stdout.take().map(|mut pipe| {
            std::thread::spawn(move || {
                let mut bytes = Vec::new();
                let _ = pipe.read_to_end(&mut bytes);
                String::from_utf8_lossy(&bytes).into_owned()
            })
        });
        Ok((child, output))
    }
}

/// A command that has ended.
pub(crate) struct Ended {
    title: String,
    pub(crate) status: ExitStatus,
    /// Its standard output, if it was captured.
    pub(crate) stdout: String,
    log: PathBuf,
}

impl Ended {
    /// Shows the log's last lines.
    pub(crate) fn tell(&self) {
        let text = self.log();
        let lines: Vec<&str> = text.lines().chain(self.stdout.lines()).collect();
        let skipped = lines.len().saturating_sub(TAIL_LINES);
        eprintln!("    ┌ {} ({})", self.title, self.log.display());
        for line in lines.iter().skip(skipped) {
            eprintln!("    │ {line}");
        }
        eprintln!("    └");
    }

    /// The log's text; empty when it cannot be read.
    pub(crate) fn log(&self) -> String {
        std::fs::read(&self.log)
            .map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
            .unwrap_or_default()
    }

    /// The error that says where the log is.
    pub(crate) fn failed(&self) -> XtaskError {
        XtaskError::Failed {
            what: self.title.clone(),
            log: self.log.clone(),
        }
    }
}

/// «3.4 s», «2 min 5 s».
pub(crate) fn seconds(time: Duration) -> String {
    match time.as_secs() {
        whole @ 60.. => format!("{} min {} s", whole / 60, whole % 60),
        _ => format!("{:.1} s", time.as_secs_f32()),
    }
}

/// Whether `program` is on the search path.
pub(crate) fn on_path(program: &str) -> bool {
    let path = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&path).any(|folder| folder.join(program).is_file())
}

/// The standard output of a short command that succeeded, without a word to the reader.
pub(crate) fn answer(program: &str, args: &[&str]) -> Option<String> {
    let output = Command::new(program)
        .args(args)
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

fn wait(mut child: Child) -> std::io::Result<ExitStatus> {
    child.wait()
}

fn draw(title: &str, begun: Instant) {
    let mut terminal = std::io::stderr();
    let _ = write!(
        terminal,
        "\r\x1b[K  … {title} ({})",
        seconds(begun.elapsed())
    );
    let _ = terminal.flush();
}
