//! `wangge-bench`: how quickly a phone and a community's board answer, with real stores on a real disk.
//!
//! What is asked is what screens ask, through the faces that apps and the program use: a phone's through `core`, with its encrypted
//! store; a board's through the hub. Times on a machine that others share are noise: compare them within one run, and with the disk's
//! own flush, which is measured beside them.

mod board;
mod people;
mod phone;
mod spread;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use spread::Answer;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// 手机与社区看板应答多快（真实的加密存储与磁盘）
/// How quickly a phone and a community's board answer, with real stores on a real disk
#[derive(Debug, Parser)]
#[command(
    name = "wangge-bench",
    version,
    after_help = "例 / Examples:\n  cargo xtask bench phone --records 10000 --json\n  cargo xtask bench board --records 80000"
)]
struct Args {
    #[command(subcommand)]
    what: What,
    /// 机器可读 / for machines: one JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 一部手机：查询 p99 不超过 50 毫秒；保存一次编辑，磁盘冲刷之外 p50 不超过 15 毫秒 / a phone: queries within 50 ms at p99, an edit durable within 15 ms at p50 beyond the disk's flush
    Phone {
        /// 记录数 / how many records
        #[arg(long, default_value_t = 10_000)]
        records: usize,
        /// 每个问题问几遍 / how often each question is asked
        #[arg(long, default_value_t = 200)]
        rounds: usize,
    },
    /// 一个社区的看板：200 毫秒内打开 / a community's board: open within 200 ms
    Board {
        /// 记录数 / how many records
        #[arg(long, default_value_t = 80_000)]
        records: usize,
        /// 每个问题问几遍 / how often each question is asked
        #[arg(long, default_value_t = 50)]
        rounds: usize,
    },
}

fn main() -> ExitCode {
    let args = Args::parse();
    let answer = match args.what {
        What::Phone { records, rounds } => phone::measure(records, rounds),
        What::Board { records, rounds } => board::measure(records, rounds),
    };
    match answer {
        Ok(answer) => tell(&answer, args.json),
        Err(error) => {
            eprintln!("wangge-bench: {error}");
            ExitCode::FAILURE
        }
    }
}

/// Prints what was measured; a goal that was missed is a failure.
fn tell(answer: &Answer, json: bool) -> ExitCode {
    if json {
        println!("{}", answer.json());
    } else {
        print!("{answer}");
    }
    if answer.missed().is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
