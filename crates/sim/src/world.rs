//! The world: nodes, wires, virtual time, and the loop that turns events into steps.

use std::path::PathBuf;
use std::sync::Arc;

use wangge_engine::{
    CloseCause, DeskKey, Done, Effect, Input, LinkId, Notice, Offer, OfferTo, ProofAnswer,
    ProofJob, ProofTicket, Side, Ticket,
};
use wangge_model::id::{ChangeHash, CommitId, Key};
use wangge_model::reason::Reason;
use wangge_wire::Signer as _;
use wangge_wire::commit::parse_header;
use wangge_wire::frame::{FrameKind, parse_frame};

use crate::agenda::Agenda;
use crate::courier::Courier;
use crate::dice::Dice;
use crate::ledger::{Ledger, Made, Saved};
use crate::looking;
use crate::meter::Meter;
use crate::mutant::{Breach, Law};
use crate::net::{Net, Weather, Wire};
use crate::node::{Node, Stepped};
use crate::place::{NodeNo, places};
use crate::trace::Trace;
use crate::{limits, people};

/// When the world begins: 2026-01-01 in Beijing, milliseconds since 1970.
pub const EPOCH_MS: i64 = 1_767_196_800_000;

/// What can happen.
pub enum Event {
    /// A copy of a frame arrives.
    Deliver {
        /// On which wire.
        wire: Wire,
        /// At which node.
        to: NodeNo,
        /// Over which link of that node: a frame may outlive it.
        link: LinkId,
        /// Its bytes.
        bytes: Vec<u8>,
    },
    /// A wire is cut; both ends hear of it.
    Cut(Wire),
    /// A node tries to reach its parent.
    Dial(NodeNo),
    /// A proof is through.
    Proven {
        /// Whose.
        node: NodeNo,
        /// In which life it was asked for.
        life: u64,
        /// The engine's question.
        ticket: ProofTicket,
        /// The answers.
        answers: Vec<ProofAnswer>,
    },
    /// The time a node asked for.
    Wake {
        /// Whose.
        node: NodeNo,
        /// Which of its wishes.
        wish: u64,
    },
    /// A person acts.
    Act(NodeNo),
    /// A node is started again.
    Start(NodeNo),
    /// Something bad.
    Strike(crate::storm::Strike),
}

/// The world of one seed.
pub struct World {
    /// The seed.
    pub seed: u64,
    /// What happens next.
    pub agenda: Agenda<Event>,
    /// Every node.
    pub nodes: Vec<Node>,
    /// Every wire.
    pub net: Net,
    /// How the net behaves now.
    pub weather: Weather,
    /// The people's account.
    pub ledger: Ledger,
    /// The planted mistake.
    pub mutant: Option<Law>,
    /// Laws that were seen broken on the way.
    pub breaches: Vec<Breach>,
    /// What happened.
    pub trace: Trace,
    /// What is on the way.
    pub meter: Meter,
    /// Where copies of phones' stores lie.
    pub folder: PathBuf,
    /// Chance for everything but the engines.
    pub dice: Dice,
    courier: Courier,
    minted_links: u64,
    /// Events that are neither wakes nor acts: while there are some, the world is not calm.
    pub busy: u64,
    invited: Option<[u8; 16]>,
    /// Whether the storm is over: what was to strike later does not.
    pub rested: bool,
}

impl World {
    /// Founds every node and enrols it with its parent, in good weather.
    ///
    /// # Errors
    /// Whatever keeps the world from beginning.
    pub fn begin(
        seed: u64,
        mutant: Option<Law>,
        keep_trace: bool,
        folder: PathBuf,
    ) -> Result<Self, String> {
        let mut dice = Dice::new(seed, 0);
        if mutant == Some(Law::Replay) {
            dice = Dice::new(seed ^ system_draw(), 0);
        }
        let limits = limits::small(mutant);
        let mut nodes = Vec::new();
        for place in places() {
            nodes.push(Node::found(place, limits.clone(), &mut dice)?);
        }
        let mut world = Self {
            seed,
            agenda: Agenda::default(),
            nodes,
            net: Net::default(),
            weather: Weather::CALM,
            ledger: Ledger::default(),
            mutant,
            breaches: Vec::new(),
            trace: Trace::new(keep_trace),
            meter: Meter::default(),
            folder,
            dice,
            courier: Courier::new(mutant),
            minted_links: 0,
            busy: 0,
            invited: None,
            rested: false,
        };
        for no in 0..world.nodes.len() {
            world.start(no)?;
            world.enrol(no)?;
        }
        Ok(world)
    }

