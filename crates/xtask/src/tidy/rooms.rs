//! The rooms and the arrows between them, as `cargo metadata` sees them.

use std::collections::BTreeSet;

use serde_json::Value;

use super::architecture::{Page, Room};
use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;

/// Libraries that only these rooms may name; workshops may name any.
const GUARDED: &[(&str, &[&str])] = &[
    ("automerge", &["model"]),
    ("quinn", &["link"]),
    ("quinn-proto", &["link"]),
    ("rusqlite", &["store", "views"]),
    ("uniffi", &["ffi"]),
];

/// A package of the workspace.
#[derive(Clone, Debug)]
pub(super) struct Package {
    /// The folder's name: `crates/core` is `core`.
    room: String,
    name: String,
    description: String,
    uses: Vec<Use>,
}

/// A dependency.
#[derive(Clone, Debug)]
struct Use {
    name: String,
    dev: bool,
}

/// The workspace's packages.
pub(super) fn packages(house: &House) -> Result<Vec<Package>, XtaskError> {
    let args = [
        "metadata",
        "--no-deps",
        "--format-version",
        "1",
        "--offline",
    ];
    let ended = Run::cargo(house, "cargo metadata").args(args).capture()?;
    let told: Value =
        serde_json::from_str(&ended.stdout).map_err(|error| XtaskError::Unreadable {
            what: "cargo metadata".to_owned(),
            why: error.to_string(),
        })?;
    Ok(list(&told, "packages").iter().map(parse_package).collect())
}

fn parse_package(package: &Value) -> Package {
    let folders: Vec<&str> = text(package, "manifest_path").rsplit('/').collect();
    let room = match folders.as_slice() {
        [_, _, "examples", ..] => "examples",
        // The folder itself is at the checkout's root and may have any name there.
        [_, "tests", ..] => "tests",
        [_, room, ..] => room,
        _ => "",
    };
    let parse_use = |used: &Value| Use {
        name: text(used, "name").to_owned(),
        dev: text(used, "kind") == "dev",
    };
    Package {
        room: room.to_owned(),
        name: text(package, "name").to_owned(),
        description: text(package, "description").to_owned(),
        uses: list(package, "dependencies")
            .iter()
            .map(parse_use)
            .collect(),
    }
}

/// Complaints about rooms that the page does not know, arrows that it does not allow, and libraries out of place.
pub(super) fn check(page: &Page, packages: &[Package]) -> Vec<String> {
    let mut complaints = Vec::new();
    for room in &page.rooms {
        let name = &room.name;
        if !packages.iter().any(|package| package.room == *name) {
            complaints.push(format!(
                "the room `{name}` is on the page, but there is no crate of it"
            ));
        }
        for used in room
            .may_use
            .iter()
            .filter_map(|used| page.room(used))
            .filter(|used| used.level > room.level)
        {
            complaints.push(format!(
                "the page lets `{name}` use `{}`, a level above it: arrows point down",
                used.name
            ));
        }
    }
    for package in packages {
        match page.room(&package.room) {
            Some(room) => complaints.extend(check_room(page, room, package)),
            None if page.workshops.contains(&package.room) => {}
            None => complaints.push(format!(
                "the crate `{}` is neither a room nor a workshop",
                package.room
            )),
        }
    }
    complaints
}

