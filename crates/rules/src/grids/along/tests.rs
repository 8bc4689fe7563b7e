use super::super::testing::{day, grid, id};
use super::*;
use crate::validity::Validity;
use wangge_model::field::{Form, field};
use wangge_model::kind::Facet;

const GRIDS: [&str; 3] = ["410522100201001", "410522100201002", "410522100201003"];

fn area(serial: usize) -> Area {
    GRIDS[serial - 1].parse().unwrap()
}

fn record(n: u32, kind: Kind, serial: usize, owners: &[u32]) -> Standing {
    Standing {
        id: id(n),
        kind,
        area: area(serial),
        owners: owners.iter().map(|n| id(*n)).collect(),
    }
}

/// Grid 1 keeps building 10; grid 2 gets building 20 by the plan.
fn split() -> ([Grid; 2], Concern) {
    let grids = [grid(1, 1, &[10]), grid(2, 2, &[20])];
    let line = Assignment {
        unit: id(20),
        grid: id(2),
    };
    let concern = Concern::of(&[line], &grids);
    (grids, concern)
}

fn gone(grids: &[Grid], concern: &Concern, records: &[Standing]) -> Vec<(RecordId, String)> {
    let division = Division::on(grids, day("2026-07-01"));
    let going = going(&division, concern, records);
    going
        .into_iter()
        .map(|one| (one.id, one.to.to_string()))
        .collect()
}

#[test]
fn whatever_belongs_to_a_moved_building_goes_along_and_nothing_else() {
    let (grids, concern) = split();
    let records = [
        record(10, Kind::BUILDING, 1, &[]),
        record(20, Kind::BUILDING, 1, &[]),
        record(30, Kind::DWELLING, 1, &[20]),
        // By the dwelling, where no building is named.
        record(40, Kind::HOUSEHOLD, 1, &[30]),
        record(41, Kind::HOUSEHOLD, 1, &[10]),
        record(50, Kind::RESIDENT, 1, &[40]),
        record(51, Kind::RESIDENT, 1, &[41]),
        // In no household, but in a dwelling.
        record(52, Kind::RESIDENT, 1, &[999, 30]),
        record(53, Kind::RESIDENT, 1, &[]),
        record(60, Kind::VISIT, 1, &[50]),
        record(61, Kind::SERVICE, 1, &[51]),
        record(70, Kind::ORGANISATION, 1, &[20]),
        record(80, Kind::MATTER, 1, &[70]),
        record(81, Kind::PARTY, 1, &[80]),
        record(82, Kind::MATTER, 1, &[]),
    ];
    let to: Vec<RecordId> = gone(&grids, &concern, &records)
        .into_iter()
        .map(|(record, to)| {
            assert_eq!(to, GRIDS[1]);
            record
        })
        .collect();
    let expected = [20, 30, 40, 50, 52, 60, 70, 80, 81].map(id);
    assert_eq!(to, expected);
}

#[test]
fn when_all_have_gone_nothing_is_left_to_go() {
    let (grids, concern) = split();
    let mut records = vec![
        record(20, Kind::BUILDING, 1, &[]),
        record(40, Kind::HOUSEHOLD, 1, &[20]),
        record(50, Kind::RESIDENT, 3, &[40]),
    ];
    assert_eq!(gone(&grids, &concern, &records).len(), 3);
    for record in &mut records {
        record.area = area(2);
    }
    assert_eq!(gone(&grids, &concern, &records), []);
}

#[test]
fn what_stood_in_a_grid_that_is_gone_goes_to_the_one_that_took_its_place() {
    let heir = Grid {
        replaces: vec![area(1)],
        valid: Validity {
            from: Some(day("2026-06-01")),
            until: None,
        },
        ..grid(3, 3, &[10])
    };
    let grids = [grid(1, 1, &[10]), heir];
    let line = Assignment {
        unit: id(10),
        grid: id(3),
    };
    let concern = Concern::of(&[line], &grids);
    let records = [
        record(53, Kind::RESIDENT, 1, &[]),
        record(82, Kind::MATTER, 1, &[]),
        record(54, Kind::RESIDENT, 2, &[]),
    ];
    let expected = [53, 82].map(|n| (id(n), GRIDS[2].to_owned()));
    assert_eq!(gone(&grids, &concern, &records), expected);
}

#[test]
fn what_reaches_down_stays_and_a_circle_of_owners_ends() {
    let (grids, concern) = split();
    let records = [
        record(20, Kind::GRID, 1, &[]),
        record(90, Kind::TASK, 1, &[91]),
        record(91, Kind::TASK, 1, &[90]),
    ];
    assert_eq!(gone(&grids, &concern, &records), []);
}

#[test]
fn every_owner_field_is_a_link_of_its_kind_that_rows_have() {
    for kind in Kind::all() {
        for key in owner_fields(kind) {
            let field = field(kind, Facet::Open, key);
            let field = field.unwrap_or_else(|| panic!("{kind}.{key}"));
            let link = matches!(field.form, Form::Link(_));
            assert!(link && field.marks.filter, "{kind}.{key}");
        }
    }
}
