//! Reading ARCHITECTURE.md: its tables are data.

use std::collections::BTreeSet;

use crate::error::XtaskError;

/// What the page says.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Page {
    pub(super) rooms: Vec<Room>,
    pub(super) workshops: BTreeSet<String>,
    pub(super) laws: Vec<Law>,
}

/// A row of the table of rooms.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Room {
    pub(super) level: u8,
    pub(super) name: String,
    pub(super) verb: String,
    pub(super) may_use: BTreeSet<String>,
}

/// A law and the planted mistake that must turn it red.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Law {
    pub(crate) name: String,
    /// What the mutant does, in words.
    pub(crate) mutant: String,
}

impl Page {
    pub(super) fn room(&self, name: &str) -> Option<&Room> {
        self.rooms.iter().find(|room| room.name == name)
    }
}

/// Reads the tables of rooms and laws and the line of workshops.
pub(super) fn parse(text: &str) -> Result<Page, XtaskError> {
    let rooms = table(text, "| level | crate |")?;
    let laws = table(text, "| law | says |")?;
    let workshops = text.lines().find(|line| line.starts_with("Workshops,"));
    let workshops = workshops.ok_or_else(|| strange("no line «Workshops, …»"))?;
    Ok(Page {
        rooms: rooms
            .iter()
            .map(|row| parse_room(row))
            .collect::<Result<_, _>>()?,
        workshops: workshops
            .split('`')
            .skip(1)
            .step_by(2)
            .map(str::to_owned)
            .collect(),
        laws: laws
            .iter()
            .map(|row| parse_law(row))
            .collect::<Result<_, _>>()?,
    })
}

/// The rows of the table whose heading begins with `heading`, each a list of trimmed cells.
fn table(text: &str, heading: &str) -> Result<Vec<Vec<String>>, XtaskError> {
    let cells = |line: &str| {
        line.trim_matches('|')
            .split('|')
            .map(|cell| cell.trim().to_owned())
            .collect()
    };
    let rows: Vec<Vec<String>> = text
        .lines()
        .skip_while(|line| !line.starts_with(heading))
        .skip(2)
        .take_while(|line| line.starts_with('|'))
        .map(cells)
        .collect();
    if rows.is_empty() {
        Err(strange(&format!("no table under «{heading}»")))
    } else {
        Ok(rows)
    }
}

fn parse_room(cells: &[String]) -> Result<Room, XtaskError> {
    let [level, name, verb, _, may_use] = cells else {
        return Err(strange(&format!("a row of rooms: {cells:?}")));
    };
    let level = level
        .parse()
        .map_err(|_| strange(&format!("the level of {name}: {level}")))?;
    let used = may_use
        .split(',')
        .map(str::trim)
        .filter(|used| *used != "-");
    Ok(Room {
        level,
        name: name.clone(),
        verb: verb.clone(),
        may_use: used.map(str::to_owned).collect(),
    })
}

fn parse_law(cells: &[String]) -> Result<Law, XtaskError> {
    let [name, _, mutant] = cells else {
        return Err(strange(&format!("a row of laws: {cells:?}")));
    };
    Ok(Law {
        name: name.clone(),
        mutant: mutant.clone(),
    })
}

fn strange(why: &str) -> XtaskError {
    XtaskError::Unreadable {
        what: "ARCHITECTURE.md".to_owned(),
        why: why.to_owned(),
    }
}

#[cfg(test)]
pub(super) const SAMPLE: &str = "\
| level | crate | verb | what stands there | may use |
|---|---|---|---|---|
| 0 | model | knows | ids | - |
| 1 | rules | judges | pure | model |
| 2 | views | counts | rows | model, rules |

Workshops, used in development only: `sim`, `xtask`.

| law | says | mutant that must turn it red |
|---|---|---|
| no_loss | nothing is lost | release effects before commit |
";

#[cfg(test)]
mod tests {
    use super::{SAMPLE, parse};

    #[test]
    fn the_tables_are_read() {
        let page = parse(SAMPLE).unwrap();
        assert_eq!(page.rooms.len(), 3);
        assert_eq!(
            page.room("views")
                .unwrap()
                .may_use
                .iter()
                .collect::<Vec<_>>(),
            ["model", "rules"]
        );
        assert!(page.room("model").unwrap().may_use.is_empty());
        assert!(page.workshops.contains("xtask"));
        assert_eq!(page.laws[0].mutant, "release effects before commit");
    }

    #[test]
    fn a_page_without_its_tables_is_refused() {
        assert!(parse("# Architecture\n").is_err());
        assert!(parse(&SAMPLE.replace("| 1 | rules |", "| one | rules |")).is_err());
        assert!(parse(&SAMPLE.replace("Workshops,", "Sheds,")).is_err());
    }
}
