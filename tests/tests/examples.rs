//! Each program of `examples/` against a real hub. They need what `cargo xtask test` builds first (the bindings, the compiled
//! Kotlin), so an ordinary run leaves them out.

#![cfg(test)]

use std::path::PathBuf;
use std::process::Command;

use serde_json::Value;
use wangge_tests::{Room, Said, program, root};

const HUB: &str = "410522100001";

fn target() -> PathBuf {
    program("wangge")
        .parent()
        .and_then(|debug| debug.parent())
        .unwrap()
        .to_path_buf()
}

/// Runs the example twice in the same folder (the second time it is enrolled already), and looks for its records at the hub.
fn check(command: impl Fn() -> Command) {
    let mut room = Room::new();
    room.init(HUB, "某某社区", None);
    room.run();
    let folder = tempfile::tempdir().unwrap();
    let invitation = room.invite(HUB, "王芳", "410522100001001");
    for found in 1..=2 {
        let said = Said::of(command().arg(folder.path()).arg(&invitation));
        let told = said.json();
        assert_eq!(told["found"], found, "{}", said.out);
        assert_eq!(said.out.contains("已登记"), found == 1, "{}", said.out);
        assert!(
            said.out.contains("请改 · fix the draft, field id_number"),
            "{}",
            said.out
        );
        assert!(said.out.contains("已连接"), "{}", said.out);
        holds(&mut room, &told);
    }
}

/// The hub's store has what the phone was told.
fn holds(room: &mut Room, told: &Value) {
    room.stop();
    let residents = room.export(HUB, "residents");
    let resident = residents
        .iter()
        .find(|row| row["record"] == told["resident"])
        .expect("the resident");
    assert_eq!(resident["fields"]["phone"], "13900000000");
    let matters = room.export(HUB, "matters");
    let matter = matters
        .iter()
        .find(|row| row["record"] == told["matter"])
        .expect("the matter");
    assert_eq!(matter["log"].as_array().map(Vec::len), Some(2), "{matter}");
    room.run();
}

#[test]
#[ignore = "run by cargo xtask test"]
fn example_in_rust() {
    check(|| Command::new(program("wangge-example")));
}

#[test]
#[ignore = "run by cargo xtask test, after the bindings"]
fn example_in_python() {
    check(|| {
        let mut command = Command::new("python3");
        command
            .env("PYTHONPATH", target().join("bindings/python"))
            .env("PYTHONUTF8", "1");
        command.arg(root().join("examples/python/phone.py"));
        command
    });
}

#[test]
#[ignore = "run by cargo xtask test, after the bindings and their compilation"]
fn example_in_kotlin() {
    check(|| {
        let bindings = target().join("bindings/kotlin");
        let stdlib = root().join("tests/node_modules/kotlin-compiler/lib/kotlin-stdlib.jar");
        let classes = format!(
            "{}:/usr/share/java/jna.jar:{}",
            bindings.join("example.jar").display(),
            stdlib.display()
        );
        let mut command = Command::new("java");
        command
            .arg("-Dstdout.encoding=UTF-8")
            .arg(format!("-Djna.library.path={}", bindings.display()));
        command.args(["-classpath", &classes, "PhoneKt"]);
        command
    });
}
