//! Stories over a real store.

mod check;
mod clocks;
mod figures;
mod ledgers;
mod next;
mod plans;
mod reports;
mod world;

use wangge_engine::tx::PeerKind;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, StepKind};
use wangge_model::time::Ms;
use wangge_model::value::{Edit, Value};
use wangge_rules::matter::Stage;

use crate::rows::{CellRow, ConflictRow, Order, Page, PeerSide, Query, RecordRow, StatusWord};
use crate::{Reveal, ViewsError};
use world::{GRID, OTHER_GRID, World, Writer};

const LI: Writer = Writer(1);
const ZHAO: Writer = Writer(2);
const DIRECTOR: Writer = Writer(3);

fn open(key: &str, value: &str) -> Edit {
    Edit::set(Facet::Open, key, value)
}

fn wang_fang() -> Vec<Edit> {
    vec![
        open("name", "王芳"),
        open("sex", "2"),
        open("address", "幸福路12号A3区"),
        Edit::set(Facet::Identity, "id_number", "11010519491231002X"),
        Edit::set(Facet::Contact, "phone", "13812345678"),
    ]
}

fn community() -> (World, RecordId) {
    let mut world = World::new();
    world.grant(LI, "李明", Role::GridMember);
    world.grant(ZHAO, "赵强", Role::GridMember);
    let record = world.create(LI, Kind::RESIDENT, GRID, &wang_fang());
    (world, record)
}

fn text(words: &str) -> Query {
    Query {
        text: words.to_owned(),
        ..Query::default()
    }
}

fn names(world: &World, query: &Query) -> Vec<String> {
    world.views().fold_all().unwrap();
    let rows = residents(world, query).rows.into_iter();
    rows.map(|row| row.title).collect()
}

fn residents(world: &World, query: &Query) -> Page<RecordRow> {
    let page = world.views().records(Kind::RESIDENT, query, Reveal::Masked);
    page.unwrap()
}

fn cell<'r>(row: &'r RecordRow, key: &str) -> &'r CellRow {
    row.cells.iter().find(|cell| cell.key == key).unwrap()
}

#[test]
fn a_resident_is_listed_masked_and_shown_in_clear_when_asked() {
    let (world, record) = community();
    let views = world.views();
    assert_eq!(views.fold_all().unwrap().folded, 1);
    let page = residents(&world, &Query::default());
    let row = &page.rows[0];
    assert_eq!(
        (page.total, row.record.as_str()),
        (1, record.to_string().as_str())
    );
    assert_eq!(cell(row, "sex").shown.zh, "女");
    assert_eq!(row.facets, [Facet::Open, Facet::Contact, Facet::Identity]);
    assert_eq!(
        row.changed_by.as_ref().map(|person| person.name.as_str()),
        Some("李明")
    );

    let shown = |reveal| -> Vec<String> {
        let detail = views.record(&record.to_string(), reveal).unwrap();
        detail
            .fields
            .into_iter()
            .filter(|field| field.facet != Facet::Open)
            .map(|field| field.value)
            .collect()
    };
    assert_eq!(shown(Reveal::Masked), ["138****5678", "110105********002X"]);
    assert_eq!(shown(Reveal::Clear), ["13812345678", "11010519491231002X"]);
}