    /// Starts a node; later where its disk is full.
    pub fn start(&mut self, no: NodeNo) -> Result<(), String> {
        if self
            .nodes
            .get(no)
            .is_some_and(|node| node.engine().is_some())
        {
            return Ok(());
        }
        let mut seed = [0; 8];
        self.dice.fill(&mut seed);
        let dice = Dice::new(self.seed ^ u64::from_be_bytes(seed), 1 + no as u64);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        let up = node.start(dice)?;
        self.note(no, if up { "up" } else { "cannot start" }, &[]);
        if !up {
            self.plan(10_000, Event::Start(no));
        } else if self.nodes.get(no).is_some_and(|node| {
            node.engine()
                .is_some_and(|engine| engine.view().parent.is_some())
        }) {
            self.plan(1_000, Event::Dial(no));
        }
        // What was received before a crash waits in the inbox; a tick takes it up.
        self.step(no, Input::Tick)
    }

    /// Enrols a node with its parent, or grants a director's desk.
    fn enrol(&mut self, no: NodeNo) -> Result<(), String> {
        let Some(node) = self.nodes.get(no) else {
            return Ok(());
        };
        let (place, desk) = (node.place.clone(), node.desk.clone());
        let offer = |to| Offer {
            to,
            area: place.area.clone(),
            name: place.name.clone(),
            valid_ms: 3_600_000,
            grant_ms: 400 * 86_400_000,
            until_ms: None,
        };
        let member = OfferTo::Member {
            role: place.role(),
            member: None,
        };
        if let Some(desk) = desk {
            self.step(
                no,
                Input::Grant {
                    ticket: Ticket(1),
                    device: Key(desk.public()),
                    offer: offer(member.clone()),
                },
            )?;
        }
        let Some(parent) = place.parent else {
            return Ok(());
        };
        let to = if place.is_phone() {
            member
        } else {
            OfferTo::Hub { level: place.level }
        };
        self.step(
            parent,
            Input::Invite {
                ticket: Ticket(2),
                offer: offer(to),
            },
        )?;
        let invitation = self.invited.take().ok_or("no invitation was given")?;
        self.dial(no, parent, Some(invitation))?;
        self.run_until_calm(limits::ENROL_MS_MAX)?;
        let enrolled = self.nodes.get(no).is_some_and(|node| {
            node.engine()
                .is_some_and(|engine| engine.view().parent.is_some())
        });
        if enrolled {
            Ok(())
        } else {
            Err(format!("node {no} was not enrolled"))
        }
    }

    /// Plans an event.
    pub fn plan(&mut self, delay_ms: u64, event: Event) {
        if counts(&event) {
            self.busy += 1;
        }
        self.agenda.plan(delay_ms, event);
    }

    /// Notes something in the trace.
    pub fn note(&mut self, no: NodeNo, what: &str, bytes: &[u8]) {
        self.trace.note(self.agenda.now_ms(), no, what, bytes);
    }

    /// Runs until nothing but wishes to be woken is left and every engine says that it has nothing to do, or the time is over.
    ///
    /// # Errors
    /// Whatever is not the simulated machines' doing.
    pub fn run_until_calm(&mut self, ms_max: u64) -> Result<bool, String> {
        let end_ms = self.agenda.now_ms() + ms_max;
        while self.agenda.now_ms() <= end_ms {
            if self.busy == 0 && self.all_done() {
                return Ok(true);
            }
            let Some(event) = self.agenda.take() else {
                return Ok(false);
            };
            self.happen(event)?;
        }
        Ok(false)
    }

