//! What a hub says, signed: verdicts, grants, charters, receipts. Layout and formulas: `proto/wangge/v1/statement.proto`.

use prost::Message as _;

use crate::digest::sha256;
use crate::field::{area, at_most, fixed, kind_number, known, optional, previous};
use crate::sign::{self, Signer, signed_bytes};
use crate::v1::{self, Act, Facet, Level, Outcome, Role};
use crate::{WireError, limits};

const FORMAT: u32 = 1;
const SUITE: u32 = 1;
const SIGNATURE_DOMAIN: &str = "wangge/statement-signature/1";

/// A checked statement. As with a header, the bytes are what counts; this is a copy to look inside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Statement {
    /// The hub's public key.
    pub hub: [u8; 32],
    /// Minted each time the hub's store begins or comes back from a copy.
    pub epoch: [u8; 8],
    /// 1, 2, 3, … within the epoch; 0 exactly on receipts.
    pub hub_seq: u64,
    /// The id of the previous numbered statement; none at 1 and on receipts.
    pub prev: Option<[u8; 32]>,
    /// The hub's clock, milliseconds since 1970.
    pub at_ms: i64,
    /// What is said.
    pub body: Body,
}

/// What a statement says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Body {
    /// The one verdict on a commit.
    Verdict(Verdict),
    /// A member's right to act with a device.
    Grant(Grant),
    /// A child hub and its area.
    Charter(Charter),
    /// Held durably up to a place.
    Receipt(Receipt),
}

/// The one verdict on a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The commit's id.
    pub commit: [u8; 32],
    /// Admitted or held.
    pub outcome: Outcome,
    /// A number of [`v1::Reason`], 0 exactly when admitted. It may be one that only a newer program knows.
    pub reason: u32,
    /// The held commit that this one builds on.
    pub blocked_by: Option<[u8; 32]>,
}

/// A member's right to act with a device.
#[derive(Clone, PartialEq, Eq)]
pub struct Grant {
    /// The device's public key.
    pub device: [u8; 32],
    /// The member (UUID).
    pub member: [u8; 16],
    /// The member's name; personal data, so [`std::fmt::Debug`] leaves it out.
    pub name: String,
    /// The member's role.
    pub role: Role,
    /// Within which the right holds.
    pub area: String,
    /// From when, milliseconds since 1970.
    pub from_ms: i64,
    /// Until when (exclusive), milliseconds since 1970.
    pub until_ms: i64,
    /// Kinds that may be acted on. Values unknown here grant nothing here, and are left out; so below.
    pub kinds: Vec<u8>,
    /// Facets that may be read and written.
    pub facets: Vec<Facet>,
    /// Acts that may be done.
    pub acts: Vec<Act>,
}

impl std::fmt::Debug for Grant {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Grant")
            .field("role", &self.role)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}

/// A child hub and the area that it answers for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Charter {
    /// The child hub's public key.
    pub hub: [u8; 32],
    /// Its area.
    pub area: String,
    /// Its level.
    pub level: Level,
    /// Its name, as screens show it.
    pub name: String,
}

/// Held durably, and merged, up to a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Whose sequence: a device's or a hub's key.
    pub origin: [u8; 32],
    /// The origin's incarnation or epoch.
    pub epoch: [u8; 8],
    /// `device_seq`, or the position in the origin's feed.
    pub through: u64,
    /// The level of the hub that holds it.
    pub level: Level,
    /// The id of the commit at `through`, from a device's own hub.
    pub last: Option<[u8; 32]>,
}

/// A statement that passed [`open_statement`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// See [`statement_id`].
    pub id: [u8; 32],
    /// The content.
    pub statement: Statement,
}

/// `SHA-256("wangge/statement/1" || 0 || statement)`.
pub fn statement_id(statement: &[u8]) -> [u8; 32] {
    sha256("wangge/statement/1", &[statement])
}

/// Signs the id of `statement`; 64 bytes.
pub fn sign_statement(signer: &dyn Signer, statement: &[u8]) -> [u8; 64] {
    signer.sign(&signed_bytes(SIGNATURE_DOMAIN, &statement_id(statement)))
}

