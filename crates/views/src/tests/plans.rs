//! Lists, searches and figures answer from indexes: by their plans, and by the clock.

use std::time::{Duration, Instant};

use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};

use super::{DIRECTOR, LI, community, open, text};
use crate::list::ASKED;
use crate::rows::{FieldFilter, Order, Query};
use crate::tests::world::{GRID, World};
use crate::{Reveal, Views};

/// A record's id as a UUID of version 7, by number.
const ID: &str = "unhex(printf('%012x', ?2 + i) || '70008000' || printf('%012x', i))";

/// Rows of many records, written beside any document: as many residents as asked for, and a tenth of that in matters.
fn crowd(world: &World, residents: u32) {
    let numbers = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ?1)";
    let record = |kind: &str, title: &str| {
        format!(
            "{numbers} INSERT INTO view_record (record, kind, area, title, facets, conflicts, parallel, changed_hlc, changed_ms) \
             SELECT {ID}, {kind}, printf('4105221002%02d%03d', 1 + i % 8, 1 + i % 9), {title}, 1, 0, 0, (1700000000000 + i * 1000) << 16, \
             1700000000000 + i * 1000 FROM n"
        )
    };
    let of = |kind: u32| format!("FROM view_record WHERE kind = {kind} AND changed_by IS NULL");
    let resident = "char(0x738B) || char(0x4E00 + i % 3000) || char(0x82B3)";
    world
        .store
        .views_tx(|tx| -> crate::Result<()> {
            tx.execute(&record("1", resident), (residents, 1_000_000)).unwrap();
            tx.execute(&record("2", "'路灯' || i"), (residents / 10, 2_000_000)).unwrap();
            for sql in [
                format!("INSERT INTO view_resident (id, sex, birth, residence, household, address, id_number) SELECT id, '2', '1980', 'registered', 'H' || (id % 3000), '幸福路', printf('%018d', id) {}", of(1)),
                format!("INSERT INTO view_value (id, kind, key, value, link) SELECT id, 1, 'name', title, 0 {}", of(1)),
                format!("INSERT INTO view_value (id, kind, key, value, link) SELECT id, 1, 'birth_year', 1930 + id % 90, 0 {}", of(1)),
                format!("INSERT INTO view_text (rowid, tokens) SELECT id, substr(title, 1, 2) || ' ' || substr(title, 2, 2) || ' ' || substr(title, 3, 1) {}", of(1)),
                format!("INSERT INTO view_value (id, kind, key, value, link) SELECT id, 2, 'sort', 'component', 0 {}", of(2)),
                format!("INSERT INTO view_text (rowid, tokens) SELECT id, '路灯 灯' {}", of(2)),
                format!(
                    "INSERT INTO view_matter (id, sort, class, scale, severity, source, reporter, replied, place, stage, closed, holder, steps, void_steps, \
                     clocked, urgent, exempt, reported_ms, wait, due_ms, yellow_ms, community_ms, rise_ms, suspended_levels, asks, unclaimed, answered_ms, response_ms) \
                     SELECT id, 'component', '', '', '', '12345', '', id % 10 < 9, '幸福路', CASE WHEN id % 10 < 9 THEN 'closed' ELSE 'reported' END, id % 10 < 9, '', 1, 0, \
                     0, 0, 0, changed_ms, CASE WHEN id % 10 < 9 THEN '' ELSE 'accept' END, CASE WHEN id % 10 = 9 THEN changed_ms + 7200000 END, \
                     CASE WHEN id % 10 = 9 THEN changed_ms + 5400000 END, CASE WHEN id % 10 = 9 THEN changed_ms + 7200000 END, \
                     CASE WHEN id % 10 = 9 THEN changed_ms + 7200000 END, 0, 0, 0, CASE WHEN id % 10 < 9 THEN changed_ms + 3600000 END, 3600000 {}", of(2)
                ),
                // A year of figures in eight communities.
                "WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 3000) \
                 INSERT INTO view_sum (measure, area, day, split, n) SELECT m.value, a.value, 19600 + i % 375, 's' || (i / 375), 1 + i % 5 FROM n, \
                 json_each('[\"reported\",\"due\",\"in_time\",\"unit_given\",\"unit_returned\",\"source\",\"closed\",\"changed\"]') m, \
                 json_each('[\"\",\"41\",\"4105\",\"410522\",\"410522100\",\"410522100201\"]') a WHERE true \
                 ON CONFLICT DO NOTHING".to_owned(),
            ] {
                tx.execute(&sql, []).unwrap();
            }
            Ok(())
        })
        .unwrap();
}

