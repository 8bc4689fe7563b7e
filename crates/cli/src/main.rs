//! commands: the `wangge` program.

mod args;
mod demo;
mod error;
mod export;
mod held;
mod hub;
mod import;
mod log;
mod output;
mod package;
mod phone;
mod records;
mod signal;
mod suggest;
mod words;

use std::process::ExitCode;

use clap::Parser;

use args::{Args, Command};
use error::{CliError, Result};
use output::Output;

fn main() -> ExitCode {
    let args = Args::parse();
    let output = Output::new(args.json);
    log::begin(
        if matches!(&args.command, Command::Hub(hub) if hub.serves()) {
            "info"
        } else {
            "error"
        },
    );
    match run(args, output) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            error::tell(&error, output.is_json());
            ExitCode::from(error.exit_code())
        }
    }
}

fn run(args: Args, output: Output) -> Result<()> {
    match args.command {
        Command::Hub(args) => hub::run(args, output),
        Command::Phone(args) => phone::run(args, output),
        Command::Suggest { text, title } => suggest::run(&title, &text, output),
        Command::Import(args) => import::run(&args, output),
        Command::Export(args) => export::export(&args, output),
        Command::Package(args) => package::run(args, output),
        Command::Demo(args) => on_runtime(demo::demo(args, output)),
        Command::Prove => Ok(wangge_hub::prove_stdin()?),
    }
}

/// Runs a command's work on the program's threads.
fn on_runtime<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    runtime()?.block_on(work)
}

fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .build()
        .map_err(|source| CliError::Start { source })
}
