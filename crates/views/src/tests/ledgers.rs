//! Ledgers of any kind.

use wangge_model::kind::{Facet, Kind};
use wangge_model::value::Edit;

use super::{LI, ZHAO, community, open};
use crate::rows::{FieldFilter, Order, Query, RecordRow};
use crate::tests::world::{GRID, OTHER_GRID, World};
use crate::{Reveal, ViewsError};

fn titles(world: &World, kind: Kind, query: &Query) -> Vec<String> {
    world.views().fold_all().unwrap();
    let page = world.views().records(kind, query, Reveal::Masked).unwrap();
    page.rows.into_iter().map(|row| row.title).collect()
}

fn shown(row: &RecordRow, key: &str) -> Option<String> {
    let cell = row.cells.iter().find(|cell| cell.key == key)?;
    Some(cell.shown.zh.clone())
}

fn filter(key: &str) -> FieldFilter {
    FieldFilter {
        key: key.to_owned(),
        ..FieldFilter::default()
    }
}

fn lamps(world: &mut World) {
    for (code, state, checked) in [
        ("4105220137000001", "intact", "2026-01-05"),
        ("4105220137000002", "damaged", "2026-03-01"),
        ("4105220137000003", "lost", ""),
    ] {
        let mut fields = vec![
            open("code", code),
            open("name", &format!("路灯{}", &code[13..])),
            open("state", state),
        ];
        if !checked.is_empty() {
            fields.push(open("checked", checked));
        }
        world.create(LI, Kind::COMPONENT, GRID, &fields);
    }
}

#[test]
fn a_ledger_is_listed_searched_and_filtered_by_its_fields() {
    let (mut world, _) = community();
    lamps(&mut world);
    world.create(ZHAO, Kind::BUILDING, OTHER_GRID, &[open("name", "3号楼")]);
    let register = Query {
        order: Order::Register,
        ..Query::default()
    };
    assert_eq!(
        titles(&world, Kind::COMPONENT, &register),
        ["路灯001", "路灯002", "路灯003"]
    );
    let of = |filters: Vec<FieldFilter>| {
        titles(
            &world,
            Kind::COMPONENT,
            &Query {
                filters,
                ..register.clone()
            },
        )
    };
    let damaged = FieldFilter {
        value: "破损".to_owned(),
        ..filter("state")
    };
    assert_eq!(of(vec![damaged.clone()]), ["路灯002"]);
    let first_quarter = FieldFilter {
        from: "2026-01-01".to_owned(),
        until: "2026-03-01".to_owned(),
        ..filter("checked")
    };
    assert_eq!(of(vec![first_quarter]), ["路灯001"]);
    let never = FieldFilter {
        missing: true,
        ..filter("checked")
    };
    assert_eq!(of(vec![never.clone()]), ["路灯003"]);
    assert_eq!(of(vec![never, damaged]), [""; 0]);
    let words = Query {
        text: "3号".to_owned(),
        ..Query::default()
    };
    assert_eq!(titles(&world, Kind::BUILDING, &words), ["3号楼"]);
    assert_eq!(titles(&world, Kind::COMPONENT, &words), [""; 0]);
    assert_eq!(world.views().fold_equal().unwrap(), Vec::<String>::new());
}

#[test]
fn a_filter_that_means_nothing_is_a_question() {
    let (world, _) = community();
    for bad in [
        filter("shoe_size"),
        FieldFilter {
            value: "某".to_owned(),
            ..filter("sex")
        },
    ] {
        let asked = Query {
            filters: vec![bad],
            ..Query::default()
        };
        let answer = world
            .views()
            .records(Kind::RESIDENT, &asked, Reveal::Masked);
        assert!(matches!(
            answer,
            Err(ViewsError::Question { what: "filter", .. })
        ));
    }
}

#[test]
fn links_are_shown_by_title_and_followed_both_ways() {
    let (mut world, resident) = community();
    let home = world.create(
        LI,
        Kind::HOUSEHOLD,
        GRID,
        &[open("household_no", "H000012"), open("head", "王芳")],
    );
    let mut sight = world.sight(resident);
    world.edit(
        LI,
        resident,
        Kind::RESIDENT,
        &mut sight,
        &[Edit::set(Facet::Open, "household", home.to_string())],
    );
    world.views().fold_all().unwrap();
    let of_home = Query {
        filters: vec![FieldFilter {
            value: home.to_string(),
            ..filter("household")
        }],
        ..Query::default()
    };
    let page = world
        .views()
        .records(Kind::RESIDENT, &of_home, Reveal::Masked)
        .unwrap();
    assert_eq!(page.total, 1);
    assert_eq!(
        shown(&page.rows[0], "household").as_deref(),
        Some("H000012")
    );
    let detail = world
        .views()
        .record(&home.to_string(), Reveal::Masked)
        .unwrap();
    let links: Vec<_> = detail
        .links
        .iter()
        .map(|link| (link.kind, link.key.as_str(), link.title.as_str()))
        .collect();
    assert_eq!(links, [(Kind::RESIDENT, "household", "王芳")]);
    let head = detail
        .fields
        .iter()
        .find(|field| field.key == "head")
        .unwrap();
    assert_eq!(
        head.author.as_ref().map(|person| person.name.as_str()),
        Some("李明"),
        "who said so"
    );
    assert!(head.stated_ms.is_some(), "and when");
}