fn check_room(page: &Page, room: &Room, package: &Package) -> Vec<String> {
    let mut complaints = Vec::new();
    let name = &room.name;
    if package.name != format!("wangge-{name}") {
        complaints.push(format!(
            "the package in crates/{name} is called `{}`",
            package.name
        ));
    }
    if !package.description.starts_with(&format!("{}:", room.verb)) {
        let said = &package.description;
        complaints.push(format!(
            "`{name}` {} on the page, but its manifest says «{said}»",
            room.verb
        ));
    }
    let ships = package
        .uses
        .iter()
        .filter(|used| !used.dev)
        .map(|used| used.name.as_str());
    for used in ships.collect::<BTreeSet<&str>>() {
        let other = used.strip_prefix("wangge-").unwrap_or(used);
        if page.workshops.contains(other) {
            complaints.push(format!("`{name}` ships and uses the workshop `{other}`"));
        } else if used.starts_with("wangge-") && !room.may_use.contains(other) {
            complaints.push(format!(
                "`{name}` uses `{other}`, an arrow that the page does not have"
            ));
        }
        let owners = GUARDED
            .iter()
            .find(|(library, _)| *library == used)
            .map_or(&[][..], |(_, owners)| owners);
        if !owners.is_empty() && !owners.contains(&name.as_str()) {
            complaints.push(format!(
                "`{name}` depends on {used}, which only {} may",
                owners.join(" and ")
            ));
        }
    }
    complaints
}

fn list<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value
        .get(name)
        .and_then(Value::as_array)
        .map(Vec::as_slice)
        .unwrap_or_default()
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::super::architecture::{SAMPLE, parse};
    use super::{Package, Use, check};

    fn package(room: &str, verb: &str, uses: &[&str]) -> Package {
        let uses = uses
            .iter()
            .map(|name| Use {
                name: (*name).to_owned(),
                dev: false,
            })
            .collect();
        Package {
            room: room.to_owned(),
            name: format!("wangge-{room}"),
            description: format!("{verb}: …"),
            uses,
        }
    }

    /// A house as on the page, with `extra` in the place of the room of its name.
    fn house(extra: Package) -> Vec<Package> {
        let rooms = [
            package("model", "knows", &["automerge"]),
            package("rules", "judges", &["wangge-model"]),
            package("views", "counts", &["wangge-model", "rusqlite"]),
            package("sim", "workshop", &["wangge-views", "rusqlite"]),
        ];
        rooms
            .into_iter()
            .filter(|room| room.room != extra.room)
            .chain([extra.clone()])
            .collect()
    }

    #[test]
    fn a_house_as_on_the_page_is_clean() {
        let clean = house(package("rules", "judges", &["wangge-model"]));
        assert_eq!(check(&parse(SAMPLE).unwrap(), &clean), Vec::<String>::new());
    }

    #[test]
    fn each_mistake_is_found() {
        let finds = |page: &str, packages: &[Package], word: &str| {
            let complaints = check(&parse(page).unwrap(), packages);
            assert!(
                complaints.len() == 1 && complaints[0].contains(word),
                "{word}: {complaints:?}"
            );
        };
        finds(
            SAMPLE,
            &house(package("model", "knows", &["wangge-rules"])),
            "an arrow that the page does not have",
        );
        finds(
            SAMPLE,
            &house(package("rules", "judges", &["wangge-sim"])),
            "uses the workshop",
        );
        finds(
            SAMPLE,
            &house(package("rules", "judges", &["automerge"])),
            "depends on automerge",
        );
        finds(
            SAMPLE,
            &house(package("rules", "guesses", &[])),
            "its manifest says",
        );
        finds(
            SAMPLE,
            &house(package("cellar", "hides", &[])),
            "neither a room nor a workshop",
        );
        finds(
            SAMPLE,
            &house(package("rules", "judges", &[]))[1..],
            "no crate of it",
        );
        let upward = SAMPLE.replace("| ids | - |", "| ids | views |");
        finds(
            &upward,
            &house(package("rules", "judges", &[])),
            "arrows point down",
        );
        let renamed = Package {
            name: "rules".to_owned(),
            ..package("rules", "judges", &[])
        };
        finds(SAMPLE, &house(renamed), "is called `rules`");
    }

    #[test]
    fn a_test_may_use_more_than_what_ships() {
        let mut rules = package("rules", "judges", &["wangge-sim"]);
        rules.uses[0].dev = true;
        assert_eq!(
            check(&parse(SAMPLE).unwrap(), &house(rules)),
            Vec::<String>::new()
        );
    }
}