#[test]
fn names_of_two_characters_are_found_and_numbers_only_whole() {
    let (mut world, _) = community();
    world.create(ZHAO, Kind::RESIDENT, OTHER_GRID, &[open("name", "王小芳")]);
    world.create(
        ZHAO,
        Kind::RESIDENT,
        OTHER_GRID,
        &[open("name", "买买提·艾力")],
    );
    let found = |query: &Query| names(&world, query);
    assert_eq!(found(&text("王芳")), ["王芳"]);
    assert_eq!(found(&text("王")), ["王小芳", "王芳"]);
    assert_eq!(found(&text("芳")), ["王小芳", "王芳"]);
    assert_eq!(found(&text("小芳")), ["王小芳"]);
    assert_eq!(
        found(&text("芳幸")),
        [""; 0],
        "a phrase does not reach over two fields"
    );
    assert_eq!(found(&text("A3 幸福")), ["王芳"]);
    assert_eq!(found(&text("买提艾力")), [""; 0]);
    assert_eq!(found(&text("买买提 艾力")), ["买买提·艾力"]);
    assert_eq!(found(&text("11010519491231002x")), ["王芳"]);
    assert_eq!(found(&text("110105194912310")), [""; 0]);
    assert_eq!(
        found(&Query {
            area: "410522100202".to_owned(),
            ..text("王")
        }),
        ["王小芳"]
    );
    let first_grid = Query {
        area: GRID.to_owned(),
        ..text("王")
    };
    assert_eq!(found(&first_grid), ["王芳"]);
    let bad = Query {
        area: "41x".to_owned(),
        ..Query::default()
    };
    let views = world.views();
    let bad = views.records(Kind::RESIDENT, &bad, Reveal::Masked);
    assert!(matches!(
        bad,
        Err(ViewsError::Question { what: "area", .. })
    ));
}

#[test]
fn an_edit_is_found_under_its_new_words_and_not_the_old() {
    let (mut world, record) = community();
    assert_eq!(names(&world, &text("王芳")), ["王芳"]);
    let mut sight = world.sight(record);
    world.edit(
        LI,
        record,
        Kind::RESIDENT,
        &mut sight,
        &[open("name", "王方")],
    );
    assert_eq!(names(&world, &text("王芳")), [""; 0]);
    assert_eq!(names(&world, &text("王方")), ["王方"]);
}

#[test]
fn other_fields_both_stand_and_are_parallel() {
    let (mut world, record) = community();
    let (mut of_li, mut of_zhao) = (world.sight(record), world.sight(record));
    let household = [open("household_no", "7")];
    world.edit(LI, record, Kind::RESIDENT, &mut of_li, &household);
    let address = [open("address", "和平街1号")];
    world.edit(ZHAO, record, Kind::RESIDENT, &mut of_zhao, &address);
    let views = world.views();
    views.fold_all().unwrap();
    let row = residents(&world, &Query::default()).rows.remove(0);
    assert_eq!((row.parallel, row.conflicts), (true, 0));
    let value = |key| cell(&row, key).value.as_str();
    assert_eq!(
        (value("household_no"), value("address")),
        ("7", "和平街1号")
    );
    assert_eq!(views.counts("").unwrap().parallel, 1);
    assert_eq!(conflicts(&world).total, 0);
}

/// Two members have named a resident otherwise, without having seen each other's name.
fn two_names() -> (World, RecordId) {
    let (mut world, record) = community();
    let (mut of_li, mut of_zhao) = (world.sight(record), world.sight(record));
    let name = |name| [open("name", name)];
    world.edit(LI, record, Kind::RESIDENT, &mut of_li, &name("王方"));
    assert_eq!(
        conflicts(&world).total,
        0,
        "one after the other is no conflict"
    );
    world.edit(ZHAO, record, Kind::RESIDENT, &mut of_zhao, &name("汪芳"));
    (world, record)
}

fn conflicts(world: &World) -> Page<ConflictRow> {
    let views = world.views();
    views.fold_all().unwrap();
    views.conflicts(&Query::default(), Reveal::Masked).unwrap()
}

#[test]
fn the_same_field_is_a_conflict_with_both_values_and_their_authors() {
    let (world, _) = two_names();
    let page = conflicts(&world);
    let conflict = &page.rows[0];
    assert_eq!((page.total, conflict.field.key.as_str()), (1, "name"));
    let candidates = &conflict.field.candidates;
    assert!(candidates[0].chosen && candidates[0].value == conflict.title);
    let mut said: Vec<(&str, &str)> = candidates
        .iter()
        .map(|one| {
            (
                one.value.as_str(),
                one.author.as_ref().unwrap().name.as_str(),
            )
        })
        .collect();
    said.sort_unstable();
    assert_eq!(said, [("汪芳", "赵强"), ("王方", "李明")]);
    let only = Query {
        conflicts_only: true,
        ..Query::default()
    };
    assert_eq!(residents(&world, &only).total, 1);
}

