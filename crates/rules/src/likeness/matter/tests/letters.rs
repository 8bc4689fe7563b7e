//! The search held against the residents' letters of `data/citizen_messages.csv`, where they are at hand (`WANGGE_DATA`).

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::time::Instant;

use super::super::*;

struct Letter {
    name: String,
    sender: String,
    at: Ms,
    title: String,
    text: String,
    supports: u32,
}

fn letters() -> Vec<Letter> {
    let folder =
        std::env::var_os("WANGGE_DATA").expect("WANGGE_DATA names the folder of the real data");
    let mut file = csv::Reader::from_path(Path::new(&folder).join("citizen_messages.csv")).unwrap();
    let rows = file.records().map(|row| {
        let row = row.unwrap();
        Letter {
            name: row[0].trim_start_matches('\u{feff}').to_owned(),
            sender: row[1].to_owned(),
            title: row[2].to_owned(),
            at: row[3].parse().unwrap(),
            text: row[4].to_owned(),
            supports: row[5].parse().unwrap_or(0),
        }
    });
    rows.collect()
}

/// The places of these letters are masked as «A7县», «A市»: a letter names the city, a number the county in it.
fn masked_area(title: &str, text: &str) -> Option<Area> {
    let beginning: String = text.chars().take(60).collect();
    [title, &beginning].iter().find_map(|text| {
        let letters: Vec<char> = text.chars().collect();
        let named = letters.iter().enumerate().filter_map(|(at, c)| {
            let city = u32::from(*c).checked_sub(65).filter(|city| *city < 26)? + 1;
            let digits: String = letters[at + 1..]
                .iter()
                .take_while(|c| c.is_ascii_digit())
                .collect();
            let after = letters.get(at + 1 + digits.len())?;
            let code = match digits.parse::<u32>() {
                Ok(county) if county < 100 => format!("{:04}{county:02}", 4300 + city),
                _ => format!("{:04}", 4300 + city),
            };
            "市县区"
                .contains(*after)
                .then(|| code.parse::<Area>().unwrap())
        });
        named.max_by_key(|area| area.as_str().len())
    })
}

fn reports(letters: &[Letter]) -> Vec<Report<'_>> {
    (0_i64..)
        .zip(letters)
        .map(|(at, letter)| Report {
            id: RecordId::mint(at, [0; 10]),
            at: letter.at,
            reporter: Some(&letter.sender),
            area: masked_area(&letter.title, &letter.text),
            place: None,
            class: None,
            component: None,
            title: &letter.title,
            text: &letter.text,
            supports: letter.supports,
        })
        .collect()
}

#[test]
#[ignore = "needs WANGGE_DATA"]
fn real_data_letters_that_are_one_matter_find_each_other() {
    let letters = letters();
    let reports = reports(&letters);
    let start = Instant::now();
    let found = search(&reports, &Tuning::default());
    let took = start.elapsed();
    let named: BTreeMap<RecordId, &Letter> = reports
        .iter()
        .map(|report| report.id)
        .zip(&letters)
        .collect();
    let one: BTreeSet<(&str, &str)> = found
        .iter()
        .filter(|pair| pair.relation == Relation::Same)
        .map(|pair| {
            (
                named[&pair.earlier].name.as_str(),
                named[&pair.later].name.as_str(),
            )
        })
        .collect();
    let labelled: Vec<(&str, &str, bool)> = include_str!("labelled.tsv")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split('\t').collect();
            (cells[0], cells[1], cells[2] == "1")
        })
        .collect();
    let proposed = labelled.iter().filter(|(a, b, _)| one.contains(&(*a, *b)));
    let right = proposed.clone().filter(|(_, _, right)| *right).count();
    let proposed = proposed.count();
    println!(
        "{} letters, {} pairs of one matter in {took:?}; read by hand: {right} of {proposed} right",
        letters.len(),
        one.len()
    );
    assert!(
        proposed >= 90 && right * 100 >= proposed * 95,
        "{right} of {proposed}"
    );

    // An affair that many wrote about, each in words of their own: most of them come together.
    let pairs = found.iter().filter(|pair| pair.relation == Relation::Same);
    let groups = groups(&reports, pairs.map(|pair| (pair.earlier, pair.later)));
    for (all, words) in [
        (36, ["丽发", "搅拌"]),
        (5, ["五一桥", "廊桥"]),
        (32, ["滨河苑", "车位"]),
    ] {
        let about = |id: &RecordId| {
            let letter = named[id];
            words
                .iter()
                .all(|word| letter.title.contains(word) || letter.text.contains(word))
        };
        let largest = groups
            .iter()
            .map(|group| group.members.iter().filter(|id| about(id)).count())
            .max();
        let largest = largest.unwrap();
        println!("{words:?}: {largest} of {all} in one group");
        assert!(largest * 10 >= all * 7, "{words:?}: {largest} of {all}");
    }
}
