//! `wangge phone salvage`: what a damaged store still owed its hub, done anew.

use std::path::{Path, PathBuf};

use serde::Serialize;
use wangge_core::{OpenOptions, Saved};

use super::keep;
use crate::error::{CliError, Result};
use crate::output::{Output, table};

#[derive(Serialize)]
struct Answer {
    redone: Vec<Saved>,
    left: Vec<Left>,
    unreadable: u64,
}

/// An act that was not done anew.
#[derive(Serialize)]
struct Left {
    code: &'static str,
    zh: String,
    en: String,
}

pub(crate) fn run(dir: &Path, file: Option<PathBuf>, output: Output) -> Result<()> {
    let phone = keep::open(dir)?;
    let waiting = || Ok(phone.status()?.set_aside.map(PathBuf::from));
    let Some(wreck) = file.map_or_else(waiting, |file| Ok::<_, CliError>(Some(file)))? else {
        return Err(CliError::Nothing);
    };
    let salvage = phone.salvage(&OpenOptions::new(wreck, keep::load_key(dir)?))?;
    phone.close()?;
    let left = salvage.left.into_iter().map(|trouble| Left {
        code: trouble.code,
        zh: trouble.zh,
        en: trouble.en,
    });
    let answer = Answer {
        redone: salvage.redone,
        left: left.collect(),
        unreadable: salvage.unreadable,
    };
    output.print(&answer, |answer| {
        let rows = [
            ["已重做 done anew", &answer.redone.len().to_string()].map(str::to_owned),
            ["未能重做 not done", &answer.left.len().to_string()].map(str::to_owned),
            ["无法读出 unreadable", &answer.unreadable.to_string()].map(str::to_owned),
        ];
        let mut text = table(["受损的旧库 damaged store", ""], rows);
        for left in &answer.left {
            text.push_str(&format!("\n未能重做 not done: {} · {}", left.zh, left.en));
        }
        text
    })
}
