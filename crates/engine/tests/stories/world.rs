//! A small world for stories: real engines on real stores in memory, frames carried by hand.

use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::sync::Arc;

use wangge_engine::tx::{CommitRow, DocId};
use wangge_engine::{
    ActBody, ActDone, Boot, DeskKey, Dice, Done, Effect, Engine, Input, Limits, LinkId, NewAct,
    NodeKind, Notice, Now, Offer, OfferTo, ProofAnswer, ProofJob, Refusal, Side, Status, Storage,
    Ticket, Tx, found, open, step,
};
use wangge_model::doc::{Doc, Fields};
use wangge_model::id::{CommitId, Key, RecordId};
use wangge_model::kind::{Facet, Kind, Level, Role};
use wangge_model::proof::prove;
use wangge_model::value::Edit;
use wangge_store::Store;
use wangge_wire::frame::{FrameKind, encode_frame, parse_frame};
use wangge_wire::{KeySigner, Signer};

const SOON_MS: i64 = 1_000;
pub(crate) const YEAR_MS: i64 = 365 * 86_400_000;

/// A generator that is good enough for tests (splitmix64).
struct Seeded(u64);

impl Dice for Seeded {
    fn fill(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
            let mut word = self.0;
            word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            *byte = (word ^ (word >> 31)) as u8;
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct NodeId(pub(crate) usize);

pub(crate) struct Node {
    pub(crate) store: Store,
    pub(crate) engine: Engine,
    signer: Arc<dyn Signer>,
    pub(crate) notices: Vec<Notice>,
    pub(crate) skew_ms: i64,
    /// What is kept outside the store.
    pub(crate) marker: Option<[u8; 16]>,
    links: BTreeMap<LinkId, NodeId>,
}

pub(crate) struct World {
    pub(crate) nodes: Vec<Node>,
    pub(crate) now_ms: i64,
    pub(crate) limits: Limits,
    inputs: VecDeque<(NodeId, Input)>,
    /// Who asked to be woken within the next second.
    soon: BTreeSet<NodeId>,
    /// Answers a job instead of the proof, if set.
    pub(crate) prover: fn(&ProofJob) -> ProofAnswer,
    /// What hubs say to peers that are no nodes.
    pub(crate) heard: Vec<FrameKind>,
    /// Frames come in any order and some twice, while their link stands.
    pub(crate) shuffle: bool,
    twice: usize,
    copies: Vec<tempfile::TempDir>,
    next: u64,
    answers: BTreeMap<Ticket, Effect>,
}

pub(crate) fn honest(job: &ProofJob) -> ProofAnswer {
    let changes: Vec<&[u8]> = job.changes.iter().map(Vec::as_slice).collect();
    match prove(job.base.as_deref(), &changes) {
        Ok(proof) => ProofAnswer::Proven {
            save: proof.save,
            heads: proof.heads,
            applied: proof.applied.iter().map(Result::is_ok).collect(),
        },
        Err(_) => ProofAnswer::Failed,
    }
}

pub(crate) fn signer(seed: u8) -> Arc<dyn Signer> {
    Arc::new(KeySigner::from_seed(&[seed; 32]))
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            nodes: Vec::new(),
            now_ms: 1_760_000_000_000,
            limits: Limits::default(),
            inputs: VecDeque::new(),
            soon: BTreeSet::new(),
            prover: honest,
            heard: Vec::new(),
            shuffle: false,
            twice: 0,
            copies: Vec::new(),
            next: 0,
            answers: BTreeMap::new(),
        }
    }

    fn number(&mut self) -> u64 {
        self.next += 1;
        self.next
    }

    fn boot(&mut self, signer: &Arc<dyn Signer>, marker: Option<[u8; 16]>) -> Boot {
        let seed = self.number();
        Boot {
            signer: Arc::clone(signer),
            marker,
            dice: Box::new(Seeded(seed)),
            limits: self.limits.clone(),
        }
    }