    /// Runs through a span of time.
    ///
    /// # Errors
    /// Whatever is not the simulated machines' doing.
    pub fn run_for(&mut self, ms: u64) -> Result<(), String> {
        let end_ms = self.agenda.now_ms() + ms;
        while self.agenda.now_ms() < end_ms {
            let Some(event) = self.agenda.take() else {
                return Ok(());
            };
            self.happen(event)?;
        }
        Ok(())
    }

    fn all_done(&mut self) -> bool {
        self.nodes.iter_mut().all(|node| {
            if node.engine().is_none() {
                return node.life == 0;
            }
            let enrolled = node
                .engine()
                .is_some_and(|engine| engine.view().parent.is_some());
            let work = looking::open_work(node);
            work.owed == 0
                && work.unjudged == 0
                && work.waiting == 0
                && !work.untold
                && (work.caught_up || !enrolled)
        })
    }

    fn happen(&mut self, event: Event) -> Result<(), String> {
        if counts(&event) {
            self.busy -= 1;
        }
        match event {
            Event::Deliver {
                wire,
                to,
                link,
                bytes,
            } => self.deliver(wire, to, link, bytes),
            Event::Cut(wire) => self.cut(wire),
            Event::Dial(no) => self.redial(no),
            Event::Proven {
                node,
                life,
                ticket,
                answers,
            } => {
                if self.nodes.get(node).is_some_and(|known| known.life == life) {
                    self.step(node, Input::Proven { ticket, answers })?;
                }
                Ok(())
            }
            Event::Wake { node, wish } => {
                if self.nodes.get(node).is_some_and(|known| known.wake == wish) {
                    self.step(node, Input::Tick)?;
                }
                Ok(())
            }
            Event::Act(no) => self.act(no),
            Event::Start(no) => self.start(no),
            Event::Strike(strike) => self.strike(strike),
        }
    }

    /// One step of a node, and what it asks for.
    ///
    /// # Errors
    /// Whatever is not the simulated machines' doing.
    pub fn step(&mut self, no: NodeNo, input: Input) -> Result<(), String> {
        let now_ms = self.agenda.now_ms();
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        match node.step(now_ms, input)? {
            Stepped::Done(effects) => {
                for effect in effects {
                    self.carry_out(no, effect)?;
                }
                Ok(())
            }
            Stepped::Down(effects) => {
                if self.mutant == Some(Law::NoLoss) {
                    for effect in effects {
                        if let Effect::Send { link, frame } = effect {
                            self.send(no, link, frame);
                        }
                    }
                }
                self.crash(no)
            }
        }
    }

    /// A node goes down where it stands, and comes up some time later.
    ///
    /// # Errors
    /// None of its own.
    pub fn crash(&mut self, no: NodeNo) -> Result<(), String> {
        self.note(no, "down", &[]);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        for wire in node.stop() {
            let delay_ms = self.dice.below(5_000);
            self.plan(delay_ms, Event::Cut(wire));
        }
        let delay_ms = 100 + self.dice.below(20_000);
        self.plan(delay_ms, Event::Start(no));
        Ok(())
    }

    fn carry_out(&mut self, no: NodeNo, effect: Effect) -> Result<(), String> {
        match effect {
            Effect::Mark { marker } => {
                if let Some(node) = self.nodes.get_mut(no) {
                    node.mark(marker);
                }
            }
            Effect::Send { link, frame } => self.send(no, link, frame),
            Effect::Close { link, cause } => self.close(no, link, cause),
            Effect::Prove { ticket, jobs } => self.prove(no, ticket, &jobs),
            Effect::Wake { at_ms } => self.wake(no, at_ms),
            Effect::Acted { results, .. } => self.acted(no, results),
            Effect::Done {
                result: Ok(Done::Invited { secret, .. }),
                ..
            } => self.invited = Some(secret),
            Effect::Done {
                result: Err(refusal),
                ..
            } => return Err(format!("node {no}: {refusal}")),
            Effect::Done { .. } => {}
            Effect::Told(notice) => self.told(no, &notice),
        }
        Ok(())
    }

