//! Commits and their changes.

use rusqlite::{CachedStatement, Connection, params};
use wangge_engine::tx::{
    ChainId, ChangeState, CommitRow, CommitState, DocId, Judged, PartName, PartOutline, PartRow,
    SaidRow, VerdictRow,
};
use wangge_model::id::{ChangeHash, CommitId};
use wangge_model::kind::{Act, Facet, Kind};
use wangge_model::reason::Reason;

use crate::error::{Doing, StoreError};
use crate::row::{self, Columns, all, each, signed};

/// The columns of a commit in the order that [`read`] takes them, `commits` being `c`.
pub(super) const COMMIT: &str = "SELECT c.number, c.size, c.id, s.key, s.epoch, c.device_seq, c.state, c.owed,
    c.received_ms, c.area, o.key, o.epoch, c.origin_place,
    c.author, c.granted_by, c.act, c.hlc, c.stated_ms, c.evidence, c.said_reason,
    c.verdict, c.verdict_hub, c.verdict_ms, c.reason, c.blocked_by, c.place, c.signature, c.header
    FROM commits c JOIN sequence s ON s.number = c.chain LEFT JOIN sequence o ON o.number = c.origin";

/// A commit without its parts, its number in the line and the bytes that it has with them.
pub(super) struct Found {
    pub(super) number: i64,
    pub(super) size: u64,
    row: CommitRow,
}

pub(super) fn read(columns: &mut Columns<'_, '_>) -> Result<Found, StoreError> {
    let number = columns.number("commits.number")?;
    let size = columns.unsigned("commits.size")?;
    let id = columns.id("commits.id")?;
    let chain = columns.chain()?;
    let row = CommitRow {
        id,
        device: chain.key,
        incarnation: chain.epoch,
        device_seq: columns.unsigned("commits.device_seq")?,
        state: columns.word("commits.state", CommitState::from_u32)?,
        owed: columns.flag("commits.owed")?,
        received_ms: columns.number("commits.received_ms")?,
        area: columns.area()?,
        origin: columns.origin()?,
        said: read_said(columns)?,
        verdict: read_verdict(columns)?,
        place: columns.opt_number("commits.place")?.map(i64::cast_unsigned),
        signature: columns.bytes("commits.signature")?,
        header: columns.bytes("commits.header")?,
        parts: Vec::new(),
    };
    Ok(Found { number, size, row })
}

fn read_said(columns: &mut Columns<'_, '_>) -> Result<Option<SaidRow>, StoreError> {
    let author = columns.opt_id("commits.author")?;
    let grant = columns.opt_id("commits.granted_by")?;
    let act = columns.opt_word("commits.act", Act::from_u32)?;
    let hlc = columns.opt_number("commits.hlc")?.map(i64::cast_unsigned);
    let stated_ms = columns.opt_number("commits.stated_ms")?;
    let evidence = columns.opt_id("commits.evidence")?;
    let reason = columns.opt_word("commits.said_reason", Reason::from_u32)?;
    let (Some(author), Some(grant), Some(act), Some(hlc), Some(stated_ms)) =
        (author, grant, act, hlc, stated_ms)
    else {
        return Ok(None);
    };
    Ok(Some(SaidRow {
        author,
        grant,
        act,
        hlc,
        stated_ms,
        evidence,
        reason,
    }))
}

fn read_verdict(columns: &mut Columns<'_, '_>) -> Result<Option<Judged>, StoreError> {
    let statement = columns.opt_id("commits.verdict")?;
    let hub = columns.opt_id("commits.verdict_hub")?;
    let at_ms = columns.opt_number("commits.verdict_ms")?;
    let reason = columns.opt_word("commits.reason", Reason::from_u32)?;
    let blocked_by = columns.opt_id("commits.blocked_by")?;
    let (Some(statement), Some(hub), Some(at_ms)) = (statement, hub, at_ms) else {
        return Ok(None);
    };
    Ok(Some(Judged {
        reason,
        blocked_by,
        statement,
        hub,
        at_ms,
    }))
}

/// Puts its parts into a commit.
pub(super) fn with_parts(conn: &Connection, found: Found) -> Result<CommitRow, StoreError> {
    let mut row = found.row;
    row.parts = all(
        conn,
        "reading a commit's parts",
        "SELECT record, facet, kind, branch, hash, actor, start_op, ops, salt, change
         FROM part WHERE commit_number = ?1 ORDER BY position",
        [found.number],
        |columns| {
            Ok(PartRow {
                named: read_name(columns)?,
                outline: read_outline(columns)?,
                salt: columns.bytes("part.salt")?,
                change: columns.bytes("part.change")?,
            })
        },
    )?;
    Ok(row)
}

