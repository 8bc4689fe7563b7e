//! A phone: its encrypted store, through the face of `core`, without a link.

use std::fs::File;
use std::io::Write;
use std::path::Path;

use wangge_core::rows::{FieldFilter, Order, Query};
use wangge_core::{FieldEdit, OpenOptions, Phone};
use wangge_tests::Room;

use crate::Result;
use crate::client::KEY;
use crate::ground::{COMMUNITY, GRID};
use crate::people::{self, is_matter};
use crate::spread::{Answer, Timed};

const ENROL_MS_MAX: u64 = 20_000;
/// Queries answer within so much at p99, milliseconds.
const QUERY_MS: u128 = 50;
/// An edit is durable within so much at p50 beyond the disk's own flush, milliseconds.
const EDIT_MS: u128 = 15;

pub(crate) fn measure(records: usize, rounds: usize) -> Result<Answer> {
    let dir = tempfile::tempdir()?;
    let path = dir.path().join("phone.db");
    let phone = enrolled(&path)?;
    let ids = fill(&phone, records)?;
    // The first question of all folds what was written; an app asks it while it shows its first screen.
    phone.list("resident", &Query::default())?;

    let mut timed = questions(&phone, &ids, rounds)?;
    phone.close()?;
    timed.push(
        Timed::of("open the store, first page", rounds.div_ceil(10), |_| {
            let phone = Phone::open(&OpenOptions::new(&path, KEY))?;
            phone.list("resident", &Query::default())?;
            phone.close()
        })?
        .within("p99", QUERY_MS),
    );
    let phone = Phone::open(&OpenOptions::new(&path, KEY))?;
    timed.extend(edits(&phone, dir.path(), &ids, rounds)?);
    phone.close()?;
    Ok(Answer {
        what: "phone",
        records,
        timed,
    })
}

/// A phone that a hub has given a right; the hub is gone then.
fn enrolled(path: &Path) -> Result<Phone> {
    let mut room = Room::new();
    room.init(COMMUNITY, "东街社区", None);
    room.run();
    let invitation = room.invite(COMMUNITY, "王芳", GRID);
    let phone = Phone::open(&OpenOptions::new(path, KEY))?;
    phone.enrol(&invitation, ENROL_MS_MAX)?;
    room.stop();
    Ok(phone)
}

fn fill(phone: &Phone, records: usize) -> Result<Vec<String>> {
    let drafts: Vec<_> = (0..records)
        .map(|number| people::draft(number, String::new()))
        .collect();
    let mut ids = Vec::with_capacity(records);
    for saved in phone.save_all(&drafts)? {
        ids.push(saved?.record);
    }
    Ok(ids)
}

/// The query of a round.
type Asked = Box<dyn Fn(usize) -> Query>;

fn questions(phone: &Phone, ids: &[String], rounds: usize) -> Result<Vec<Timed>> {
    let query = Query::default;
    let born = |year: usize| FieldFilter {
        key: "birth_year".to_owned(),
        from: year.to_string(),
        until: (year + 2).to_string(),
        ..FieldFilter::default()
    };
    let asked: [(&str, &str, Asked); 6] = [
        ("residents, a page", "resident", Box::new(move |_| query())),
        (
            "residents, filtered",
            "resident",
            Box::new(move |round| Query {
                filters: vec![born(1930 + round % 80)],
                ..query()
            }),
        ),
        (
            "residents, a name",
            "resident",
            Box::new(move |round| Query {
                text: people::name(round * 7),
                ..query()
            }),
        ),
        (
            "residents, one character",
            "resident",
            Box::new(move |round| Query {
                text: people::name(round).chars().take(1).collect(),
                ..query()
            }),
        ),
        (
            "matters, two characters",
            "matter",
            Box::new(move |_| Query {
                text: "路灯".to_owned(),
                ..query()
            }),
        ),
        (
            "matters, by due date",
            "matter",
            Box::new(move |_| Query {
                order: Order::Due,
                closed: Some(false),
                ..query()
            }),
        ),
    ];
    let mut timed = Vec::new();
    for (name, kind, query) in asked {
        let ask = |round| phone.list(kind, &query(round)).map(drop);
        timed.push(Timed::of(name, rounds, ask)?.within("p99", QUERY_MS));
    }
    let open = |round: usize| {
        let id = ids.get((round * 37) % ids.len().max(1));
        id.map_or(Ok(()), |id| phone.record(id, true).map(drop))
    };
    timed.push(Timed::of("open a record", rounds, open)?.within("p99", QUERY_MS));
    Ok(timed)
}

/// Edits, each durable before the call returns, and beside them what the disk takes for a flush of its own.
fn edits(phone: &Phone, dir: &Path, ids: &[String], rounds: usize) -> Result<Vec<Timed>> {
    let mut file = File::create(dir.join("flush"))?;
    let flush = Timed::of("the disk's own flush", rounds, |_| {
        file.write_all(&[0; 4096])?;
        file.sync_data()
    })?;
    let residents: Vec<&String> = ids
        .iter()
        .enumerate()
        .filter(|(number, _)| !is_matter(*number))
        .map(|(_, id)| id)
        .collect();
    let edit = Timed::of("an edit, durable", rounds, |round| {
        let Some(id) = residents.get((round * 31) % residents.len().max(1)) else {
            return Ok(());
        };
        let address = FieldEdit::set("address", format!("西街{round}号"));
        phone.edit(id, vec![address]).map(drop)
    })?;
    let beyond = edit.p50_us.saturating_sub(flush.p50_us);
    let beyond = Timed {
        name: "an edit beyond the flush",
        p50_us: beyond,
        p99_us: edit.p99_us.saturating_sub(flush.p99_us),
        goal: None,
    };
    Ok(vec![flush, edit, beyond.within("p50", EDIT_MS)])
}
