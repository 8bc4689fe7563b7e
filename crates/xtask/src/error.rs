//! What can go wrong while installing, building and checking, and what to do about it.

use std::fmt;
use std::io;
use std::path::PathBuf;

/// An error of a workshop command. The remedy is told apart from what happened.
#[derive(Debug)]
pub(crate) enum XtaskError {
    UnknownCommand(String),
    /// The workspace's root was not found above the working directory.
    NoHouse,
    /// Something that the machine must bring and that we cannot install.
    Missing {
        what: String,
        remedy: String,
    },
    /// A program could not be started.
    Start {
        program: String,
        source: io::Error,
    },
    /// A program ran and said no; the log holds what it said.
    Failed {
        what: String,
        log: PathBuf,
    },
    /// A file could not be read or written.
    File {
        path: PathBuf,
        source: io::Error,
    },
    /// A program or a document said something that we do not understand.
    Unreadable {
        what: String,
        why: String,
    },
}

impl XtaskError {
    /// What the reader can do, one sentence.
    pub(crate) fn remedy(&self) -> Option<String> {
        match self {
            Self::UnknownCommand(_) => Some("cargo xtask help".to_owned()),
            Self::NoHouse => Some("run it inside the checkout of wangge".to_owned()),
            Self::Missing { remedy, .. } => Some(remedy.clone()),
            Self::Failed { log, .. } => Some(format!("the whole output: {}", log.display())),
            Self::Start { .. } | Self::File { .. } | Self::Unreadable { .. } => None,
        }
    }
}

impl fmt::Display for XtaskError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownCommand(name) => write!(f, "there is no command `{name}`"),
            Self::NoHouse => write!(f, "no Cargo.toml with a [workspace] here or above"),
            Self::Missing { what, .. } => write!(f, "{what} is missing"),
            Self::Start { program, source } => write!(f, "could not start `{program}`: {source}"),
            Self::Failed { what, .. } => write!(f, "{what} failed"),
            Self::File { path, source } => write!(f, "{}: {source}", path.display()),
            Self::Unreadable { what, why } => write!(f, "{what}: {why}"),
        }
    }
}

impl std::error::Error for XtaskError {}