fn read_name(columns: &mut Columns<'_, '_>) -> Result<Option<PartName>, StoreError> {
    let record = columns.opt_id("part.record")?;
    let facet = columns.opt_word("part.facet", Facet::from_u32)?;
    let kind = columns.opt_word("part.kind", Kind::from_u32)?;
    let branch = columns.opt_word("part.branch", Some)?;
    let (Some(record), Some(facet), Some(kind), Some(branch)) = (record, facet, kind, branch)
    else {
        return Ok(None);
    };
    Ok(Some(PartName {
        doc: DocId { record, facet },
        kind,
        branch,
    }))
}

fn read_outline(columns: &mut Columns<'_, '_>) -> Result<Option<PartOutline>, StoreError> {
    let hash = columns.opt_id("part.hash")?;
    let actor = columns.opt_id("part.actor")?;
    let start_op = columns.opt_number("part.start_op")?.map(i64::cast_unsigned);
    let ops = columns.opt_number("part.ops")?.map(i64::cast_unsigned);
    let (Some(hash), Some(actor), Some(start_op), Some(ops)) = (hash, actor, start_op, ops) else {
        return Ok(None);
    };
    Ok(Some(PartOutline {
        hash,
        actor,
        start_op,
        ops,
    }))
}

/// The bytes that count against a page's bound.
fn size(row: &CommitRow) -> usize {
    let parts: usize = row
        .parts
        .iter()
        .map(|part| part.salt.len() + part.change.len())
        .sum();
    row.header.len() + row.signature.len() + parts
}

pub(super) fn append(conn: &Connection, rows: &[CommitRow]) -> Result<(), StoreError> {
    let doing = "appending a commit";
    let mut insert = conn
        .prepare_cached(
            "INSERT INTO commits (id, chain, device_seq, state, owed, size, received_ms, area, origin, origin_place,
                author, granted_by, act, hlc, stated_ms, evidence, said_reason,
                verdict, verdict_hub, verdict_ms, reason, blocked_by, place, signature, header)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19, ?20, ?21,
                ?22, ?23, ?24, ?25)",
        )
        .doing(doing)?;
    let mut insert_part = conn
        .prepare_cached(
            "INSERT INTO part (commit_number, position, record, facet, kind, branch, hash, actor, start_op, ops, salt,
                change)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)",
        )
        .doing(doing)?;
    for row in rows {
        let number = append_one(conn, &mut insert, row)?;
        for (position, part) in (0_i64..).zip(&row.parts) {
            append_part(&mut insert_part, number, position, part)?;
        }
    }
    Ok(())
}

fn append_one(
    conn: &Connection,
    insert: &mut CachedStatement<'_>,
    row: &CommitRow,
) -> Result<i64, StoreError> {
    let chain = row::name_sequence(
        conn,
        &ChainId {
            key: row.device,
            epoch: row.incarnation,
        },
    )?;
    let origin = row
        .origin
        .map(|origin| row::name_sequence(conn, &origin.chain))
        .transpose()?;
    let (said, verdict) = (row.said.as_ref(), row.verdict.as_ref());
    insert
        .insert(params![
            row.id.0,
            chain,
            signed(row.device_seq),
            row.state.to_u32(),
            row.owed,
            i64::try_from(size(row)).unwrap_or(i64::MAX),
            row.received_ms,
            row.area.as_str(),
            origin,
            row.origin.map(|origin| signed(origin.place)),
            said.map(|said| *said.author.as_bytes()),
            said.map(|said| said.grant.0),
            said.map(|said| said.act.to_u32()),
            said.map(|said| signed(said.hlc)),
            said.map(|said| said.stated_ms),
            said.and_then(|said| said.evidence).map(|id| id.0),
            said.and_then(|said| said.reason).map(Reason::to_u32),
            verdict.map(|verdict| verdict.statement.0),
            verdict.map(|verdict| verdict.hub.0),
            verdict.map(|verdict| verdict.at_ms),
            verdict
                .and_then(|verdict| verdict.reason)
                .map(Reason::to_u32),
            verdict
                .and_then(|verdict| verdict.blocked_by)
                .map(|id| id.0),
            row.place.map(signed),
            row.signature,
            row.header,
        ])
        .map_err(|error| StoreError::exists("a commit", "appending a commit", error))
}