    pub(crate) fn add(&mut self, kind: NodeKind) -> NodeId {
        let signer = signer(u8::try_from(self.nodes.len()).unwrap() + 1);
        let mut store = Store::open_memory().unwrap();
        let seed = self.number();
        found(&mut store, Key(signer.public()), kind, &mut Seeded(seed)).unwrap();
        let boot = self.boot(&signer, None);
        let engine = open(&mut store, boot).unwrap();
        self.nodes.push(Node {
            store,
            engine,
            signer,
            notices: Vec::new(),
            skew_ms: 0,
            marker: None,
            links: BTreeMap::new(),
        });
        let id = self.nodes.len() - 1;
        self.nodes[id].marker = Some(self.nodes[id].engine.marker());
        NodeId(id)
    }

    pub(crate) fn hub(&mut self, level: Level, area: &str) -> NodeId {
        self.add(NodeKind::Hub {
            level,
            area: area.parse().unwrap(),
            name: format!("hub {area}"),
        })
    }

    /// A county, a township and a community hub, chartered downward, not connected.
    pub(crate) fn county(&mut self) -> [NodeId; 3] {
        let county = self.hub(Level::County, "410522");
        let township = self.hub(Level::Township, "410522001");
        let community = self.hub(Level::Community, "410522001001");
        for (parent, child, level, area) in [
            (county, township, Level::Township, "410522001"),
            (township, community, Level::Community, "410522001001"),
        ] {
            let secret = self.invite(parent, OfferTo::Hub { level }, area);
            let link = self.connect_with(child, parent, Some(secret));
            self.run();
            self.cut(link);
        }
        [county, township, community]
    }

    /// A phone enrolled in a grid of the hub's.
    pub(crate) fn phone(&mut self, hub: NodeId, area: &str) -> NodeId {
        let phone = self.add(NodeKind::Phone);
        self.enrol(phone, hub, Role::GridMember, area);
        phone
    }

    pub(crate) fn enrol(&mut self, phone: NodeId, hub: NodeId, role: Role, area: &str) {
        let secret = self.invite(hub, OfferTo::Member { role, member: None }, area);
        let link = self.connect_with(phone, hub, Some(secret));
        self.run();
        self.cut(link);
        self.run();
    }

