//! Workshop: the habits of the house as commands, `cargo xtask <command>`.
//!
//! It stands on `std` and `serde_json` alone, so that it builds in seconds on a machine that has nothing but Rust, and
//! installs what the rest needs. Every command may be run again at any time: what is there is not installed twice.

mod bindings;
mod error;
mod house;
mod mutants;
mod program;
mod run;
mod setup;
mod test;
mod tidy;

use std::process::ExitCode;

use error::XtaskError;
use house::House;

const HELP: &str = "\
cargo xtask <command>

  demo [args…]   从一台新机器到县里的屏幕：装齐所需，构建，开县、乡镇、社区各级枢纽与二十四部手机
                 install what is missing, build, and run `wangge demo args…`
  test           装齐所需并运行全部检查与测试；末行是 N passed, N failed, N skipped
                 install what is missing and run every check and test
  sim [args…]    模拟世界：cargo xtask sim --seeds 1000 --json
                 build and run the simulated world, `wangge-sim args…`
  bench [args…]  手机与看板应答多快：cargo xtask bench phone --json
                 how quickly a phone and a board answer, `wangge-bench args…`
  mutants [args…] 一行一行地弄坏 rules，看测试是否发现；分片：cargo xtask mutants --shard 0/25
                 break the rules line by line and see whether their tests notice; fails below 90 % caught
  bindings       生成 Kotlin、Swift、Python 绑定到 target/bindings/
                 generate the Kotlin, Swift and Python bindings
  tidy           文档与代码对照：房间、箭头、定律、链接、两份 README
                 hold the documents against the code
  setup          只装齐所需，不构建
                 install what the commands above need, nothing else
  help           本页 / this page

Example:
  cargo xtask demo
  cargo xtask demo --exit --json
  WANGGE_DATA=../shared/data cargo xtask test
";

fn main() -> ExitCode {
    let mut args = std::env::args().skip(1);
    let command = args.next().unwrap_or_else(|| "help".to_owned());
    let rest: Vec<String> = args.collect();
    match dispatch(&command, &rest) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error}");
            if let Some(remedy) = error.remedy() {
                eprintln!("  → {remedy}");
            }
            ExitCode::FAILURE
        }
    }
}

fn dispatch(command: &str, rest: &[String]) -> Result<ExitCode, XtaskError> {
    match command {
        "demo" => program::demo(&House::find()?, rest),
        "test" => test::test(&House::find()?),
        "sim" => program::sim(&House::find()?, rest),
        "bench" => program::bench(&House::find()?, rest),
        "mutants" => mutants::mutants(&House::find()?, rest),
        "bindings" => bindings::bindings(&House::find()?),
        "tidy" => tidy::tidy(&House::find()?),
        "setup" => setup::setup(&House::find()?, setup::For::Tests).map(|()| ExitCode::SUCCESS),
        "help" | "--help" | "-h" => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        other => Err(XtaskError::UnknownCommand(other.to_owned())),
    }
}
