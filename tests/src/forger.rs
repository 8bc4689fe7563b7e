//! An enrolled device whose program is not ours: it writes whatever commits a test wants.

use std::collections::BTreeMap;
use std::time::{SystemTime, UNIX_EPOCH};

use wangge_model::doc::Doc;
use wangge_model::id::{ActorId, RecordId};
use wangge_model::kind::Facet;
use wangge_model::time::Ms;
use wangge_model::value::Edit;
use wangge_wire::commit::{
    Header, PartRef, commit_id, derive_actor, encode_header, part_digest, sign_commit,
};
use wangge_wire::frame::FrameKind;
use wangge_wire::invitation::Invitation;
use wangge_wire::statement::{Body, open_statement};
use wangge_wire::v1::{self, Outcome};
use wangge_wire::{KeySigner, Signer};

use crate::stranger::Stranger;

const EPOCH: [u8; 8] = [7; 8];

/// A device in a session with its hub.
#[derive(Debug)]
pub struct Forger {
    stranger: Stranger,
    signer: KeySigner,
    author: [u8; 16],
    grant: [u8; 32],
    area: String,
    seq: u64,
    last: Option<[u8; 32]>,
    verdicts: BTreeMap<[u8; 32], u32>,
    cursor: u64,
    heard: Vec<v1::Entry>,
}

/// What a commit is made of before it is signed: to be spoilt.
#[derive(Debug)]
pub struct Forged {
    /// The header; the digests of its parts are put in afterwards.
    pub header: Header,
    /// The change of its one part.
    pub change: Vec<u8>,
    /// The record that it creates.
    pub record: RecordId,
    /// The actor of the device's line.
    pub actor: ActorId,
}

/// The change that makes a fresh document of these edits, written by `actor`.
///
/// # Panics
/// When it cannot be written.
#[must_use]
pub fn write_change(actor: ActorId, edits: &[Edit]) -> Vec<u8> {
    let written = Doc::new().write(actor, edits, Ms(0));
    written.expect("a change").change
}

impl Forger {
    /// Enrols with an invitation for a member's phone, under the key of a seed, and says hello.
    ///
    /// # Panics
    /// When the hub does not take it.
    #[must_use]
    pub fn enrolled(invitation: &str, seed: u8) -> Self {
        let invitation: Invitation = invitation.parse().expect("an invitation");
        let mut stranger = Stranger::dial(&invitation, [seed; 32]);
        let entry = stranger
            .enrol(invitation.secret)
            .entry
            .expect("a grant's entry");
        let opened = open_statement(&entry.statement, &entry.signature).expect("a statement");
        let Body::Grant(grant) = opened.statement.body else {
            panic!("no grant: {:?}", opened.statement.body)
        };
        // The session proper is another one.
        let stranger = Stranger::dial(&invitation, [seed; 32]);
        let mut forger = Self {
            stranger,
            signer: KeySigner::from_seed(&[seed; 32]),
            author: grant.member,
            grant: opened.id,
            area: grant.area,
            seq: 0,
            last: None,
            verdicts: BTreeMap::new(),
            cursor: 0,
            heard: Vec::new(),
        };
        forger.hello();
        forger
    }

    fn hello(&mut self) {
        let hello = v1::Hello {
            version_min: 1,
            version_max: 1,
            epoch: EPOCH.to_vec(),
            agent: "other/1".to_owned(),
            ..v1::Hello::default()
        };
        self.stranger.say(FrameKind::Hello(hello));
        self.stranger
            .wait(|frame| matches!(frame, FrameKind::Welcome(_)).then_some(()));
    }

    fn key(&self) -> [u8; 32] {
        self.signer.public()
    }

    fn forge(&self) -> Forged {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("a clock");
        let now_ms = u64::try_from(now.as_millis()).expect("a time");
        let stated_ms = i64::try_from(now_ms).expect("a time");
        let place = u8::try_from(self.seq).expect("few commits");
        let record = RecordId::mint(stated_ms, [place; 10]);
        let name = Edit::set(Facet::Open, "name", format!("第{place}户"));
        let actor = ActorId(derive_actor(&self.key(), &EPOCH, 0));
        let header = Header {
            device: self.key(),
            incarnation: EPOCH,
            device_seq: self.seq + 1,
            prev: self.last,
            author: self.author,
            grant: self.grant,
            act: v1::Act::Create,
            hlc: now_ms << 16 | (self.seq + 1),
            stated_ms,
            schema: 1,
            area: self.area.clone(),
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
            change: write_change(actor, &[name]),
            record,
            actor,
        }
    }

    /// Forges a commit, lets it be spoilt before and after it is signed, and pushes it. Answers its id.
    pub fn push(
        &mut self,
        before: impl FnOnce(&mut Forged),
        after: impl FnOnce(&mut v1::Commit),
    ) -> [u8; 32] {
        let salt = [3; 16];
        let mut forged = self.forge();
        before(&mut forged);
        for part in &mut forged.header.parts {
            part.digest = part_digest(&salt, &forged.change);
        }
        let header = encode_header(&forged.header);
        let signature = sign_commit(&self.signer, &header).to_vec();
        let mut commit = v1::Commit {
            header,
            signature,
            parts: vec![v1::Part {
                salt: salt.to_vec(),
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
        self.stranger
            .say(FrameKind::Push(v1::Push { items: vec![item] }));
        id
    }

    /// What came in the hub's feed so far.
    #[must_use]
    pub fn heard(&self) -> &[v1::Entry] {
        &self.heard
    }

    /// The hub's verdict on a commit, from its feed: 0 for admitted, else the reason's number.
    ///
    /// # Panics
    /// When the hub closes before, or says what does not verify.
    pub fn verdict(&mut self, commit: [u8; 32]) -> u32 {
        loop {
            if let Some(reason) = self.verdicts.get(&commit) {
                return *reason;
            }
            let feed = self.stranger.wait(|frame| match frame {
                FrameKind::Feed(feed) => Some(feed),
                _ => None,
            });
            self.cursor = feed.cursor;
            for entry in feed.items.into_iter().filter_map(|item| item.entry) {
                let opened = open_statement(&entry.statement, &entry.signature);
                self.heard.push(entry);
                if let Body::Verdict(verdict) = opened.expect("a statement").statement.body {
                    let admitted = verdict.outcome == Outcome::Admitted;
                    assert_eq!(admitted, verdict.reason == 0);
                    self.verdicts.insert(verdict.commit, verdict.reason);
                }
            }
            let cursor = self.cursor;
            self.stranger.say(FrameKind::Seen(v1::Seen { cursor }));
        }
    }
}