#[test]
fn numbers_in_conflict_are_shown_in_clear_to_choose_between_them() {
    let (mut world, record) = community();
    let (mut of_li, mut of_zhao) = (world.sight(record), world.sight(record));
    let phone = |number| [Edit::set(Facet::Contact, "phone", number)];
    world.edit(
        LI,
        record,
        Kind::RESIDENT,
        &mut of_li,
        &phone("13811115678"),
    );
    world.edit(
        ZHAO,
        record,
        Kind::RESIDENT,
        &mut of_zhao,
        &phone("13822225678"),
    );
    let field = conflicts(&world).rows.remove(0).field;
    assert_eq!(field.value, "138****5678");
    let mut values: Vec<&str> = field
        .candidates
        .iter()
        .map(|one| one.value.as_str())
        .collect();
    values.sort_unstable();
    assert_eq!(values, ["13811115678", "13822225678"]);
    // Beside the record nobody chooses: there they are hidden as the field is.
    let shown = |reveal| {
        let id = record.to_string();
        let fields = world.views().record(&id, reveal).unwrap().fields;
        let field = fields.into_iter().find(|field| field.key == "phone");
        let candidates = field.unwrap().candidates.into_iter();
        let mut values: Vec<_> = candidates.map(|one| (one.value, one.shown.zh)).collect();
        values.sort_unstable();
        values
    };
    let twice = |value: &str| (value.to_owned(), value.to_owned());
    let hidden = twice("138****5678");
    assert_eq!(shown(Reveal::Masked), [hidden.clone(), hidden]);
    assert_eq!(
        shown(Reveal::Clear),
        [twice("13811115678"), twice("13822225678")]
    );
}

#[test]
fn a_conflict_is_settled_on_what_the_director_saw() {
    let (mut world, record) = two_names();
    let candidates = conflicts(&world).rows.remove(0).field.candidates;
    let shown: Vec<String> = candidates.iter().map(|one| one.choice.clone()).collect();
    let loser = candidates.iter().find(|one| !one.chosen).unwrap();
    let settle = |world: &World, shown: &[String]| {
        let id = record.to_string();
        let views = world.views();
        views.settling(&id, Facet::Open, "name", &loser.choice, shown)
    };
    let settling = settle(&world, &shown).unwrap();
    assert_eq!(settling.seen.len(), 2);
    let open_facet = world.sight(record).remove(&Facet::Open).unwrap();
    let entries = open_facet.entries();
    let standing = entries.candidates("name");
    let chosen = standing.iter().find(|one| one.op == settling.choice);
    assert_eq!(chosen.unwrap().value, Value::from(loser.value.as_str()));
    let stale = settle(&world, &shown[..1]);
    assert!(
        matches!(stale, Err(ViewsError::Stale)),
        "another value came in"
    );

    let mut sight = world.sight(record);
    let edit = [open("name", &loser.value)];
    world.edit(DIRECTOR, record, Kind::RESIDENT, &mut sight, &edit);
    assert_eq!(conflicts(&world).total, 0);
    let late = settle(&world, &shown);
    assert!(matches!(late, Err(ViewsError::Stale)), "settled meanwhile");
    assert!(world.views().fold_equal().unwrap().is_empty());
}

/// A matter that was dealt with, and verified by the hands that did so.
fn street_lamp() -> (World, RecordId) {
    let (mut world, _) = community();
    let fields = [
        open("title", "路灯不亮"),
        open("description", "丁字街路灯不亮"),
        open("external_id", "m2-1"),
    ];
    let matter = world.create(LI, Kind::MATTER, GRID, &fields);
    let mut sight = world.sight(matter);
    world.step(LI, matter, &mut sight, StepKind::Report, None);
    world.step(DIRECTOR, matter, &mut sight, StepKind::Accept, None);
    world.step(
        DIRECTOR,
        matter,
        &mut sight,
        StepKind::Dispatch,
        Some("电力公司"),
    );
    world.step(ZHAO, matter, &mut sight, StepKind::Dispose, None);
    world.step(ZHAO, matter, &mut sight, StepKind::VerifyPass, None);
    world.views().fold_all().unwrap();
    (world, matter)
}

