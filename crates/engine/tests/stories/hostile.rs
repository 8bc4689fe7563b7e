//! Commits that nobody honest writes: each is held with its reason, and the next ones pass.

use wangge_engine::tx::{CommitState, DocId};
use wangge_engine::{LinkId, Notice, Status};
use wangge_model::doc::Doc;
use wangge_model::id::{ActorId, CommitId, Incarnation, Key, RecordId};
use wangge_model::kind::Facet;
use wangge_model::reason::Reason;
use wangge_model::time::Ms;
use wangge_model::value::Edit;
use wangge_wire::commit::{
    Header, PartRef, commit_id, derive_actor, encode_header, part_digest, sign_commit,
};
use wangge_wire::frame::{FrameKind, holding};
use wangge_wire::statement::statement_id;
use wangge_wire::v1::{self, FaultCode};

use crate::world::{NodeId, World, signer};
use crate::{COMMUNITY, GRID};

/// Somebody with an enrolled phone's key and a program of their own.
struct Forger {
    seed: u8,
    hub: NodeId,
    link: LinkId,
    epoch: [u8; 8],
    last: Option<[u8; 32]>,
    seq: u64,
    author: [u8; 16],
    grant: [u8; 32],
}

/// What a forged commit is made of, to be spoilt.
struct Forged {
    header: Header,
    salt: [u8; 16],
    change: Vec<u8>,
    record: RecordId,
    actor: ActorId,
}

impl Forger {
    fn new(world: &mut World, hub: NodeId) -> Self {
        let phone = world.phone(hub, GRID);
        let seed = u8::try_from(phone.0).unwrap() + 1;
        let grant = world.nodes[phone.0].engine.view().grant.unwrap();
        let row = world
            .tx(hub, |tx| tx.load_grants(&[grant]).unwrap().remove(0))
            .unwrap();
        let key = world.key(phone);
        let link = world.raw_link(hub, key);
        let mut forger = Self {
            seed,
            hub,
            link,
            epoch: [7; 8],
            last: None,
            seq: 0,
            author: *row.member.as_bytes(),
            grant: grant.0,
        };
        forger.hello(world);
        forger
    }

    fn key(&self) -> [u8; 32] {
        signer(self.seed).public()
    }

    fn hello(&mut self, world: &mut World) {
        self.welcomed(world, Vec::new());
    }

    /// Says hello, and what it holds.
    fn welcomed(&mut self, world: &mut World, holds: Vec<u8>) -> v1::Welcome {
        let hello = v1::Hello {
            version_min: 1,
            version_max: 1,
            epoch: self.epoch.to_vec(),
            agent: "other".to_owned(),
            holds,
            ..v1::Hello::default()
        };
        world.say(self.hub, self.link, FrameKind::Hello(hello));
        let mut heard = world.heard.iter().rev();
        let welcome = heard.find_map(|frame| match frame {
            FrameKind::Welcome(welcome) => Some(welcome.clone()),
            _ => None,
        });
        welcome.unwrap()
    }

    fn forge(&self, world: &World) -> Forged {
        let record = RecordId::mint(world.now_ms, [self.seq as u8; 10]);
        let actor = ActorId(derive_actor(&self.key(), &self.epoch, 0));
        let change = Doc::new()
            .write(
                actor,
                &[Edit::set(Facet::Open, "name", format!("第{}户", self.seq))],
                Ms(world.now_ms),
            )
            .unwrap()
            .change;
        let header = Header {
            device: self.key(),
            incarnation: self.epoch,
            device_seq: self.seq + 1,
            prev: self.last,
            author: self.author,
            grant: self.grant,
            act: v1::Act::Create,
            hlc: u64::try_from(world.now_ms).unwrap() << 16 | (self.seq + 1),
            stated_ms: world.now_ms,
            schema: 1,
            area: GRID.to_owned(),
            parts: vec![PartRef {
                record: *record.as_bytes(),
                kind: 1,
                facet: v1::Facet::Open,
                branch: 0,
                digest: [0; 32],
            }],
            evidence: None,
            reason: 0,
            moves: None,
        };
        Forged {
            header,
            salt: [3; 16],
            change,
            record,
            actor,
        }
    }