    fn told(&mut self, no: NodeNo, notice: &Notice) {
        self.note(no, &format!("{notice:?}"), &[]);
        match notice {
            Notice::Held { commit, .. } => self.ledger.held.push((no, *commit)),
            Notice::Alarm { commit, reason } => {
                // Bytes that do not fit what was said of them are not the ones that were signed; anything else is a second opinion.
                let law = match reason {
                    Reason::BadEvidence | Reason::BadSignature | Reason::BadDigest => Law::Verbatim,
                    _ => Law::SameVerdict,
                };
                self.breaches.push(Breach::new(law, format!("node {no} would have held {commit} for {reason:?}, which another hub admitted")));
            }
            Notice::Admitted { .. } => self.fold_some(no),
            _ => {}
        }
    }

    /// Screens are counted now and then, in slices, never all at once.
    fn fold_some(&mut self, no: NodeNo) {
        if !self.dice.chance(300) {
            return;
        }
        let records_max = u32::try_from(self.dice.between(1, 8)).unwrap_or(1);
        let Some(node) = self.nodes.get(no).filter(|node| !node.disk.full) else {
            return;
        };
        if let Err(error) = crate::folding::fold_some(node, records_max) {
            self.breaches
                .push(Breach::new(Law::FoldEqual, format!("node {no}: {error}")));
        }
    }

    fn wake(&mut self, no: NodeNo, at_ms: i64) {
        let now_ms = self.agenda.now_ms();
        let Some(node) = self.nodes.get_mut(no) else {
            return;
        };
        node.wake += 1;
        let (wish, local) = (node.wake, node.now(now_ms).ms);
        let delay_ms = u64::try_from(at_ms.saturating_sub(local))
            .unwrap_or(0)
            .max(1);
        self.agenda.plan(delay_ms, Event::Wake { node: no, wish });
    }

    fn prove(&mut self, no: NodeNo, ticket: ProofTicket, jobs: &[ProofJob]) {
        let answers = jobs.iter().map(prove).collect();
        let delay_ms = 1 + self.dice.below(200);
        let Some(life) = self.nodes.get(no).map(|node| node.life) else {
            return;
        };
        self.plan(
            delay_ms,
            Event::Proven {
                node: no,
                life,
                ticket,
                answers,
            },
        );
    }

    // ---- wires

    fn redial(&mut self, no: NodeNo) -> Result<(), String> {
        let Some(node) = self.nodes.get(no) else {
            return Ok(());
        };
        let Some(parent) = node.place.parent else {
            return Ok(());
        };
        if self.net.wire_up(no).is_some() || node.engine().is_none() || node.offline {
            return Ok(());
        }
        if self
            .nodes
            .get(parent)
            .is_none_or(|parent| parent.engine().is_none())
        {
            self.plan(3_000, Event::Dial(no));
            return Ok(());
        }
        self.dial(no, parent, None)
    }

    fn dial(
        &mut self,
        child: NodeNo,
        parent: NodeNo,
        invitation: Option<[u8; 16]>,
    ) -> Result<(), String> {
        let wire = self.net.dial(child, parent);
        self.courier.dialled(child);
        for (near, far, side) in [(parent, child, Side::Child), (child, parent, Side::Parent)] {
            self.minted_links += 1;
            let link = LinkId(self.minted_links);
            let Some(peer) = self.nodes.get(far).map(Node::key) else {
                return Ok(());
            };
            let Some(node) = self.nodes.get_mut(near) else {
                return Ok(());
            };
            node.link(link, wire);
            let invitation = invitation.filter(|_| side == Side::Parent);
            self.step(
                near,
                Input::LinkUp {
                    link,
                    peer,
                    side,
                    invitation,
                },
            )?;
        }
        Ok(())
    }