fn append_part(
    insert: &mut CachedStatement<'_>,
    commit_number: i64,
    position: i64,
    part: &PartRow,
) -> Result<(), StoreError> {
    let (named, outline) = (part.named, part.outline);
    insert
        .execute(params![
            commit_number,
            position,
            named.map(|name| *name.doc.record.as_bytes()),
            named.map(|name| name.doc.facet.to_u32()),
            named.map(|name| name.kind.to_u32()),
            named.map(|name| name.branch),
            outline.map(|outline| outline.hash.0),
            outline.map(|outline| outline.actor.0),
            outline.map(|outline| signed(outline.start_op)),
            outline.map(|outline| signed(outline.ops)),
            part.salt,
            part.change,
        ])
        .doing("appending a part")?;
    Ok(())
}

pub(super) fn load(
    conn: &Connection,
    ids: &[CommitId],
) -> Result<Vec<Option<CommitRow>>, StoreError> {
    let sql = format!("{COMMIT} WHERE c.id = ?1");
    each(conn, "reading a commit", &sql, ids, |id| [id.0], read)?
        .into_iter()
        .map(|found| found.map(|found| with_parts(conn, found)).transpose())
        .collect()
}

pub(super) fn load_states(
    conn: &Connection,
    ids: &[CommitId],
) -> Result<Vec<Option<CommitState>>, StoreError> {
    each(
        conn,
        "reading a commit's state",
        "SELECT state FROM commits WHERE id = ?1",
        ids,
        |id| [id.0],
        |columns| columns.word("commits.state", CommitState::from_u32),
    )
}

pub(super) fn save_verdicts(conn: &Connection, rows: &[VerdictRow]) -> Result<(), StoreError> {
    let doing = "writing a verdict";
    let mut update = conn
        .prepare_cached(
            "UPDATE commits SET state = ?2, verdict = ?3, verdict_hub = ?4, verdict_ms = ?5, reason = ?6,
                blocked_by = ?7, place = ?8, parked_ms = NULL, owed = 0
             WHERE id = ?1 RETURNING number",
        )
        .doing(doing)?;
    let mut forget = conn
        .prepare_cached("DELETE FROM parked WHERE commit_number = ?1")
        .doing(doing)?;
    for row in rows {
        let number: i64 = update
            .query_row(
                params![
                    row.commit.0,
                    row.state.to_u32(),
                    row.verdict.statement.0,
                    row.verdict.hub.0,
                    row.verdict.at_ms,
                    row.verdict.reason.map(Reason::to_u32),
                    row.verdict.blocked_by.map(|id| id.0),
                    row.place.map(signed),
                ],
                |row| row.get(0),
            )
            .map_err(|error| StoreError::missing("the commit of a verdict", doing, error))?;
        forget.execute([number]).doing(doing)?;
    }
    Ok(())
}

pub(super) fn load_changes(
    conn: &Connection,
    changes: &[(DocId, ChangeHash)],
) -> Result<Vec<Option<ChangeState>>, StoreError> {
    each(
        conn,
        "looking up a change",
        "SELECT c.id, c.state FROM part p JOIN commits c ON c.number = p.commit_number
         WHERE p.hash = ?1 AND p.record = ?2 AND p.facet = ?3 ORDER BY p.number LIMIT 1",
        changes,
        |(doc, hash)| (hash.0, *doc.record.as_bytes(), doc.facet.to_u32()),
        |columns| {
            Ok(ChangeState {
                commit: columns.id("commits.id")?,
                state: columns.word("commits.state", CommitState::from_u32)?,
            })
        },
    )
}

pub(super) fn load_history(conn: &Connection, doc: &DocId) -> Result<Vec<CommitRow>, StoreError> {
    let sql = format!(
        "{COMMIT} WHERE c.state IN (1, 4, 5, 6) AND c.number IN
         (SELECT commit_number FROM part WHERE record = ?1 AND facet = ?2) ORDER BY c.number"
    );
    let doing = "reading a document's history";
    all(
        conn,
        doing,
        &sql,
        (doc.record.as_bytes(), doc.facet.to_u32()),
        read,
    )?
    .into_iter()
    .map(|found| with_parts(conn, found))
    .collect()
}