    /// Forges, spoils and pushes one commit; `after` spoils what was signed.
    fn push(
        &mut self,
        world: &mut World,
        spoil: impl FnOnce(&mut Forged),
        after: impl FnOnce(&mut v1::Commit),
    ) -> CommitId {
        let mut forged = self.forge(world);
        spoil(&mut forged);
        for part in &mut forged.header.parts {
            part.digest = part_digest(&forged.salt, &forged.change);
        }
        let header = encode_header(&forged.header);
        let signature = sign_commit(&*signer(self.seed), &header).to_vec();
        let mut commit = v1::Commit {
            header,
            signature,
            parts: vec![v1::Part {
                salt: forged.salt.to_vec(),
                change: forged.change,
            }],
        };
        after(&mut commit);
        let id = commit_id(&commit.header);
        self.seq += 1;
        self.last = Some(id);
        let item = v1::Item {
            place: self.seq,
            what: Some(v1::item::What::Commit(commit)),
        };
        world.say(
            self.hub,
            self.link,
            FrameKind::Push(v1::Push { items: vec![item] }),
        );
        CommitId(id)
    }

    fn fine(&mut self, world: &mut World) -> CommitId {
        self.push(world, |_| {}, |_| {})
    }
}

fn held(world: &mut World, hub: NodeId, commit: CommitId, reason: Reason) {
    assert_eq!(
        world.status(hub, commit),
        Some(Status::Held(reason)),
        "{reason}"
    );
}

/// What is done to a commit, and what it is held for.
type Spoil<'a> = (Reason, &'a dyn Fn(&mut Forged));

/// What is spoilt after the commit was signed.
fn spoilt_after_signing(world: &mut World, forger: &mut Forger) -> Vec<(CommitId, Reason)> {
    let signature = forger.push(world, |_| {}, |commit| commit.signature[5] ^= 1);
    let digest = forger.push(world, |_| {}, |commit| commit.parts[0].change[20] ^= 1);
    let header = forger.push(world, |_| {}, |commit| commit.header = vec![1, 2, 3]);
    vec![
        (signature, Reason::BadSignature),
        (digest, Reason::BadDigest),
        (header, Reason::Malformed),
    ]
}

/// Headers that say what is not so.
fn lying_headers(
    world: &mut World,
    forger: &mut Forger,
    victim: Key,
    record: RecordId,
) -> Vec<(CommitId, Reason)> {
    let spoils: [Spoil<'_>; 9] = [
        (Reason::BadSignature, &|forged| {
            forged.header.device = victim.0
        }),
        (Reason::OutOfArea, &|forged| {
            forged.header.area = "410522002001001".to_owned()
        }),
        (Reason::NotYourMember, &|forged| {
            forged.header.author[3] ^= 1
        }),
        (Reason::NoGrant, &|forged| forged.header.grant = [9; 32]),
        (Reason::BadTime, &|forged| forged.header.hlc = 1),
        (Reason::ForkedChain, &|forged| {
            forged.header.prev = Some([5; 32])
        }),
        (Reason::ActNotGranted, &|forged| {
            forged.header.act = v1::Act::Settle
        }),
        (Reason::UnknownRecord, &|forged| {
            forged.header.act = v1::Act::Edit
        }),
        (Reason::RecordExists, &|forged| {
            forged.header.parts[0].record = *record.as_bytes()
        }),
    ];
    spoils
        .into_iter()
        .map(|(reason, spoil)| (forger.push(world, spoil, |_| {}), reason))
        .collect()
}

/// Changes that a facet may not hold, or not from this device.
fn wrong_changes(
    world: &mut World,
    forger: &mut Forger,
    victim: ActorId,
    record: RecordId,
) -> Vec<(CommitId, Reason)> {
    let hub = forger.hub;
    let row = world
        .tx(hub, |tx| {
            tx.load_documents(&[DocId {
                record,
                facet: Facet::Open,
            }])
            .unwrap()
            .remove(0)
        })
        .unwrap();
    // Under the victim's actor: the victim's next edit would be lost for ever.
    let stolen = Doc::load(&row.save)
        .unwrap()
        .write(victim, &[Edit::set(Facet::Open, "name", "李四")], Ms(5))
        .unwrap()
        .change;
    let spoils: [Spoil<'_>; 3] = [
        (Reason::BadChange, &|forged| forged.change[20] ^= 1),
        (Reason::ForeignActor, &|forged| {
            forged.change.clone_from(&stolen);
            forged.header.act = v1::Act::Edit;
            forged.header.parts[0].record = *record.as_bytes();
        }),
        (Reason::FieldNotAllowed, &|forged| {
            forged.change = Doc::new()
                .write(
                    forged.actor,
                    &[Edit::set(Facet::Open, "password", "x")],
                    Ms(5),
                )
                .unwrap()
                .change;
        }),
    ];
    spoils
        .into_iter()
        .map(|(reason, spoil)| (forger.push(world, spoil, |_| {}), reason))
        .collect()
}

