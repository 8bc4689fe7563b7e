//! Golden statements: one of each kind.

use serde_json::{Value, json};

use super::{AREA, EPOCH, INCARNATION, MEMBER, NOW_MS, array, bytes, commits, device, hub, load};
use crate::Signer;
use crate::commit::commit_id;
use crate::statement::{
    Body, Charter, Grant, Receipt, Statement, Verdict, encode_statement, open_statement,
    sign_statement, statement_id,
};
use crate::v1::{self, Act, Facet, Level, Outcome, Role};

/// A name and the statement.
pub(super) fn examples() -> Vec<(&'static str, Statement)> {
    let mut prev = None;
    let mut examples = Vec::new();
    for (place, (name, body)) in (1..).zip(numbered()) {
        let statement = Statement {
            hub: hub().public(),
            epoch: EPOCH,
            hub_seq: place,
            prev,
            at_ms: NOW_MS,
            body,
        };
        prev = Some(statement_id(&encode_statement(&statement)));
        examples.push((name, statement));
    }
    for (name, last, level) in [
        ("receipt", None, Level::Community),
        (
            "receipt, received",
            Some(commit_id(&commits::examples()[2].commit.header)),
            Level::Community,
        ),
        ("receipt, merged above", None, Level::County),
    ] {
        let receipt = Receipt {
            origin: device().public(),
            epoch: INCARNATION,
            through: 3,
            level,
            last,
        };
        examples.push((
            name,
            Statement {
                hub: hub().public(),
                epoch: EPOCH,
                hub_seq: 0,
                prev: None,
                at_ms: NOW_MS,
                body: Body::Receipt(receipt),
            },
        ));
    }
    examples
}

fn numbered() -> [(&'static str, Body); 4] {
    let commits = commits::examples();
    let id = |index: usize| commit_id(&commits[index].commit.header);
    let grant = Grant {
        device: device().public(),
        member: MEMBER,
        name: "李网格".to_owned(),
        role: Role::GridMember,
        area: AREA.to_owned(),
        from_ms: NOW_MS - 1_000,
        until_ms: NOW_MS + 31_536_000_000,
        kinds: vec![1, 2],
        facets: vec![Facet::Open, Facet::Contact, Facet::Identity],
        acts: vec![Act::Create, Act::Edit, Act::Step],
    };
    let charter = Charter {
        hub: [0x33; 32],
        area: "410522001001".to_owned(),
        level: Level::Community,
        name: "东关社区".to_owned(),
    };
    let admitted = Verdict {
        commit: id(0),
        outcome: Outcome::Admitted,
        reason: 0,
        blocked_by: None,
    };
    let held = Verdict {
        commit: id(1),
        outcome: Outcome::Held,
        reason: v1::Reason::BuildsOnHeld as u32,
        blocked_by: Some(id(0)),
    };
    [
        ("grant", Body::Grant(grant)),
        ("charter", Body::Charter(charter)),
        ("verdict, admitted", Body::Verdict(admitted)),
        ("verdict, held", Body::Verdict(held)),
    ]
}

/// The statement, signed, as an entry without its commit.
pub(super) fn entry(statement: &Statement) -> v1::Entry {
    let statement = encode_statement(statement);
    let signature = sign_statement(&hub(), &statement).to_vec();
    v1::Entry {
        statement,
        signature,
        commit: None,
    }
}

fn says(statement: &Statement) -> Value {
    json!({
        "hub": hex::encode(statement.hub),
        "epoch": hex::encode(statement.epoch),
        "hub_seq": statement.hub_seq,
        "prev": statement.prev.map(hex::encode),
        "at_ms": statement.at_ms,
        "body": says_body(&statement.body),
    })
}

fn says_body(body: &Body) -> Value {
    match body {
        Body::Verdict(verdict) => json!({ "verdict": {
            "commit": hex::encode(verdict.commit),
            "outcome": verdict.outcome.as_str_name(),
            "reason": verdict.reason,
            "blocked_by": verdict.blocked_by.map(hex::encode),
        }}),
        Body::Grant(grant) => json!({ "grant": {
            "device": hex::encode(grant.device),
            "member": hex::encode(grant.member),
            "name": grant.name,
            "role": grant.role.as_str_name(),
            "area": grant.area,
            "from_ms": grant.from_ms,
            "until_ms": grant.until_ms,
            "kinds": grant.kinds,
            "facets": grant.facets.iter().map(Facet::as_str_name).collect::<Vec<_>>(),
            "acts": grant.acts.iter().map(Act::as_str_name).collect::<Vec<_>>(),
        }}),
        Body::Charter(charter) => json!({ "charter": {
            "hub": hex::encode(charter.hub),
            "area": charter.area,
            "level": charter.level.as_str_name(),
            "name": charter.name,
        }}),
        Body::Receipt(receipt) => {
            let mut says = json!({
                "origin": hex::encode(receipt.origin),
                "epoch": hex::encode(receipt.epoch),
                "through": receipt.through,
                "level": receipt.level.as_str_name(),
            });
            if let Some(last) = receipt.last {
                says["last"] = json!(hex::encode(last));
            }
            json!({ "receipt": says })
        }
    }
}

pub(super) fn golden() -> Value {
    let example = |(name, statement): &(&str, Statement)| {
        let entry = entry(statement);
        json!({
            "name": name,
            "says": says(statement),
            "statement": hex::encode(&entry.statement),
            "id": hex::encode(statement_id(&entry.statement)),
            "signature": hex::encode(&entry.signature),
        })
    };
    examples().iter().map(example).collect()
}

#[test]
fn golden_statements_open_and_say_what_they_say() {
    for example in load("statements.json").as_array().unwrap() {
        let opened =
            open_statement(&bytes(example, "statement"), &bytes(example, "signature")).unwrap();
        assert_eq!(opened.id, array(example, "id"));
        assert_eq!(says(&opened.statement), example["says"]);
        assert_eq!(
            encode_statement(&opened.statement),
            bytes(example, "statement")
        );
    }
}