    pub(crate) fn invite(&mut self, hub: NodeId, to: OfferTo, area: &str) -> [u8; 16] {
        match self.ask(hub, |ticket| Input::Invite {
            ticket,
            offer: offer(to, area),
        }) {
            Effect::Done {
                result: Ok(Done::Invited { secret, .. }),
                ..
            } => secret,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn desk(&mut self, hub: NodeId, seed: u8, role: Role, area: &str) -> DeskKey {
        let key = signer(seed);
        let to = OfferTo::Member { role, member: None };
        let device = Key(key.public());
        match self.ask(hub, |ticket| Input::Grant {
            ticket,
            device,
            offer: offer(to, area),
        }) {
            Effect::Done {
                result: Ok(Done::Granted { .. }),
                ..
            } => DeskKey(key),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn ask(&mut self, node: NodeId, input: impl FnOnce(Ticket) -> Input) -> Effect {
        let ticket = Ticket(self.number());
        self.give(node, input(ticket));
        self.answers
            .remove(&ticket)
            .expect("an answer in the same step")
    }

    pub(crate) fn act(&mut self, node: NodeId, what: ActBody) -> Result<ActDone, Refusal> {
        self.act_at(node, None, what)
    }

    pub(crate) fn act_at(
        &mut self,
        node: NodeId,
        desk: Option<&DeskKey>,
        what: ActBody,
    ) -> Result<ActDone, Refusal> {
        self.now_ms += 1_000;
        let desk = desk.cloned();
        match self.ask(node, |ticket| Input::Act {
            ticket,
            desk,
            acts: vec![NewAct {
                what,
                stated_ms: None,
            }],
        }) {
            Effect::Acted { mut results, .. } => results.remove(0),
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn resident(&mut self, node: NodeId, name: &str) -> (RecordId, CommitId) {
        let edits = vec![Edit::set(Facet::Open, "name", name)];
        let done = self
            .act(
                node,
                ActBody::Create {
                    kind: Kind::RESIDENT,
                    area: None,
                    edits,
                    step: None,
                },
            )
            .unwrap();
        (done.records[0], done.commit)
    }

    pub(crate) fn edit(
        &mut self,
        node: NodeId,
        record: RecordId,
        key: &str,
        value: &str,
    ) -> CommitId {
        self.edit_in(node, record, Facet::Open, key, value)
            .unwrap()
            .commit
    }

    pub(crate) fn edit_in(
        &mut self,
        node: NodeId,
        record: RecordId,
        facet: Facet,
        key: &str,
        value: &str,
    ) -> Result<ActDone, Refusal> {
        self.act(
            node,
            ActBody::Edit {
                records: vec![(record, vec![Edit::set(facet, key, value)])],
            },
        )
    }

    /// Gives one input at once and carries out its effects.
    pub(crate) fn give(&mut self, id: NodeId, input: Input) {
        let now = Now {
            ms: self.now_ms + self.nodes[id.0].skew_ms,
        };
        let node = &mut self.nodes[id.0];
        let effects = step(&mut node.store, &mut node.engine, now, input).unwrap();
        for effect in effects {
            self.carry_out(id, effect);
        }
    }

    fn carry_out(&mut self, id: NodeId, effect: Effect) {
        match effect {
            Effect::Send { link, frame } => {
                if let Some(peer) = self.nodes[id.0].links.get(&link).copied() {
                    self.inputs.push_back((peer, Input::Frame { link, frame }));
                } else {
                    self.heard.push(parse_frame(&frame).unwrap());
                }
            }
            Effect::Close { link, .. } => self.cut_from(id, link),
            Effect::Prove { ticket, jobs } => {
                let answers = jobs.iter().map(self.prover).collect();
                self.inputs
                    .push_back((id, Input::Proven { ticket, answers }));
            }
            Effect::Acted { ticket, .. } | Effect::Done { ticket, .. } => {
                self.answers.insert(ticket, effect);
            }
            Effect::Told(notice) => self.nodes[id.0].notices.push(notice),
            Effect::Mark { marker } => self.nodes[id.0].marker = Some(marker),
            Effect::Wake { at_ms } => {
                if at_ms <= self.now_ms + self.nodes[id.0].skew_ms + SOON_MS {
                    self.soon.insert(id);
                }
            }
        }
    }

    fn cut_from(&mut self, id: NodeId, link: LinkId) {
        if let Some(peer) = self.nodes[id.0].links.remove(&link) {
            self.nodes[peer.0].links.remove(&link);
            self.inputs.push_back((peer, Input::LinkDown { link }));
        }
    }

    /// Loses every frame that is on its way.
    pub(crate) fn drop_frames(&mut self) {
        while self
            .inputs
            .iter()
            .any(|(_, input)| !matches!(input, Input::Frame { .. }))
        {
            self.run_one();
        }
        self.inputs.clear();
    }

    /// Lets the child's hello arrive and takes the parent's answer, and what else goes down the link, off its way.
    pub(crate) fn delay_frames(&mut self, link: LinkId) -> Vec<(NodeId, Input)> {
        // The link comes up at both ends, then the hello arrives.
        for _ in 0..3 {
            self.run_one();
        }
        let on_link = |input: &Input| matches!(input, Input::Frame { link: on, .. } if *on == link);
        let (late, rest): (Vec<_>, Vec<_>) =
            self.inputs.drain(..).partition(|(_, input)| on_link(input));
        self.inputs = rest.into();
        assert!(!late.is_empty(), "the parent has answered");
        late
    }

    /// Puts frames that were delayed on their way again.
    pub(crate) fn let_through(&mut self, late: Vec<(NodeId, Input)>) {
        self.inputs.extend(late);
    }

    /// A link from somebody who holds this key and is no engine.
    pub(crate) fn raw_link(&mut self, hub: NodeId, peer: Key) -> LinkId {
        let link = LinkId(self.number());
        self.give(
            hub,
            Input::LinkUp {
                link,
                peer,
                side: Side::Child,
                invitation: None,
            },
        );
        link
    }

    pub(crate) fn say(&mut self, hub: NodeId, link: LinkId, kind: FrameKind) {
        let frame = encode_frame(kind);
        self.give(hub, Input::Frame { link, frame });
        self.run();
    }

    pub(crate) fn connect(&mut self, child: NodeId, parent: NodeId) -> LinkId {
        self.connect_with(child, parent, None)
    }

    pub(crate) fn connect_with(
        &mut self,
        child: NodeId,
        parent: NodeId,
        invitation: Option<[u8; 16]>,
    ) -> LinkId {
        let link = LinkId(self.number());
        self.nodes[child.0].links.insert(link, parent);
        self.nodes[parent.0].links.insert(link, child);
        let (child_key, parent_key) = (self.key(child), self.key(parent));
        self.inputs.push_back((
            parent,
            Input::LinkUp {
                link,
                peer: child_key,
                side: Side::Child,
                invitation: None,
            },
        ));
        self.inputs.push_back((
            child,
            Input::LinkUp {
                link,
                peer: parent_key,
                side: Side::Parent,
                invitation,
            },
        ));
        link
    }

    /// Cuts a link; what is on its way on it is lost.
    pub(crate) fn cut(&mut self, link: LinkId) {
        self.inputs
            .retain(|(_, input)| !matches!(input, Input::Frame { link: on, .. } if *on == link));
        for id in 0..self.nodes.len() {
            if self.nodes[id].links.remove(&link).is_some() {
                self.inputs
                    .push_back((NodeId(id), Input::LinkDown { link }));
            }
        }
        self.run();
    }

    /// Lets everything happen that can.
    /// Until nothing is on its way and nobody wants to be woken soon.
    pub(crate) fn run(&mut self) {
        let mut steps = 0;
        loop {
            while self.run_one() {
                steps += 1;
                assert!(steps < 100_000, "it never ends");
            }
            let soon = std::mem::take(&mut self.soon);
            if soon.is_empty() {
                return;
            }
            self.now_ms += SOON_MS;
            for id in soon {
                self.give(id, Input::Tick);
            }
        }
    }

    pub(crate) fn run_one(&mut self) -> bool {
        let Some((id, input)) = self.pick() else {
            return false;
        };
        self.now_ms += 1;
        self.give(id, input);
        true
    }

    fn pick(&mut self) -> Option<(NodeId, Input)> {
        if !self.shuffle || self.inputs.is_empty() {
            return self.inputs.pop_front();
        }
        let dice = self.number().wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 33;
        let at = usize::try_from(dice).unwrap() % self.inputs.len();
        // A link comes up before anything travels on it, hellos come first.
        let at = if matches!(self.inputs[at].1, Input::Frame { .. })
            && !self
                .inputs
                .iter()
                .any(|(_, input)| matches!(input, Input::LinkUp { .. }))
        {
            at
        } else {
            0
        };
        let picked = self.inputs.remove(at);
        if let Some((id, Input::Frame { link, frame })) = &picked
            && dice.is_multiple_of(5)
            && self.twice < 200
        {
            self.twice += 1;
            self.inputs.push_back((
                *id,
                Input::Frame {
                    link: *link,
                    frame: frame.clone(),
                },
            ));
        }
        picked
    }

    /// Connects, lets all happen, and cuts.
    pub(crate) fn sync(&mut self, child: NodeId, parent: NodeId) {
        let link = self.connect(child, parent);
        self.run();
        self.cut(link);
        self.run();
    }

    /// Closes a node and opens it from its store, as after a crash.
    pub(crate) fn restart(&mut self, id: NodeId, marker: Option<[u8; 16]>) {
        let links: Vec<LinkId> = self.nodes[id.0].links.keys().copied().collect();
        for link in links {
            self.cut(link);
        }
        let signer = Arc::clone(&self.nodes[id.0].signer);
        let boot = self.boot(&signer, marker);
        let node = &mut self.nodes[id.0];
        node.engine = open(&mut node.store, boot).unwrap();
        node.marker = Some(node.engine.marker());
    }

    /// A copy of a node's store, as a backup makes it.
    pub(crate) fn copy(&mut self, id: NodeId) -> tempfile::TempDir {
        let dir = tempfile::tempdir().unwrap();
        self.nodes[id.0]
            .store
            .copy_to(&dir.path().join("copy.db"))
            .unwrap();
        dir
    }

    /// Puts a copy in the place of a node's store.
    pub(crate) fn put_back(
        &mut self,
        id: NodeId,
        copy: tempfile::TempDir,
        marker: Option<[u8; 16]>,
    ) {
        let links: Vec<LinkId> = self.nodes[id.0].links.keys().copied().collect();
        for link in links {
            self.cut(link);
        }
        let store = Store::open(
            copy.path().join("copy.db"),
            wangge_store::Key::None,
            wangge_store::Mode::Create,
        )
        .unwrap();
        self.nodes[id.0].store = store;
        self.copies.push(copy);
        self.restart(id, marker);
    }

    pub(crate) fn faulted(&self, id: NodeId, code: wangge_wire::v1::FaultCode) -> bool {
        self.nodes[id.0].notices.iter().any(|notice| matches!(notice, Notice::Faulted { code: found, theirs: true, .. } if *found == code))
    }

    pub(crate) fn key(&self, id: NodeId) -> Key {
        Key(self.nodes[id.0].signer.public())
    }

    pub(crate) fn tx<R>(&mut self, id: NodeId, work: impl FnOnce(&mut dyn Tx) -> R) -> R {
        self.nodes[id.0]
            .store
            .transact::<_, wangge_engine::EngineError>(|tx| Ok(work(tx)))
            .unwrap()
    }

    pub(crate) fn fields(&mut self, id: NodeId, record: RecordId, facet: Facet) -> Option<Fields> {
        let row = self.tx(id, |tx| {
            tx.load_documents(&[DocId { record, facet }])
                .unwrap()
                .remove(0)
        })?;
        Some(Doc::load(&row.save).unwrap().entries())
    }

    pub(crate) fn heads(
        &mut self,
        id: NodeId,
        record: RecordId,
        facet: Facet,
    ) -> Vec<wangge_model::id::ChangeHash> {
        self.tx(id, |tx| {
            tx.load_documents(&[DocId { record, facet }])
                .unwrap()
                .remove(0)
        })
        .map(|row| row.heads)
        .unwrap_or_default()
    }

    /// The values of a field, the winner first.
    pub(crate) fn values(&mut self, id: NodeId, record: RecordId, key: &str) -> Vec<String> {
        let fields = self.fields(id, record, Facet::Open).unwrap_or_default();
        fields
            .candidates(key)
            .iter()
            .map(|candidate| candidate.value.to_string())
            .collect()
    }

    pub(crate) fn status(&mut self, id: NodeId, commit: CommitId) -> Option<Status> {
        let Node { store, engine, .. } = &mut self.nodes[id.0];
        store
            .transact(|tx| engine.status_of(tx, &[commit]))
            .unwrap()
            .remove(0)
    }

    pub(crate) fn row(&mut self, id: NodeId, commit: CommitId) -> Option<CommitRow> {
        self.tx(id, |tx| tx.load_commits(&[commit]).unwrap().remove(0))
    }

    /// A commit's signed bytes as this node keeps them: header, signature, and of each part salt and change.
    pub(crate) fn sealed(&mut self, id: NodeId, commit: CommitId) -> Vec<Vec<u8>> {
        let row = self.row(id, commit).unwrap();
        let parts = row
            .parts
            .into_iter()
            .flat_map(|part| [part.salt, part.change]);
        [row.header, row.signature]
            .into_iter()
            .chain(parts)
            .collect()
    }

    pub(crate) fn alarms(&self) -> Vec<&Notice> {
        self.nodes
            .iter()
            .flat_map(|node| &node.notices)
            .filter(|notice| matches!(notice, Notice::Alarm { .. }))
            .collect()
    }
}

fn offer(to: OfferTo, area: &str) -> Offer {
    Offer {
        to,
        area: area.parse().unwrap(),
        name: "someone".to_owned(),
        valid_ms: 86_400_000,
        grant_ms: YEAR_MS,
        until_ms: None,
    }
}
