//! The story in README.md is run as it stands there, block by block, in one shell. Only addresses are put in, because the ones in
//! the text may be taken on this machine.

#![cfg(test)]

use std::net::UdpSocket;
use std::process::{Command, Stdio};

use wangge_tests::{Said, program, root, wangge};

/// The commands of the section whose heading begins with `heading`: its `sh` blocks.
fn commands(text: &str, heading: &str) -> String {
    let section = text
        .lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(1)
        .take_while(|line| !line.starts_with("## "));
    let mut inside = false;
    let mut found = String::new();
    for line in section {
        if line.starts_with("```") {
            inside = line == "```sh";
        } else if inside {
            found.push_str(line);
            found.push('\n');
        }
    }
    found
}

/// An address where nothing listens.
fn free_address() -> String {
    UdpSocket::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .to_string()
}

#[test]
fn the_story_of_the_readme_can_be_replayed() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let story = commands(&readme, "## A story to replay");
    let address = free_address();
    let run = format!("hub run --dir room --listen {address} --console 127.0.0.1:0");
    let story = story.replace("hub run --dir room", &run);
    let story = story.replace(
        "hub invite --dir room",
        &format!("hub invite --dir room --address {address}"),
    );
    assert!(
        story.contains("record set") && story.contains("settle"),
        "{story}"
    );

    let folder = tempfile::tempdir().unwrap();
    let programs = program("wangge").parent().unwrap().display().to_string();
    let script =
        format!("set -eu\ntrap 'kill $(jobs -p) 2>/dev/null && wait || true' EXIT\n{story}");
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let said = Said::of(
        Command::new("bash")
            .args(["-c", &script])
            .current_dir(folder.path())
            .env("PATH", path)
            .stdin(Stdio::null()),
    );
    assert!(said.ok, "{script}\n{}\n{}", said.out, said.err);

    // Both edits stand on both phones, the conflict was seen and settled, and everybody agrees.
    let shown: Vec<&str> = said.out.split("== ").skip(1).collect();
    let seen = |title: &str| {
        shown
            .iter()
            .find(|part| part.starts_with(title))
            .copied()
            .unwrap_or_default()
            .to_owned()
    };
    let review = seen("review");
    assert!(
        review.contains("13900000001") && review.contains("13900000002"),
        "{}",
        said.out
    );
    let (one, other) = (seen("phone-a"), seen("phone-b"));
    assert_eq!(number(&one), number(&other), "{}", said.out);
    let chosen = review.lines().find(|line| line.starts_with("   2  "));
    let chosen = number(chosen.unwrap_or_else(|| panic!("no second value: {review}")));
    let chosen = chosen.split_whitespace().nth(1).unwrap();
    assert!(one.contains(chosen), "{chosen} came down: {}", said.out);
    for phone in [&one, &other] {
        assert!(phone.contains("西街8号"), "{}", said.out);
        assert!(!phone.contains("另一值"), "{}", said.out);
    }
    // What stands, stands also while nobody runs it, and nothing waits any more.
    let room = folder.path().join("room").display().to_string();
    let ask = |words: &[&str]| {
        let words = [&["hub"], words, &["--dir", &room, "--json"]].concat();
        Said::of(&mut wangge(&words))
    };
    assert_eq!(ask(&["review"]).code, Some(3));
    assert_eq!(ask(&["status"]).json()[0]["counts"]["residents"], 1);
}

/// The line of the telephone number.
fn number(shown: &str) -> String {
    shown
        .lines()
        .find(|line| line.contains("1390000000"))
        .unwrap_or_else(|| panic!("no number: {shown}"))
        .to_owned()
}