#[test]
fn every_forgery_is_held_and_the_next_commit_passes() {
    let mut world = World::new();
    let [_, township, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    let victim = world.phone(community, GRID);
    let victim_key = world.key(victim);
    let (record, _) = world.resident(victim, "张三");
    world.sync(victim, community);
    let fine = forger.fine(&mut world);
    assert_eq!(world.status(community, fine), Some(Status::Admitted));

    let actor = ActorId(derive_actor(
        &victim_key.0,
        world.nodes[victim.0].engine.view().epoch.as_bytes(),
        0,
    ));
    let mut expected = spoilt_after_signing(&mut world, &mut forger);
    expected.extend(lying_headers(&mut world, &mut forger, victim_key, record));
    expected.extend(wrong_changes(&mut world, &mut forger, actor, record));

    let last = forger.fine(&mut world);
    assert_eq!(world.status(community, last), Some(Status::Admitted));
    for (id, reason) in &expected {
        held(&mut world, community, *id, *reason);
    }
    // What is held is kept, goes up sealed, and enters nothing; the victim goes on writing.
    world.sync(community, township);
    for (id, reason) in expected {
        held(&mut world, township, id, reason);
        assert_eq!(
            world.row(township, id).map(|row| row.header),
            world.row(community, id).map(|row| row.header)
        );
    }
    let next = world.edit(victim, record, "note", "照旧");
    world.sync(victim, community);
    assert_eq!(world.status(victim, next), Some(Status::Admitted));
    assert_eq!(world.values(community, record, "name"), ["张三"]);
    assert_eq!(world.alarms(), Vec::<&Notice>::new());
}

#[test]
fn who_holds_the_right_and_the_charters_is_not_told_them_again() {
    let mut world = World::new();
    let [_, _, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    let told = forger.welcomed(&mut world, Vec::new());
    let id = |entry: &v1::Entry| statement_id(&entry.statement);
    let ids: Vec<[u8; 32]> = told.grant.iter().chain(&told.charters).map(id).collect();
    assert_eq!(ids.len(), 3, "a grant, and the charters of two hubs");
    let short = forger.welcomed(&mut world, holding(&ids).to_vec());
    assert!(short.grant.is_none() && short.charters.is_empty());
    let other = forger.welcomed(&mut world, holding(&ids[..2]).to_vec());
    assert_eq!(
        (&other.grant, &other.charters),
        (&told.grant, &told.charters)
    );
}

#[test]
fn what_comes_too_early_waits_and_is_bounded() {
    let mut world = World::new();
    world.limits.early_bytes_max = 3_000;
    let [_, _, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    forger.fine(&mut world);
    // A place is left out: nothing behind it is receipted or stored.
    let skipped = forger.forge(&world);
    forger.seq += 1;
    forger.last = Some([1; 32]);
    let behind = forger.fine(&mut world);
    assert_eq!(world.row(community, behind), None);
    drop(skipped);
    for _ in 0..10 {
        forger.fine(&mut world);
    }
    let closed = world.heard.iter().any(|frame| matches!(frame, FrameKind::Fault(fault) if fault.code == i32::from(FaultCode::FaultOutOfOrder)));
    assert!(closed);
    let chain = world.tx(community, |tx| {
        tx.load_chains_of(&[Key(forger.key())]).unwrap()
    });
    assert_eq!(
        chain
            .iter()
            .map(|chain| (chain.id.epoch, chain.through))
            .collect::<Vec<_>>(),
        [(Incarnation([7; 8]), 1)]
    );
}

#[test]
fn a_change_without_its_ground_parks_and_then_enters() {
    let mut world = World::new();
    let [_, _, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    // Two changes of one document: the second comes first, in the same chain.
    let first = forger.forge(&world);
    let mut doc = Doc::new();
    doc.apply(&[&first.change]).unwrap();
    let second = doc
        .write(
            first.actor,
            &[Edit::set(Facet::Open, "note", "早到")],
            Ms(5),
        )
        .unwrap()
        .change;
    let record = first.record;
    let early = forger.push(
        &mut world,
        |forged| {
            forged.header.act = v1::Act::Edit;
            forged.header.parts[0].record = *record.as_bytes();
            forged.change = second;
        },
        |_| {},
    );
    assert_eq!(
        world.row(community, early).unwrap().state,
        CommitState::Parked
    );
    let other = forger.fine(&mut world);
    assert_eq!(
        world.status(community, other),
        Some(Status::Admitted),
        "it parks, others pass"
    );
    let ground = forger.push(
        &mut world,
        |forged| {
            forged.header.parts[0].record = *record.as_bytes();
            forged.change = first.change;
        },
        |_| {},
    );
    assert_eq!(world.status(community, ground), Some(Status::Admitted));
    assert_eq!(world.status(community, early), Some(Status::Admitted));
    assert_eq!(world.values(community, record, "note"), ["早到"]);
}

#[test]
fn parked_commits_are_bounded_and_do_not_wait_for_ever() {
    let mut world = World::new();
    world.limits.parked_per_device_max = 2;
    let [_, _, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    let mut orphans = Vec::new();
    for n in 0..3_u8 {
        let mut doc = Doc::new();
        let ground = doc
            .write(
                ActorId([n; 16]),
                &[Edit::set(Facet::Open, "name", "x")],
                Ms(5),
            )
            .unwrap();
        assert!(!ground.change.is_empty());
        let actor = ActorId(derive_actor(&forger.key(), &forger.epoch, 0));
        let change = doc
            .write(actor, &[Edit::set(Facet::Open, "note", "y")], Ms(5))
            .unwrap()
            .change;
        orphans.push(forger.push(&mut world, |forged| forged.change = change, |_| {}));
    }
    assert_eq!(
        world.row(community, orphans[1]).unwrap().state,
        CommitState::Parked
    );
    held(&mut world, community, orphans[2], Reason::MissingDependency);
    world.now_ms += 8 * 86_400_000;
    world.give(community, wangge_engine::Input::Tick);
    world.run();
    for orphan in orphans {
        held(&mut world, community, orphan, Reason::MissingDependency);
    }
}

#[test]
fn garbage_ends_the_session_and_nothing_else() {
    let mut world = World::new();
    let [_, _, community] = world.county();
    let phone = world.phone(community, GRID);
    let link = world.raw_link(community, world.key(phone));
    for garbage in [
        vec![],
        vec![0xff; 40],
        vec![0x0a, 0x02, 0x08, 0x01],
        vec![0xfa, 0x01, 0x00],
    ] {
        world.give(
            community,
            wangge_engine::Input::Frame {
                link,
                frame: garbage,
            },
        );
        assert!(matches!(
            world.heard.pop(),
            Some(FrameKind::Fault(_)) | None
        ));
    }
    let (record, _) = world.resident(phone, "张三");
    world.sync(phone, community);
    assert_eq!(world.values(community, record, "name"), ["张三"]);
    assert_eq!(COMMUNITY.len(), 12);
}

#[test]
fn what_builds_on_a_badly_signed_commit_is_told_so() {
    let mut world = World::new();
    let [_, _, community] = world.county();
    let mut forger = Forger::new(&mut world, community);
    let first = forger.forge(&world);
    let mut doc = Doc::new();
    doc.apply(&[&first.change]).unwrap();
    let second = doc
        .write(first.actor, &[Edit::set(Facet::Open, "note", "x")], Ms(5))
        .unwrap()
        .change;
    let (record, change) = (first.record, first.change);
    let bad = forger.push(
        &mut world,
        |forged| {
            forged.header.parts[0].record = *record.as_bytes();
            forged.change = change;
        },
        |commit| commit.signature[9] ^= 1,
    );
    let on_it = forger.push(
        &mut world,
        |forged| {
            forged.header.act = v1::Act::Edit;
            forged.header.parts[0].record = *record.as_bytes();
            forged.change = second;
        },
        |_| {},
    );
    held(&mut world, community, bad, Reason::BadSignature);
    held(&mut world, community, on_it, Reason::BuildsOnHeld);
    assert_eq!(
        world
            .row(community, on_it)
            .unwrap()
            .verdict
            .unwrap()
            .blocked_by,
        Some(bad)
    );
}