    fn send(&mut self, no: NodeNo, link: LinkId, frame: Vec<u8>) {
        let Some(wire) = self.nodes.get(no).and_then(|node| node.wire_of(link)) else {
            return;
        };
        let Some(to) = self.net.far_end(wire, no) else {
            return;
        };
        let from_hub = self
            .nodes
            .get(no)
            .is_some_and(|node| !node.place.is_phone());
        let Some((bytes, parsed)) = self.courier.leaving(no, from_hub, frame) else {
            return;
        };
        if let Some(breach) = parsed.and_then(|parsed| {
            self.meter
                .sent(wire, &parsed, bytes.len(), &limits::small(None))
        }) {
            self.breaches.push(breach);
        }
        self.note(no, "sends", &bytes);
        let Some(far) = self.nodes.get(to).and_then(|node| node.link_of(wire)) else {
            return;
        };
        let journey = self
            .net
            .send(wire, to, self.agenda.now_ms(), self.weather, &mut self.dice);
        for delay_ms in &journey.arrivals_ms {
            self.plan(
                *delay_ms,
                Event::Deliver {
                    wire,
                    to,
                    link: far,
                    bytes: bytes.clone(),
                },
            );
        }
        if journey.cut {
            let delay_ms = journey.arrivals_ms.first().map_or(0, |ms| ms / 2);
            self.plan(delay_ms, Event::Cut(wire));
        }
    }

    fn deliver(
        &mut self,
        wire: Wire,
        to: NodeNo,
        link: LinkId,
        bytes: Vec<u8>,
    ) -> Result<(), String> {
        let to_hub = self
            .nodes
            .get(to)
            .is_some_and(|node| !node.place.is_phone());
        let bytes = self.courier.arriving(to_hub, bytes);
        let frame = parse_frame(&bytes).ok();
        if let Some(frame) = frame
            .as_ref()
            .filter(|_| self.net.far_end(wire, to).is_some())
        {
            self.meter.arrived(wire, frame);
        }
        self.note(to, "hears", &bytes);
        self.step(to, Input::Frame { link, frame: bytes })?;
        if matches!(frame, Some(FrameKind::Receipts(_))) {
            self.ask_for_news(to);
        }
        Ok(())
    }

    fn close(&mut self, no: NodeNo, link: LinkId, cause: CloseCause) {
        self.note(no, &format!("closes: {cause:?}"), &[]);
        let Some(wire) = self.nodes.get_mut(no).and_then(|node| node.unlink(link)) else {
            return;
        };
        let delay_ms = 1 + self.dice.below(self.weather.delay_ms_max);
        self.plan(delay_ms, Event::Cut(wire));
    }

    fn cut(&mut self, wire: Wire) -> Result<(), String> {
        let Some((child, parent)) = self.net.cut(wire) else {
            return Ok(());
        };
        self.meter.cut(wire);
        for no in [child, parent] {
            let Some(node) = self.nodes.get_mut(no) else {
                continue;
            };
            if let Some(link) = node.link_of(wire) {
                node.unlink(link);
                self.step(no, Input::LinkDown { link })?;
            }
        }
        let delay_ms = 500 + self.dice.below(self.weather.delay_ms_max * 10);
        self.plan(delay_ms, Event::Dial(child));
        Ok(())
    }

    // ---- people

    fn act(&mut self, no: NodeNo) -> Result<(), String> {
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        if node.engine().is_none() {
            self.agenda.plan(5_000, Event::Act(no));
            return Ok(());
        }
        self.ledger.acts += 1;
        self.ask_for_news(no);
        let Some(node) = self.nodes.get_mut(no) else {
            return Ok(());
        };
        let Some(act) = people::next_act(node, &self.ledger, &mut self.dice) else {
            return Ok(());
        };
        let desk = node
            .desk
            .clone()
            .map(|desk| DeskKey(desk as Arc<dyn wangge_wire::Signer>));
        self.step(
            no,
            Input::Act {
                ticket: Ticket(3),
                desk,
                acts: vec![act],
            },
        )
    }

    /// Whoever acts also looks what became of their latest commits.
    fn ask_for_news(&mut self, no: NodeNo) {
        let latest: Vec<Saved> = self
            .ledger
            .saved
            .iter()
            .rev()
            .filter(|saved| saved.node == no)
            .take(3)
            .cloned()
            .collect();
        for saved in latest {
            self.breaches.extend(crate::laws::check_word(
                &mut self.nodes,
                &saved,
                self.mutant,
            ));
        }
    }