/// Verifies, strictly, that `hub` signed the statement with this id.
///
/// # Errors
/// [`WireError::Length`] or [`WireError::Signature`].
pub fn verify_statement(hub: &[u8; 32], id: &[u8; 32], signature: &[u8]) -> Result<(), WireError> {
    sign::verify(
        "statement",
        hub,
        &signed_bytes(SIGNATURE_DOMAIN, id),
        signature,
    )
}

/// All that can be judged of an entry's statement by its own bytes: caps, layout, signature by the hub that it names.
/// Whether that hub may say so is the engine's question.
///
/// # Errors
/// What is wrong.
pub fn open_statement(statement: &[u8], signature: &[u8]) -> Result<Opened, WireError> {
    let parsed = parse_statement(statement)?;
    let id = statement_id(statement);
    verify_statement(&parsed.hub, &id, signature)?;
    Ok(Opened {
        id,
        statement: parsed,
    })
}

/// Encodes a statement. Sign and keep these bytes, never encode again.
pub fn encode_statement(statement: &Statement) -> Vec<u8> {
    v1::Statement {
        format: FORMAT,
        suite: SUITE,
        hub: statement.hub.to_vec(),
        epoch: statement.epoch.to_vec(),
        hub_seq: statement.hub_seq,
        prev: statement.prev.map(Vec::from).unwrap_or_default(),
        at_ms: statement.at_ms,
        body: Some(encode_body(&statement.body)),
    }
    .encode_to_vec()
}

fn encode_body(body: &Body) -> v1::statement::Body {
    match body {
        Body::Verdict(verdict) => v1::statement::Body::Verdict(v1::Verdict {
            commit: verdict.commit.to_vec(),
            outcome: verdict.outcome.into(),
            reason: i32::try_from(verdict.reason).unwrap_or(i32::MAX),
            blocked_by: verdict.blocked_by.map(Vec::from).unwrap_or_default(),
        }),
        Body::Grant(grant) => v1::statement::Body::Grant(v1::Grant {
            device: grant.device.to_vec(),
            member: grant.member.to_vec(),
            name: grant.name.clone(),
            role: grant.role.into(),
            area: grant.area.clone(),
            from_ms: grant.from_ms,
            until_ms: grant.until_ms,
            kinds: grant.kinds.iter().map(|kind| u32::from(*kind)).collect(),
            facets: grant.facets.iter().map(|facet| i32::from(*facet)).collect(),
            acts: grant.acts.iter().map(|act| i32::from(*act)).collect(),
        }),
        Body::Charter(charter) => v1::statement::Body::Charter(v1::Charter {
            hub: charter.hub.to_vec(),
            area: charter.area.clone(),
            level: charter.level.into(),
            name: charter.name.clone(),
        }),
        Body::Receipt(receipt) => v1::statement::Body::Receipt(v1::Receipt {
            origin: receipt.origin.to_vec(),
            epoch: receipt.epoch.to_vec(),
            through: receipt.through,
            level: receipt.level.into(),
            last: receipt.last.map(Vec::from).unwrap_or_default(),
        }),
    }
}

/// Reads a statement and checks every length and value of format 1. The signature is not judged here.
///
/// # Errors
/// [`WireError::TooLong`] beyond [`limits::STATEMENT_LEN_MAX`], [`WireError::UnknownFormat`] for another layout,
/// else the field that is wrong.
pub fn parse_statement(bytes: &[u8]) -> Result<Statement, WireError> {
    at_most("statement", bytes.len(), limits::STATEMENT_LEN_MAX)?;
    let raw = v1::Statement::decode(bytes).map_err(|source| WireError::Decode {
        what: "statement",
        source,
    })?;
    if (raw.format, raw.suite) != (FORMAT, SUITE) {
        return Err(WireError::UnknownFormat {
            what: "statement",
            format: raw.format,
            suite: raw.suite,
        });
    }
    let body = parse_body(raw.body.ok_or(WireError::Missing { what: "body" })?)?;
    let numbered = !matches!(body, Body::Receipt(_));
    match (numbered, raw.hub_seq) {
        (true, 0) => return Err(WireError::Missing { what: "hub_seq" }),
        (false, 1..) => return Err(WireError::Unexpected { what: "hub_seq" }),
        _ => {}
    }
    Ok(Statement {
        hub: fixed("hub", &raw.hub)?,
        epoch: fixed("epoch", &raw.epoch)?,
        hub_seq: raw.hub_seq,
        prev: previous("prev", raw.hub_seq <= 1, &raw.prev)?,
        at_ms: raw.at_ms,
        body,
    })
}