type Question = Box<dyn Fn(&Views<'_>)>;

fn now() -> Ms {
    "2023-11-15T18:00:00+08:00".parse().unwrap()
}

fn list(kind: Kind, query: Query) -> Question {
    Box::new(move |views| {
        let page = views.records(kind, &query, Reveal::Masked).unwrap();
        assert!(page.total > 0, "{query:?}");
    })
}

fn order(order: Order) -> Query {
    Query {
        order,
        ..Query::default()
    }
}

/// What a screen asks, by name.
fn questions() -> Vec<(&'static str, Question)> {
    residents()
        .into_iter()
        .chain(matters())
        .chain(boards())
        .collect()
}

fn residents() -> Vec<(&'static str, Question)> {
    let born = FieldFilter {
        key: "birth_year".to_owned(),
        from: "1940".to_owned(),
        until: "1942".to_owned(),
        ..FieldFilter::default()
    };
    let born = Query {
        filters: vec![born],
        ..Query::default()
    };
    let area = |query: Query| Query {
        area: "410522100201".to_owned(),
        ..query
    };
    let asked = [
        ("the first page", Query::default()),
        ("of a community", area(Query::default())),
        ("as in the register", area(order(Order::Register))),
        ("filtered by a field", born),
        ("searched for a name", text("王丁芳")),
        ("searched for one character", text("丁")),
        ("searched for an id number", text("11010519491231002X")),
    ];
    asked
        .map(|(name, query)| (name, list(Kind::RESIDENT, query)))
        .into()
}

fn matters() -> Vec<(&'static str, Question)> {
    let overdue = Query {
        overdue: Some(true),
        ..order(Order::Due)
    };
    let soon = Query {
        due_before_ms: Some(now().0),
        ..Query::default()
    };
    let oldest = Query {
        closed: Some(false),
        ..order(Order::Oldest)
    };
    let asked = [
        ("matters", Query::default()),
        ("what is overdue", overdue),
        ("what is due soon", soon),
        ("the oldest open ones", oldest),
    ];
    let now_ms = Some(now().0);
    asked
        .map(|(name, query)| (name, list(Kind::MATTER, Query { now_ms, ..query })))
        .into()
}

fn boards() -> Vec<(&'static str, Question)> {
    let (from, until): (Date, Date) =
        ("2023-01-01".parse().unwrap(), "2024-01-01".parse().unwrap());
    let told: Question = Box::new(|views| {
        assert!(views.escalations("410522", now(), 0, 0).unwrap().total > 0);
    });
    let ages: Question = Box::new(|views| {
        assert!(views.ageing("410522", now()).unwrap().open > 0);
    });
    let board: Question = Box::new(|views| {
        assert!(views.counts("410522").unwrap().residents > 0);
    });
    let figures: Question = Box::new(move |views| {
        let figures = views.figures("410522", from, until, now()).unwrap();
        assert!(figures.indicator("reported").unwrap().n > 0);
    });
    vec![
        ("who must be told", told),
        ("the ages", ages),
        ("the board", board),
        ("the figures of a year", figures),
    ]
}

fn world(residents: u32) -> World {
    let (mut world, _) = community();
    world.report(LI, GRID, &[]);
    let member = [open("name", "甲"), open("joined", "2022-01-01")];
    world.create(DIRECTOR, Kind::MEMBER, GRID, &member);
    world.views().fold_all().unwrap();
    crowd(&world, residents);
    world
}

#[test]
fn no_list_and_no_figure_reads_a_table_through() {
    let world = world(400);
    for (name, question) in questions() {
        ASKED.with_borrow_mut(Vec::clear);
        question(&world.views());
        for sql in ASKED.with_borrow(Clone::clone) {
            for step in plan(&world, &sql) {
                let through = step.starts_with("SCAN ")
                    && !step.contains("VIRTUAL TABLE")
                    && !step.contains("INDEX");
                // What a common table expression or a union has gathered is read through: it holds what was found.
                let gathered = ["SCAN made", "SCAN (subquery", "SCAN CONSTANT"]
                    .iter()
                    .any(|own| step.starts_with(own));
                assert!(!through || gathered, "{name}: {step}: {sql}");
            }
        }
    }
}

fn plan(world: &World, sql: &str) -> Vec<String> {
    world
        .store
        .read(|conn| -> crate::Result<Vec<String>> {
            let mut statement = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let count = statement.parameter_count();
            let nothing = vec![rusqlite::types::Null; count];
            let steps = statement
                .query_map(rusqlite::params_from_iter(nothing), |row| row.get(3))
                .unwrap();
            Ok(steps.collect::<rusqlite::Result<_>>().unwrap())
        })
        .unwrap()
}

#[test]
#[ignore = "a measurement, by hand: cargo test -p wangge-views -- --ignored --nocapture answers"]
fn answers_within_their_time() {
    for (residents, bound) in [
        (10_000, Duration::from_millis(50)),
        (80_000, Duration::from_millis(200)),
    ] {
        let world = world(residents);
        for (name, question) in questions() {
            let views = world.views();
            let mut times: Vec<Duration> = (0..100)
                .map(|_| {
                    let begun = Instant::now();
                    question(&views);
                    begun.elapsed()
                })
                .collect();
            times.sort_unstable();
            let verdict = if times[98] <= bound { "" } else { " TOO SLOW" };
            println!(
                "{residents} {name}: median {:?}, p99 {:?}{verdict}",
                times[50], times[98]
            );
        }
    }
}
