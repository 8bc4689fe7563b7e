//! «What is absent» of ARCHITECTURE.md, by a search of the sources.

use super::architecture::Page;
use super::source::Source;

/// Rooms that get time and dice handed in.
const PURE: &[&str] = &["model", "wire", "rules", "engine"];
/// What a pure room must not name, and why.
const IMPURE: &[(&str, &str)] = &[
    ("SystemTime::now", "time is handed in"),
    ("Instant::now", "time is handed in"),
    ("UNIX_EPOCH", "time is handed in"),
    ("async", "a pure room does not wait"),
    ("await", "a pure room does not wait"),
    ("tokio", "a pure room does not wait"),
    ("std::thread", "a pure room has one thread, its caller's"),
    ("thread::spawn", "a pure room has one thread, its caller's"),
    ("std::net", "a pure room sends nothing"),
    ("std::fs", "a pure room opens no file"),
    ("std::env", "a pure room reads no environment"),
    ("HashMap", "its order is random; use BTreeMap"),
    ("HashSet", "its order is random; use BTreeSet"),
    ("getrandom", "dice are handed in"),
    ("OsRng", "dice are handed in"),
    ("now_v7", "dice are handed in"),
    ("new_v4", "dice are handed in"),
];
/// A name that only these places may use; a place is the beginning of a path below `crates/`.
const CONFINED: &[(&str, &[&str])] = &[
    ("automerge", &["model/src/doc", "model/src/gate"]),
    ("rusqlite", &["store/", "views/"]),
    ("quinn", &["link/"]),
    ("quinn_proto", &["link/"]),
    ("rustls", &["link/"]),
    ("uniffi", &["ffi/"]),
    ("into_0rtt", &[]),
];
/// How SQL begins.
const SQL: &[&str] = &[
    "SELECT ",
    "INSERT INTO ",
    "INSERT OR ",
    "UPDATE ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "PRAGMA ",
];
/// Rooms that may speak SQL.
const SQL_ROOMS: &[&str] = &["store", "views"];
/// What would be logic in a room that only translates.
const LOGIC: &[&str] = &["if", "while", "loop"];

/// Complaints about what stands where it must not. Workshops are free.
pub(super) fn check(page: &Page, sources: &[Source]) -> Vec<String> {
    let mut complaints = Vec::new();
    for source in sources
        .iter()
        .filter(|source| page.room(&source.room).is_some())
    {
        if PURE.contains(&source.room.as_str()) {
            complaints.extend(
                IMPURE
                    .iter()
                    .flat_map(|(word, why)| forbid(source, word, why)),
            );
        }
        if source.room == "ffi" {
            complaints.extend(
                LOGIC
                    .iter()
                    .flat_map(|word| forbid(source, word, "ffi translates and decides nothing")),
            );
        }
        let path = source.path.trim_start_matches("crates/");
        for (word, _) in CONFINED
            .iter()
            .filter(|(_, places)| !places.iter().any(|place| path.starts_with(place)))
        {
            complaints.extend(forbid(
                source,
                word,
                "it has a place of its own, see «What is absent»",
            ));
        }
        if !SQL_ROOMS.contains(&source.room.as_str()) {
            complaints.extend(sql(source));
        }
    }
    complaints
}

fn forbid(source: &Source, word: &str, why: &str) -> Vec<String> {
    let places = source.lines_with(word).into_iter();
    places
        .map(|place| format!("{place}: `{word}` in `{}`: {why}", source.room))
        .collect()
}

fn sql(source: &Source) -> Vec<String> {
    let speaks = |line: &str| {
        let text = line.split('"').nth(1).unwrap_or_default().trim_start();
        SQL.iter().any(|verb| text.starts_with(verb))
    };
    let lines = source
        .with_texts
        .lines()
        .enumerate()
        .filter(|(_, line)| speaks(line));
    lines
        .map(|(number, _)| format!("{}:{}: SQL in `{}`", source.path, number + 1, source.room))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::super::architecture::{Page, Room};
    use super::super::source::Source;
    use super::{CONFINED, IMPURE, check};

    fn complaints(room: &str, file: &str, code: &str) -> Vec<String> {
        let rooms = [
            "model", "rules", "engine", "store", "views", "link", "hub", "ffi",
        ];
        let rooms = rooms.into_iter().map(|name| Room {
            name: name.to_owned(),
            ..Room::default()
        });
        let page = Page {
            rooms: rooms.collect(),
            ..Page::default()
        };
        check(
            &page,
            &[Source::new(
                room,
                &format!("crates/{room}/src/{file}"),
                code,
            )],
        )
    }

    #[test]
    fn every_impure_word_is_found_in_a_pure_room_and_only_there() {
        for (word, why) in IMPURE {
            let code = format!("fn x() {{ {word}; }}\n");
            assert!(
                complaints("engine", "a.rs", &code)
                    .iter()
                    .any(|said| said.contains(why)),
                "{word}"
            );
            assert_eq!(complaints("hub", "a.rs", &code), Vec::<String>::new());
        }
    }

    #[test]
    fn every_confined_name_is_found_out_of_its_place() {
        for (word, places) in CONFINED {
            let code = format!("use {word}::X;\n");
            assert_eq!(complaints("rules", "a.rs", &code).len(), 1, "{word}");
            for place in *places {
                let (room, file) = place.split_once('/').unwrap();
                let file = format!("{}/a.rs", file.trim_start_matches("src/"));
                assert_eq!(
                    complaints(room, &file, &code),
                    Vec::<String>::new(),
                    "{word}"
                );
            }
        }
    }

    #[test]
    fn sql_is_found_outside_the_store() {
        let code = "fn x() { run(\"SELECT 1\"); }\n";
        assert_eq!(complaints("hub", "a.rs", code).len(), 1);
        assert_eq!(complaints("store", "a.rs", code), Vec::<String>::new());
        assert_eq!(
            complaints("hub", "a.rs", "// \"SELECT 1\"\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn logic_is_found_in_ffi() {
        assert_eq!(
            complaints("ffi", "lib.rs", "fn x() { if a { b } }\n").len(),
            1
        );
        assert_eq!(
            complaints("ffi", "lib.rs", "fn x() { a.b() }\n"),
            Vec::<String>::new()
        );
    }

    #[test]
    fn a_workshop_is_free() {
        let code = "use automerge::X; fn x() { Instant::now(); }\n";
        assert_eq!(complaints("sim", "a.rs", code), Vec::<String>::new());
    }
}