#[test]
fn a_matter_shows_its_log_with_stages_and_void_steps() {
    let (world, matter) = street_lamp();
    let detail = world
        .views()
        .record(&matter.to_string(), Reveal::Masked)
        .unwrap();
    let void = detail.log.iter().filter(|step| step.void.is_some());
    assert_eq!((detail.log.len(), void.count()), (5, 1));
    let stages: Vec<&str> = detail
        .log
        .iter()
        .map(|step| step.stage.code.as_str())
        .collect();
    assert_eq!(
        stages,
        ["reported", "accepted", "dispatched", "disposed", "disposed"]
    );
    assert_eq!(detail.row.stage.unwrap().code, "disposed");
    assert!(detail.log[4].void.is_some() && detail.log[3].void.is_none());
    assert_eq!(detail.log[3].by.name, "赵强");
    assert_eq!(detail.log[2].to, "电力公司");
    assert!(
        detail
            .fields
            .iter()
            .all(|field| !field.key.starts_with("log/"))
    );
}

#[test]
fn a_step_of_a_newer_program_is_shown_and_counts_for_nothing() {
    let (mut world, matter) = street_lamp();
    let mut sight = world.sight(matter);
    let step = Step::new(StepKind::Remark, ZHAO.member(), Ms(0));
    let newer = step.encode().replace("remark", "mediate");
    world.entry(ZHAO, matter, &mut sight, newer);
    world.views().fold_all().unwrap();
    let detail = world
        .views()
        .record(&matter.to_string(), Reveal::Masked)
        .unwrap();
    let void = detail.log.iter().filter(|step| step.void.is_some());
    assert_eq!((detail.log.len(), void.count()), (6, 2));
    let last = detail.log.last().unwrap();
    assert_eq!(last.step.code, "unknown_step");
    assert_eq!((last.by.name.as_str(), last.void.is_some()), ("赵强", true));
}

#[test]
fn matters_are_counted_and_filtered_by_stage() {
    let (world, _) = street_lamp();
    let views = world.views();
    let counts = views.counts("410522").unwrap();
    assert_eq!(
        (counts.matters, counts.matters_open, counts.residents),
        (1, 1, 1)
    );
    let disposed = counts.stages.iter().find(|count| count.matters > 0);
    assert_eq!(disposed.unwrap().stage.zh, "已处置");
    assert_eq!(
        counts.stages.len(),
        Stage::ALL.len(),
        "stages without matters too"
    );
    assert_eq!(views.counts("410523").unwrap().matters, 0);
    let total = |query: Query| {
        let page = views.records(Kind::MATTER, &query, Reveal::Masked);
        page.unwrap().total
    };
    let stage = |stage: &str| Query {
        stage: stage.to_owned(),
        ..text("路灯")
    };
    assert_eq!((total(stage("disposed")), total(stage("closed"))), (1, 0));
    let closed = Query {
        closed: Some(true),
        ..Query::default()
    };
    assert_eq!(total(closed), 0);
    assert_eq!(total(text("m2-1")), 1);
}

