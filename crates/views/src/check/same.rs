//! Persons and matters that may be one, unless somebody has decided about them.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::area::Area;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::{Date, Ms};
use wangge_rules::finding::Finding;
use wangge_rules::likeness::decision::{self, Decision, Sort};
use wangge_rules::likeness::matter::{self, Relation, Report, Tuning};
use wangge_rules::likeness::person::{self, Grade, Person};
use wangge_rules::likeness::place::Point;

use super::{Scope, row};
use crate::error::{Doing, Result, ViewsError};
use crate::ground;
use crate::limits;
use crate::list::area_range;
use crate::rows::FindingRow;
use crate::source;
use crate::values::Values;

const DOING: &str = "looking for what was met twice";

pub(super) fn check(scope: &Scope<'_>) -> Result<Vec<FindingRow>> {
    let decisions = decisions(scope.conn)?;
    let standing = decision::standing(&decisions);
    let mut found: Vec<FindingRow> = decision::groups(&decisions)
        .1
        .into_iter()
        .map(row)
        .collect();
    found.extend(persons(scope, &standing)?);
    found.extend(matters(scope, &standing)?);
    Ok(found)
}

type Standing = BTreeMap<(RecordId, RecordId), Decision>;

fn decisions(conn: &Connection) -> Result<Vec<Decision>> {
    let rows = ground::rows(conn, Kind::SAME, "")?;
    let decisions = rows.iter().filter_map(|row| {
        // One that was taken back is as if it had never been.
        let sort = match row.text("sort") {
            _ if row.int("withdrawn") == Some(1) => return None,
            "same" => Sort::Same,
            "apart" => Sort::Apart,
            _ => return None,
        };
        Some(Decision {
            id: row.id,
            a: row.read("a")?,
            b: row.read("b")?,
            sort,
            when: row.changed,
        })
    });
    Ok(decisions.collect())
}

/// A resident as the rows have them.
struct Resident {
    id: RecordId,
    name: String,
    birth: String,
    sex: String,
    household: String,
    id_number: String,
    phones: String,
}

fn residents(scope: &Scope<'_>) -> Result<Vec<Resident>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.title, s.birth, s.sex, s.household, s.id_number, s.phones \
             FROM view_record r JOIN view_resident s ON s.id = r.id WHERE r.kind = ?1 AND r.area >= ?2 AND r.area < ?3 \
             AND NOT EXISTS (SELECT 1 FROM view_value WHERE id = r.id AND key = 'same_as')",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((Kind::RESIDENT.to_u32(), from, until), |row| {
            let record: Vec<u8> = row.get(0)?;
            Ok((
                record,
                Resident {
                    id: RecordId::mint(0, [0; 10]),
                    name: row.get(1)?,
                    birth: row.get(2)?,
                    sex: row.get(3)?,
                    household: row.get(4)?,
                    id_number: row.get(5)?,
                    phones: row.get(6)?,
                },
            ))
        })
        .doing(DOING)?;
    rows.map(|row| {
        let (record, resident) = row.doing(DOING)?;
        let id = RecordId::try_from(record.as_slice()).map_err(|_| ViewsError::Value {
            doing: DOING,
            what: "record",
        })?;
        Ok(Resident { id, ..resident })
    })
    .collect()
}

fn given(text: &str) -> Option<&str> {
    (!text.is_empty()).then_some(text)
}

fn persons(scope: &Scope<'_>, standing: &Standing) -> Result<Vec<FindingRow>> {
    let residents = residents(scope)?;
    let people: Vec<Person<'_>> = residents
        .iter()
        .map(|resident| Person {
            id: resident.id,
            name: &resident.name,
            former_name: None,
            id_number: given(&resident.id_number),
            birth: resident.birth.parse::<Date>().ok(),
            birth_year: resident.birth.get(..4).and_then(|year| year.parse().ok()),
            sex: given(&resident.sex),
            phones: resident.phones.split_whitespace().collect(),
            household: given(&resident.household),
        })
        .collect();
    let pairs = person::search(&people, standing).pairs.into_iter();
    let found = pairs.map(|pair| {
        let why = |text: fn(person::Why) -> &'static str, between: &str| {
            let words: Vec<&str> = pair.why.iter().map(|why| text(*why)).collect();
            words.join(between)
        };
        let (code, sure_zh, sure_en) = match pair.grade {
            Grade::Certain => ("same.person_certain", "应为同一人", "one person"),
            Grade::Strong => ("same.person", "很可能为同一人", "very likely one person"),
            Grade::Likely => ("same.person_likely", "可能为同一人", "maybe one person"),
        };
        let zh = format!("{sure_zh}：{}", why(person::Why::zh, "，"));
        let en = format!("{sure_en}: {}", why(person::Why::en, ", "));
        row(Finding::soft(code, zh, en).about([pair.a, pair.b]))
    });
    Ok(found.collect())
}

