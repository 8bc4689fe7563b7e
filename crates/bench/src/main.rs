//! `wangge-bench`: what syncing costs, and how quickly a phone and a community's board answer, with real stores on a real disk.
//!
//! What is asked is what screens ask, through the faces that apps and the program use: a phone's through `core`, with its encrypted
//! store; a board's through the hub. Times on a machine that others share are noise: compare them within one run, and with the disk's
//! own flush, which is measured beside them.

mod board;
mod client;
mod dice;
mod dictionary;
mod goal;
mod ground;
mod meter;
mod people;
mod phone;
mod spread;
mod sync;
mod workload;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use spread::Answer;
use sync::SyncArgs;

type Result<T, E = Box<dyn std::error::Error>> = std::result::Result<T, E>;

/// 同步的代价；手机与社区看板应答多快（真实的加密存储、磁盘与 QUIC 链路）
/// What syncing costs, and how quickly a phone and a community's board answer: real stores, a real disk, real QUIC links
#[derive(Debug, Parser)]
#[command(
    name = "wangge-bench",
    version,
    after_help = "例 / Examples:\n  cargo xtask bench --json\n  cargo xtask bench sync S2 S3 --link slow\n  cargo xtask bench phone --records 10000 --json\n  cargo xtask bench board --records 80000"
)]
struct Args {
    /// 不写则 sync 的全部场景 / every scenario of sync where none is named
    #[command(subcommand)]
    what: Option<What>,
    /// 机器可读 / for machines: one JSON object
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Debug, Subcommand)]
enum What {
    /// 同步：场景 S1 至 S5，三种链路，字节、秒、CPU 秒与内存 / syncing: scenarios S1 to S5 over three links, in bytes, seconds, CPU seconds and memory
    Sync(SyncArgs),
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
    /// 训练压缩会话所用的字典；其版本写在握手名称中 / train the dictionary of compressed sessions; a new one needs a new name in the handshake
    Dictionary {
        /// 写到哪里 / where to
        #[arg(long, default_value = "crates/link/data/frames-1.dict")]
        to: PathBuf,
        /// 最多多少字节 / bytes at most
        #[arg(long, default_value_t = 16_384)]
        bytes: usize,
        /// 种子 / the seed
        #[arg(long, default_value_t = 1)]
        seed: u64,
    },
    /// The process that holds the phones of a run.
    #[command(hide = true)]
    Phones,
}

fn main() -> ExitCode {
    let args = Args::parse();
    let done = match args.what.unwrap_or_else(|| What::Sync(SyncArgs::all())) {
        What::Phone { records, rounds } => {
            phone::measure(records, rounds).map(|answer| tell(&answer, args.json))
        }
        What::Board { records, rounds } => {
            board::measure(records, rounds).map(|answer| tell(&answer, args.json))
        }
        What::Sync(asked) => sync::measure(&asked).and_then(|report| tell_sync(&report, args.json)),
        What::Dictionary { to, bytes, seed } => {
            dictionary::train(&to, bytes, seed).map(|samples| {
                eprintln!("{}: of {samples} samples", to.display());
                ExitCode::SUCCESS
            })
        }
        What::Phones => client::serve().map(|()| ExitCode::SUCCESS),
    };
    done.unwrap_or_else(|error| {
        eprintln!("wangge-bench: {error}");
        ExitCode::FAILURE
    })
}

/// Prints what syncing cost. Goals are told, and depend on the machine; what is not the same on both sides in the end is a failure.
fn tell_sync(report: &sync::Report, json: bool) -> Result<ExitCode> {
    if json {
        eprint!("{report}");
        println!("{}", serde_json::to_string(report)?);
    } else {
        print!("{report}");
    }
    Ok(if report.converged() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
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