fn parse_body(raw: v1::statement::Body) -> Result<Body, WireError> {
    Ok(match raw {
        v1::statement::Body::Verdict(raw) => Body::Verdict(parse_verdict(&raw)?),
        v1::statement::Body::Grant(raw) => Body::Grant(parse_grant(raw)?),
        v1::statement::Body::Charter(raw) => Body::Charter(parse_charter(raw)?),
        v1::statement::Body::Receipt(raw) => Body::Receipt(parse_receipt(&raw)?),
    })
}

fn parse_verdict(raw: &v1::Verdict) -> Result<Verdict, WireError> {
    let outcome = known("outcome", raw.outcome)?;
    let reason = u32::try_from(raw.reason).map_err(|_| WireError::UnknownValue {
        what: "reason",
        value: raw.reason,
    })?;
    match (outcome, reason) {
        (Outcome::Held, 0) => return Err(WireError::Missing { what: "reason" }),
        (Outcome::Admitted, 1..) => return Err(WireError::Unexpected { what: "reason" }),
        _ => {}
    }
    Ok(Verdict {
        commit: fixed("commit", &raw.commit)?,
        outcome,
        reason,
        blocked_by: optional("blocked_by", &raw.blocked_by)?,
    })
}

fn parse_grant(raw: v1::Grant) -> Result<Grant, WireError> {
    at_most("name", raw.name.len(), limits::NAME_LEN_MAX)?;
    area("area", &raw.area)?;
    Ok(Grant {
        device: fixed("device", &raw.device)?,
        member: fixed("member", &raw.member)?,
        role: known("role", raw.role)?,
        from_ms: raw.from_ms,
        until_ms: raw.until_ms,
        kinds: kind_numbers(&raw.kinds)?,
        facets: known_of("facets", &raw.facets)?,
        acts: known_of("acts", &raw.acts)?,
        name: raw.name,
        area: raw.area,
    })
}

fn kind_numbers(values: &[u32]) -> Result<Vec<u8>, WireError> {
    if values.len() > limits::GRANT_LIST_MAX {
        return Err(WireError::TooMany {
            what: "kinds",
            max: limits::GRANT_LIST_MAX,
        });
    }
    values.iter().map(|value| kind_number(*value)).collect()
}

/// The values that this program knows. A grant of something unknown here grants nothing here.
fn known_of<E: TryFrom<i32>>(what: &'static str, values: &[i32]) -> Result<Vec<E>, WireError> {
    if values.len() > limits::GRANT_LIST_MAX {
        return Err(WireError::TooMany {
            what,
            max: limits::GRANT_LIST_MAX,
        });
    }
    Ok(values
        .iter()
        .filter(|value| **value != 0)
        .filter_map(|value| E::try_from(*value).ok())
        .collect())
}

fn parse_charter(raw: v1::Charter) -> Result<Charter, WireError> {
    at_most("name", raw.name.len(), limits::NAME_LEN_MAX)?;
    area("area", &raw.area)?;
    Ok(Charter {
        hub: fixed("hub", &raw.hub)?,
        level: known("level", raw.level)?,
        name: raw.name,
        area: raw.area,
    })
}

fn parse_receipt(raw: &v1::Receipt) -> Result<Receipt, WireError> {
    Ok(Receipt {
        origin: fixed("origin", &raw.origin)?,
        epoch: fixed("epoch", &raw.epoch)?,
        through: raw.through,
        level: known("level", raw.level)?,
        last: optional("last", &raw.last)?,
    })
}

#[cfg(test)]
mod tests;