/// A matter with what its document tells.
struct Told {
    id: RecordId,
    at: Ms,
    area: Option<Area>,
    reporter: String,
    class: String,
    component: Option<RecordId>,
    place: Option<Point>,
    title: String,
    text: String,
    supports: u32,
}

fn matters(scope: &Scope<'_>, standing: &Standing) -> Result<Vec<FindingRow>> {
    let told = open_matters(scope)?;
    let reports: Vec<Report<'_>> = told
        .iter()
        .map(|told| Report {
            id: told.id,
            at: told.at,
            reporter: given(&told.reporter),
            area: told.area.clone(),
            place: told.place,
            class: given(&told.class),
            component: told.component,
            title: &told.title,
            text: &told.text,
            supports: told.supports,
        })
        .collect();
    let alike = matter::search(&reports, &Tuning::default()).into_iter();
    let open = alike.filter(|pair| {
        pair.relation == Relation::Same
            && !standing.contains_key(&decision::ordered(pair.earlier, pair.later))
    });
    let found = open.map(|pair| {
        let zh: Vec<String> = pair.why.iter().map(matter::Why::zh).collect();
        let en: Vec<String> = pair.why.iter().map(matter::Why::en).collect();
        let (zh, en) = (
            format!("可能为同一事件：{}", zh.join("，")),
            format!("maybe one matter: {}", en.join(", ")),
        );
        row(Finding::soft("same.matter", zh, en).about([pair.earlier, pair.later]))
    });
    Ok(found.collect())
}

/// The open matters, the newest first, as many as are compared.
fn open_matters(scope: &Scope<'_>) -> Result<Vec<Told>> {
    let (from, until) = area_range(scope.area)?;
    let mut statement = scope
        .conn
        .prepare_cached(
            "SELECT r.record, r.area, r.title, m.reported_ms FROM view_matter m JOIN view_record r ON r.id = m.id \
             WHERE m.closed = 0 AND m.reported_ms IS NOT NULL AND r.area >= ?1 AND r.area < ?2 \
             ORDER BY m.reported_ms DESC LIMIT ?3",
        )
        .doing(DOING)?;
    let rows = statement
        .query_map((from, until, limits::ALIKE_MATTERS_MAX), |row| {
            Ok((
                row.get::<_, Vec<u8>>(0)?,
                row.get::<_, String>(1)?,
                row.get(2)?,
                row.get(3)?,
            ))
        })
        .doing(DOING)?;
    let mut told = Vec::new();
    for row in rows {
        let (record, area, title, at) = row.doing(DOING)?;
        let id = RecordId::try_from(record.as_slice()).map_err(|_| ViewsError::Value {
            doing: DOING,
            what: "record",
        })?;
        told.push(tell(scope, id, &area, title, Ms(at))?);
    }
    Ok(told)
}

fn tell(scope: &Scope<'_>, id: RecordId, area: &str, title: String, at: Ms) -> Result<Told> {
    let mut content = source::content(scope.conn, id)?;
    content.facets.retain(|facet, _| *facet == Facet::Open);
    let values = Values(&content.facets);
    let degrees = |key: &str| values.int(key).and_then(|e7| i32::try_from(e7).ok());
    let place = degrees("lat_e7")
        .zip(degrees("lon_e7"))
        .map(|(lat_e7, lon_e7)| Point { lat_e7, lon_e7 });
    Ok(Told {
        id,
        at,
        area: area.parse().ok(),
        reporter: values.text("reporter").to_owned(),
        class: values.text("class").to_owned(),
        component: values.text("component").parse().ok(),
        place,
        title,
        text: values.text("description").to_owned(),
        supports: values
            .int("supports")
            .and_then(|supports| u32::try_from(supports).ok())
            .unwrap_or_default(),
    })
}
