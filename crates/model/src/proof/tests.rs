use super::*;
use crate::gate::tests::{Dice, seeds};
use crate::gate::{GateLimits, outline};
use crate::id::ActorId;
use crate::kind::Facet;
use crate::time::Ms;
use crate::value::Edit;

fn all(changes: &[Vec<u8>]) -> Vec<&[u8]> {
    changes.iter().map(Vec::as_slice).collect()
}

#[test]
fn a_proof_is_the_document_as_it_will_be_stored() {
    let changes = seeds();
    let proof = prove(None, &all(&changes)).unwrap();
    assert!(proof.applied.iter().all(Result::is_ok));
    let doc = Doc::load(&proof.save).unwrap();
    assert_eq!((doc.heads(), doc.entries()), (proof.heads, proof.fields));
    let (first, rest) = changes.split_at(2);
    let base = prove(None, &all(first)).unwrap();
    assert_eq!(
        prove(Some(&base.save), &all(rest)).unwrap().save,
        proof.save
    );
}

#[test]
fn one_that_does_not_fit_is_left_out_and_the_others_go_on() {
    let changes = seeds();
    let proof = prove(None, &[&changes[0], b"nonsense", &changes[4], &changes[1]]).unwrap();
    let applied: Vec<_> = proof
        .applied
        .iter()
        .map(|applied| applied.as_ref().err().map(ToString::to_string))
        .collect();
    assert_eq!(applied[0], None);
    assert_eq!(applied[1].as_deref(), Some("the gate refused the change"));
    assert!(matches!(
        proof.applied[2],
        Err(Error::MissingDependency { .. })
    ));
    assert_eq!(applied[3], None);
}

#[test]
fn a_base_that_is_broken_is_an_error() {
    assert!(matches!(
        prove(Some(b"nonsense"), &[]),
        Err(Error::LoadDoc { .. })
    ));
}

/// What an attacker can make of an honest change, checksums repaired, so that the gate lets it pass. Without [`Doc`]'s look at what a
/// change builds on and overwrites, one in a few of them makes automerge panic, or save what it cannot load.
#[test]
fn what_passes_the_gate_is_left_out_or_proven_and_nothing_panics() {
    let mut dice = Dice(0xfeed);
    let changes = seeds();
    let (mut left_out, mut proven) = (0_u32, 0_u32);
    for (at, change) in changes.iter().enumerate() {
        let (before, after) = changes.split_at(at);
        let base = prove(None, &all(before)).unwrap();
        for _ in 0..4_000 {
            let mutant = dice.mutate(change);
            if outline(&mutant, &GateLimits::default()).is_err() {
                continue;
            }
            let proof = prove(Some(&base.save), &[&mutant]).unwrap();
            if proof.applied[0].is_err() {
                left_out += 1;
                continue;
            }
            proven += 1;
            // Honest work goes on upon it, or is left out, and is never the worse for it.
            let mut doc = Doc::load(&proof.save).unwrap();
            doc.write(
                ActorId([9; 16]),
                &[Edit::set(Facet::Open, "a", "后来")],
                Ms(0),
            )
            .unwrap();
            prove(Some(&doc.save()), &all(after)).unwrap();
        }
    }
    assert!(
        left_out > 1_000 && proven > 1_000,
        "{left_out} left out, {proven} proven: the mutations are too kind or too coarse"
    );
}
