use proptest::prelude::*;

use super::*;
use crate::{KeySigner, Signer};

fn hub() -> KeySigner {
    KeySigner::from_seed(&[1; 32])
}

fn statement(body: Body) -> Statement {
    let receipt = matches!(body, Body::Receipt(_));
    Statement {
        hub: hub().public(),
        epoch: [2; 8],
        hub_seq: if receipt { 0 } else { 2 },
        prev: (!receipt).then_some([3; 32]),
        at_ms: 1,
        body,
    }
}

fn verdict() -> Statement {
    statement(Body::Verdict(Verdict {
        commit: [4; 32],
        outcome: Outcome::Held,
        reason: 7,
        blocked_by: None,
    }))
}

fn grant() -> Statement {
    statement(Body::Grant(Grant {
        device: [5; 32],
        member: [6; 16],
        name: "王芳".to_owned(),
        role: Role::GridMember,
        area: "410522001001001".to_owned(),
        from_ms: 0,
        until_ms: 9,
        kinds: vec![1],
        facets: vec![Facet::Open],
        acts: vec![Act::Edit],
    }))
}

fn receipt() -> Statement {
    statement(Body::Receipt(Receipt {
        origin: [7; 32],
        epoch: [8; 8],
        through: 3,
        level: Level::Township,
        last: None,
    }))
}

fn spoilt(
    statement: &Statement,
    spoil: impl FnOnce(&mut v1::Statement),
) -> Result<Statement, WireError> {
    let mut raw = v1::Statement::decode(encode_statement(statement).as_slice()).unwrap();
    spoil(&mut raw);
    parse_statement(&raw.encode_to_vec())
}

fn spoilt_verdict(spoil: impl FnOnce(&mut v1::Verdict)) -> Result<Statement, WireError> {
    spoilt(&verdict(), |raw| match &mut raw.body {
        Some(v1::statement::Body::Verdict(verdict)) => spoil(verdict),
        _ => unreachable!(),
    })
}

fn spoilt_grant(spoil: impl FnOnce(&mut v1::Grant)) -> Result<Statement, WireError> {
    spoilt(&grant(), |raw| match &mut raw.body {
        Some(v1::statement::Body::Grant(grant)) => spoil(grant),
        _ => unreachable!(),
    })
}

fn line(result: Result<Statement, WireError>) -> String {
    result.unwrap_err().line()
}

#[test]
fn numbered_statements_chain_and_receipts_do_not() {
    assert_eq!(
        line(spoilt(&verdict(), |raw| raw.hub_seq = 0)),
        "hub_seq is missing"
    );
    assert_eq!(
        line(spoilt(&verdict(), |raw| raw.prev.clear())),
        "prev is missing"
    );
    assert_eq!(
        line(spoilt(&verdict(), |raw| raw.hub_seq = 1)),
        "prev must not stand here"
    );
    assert_eq!(
        line(spoilt(&receipt(), |raw| raw.hub_seq = 1)),
        "hub_seq must not stand here"
    );
    assert_eq!(
        line(spoilt(&receipt(), |raw| raw.prev = vec![1; 32])),
        "prev must not stand here"
    );
    assert!(parse_statement(&encode_statement(&receipt())).is_ok());
}

#[test]
fn a_reason_stands_exactly_with_held() {
    assert_eq!(
        line(spoilt_verdict(|raw| raw.reason = 0)),
        "reason is missing"
    );
    assert_eq!(
        line(spoilt_verdict(|raw| raw.outcome = Outcome::Admitted.into())),
        "reason must not stand here"
    );
    assert_eq!(
        line(spoilt_verdict(|raw| raw.outcome = 9)),
        "outcome has the unknown value 9"
    );
}

#[test]
fn a_reason_of_a_newer_hub_is_kept_as_a_number() {
    let Body::Verdict(verdict) = spoilt_verdict(|raw| raw.reason = 1_234).unwrap().body else {
        unreachable!()
    };
    assert_eq!(verdict.reason, 1_234);
    assert!(spoilt_verdict(|raw| raw.reason = -1).is_err());
}

#[test]
fn what_only_a_newer_program_knows_grants_nothing_here() {
    let Body::Grant(grant) = spoilt_grant(|raw| raw.acts = vec![0, 99, Act::Step.into()])
        .unwrap()
        .body
    else {
        unreachable!()
    };
    assert_eq!(grant.acts, [Act::Step]);
    assert!(spoilt_grant(|raw| raw.acts = vec![1; limits::GRANT_LIST_MAX + 1]).is_err());
}

#[test]
fn lengths_and_names_are_checked() {
    assert_eq!(
        line(spoilt_grant(|raw| raw.member.push(1))),
        "member is 17 bytes long, it must be 16"
    );
    assert_eq!(
        line(spoilt_grant(|raw| raw.name = "长".repeat(43))),
        "name is 129 bytes long, at most 128 are allowed"
    );
    assert_eq!(
        line(spoilt(&verdict(), |raw| raw.epoch.clear())),
        "epoch is 0 bytes long, it must be 8"
    );
    assert_eq!(
        line(spoilt(&verdict(), |raw| raw.body = None)),
        "body is missing"
    );
    let error = spoilt(&verdict(), |raw| raw.suite = 2).unwrap_err();
    assert!(matches!(error, WireError::UnknownFormat { suite: 2, .. }));
}

#[test]
fn a_statement_that_is_too_long_is_refused_before_it_is_read() {
    let error = parse_statement(&vec![0; limits::STATEMENT_LEN_MAX + 1]).unwrap_err();
    assert!(matches!(
        error,
        WireError::TooLong {
            what: "statement",
            ..
        }
    ));
}

#[test]
fn a_signature_is_the_hubs_over_this_statement() {
    let bytes = encode_statement(&verdict());
    let signature = sign_statement(&hub(), &bytes);
    let opened = open_statement(&bytes, &signature).unwrap();
    assert_eq!(
        opened,
        Opened {
            id: statement_id(&bytes),
            statement: verdict()
        }
    );
    let other = encode_statement(&Statement {
        at_ms: 2,
        ..verdict()
    });
    let as_commit = crate::commit::sign_commit(&hub(), &bytes);
    for (bytes, signature) in [(&other, signature), (&bytes, as_commit)] {
        assert_eq!(
            open_statement(bytes, &signature),
            Err(WireError::Signature { what: "statement" })
        );
    }
}

#[test]
fn no_name_is_in_the_debug_text() {
    let raw = v1::Statement::decode(encode_statement(&grant()).as_slice()).unwrap();
    for text in [format!("{:?}", grant()), format!("{raw:?}")] {
        assert!(!text.contains("王芳"), "{text}");
    }
}

proptest! {
    #[test]
    fn no_bytes_panic(bytes: Vec<u8>) {
        parse_statement(&bytes).ok();
    }

    #[test]
    fn a_mutated_statement_does_not_verify(at: prop::sample::Index, flip in 1_u8..) {
        let mut bytes = encode_statement(&grant());
        let signature = sign_statement(&hub(), &bytes);
        let at = at.index(bytes.len());
        bytes[at] ^= flip;
        prop_assert!(open_statement(&bytes, &signature).is_err());
    }
}