    fn acted(
        &mut self,
        no: NodeNo,
        results: Vec<Result<wangge_engine::ActDone, wangge_engine::Refusal>>,
    ) {
        for result in results {
            match result {
                Ok(done) => self.keep_account(no, done.commit),
                Err(refusal) => {
                    let word = format!("{refusal:?}")
                        .split([' ', '(', '{'])
                        .next()
                        .unwrap_or_default()
                        .to_owned();
                    *self.ledger.refused.entry(word).or_default() += 1;
                }
            }
        }
    }

    /// Writes down what was promised about a commit, read from the store of the one who promised.
    fn keep_account(&mut self, no: NodeNo, commit: CommitId) {
        let Some(node) = self.nodes.get_mut(no) else {
            return;
        };
        let area = node.place.area.clone();
        let is_phone = node.place.is_phone();
        let Some(row) = looking::commits(node, &[commit])
            .into_iter()
            .flatten()
            .next()
        else {
            self.breaches.push(Breach::new(
                Law::NoLoss,
                format!("node {no} said that {commit} is saved, and it is not"),
            ));
            return;
        };
        let corrupt = is_phone
            && limits::CORRUPT_PHONES.contains(&no)
            && commit.0.first().is_some_and(|byte| byte % 8 == 0);
        if corrupt {
            self.courier.corrupt.insert(commit);
        }
        if row
            .said
            .as_ref()
            .is_some_and(|said| said.act == wangge_model::kind::Act::Create)
        {
            for part in row.parts.iter().filter_map(|part| part.named.as_ref()) {
                if !self
                    .ledger
                    .made
                    .iter()
                    .any(|made| made.record == part.doc.record)
                {
                    self.ledger.made.push(Made {
                        record: part.doc.record,
                        kind: part.kind,
                        area: area.clone(),
                        moved: Vec::new(),
                    });
                }
            }
        }
        let moves = parse_header(&row.header)
            .ok()
            .and_then(|header| header.moves);
        if let Some(moves) = moves
            && let Ok(to) = moves.to_area.parse::<wangge_model::area::Area>()
        {
            for made in &mut self.ledger.made {
                if moves.records.contains(made.record.as_bytes()) {
                    made.moved.push(to.clone());
                }
            }
        }
        let bytes = looking::sealed(&row, corrupt);
        self.note(no, "saves", &bytes);
        self.ledger.saved.push(Saved {
            commit,
            node: no,
            device_seq: row.device_seq,
            bytes,
            corrupt,
            lost_with_phone: false,
        });
    }
}

/// Whether the world is busy while this is planned.
fn counts(event: &Event) -> bool {
    !matches!(event, Event::Wake { .. } | Event::Act(_) | Event::Strike(_))
}

/// The shipping proof, as a phone's or a hub's isolation would run it.
fn prove(job: &ProofJob) -> ProofAnswer {
    let changes: Vec<&[u8]> = job.changes.iter().map(Vec::as_slice).collect();
    match wangge_model::proof::prove(job.base.as_deref(), &changes) {
        Ok(proof) => {
            let heads: Vec<ChangeHash> = proof.heads;
            ProofAnswer::Proven {
                save: proof.save,
                heads,
                applied: proof.applied.iter().map(Result::is_ok).collect(),
            }
        }
        Err(_) => ProofAnswer::Failed,
    }
}

/// A draw that no seed decides, for the mutant of `replay`.
fn system_draw() -> u64 {
    let mut bytes = [0; 8];
    if getrandom::fill(&mut bytes).is_err() {
        return u64::from(std::process::id());
    }
    u64::from_be_bytes(bytes)
}

impl World {
    /// Who is not at rest, for a failing seed.
    pub fn unrest(&mut self) -> String {
        let mut text = format!("{} events under way", self.busy);
        for node in &mut self.nodes {
            let work = looking::open_work(node);
            let child = node.place.parent.is_some();
            if work.owed + work.unjudged + work.waiting > 0 || (child && !work.caught_up) {
                text.push_str(&format!("; node {} {work:?}", node.place.no));
            }
        }
        text
    }
}
