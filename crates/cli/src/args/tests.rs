use super::*;
use clap::CommandFactory;

/// Calls `check` for each command of the tree, with the words that lead to it.
fn each(command: &clap::Command, path: &str, check: &mut dyn FnMut(&clap::Command, &str)) {
    check(command, path);
    for sub in command.get_subcommands() {
        each(sub, &format!("{path} {}", sub.get_name()), check);
    }
}

#[test]
fn the_tree_is_sound() {
    Args::command().debug_assert();
}

#[test]
fn every_command_says_what_it_does_in_both_languages_and_gives_an_example() {
    each(&Args::command(), "wangge", &mut |command, path| {
        let about = command
            .get_about()
            .map(ToString::to_string)
            .unwrap_or_default();
        assert!(
            about.contains(" · "),
            "{path}: «{about}» lacks one of the languages"
        );
        let after = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        let leaf = command.get_subcommands().next().is_none();
        assert!(
            after.contains("示例 Example:\n  wangge ") || (!leaf && path == "wangge"),
            "{path}: no example"
        );
    });
}

#[test]
fn every_option_has_help() {
    each(&Args::command(), "wangge", &mut |command, path| {
        for arg in command.get_arguments() {
            if matches!(arg.get_id().as_str(), "help" | "version") {
                continue;
            }
            let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(help.contains(" · "), "{path} {}: «{help}»", arg.get_id());
        }
    });
}

#[test]
fn every_example_parses() {
    each(&Args::command(), "wangge", &mut |command, path| {
        let after = command
            .get_after_help()
            .map(ToString::to_string)
            .unwrap_or_default();
        for line in after.lines().filter(|line| line.starts_with("  wangge ")) {
            let words = line
                .split('<')
                .next()
                .unwrap_or_default()
                .split_whitespace();
            let words = words.map(|word| word.trim_matches('\''));
            if let Err(error) = Args::try_parse_from(words) {
                panic!("{path}: the example «{line}» does not parse: {error}");
            }
        }
    });
}