#[test]
fn a_held_commit_is_shown_until_a_director_answers_it() {
    let (mut world, record) = community();
    let commit = world.hold(ZHAO, record, &[open("name", "张三")], Reason::OutOfArea);
    let views = world.views();
    views.fold_all().unwrap();
    let page = views.held(&Query::default(), Reveal::Masked).unwrap();
    let row = &page.rows[0];
    assert_eq!(
        (page.total, row.commit.as_str()),
        (1, commit.to_string().as_str())
    );
    assert_eq!(row.reason.code, "out_of_area");
    assert!(!row.reason.remedy.zh.is_empty());
    let change = &row.changes[0];
    assert_eq!(
        change.shown.as_ref().map(|shown| shown.zh.as_str()),
        Some("张三")
    );
    assert_eq!(
        change.current.as_ref().map(|current| current.zh.as_str()),
        Some("王芳")
    );
    assert_eq!(residents(&world, &Query::default()).rows[0].held, 1);
    assert_eq!(views.counts("").unwrap().held, 1);
    let history = views
        .history(&record.to_string(), &Query::default(), Reveal::Masked)
        .unwrap()
        .rows;
    assert_eq!(history[0].status.word, StatusWord::Held);
    assert_eq!(history[1].status.word, StatusWord::Admitted);
    assert_eq!(history[1].changes.len(), 5);

    world.answer(DIRECTOR, commit);
    let views = world.views();
    assert_eq!(
        views.held(&Query::default(), Reveal::Masked).unwrap().total,
        0
    );
    assert_eq!(views.counts("").unwrap().held, 0);
    let history = views
        .history(&record.to_string(), &Query::default(), Reveal::Masked)
        .unwrap()
        .rows;
    let declined = history[0].answer.as_ref().unwrap().declined.as_ref();
    assert_eq!(declined.unwrap().code, "declined_duplicate");
    assert_eq!(history[1].answer, None);
}

#[test]
fn what_cannot_be_folded_is_a_problem_and_no_silence() {
    let (mut world, record) = community();
    let other = world.create(ZHAO, Kind::RESIDENT, GRID, &[open("name", "张三")]);
    assert_eq!(names(&world, &Query::default()).len(), 2);
    let whole = world.sight(record).remove(&Facet::Open).unwrap().save();
    world.save_raw(record, vec![0; 9]);
    assert_eq!(names(&world, &Query::default()), ["张三"], "others go on");
    let problems = world.views().problems(&Query::default()).unwrap();
    assert_eq!(problems.rows[0].record, record.to_string());
    assert!(!problems.rows[0].text.contains("王芳"));
    assert_eq!(world.views().counts("").unwrap().problems, 1);
    assert!(world.views().fold_equal().unwrap().is_empty());

    world.save_raw(record, whole);
    assert_eq!(names(&world, &text("王芳")), ["王芳"]);
    assert_eq!(world.views().problems(&Query::default()).unwrap().total, 0);
    assert!(
        world
            .views()
            .record(&other.to_string(), Reveal::Masked)
            .is_ok()
    );
}

#[test]
fn folding_goes_in_slices_and_equals_a_fold_from_nothing() {
    let (mut world, first) = community();
    for number in 0..9 {
        world.create(
            ZHAO,
            Kind::RESIDENT,
            OTHER_GRID,
            &[open("name", &format!("居民{number}"))],
        );
    }
    let views = world.views();
    let progress = views.fold(4).unwrap();
    assert_eq!((progress.folded, progress.behind), (4, 6));
    assert_eq!(views.as_of().unwrap().behind, 6);
    let mut sight = world.sight(first);
    world.edit(
        LI,
        first,
        Kind::RESIDENT,
        &mut sight,
        &[open("name", "王方")],
    );
    let views = world.views();
    views.fold_all().unwrap();
    assert!(views.fold_equal().unwrap().is_empty());

    // The mutant: one record's fold is skipped.
    world
        .store
        .views_tx(|tx| -> crate::Result<()> {
            tx.execute(
                "UPDATE view_record SET title = '旧' WHERE title = '居民3'",
                [],
            )
            .unwrap();
            Ok(())
        })
        .unwrap();
    assert_eq!(
        world.views().fold_equal().unwrap().len(),
        2,
        "the old row and the missing one"
    );
}

#[test]
fn pages_cover_a_list_once_in_a_stable_order() {
    let (mut world, _) = community();
    for number in 0..9 {
        world.create(
            ZHAO,
            Kind::RESIDENT,
            OTHER_GRID,
            &[
                open("name", &format!("居民{number}")),
                open("household_no", "1"),
            ],
        );
    }
    for order in [Order::Newest, Order::Register] {
        let whole = names(
            &world,
            &Query {
                order,
                ..Query::default()
            },
        );
        let mut paged = Vec::new();
        for offset in [0, 4, 8, 12] {
            paged.extend(names(
                &world,
                &Query {
                    order,
                    offset,
                    limit: 4,
                    ..Query::default()
                },
            ));
        }
        assert_eq!(paged, whole);
        assert_eq!(whole.len(), 10);
    }
    assert_eq!(
        names(&world, &Query::default())[0],
        "居民8",
        "the newest first"
    );
    assert_eq!(
        names(
            &world,
            &Query {
                order: Order::Register,
                ..Query::default()
            }
        )[0],
        "王芳",
        "by grid"
    );
}

