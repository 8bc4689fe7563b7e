//! `wangge demo`: a county at work, on this machine, over real links.

mod crew;
mod day;
mod figures;
pub(crate) mod letters;
mod made;
mod plan;
mod show;
mod stage;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::args::DemoArgs;
use crate::error::{CliError, Result};
use crate::hub::parse_area;
use crate::import;
use crate::output::Output;
use crate::signal;
use figures::{Figures, peak_rss_bytes};
use made::Dice;
use plan::Plan;
use stage::Stage;

/// Runs the demo.
pub(crate) async fn demo(args: DemoArgs, output: Output) -> Result<()> {
    let begun = Instant::now();
    let dice = Dice::new(args.seed);
    let plan = read_plan(&args, &dice, output)?;
    let dir = Dir::open(args.dir.clone())?;
    let console = (!args.exit).then_some(args.console);
    let mut stage = Stage::set(dir.path(), plan, console, output).await?;
    let merge = match args.divisions {
        Some(_) => stage.play_letters(output).await?,
        None => stage.play_day(dice, output).await?,
    };
    let mut figures = Figures {
        merge_seconds: merge.as_secs_f64(),
        seconds: begun.elapsed().as_secs_f64(),
        peak_rss_bytes: peak_rss_bytes(),
        ..stage.figures().await?
    };
    (figures.bytes_up, figures.bytes_down) = stage.link_bytes();
    show::show(&stage, &figures, output).await?;
    show::tell_held(&stage, output).await?;
    if !args.exit {
        show::show_consoles(&stage, output)?;
        signal::stop_asked().await;
    }
    stage.close().await;
    (figures.bytes_up, figures.bytes_down) = stage.link_bytes();
    dir.close(args.exit)?;
    if output.is_json() {
        output.print(&figures, |_| String::new())
    } else {
        Ok(())
    }
}

/// The made-up county, or the real one.
fn read_plan(args: &DemoArgs, dice: &Dice, output: Output) -> Result<Plan> {
    let (Some(divisions), Some(messages)) = (&args.divisions, &args.messages) else {
        return plan::made(&mut dice.fork(0));
    };
    let divisions = import::load(divisions, import::read_divisions)?;
    let messages = import::load(messages, import::read_messages)?;
    import::tell_bad(&divisions.bad, output);
    import::tell_bad(&messages.bad, output);
    let divisions: Vec<_> = divisions
        .good
        .into_iter()
        .map(|(_, division)| division)
        .collect();
    let messages = messages
        .good
        .into_iter()
        .map(|(_, message)| message)
        .collect();
    plan::real(&parse_area(&args.county)?, &divisions, messages)
}

/// The demo's folder: the one that was named, or a temporary one.
enum Dir {
    Named(PathBuf),
    Temporary(tempfile::TempDir),
}

impl Dir {
    fn open(named: Option<PathBuf>) -> Result<Self> {
        match named {
            Some(path) if path.join("site").exists() => Err(CliError::Word {
                zh: format!("目录 {} 里已有演示数据,请换一个目录", path.display()),
                en: format!(
                    "{} holds a demo already: choose another folder",
                    path.display()
                ),
            }),
            Some(path) => {
                std::fs::create_dir_all(&path).map_err(|source| CliError::Write {
                    path: path.clone(),
                    source,
                })?;
                Ok(Self::Named(path))
            }
            None => tempfile::Builder::new()
                .prefix("wangge-demo-")
                .tempdir()
                .map(Self::Temporary)
                .map_err(|source| CliError::Write {
                    path: std::env::temp_dir(),
                    source,
                }),
        }
    }

    fn path(&self) -> &Path {
        match self {
            Self::Named(path) => path,
            Self::Temporary(dir) => dir.path(),
        }
    }

    /// Lets a temporary folder stand where its stores are to be looked at afterwards.
    fn close(self, keep: bool) -> Result<()> {
        match self {
            Self::Temporary(dir) if keep => {
                let _kept = dir.keep();
                Ok(())
            }
            Self::Temporary(dir) => {
                let path = dir.path().to_path_buf();
                dir.close()
                    .map_err(|source| CliError::Write { path, source })
            }
            Self::Named(_) => Ok(()),
        }
    }
}