#[test]
fn exports_walk_all_records_in_clear() {
    let (mut world, _) = community();
    for number in 0..4 {
        world.create(
            ZHAO,
            Kind::RESIDENT,
            OTHER_GRID,
            &[open("name", &format!("居民{number}"))],
        );
    }
    let views = world.views();
    views.fold_all().unwrap();
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let page = views.export_records(Kind::RESIDENT, &after, 2).unwrap();
        let Some(last) = page.last() else { break };
        after = last.row.record.clone();
        seen.extend(page);
    }
    assert_eq!(seen.len(), 5);
    assert!(
        seen.iter()
            .flat_map(|resident| &resident.fields)
            .any(|field| field.value == "11010519491231002X")
    );
}

#[test]
fn peers_are_listed_with_their_last_contact() {
    let world = World::new();
    world.peer(1, PeerKind::Phone, Level::Grid, "李明", 5_000);
    world.peer(2, PeerKind::Hub, Level::Community, "幸福社区", 0);
    let peers = world.views().peers(&Query::default()).unwrap();
    let told: Vec<(PeerSide, Option<i64>)> = peers
        .rows
        .iter()
        .map(|peer| (peer.side, peer.last_contact_ms))
        .collect();
    assert_eq!(
        told,
        [(PeerSide::Hub, None), (PeerSide::Phone, Some(5_000))]
    );
    assert_eq!(world.views().as_of().unwrap().child_oldest_ms, Some(5_000));
}

#[test]
#[ignore = "a measurement, by hand: cargo test -p wangge-views -- --ignored --nocapture measure"]
fn measure() {
    let mut world = World::new();
    world.grant(LI, "李明", Role::GridMember);
    for number in 0..5_000 {
        let fields = [
            open(
                "name",
                &format!("王{}芳", char::from_u32(0x4E00 + number).unwrap()),
            ),
            open("household_no", &number.to_string()),
            open("address", "幸福路12号3单元"),
        ];
        world.create(LI, Kind::RESIDENT, GRID, &fields);
    }
    let views = world.views();
    let timed = |what: &str, work: &dyn Fn()| {
        let begun = std::time::Instant::now();
        work();
        println!("{what}: {:?}", begun.elapsed());
    };
    timed("fold 5,000 residents", &|| {
        assert_eq!(views.fold_all().unwrap().behind, 0)
    });
    timed("of which reading records", &|| {
        world
            .store
            .read(|conn| -> crate::Result<()> {
                for (_, record) in crate::source::touched(conn, 0, 5_000)? {
                    crate::source::content(conn, record)?;
                }
                Ok(())
            })
            .unwrap();
    });
    timed("of which latest", &|| {
        world
            .store
            .read(|conn| -> crate::Result<()> {
                for (_, record) in crate::source::touched(conn, 0, 5_000)? {
                    crate::source::latest(conn, record)?;
                }
                Ok(())
            })
            .unwrap();
    });
    let list = |query: Query| assert!(residents(&world, &query).total > 0);
    timed("first page", &|| list(Query::default()));
    timed("search of two characters", &|| list(text("芳")));
    timed("search of a name", &|| list(text("王丁芳")));
    let register = Query {
        order: Order::Register,
        offset: 4_900,
        ..Query::default()
    };
    timed("last page by register", &|| list(register.clone()));
    timed("counts", &|| {
        assert_eq!(views.counts("").unwrap().residents, 5_000)
    });
    timed("fold_equal", &|| {
        assert!(views.fold_equal().unwrap().is_empty())
    });
}
