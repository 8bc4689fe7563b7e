//! A small community: members who write to records, as the engine would store it.

use std::collections::BTreeMap;

use wangge_engine::TxError;
use wangge_engine::tx::*;
use wangge_model::doc::Doc;
use wangge_model::gate::{self, GateLimits};
use wangge_model::id::{ActorId, CommitId, Incarnation, Key, MemberId, RecordId, StatementId};
use wangge_model::kind::{Act, Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, StepKind, log_key};
use wangge_model::time::{Hlc, Ms};
use wangge_model::value::Edit;
use wangge_store::Store;

use crate::Views;

pub(crate) const GRID: &str = "410522100201001";
pub(crate) const OTHER_GRID: &str = "410522100202001";

/// Who writes: a member with one device.
#[derive(Clone, Copy)]
pub(crate) struct Writer(pub(crate) u8);

impl Writer {
    pub(crate) fn member(self) -> MemberId {
        MemberId::mint(1, [self.0; 10])
    }

    fn actor(self) -> ActorId {
        ActorId([self.0; 16])
    }

    fn grant(self) -> StatementId {
        StatementId([self.0; 32])
    }

    fn device(self) -> Key {
        Key([self.0; 32])
    }
}

/// A record's documents as one person sees them.
pub(crate) type Sight = BTreeMap<Facet, Doc>;

pub(crate) struct World {
    pub(crate) store: Store,
    records: u32,
    seqs: BTreeMap<u8, u64>,
    now: i64,
}

impl World {
    pub(crate) fn new() -> Self {
        let world = Self {
            store: Store::open_memory().unwrap(),
            records: 0,
            seqs: BTreeMap::new(),
            now: 1_700_000_000_000,
        };
        Views::new(&world.store).unwrap();
        world
    }

    pub(crate) fn views(&self) -> Views<'_> {
        Views::new(&self.store).unwrap()
    }

    fn tx<T>(&self, work: impl FnOnce(&mut dyn Tx) -> Result<T, TxError>) -> T {
        (&mut &self.store).transact(work).unwrap()
    }

    pub(crate) fn grant(&self, writer: Writer, name: &str, role: Role) {
        let row = GrantRow {
            statement: writer.grant(),
            hub: Key([99; 32]),
            device: writer.device(),
            member: writer.member(),
            name: name.to_owned(),
            role,
            area: GRID.parse().unwrap(),
            from_ms: 0,
            until_ms: i64::MAX,
            kinds: Kind::all().collect(),
            facets: Facet::ALL.to_vec(),
            acts: Act::ALL.to_vec(),
        };
        self.tx(|tx| tx.append_grants(&[row]));
    }

    /// The clock of everybody.
    pub(crate) fn now(&self) -> Ms {
        Ms(self.now)
    }

    /// Lets time pass.
    pub(crate) fn pass(&mut self, hours: i64) {
        self.now += hours * 3_600_000;
    }

    /// A matter of this sort and source, reported.
    pub(crate) fn report(&mut self, writer: Writer, area: &str, edits: &[Edit]) -> RecordId {
        let title = Edit::set(Facet::Open, "title", "路灯不亮");
        let edits: Vec<Edit> = edits.iter().cloned().chain([title]).collect();
        let matter = self.create(writer, Kind::MATTER, area, &edits);
        self.take(writer, matter, StepKind::Report, None);
        matter
    }

    /// Takes a step on what stands in the store.
    pub(crate) fn take(
        &mut self,
        writer: Writer,
        matter: RecordId,
        kind: StepKind,
        to: Option<&str>,
    ) {
        let mut sight = self.sight(matter);
        self.step(writer, matter, &mut sight, kind, to);
    }

    /// The record as it stands in the store.
    pub(crate) fn sight(&self, record: RecordId) -> Sight {
        let ids: Vec<DocId> = Facet::ALL
            .iter()
            .map(|&facet| DocId { record, facet })
            .collect();
        let rows = self.tx(|tx| tx.load_documents(&ids));
        rows.into_iter()
            .flatten()
            .map(|row| (row.id.facet, Doc::load(&row.save).unwrap()))
            .collect()
    }

    pub(crate) fn create(
        &mut self,
        writer: Writer,
        kind: Kind,
        area: &str,
        edits: &[Edit],
    ) -> RecordId {
        self.records += 1;
        let record = RecordId::mint(i64::from(self.records), [1; 10]);
        self.commit(
            writer,
            Act::Create,
            record,
            kind,
            area,
            &mut Sight::new(),
            edits,
            None,
        );
        record
    }

    /// Writes on what the writer sees, and merges it into the store.
    pub(crate) fn edit(
        &mut self,
        writer: Writer,
        record: RecordId,
        kind: Kind,
        sight: &mut Sight,
        edits: &[Edit],
    ) -> CommitId {
        self.commit(writer, Act::Edit, record, kind, GRID, sight, edits, None)
    }

    pub(crate) fn step(
        &mut self,
        writer: Writer,
        record: RecordId,
        sight: &mut Sight,
        kind: StepKind,
        to: Option<&str>,
    ) {
        let step = Step {
            note: "因为".to_owned(),
            to: to.map(str::to_owned),
            ..Step::new(kind, writer.member(), Ms(self.now))
        };
        self.entry(writer, record, sight, step.encode());
    }

    /// An entry of a log, whatever it says.
    pub(crate) fn entry(
        &mut self,
        writer: Writer,
        record: RecordId,
        sight: &mut Sight,
        json: String,
    ) {
        let key = log_key(Hlc((self.now as u64 + 1) << 16), &writer.actor());
        let edit = Edit::set(Facet::Open, key, json);
        self.commit(
            writer,
            Act::Step,
            record,
            Kind::MATTER,
            GRID,
            sight,
            &[edit],
            None,
        );
    }

    /// A commit that entered no record.
    pub(crate) fn hold(
        &mut self,
        writer: Writer,
        record: RecordId,
        edits: &[Edit],
        reason: Reason,
    ) -> CommitId {
        let mut sight = self.sight(record);
        self.commit(
            writer,
            Act::Edit,
            record,
            Kind::RESIDENT,
            GRID,
            &mut sight,
            edits,
            Some(reason),
        )
    }

    pub(crate) fn answer(&mut self, writer: Writer, held: CommitId) {
        let mut row = self.row(writer, Act::Decline, GRID, Vec::new());
        let said = row.said.as_mut().unwrap();
        said.evidence = Some(held);
        said.reason = Some(Reason::DeclinedDuplicate);
        self.tx(|tx| tx.append_commits(&[row]));
    }

    #[expect(
        clippy::too_many_arguments,
        reason = "a test builder: everything a commit is made of"
    )]
    fn commit(
        &mut self,
        writer: Writer,
        act: Act,
        record: RecordId,
        kind: Kind,
        area: &str,
        sight: &mut Sight,
        edits: &[Edit],
        held: Option<Reason>,
    ) -> CommitId {
        let mut parts = Vec::new();
        let mut stored = self.sight(record);
        for facet in Facet::ALL {
            let of_facet: Vec<&Edit> = edits.iter().filter(|edit| edit.facet == *facet).collect();
            if of_facet.is_empty() {
                continue;
            }
            let written = sight
                .entry(*facet)
                .or_default()
                .write(writer.actor(), of_facet, Ms(self.now))
                .unwrap();
            if held.is_none() {
                stored
                    .entry(*facet)
                    .or_default()
                    .apply(&[&written.change])
                    .unwrap();
            }
            parts.push(part(
                DocId {
                    record,
                    facet: *facet,
                },
                kind,
                written.change,
            ));
        }
        let mut row = self.row(writer, act, area, parts);
        if let Some(reason) = held {
            row.state = CommitState::Held;
            row.verdict = Some(Judged {
                reason: Some(reason),
                blocked_by: None,
                statement: StatementId([7; 32]),
                hub: Key([99; 32]),
                at_ms: self.now,
            });
        }
        let id = row.id;
        let documents: Vec<DocRow> = stored
            .iter()
            .filter(|_| held.is_none())
            .map(|(facet, doc)| DocRow {
                id: DocId {
                    record,
                    facet: *facet,
                },
                save: doc.save(),
                heads: doc.heads(),
                branch: 0,
            })
            .collect();
        let head = RecordRow {
            id: record,
            kind,
            area: area.parse().unwrap(),
            created_by: id,
            paused: false,
        };
        self.tx(|tx| {
            tx.append_commits(&[row])?;
            if act == Act::Create {
                tx.save_records(&[head])?;
            }
            tx.save_documents(&documents)
        });
        id
    }

    fn row(&mut self, writer: Writer, act: Act, area: &str, parts: Vec<PartRow>) -> CommitRow {
        self.now += 1_000;
        let seq = self.seqs.entry(writer.0).or_default();
        *seq += 1;
        let mut id = [writer.0; 32];
        id[..8].copy_from_slice(&seq.to_be_bytes());
        CommitRow {
            id: CommitId(id),
            header: vec![1],
            signature: vec![2; 64],
            parts,
            device: writer.device(),
            incarnation: Incarnation([writer.0; 8]),
            device_seq: *seq,
            said: Some(SaidRow {
                author: writer.member(),
                grant: writer.grant(),
                act,
                hlc: (self.now as u64) << 16,
                stated_ms: self.now,
                evidence: None,
                reason: None,
            }),
            area: area.parse().unwrap(),
            received_ms: self.now,
            origin: Some(Origin {
                chain: ChainId {
                    key: writer.device(),
                    epoch: Incarnation([writer.0; 8]),
                },
                place: *seq,
            }),
            owed: false,
            state: CommitState::Admitted,
            verdict: None,
            place: None,
        }
    }

    /// Breaks a document, as a bad disk would.
    pub(crate) fn save_raw(&self, record: RecordId, save: Vec<u8>) {
        let row = DocRow {
            id: DocId {
                record,
                facet: Facet::Open,
            },
            save,
            heads: Vec::new(),
            branch: 0,
        };
        self.tx(|tx| tx.save_documents(&[row]));
    }

    pub(crate) fn peer(&self, number: u8, kind: PeerKind, level: Level, name: &str, seen_ms: i64) {
        let row = PeerRow {
            key: Key([number; 32]),
            kind,
            level,
            area: GRID.parse().unwrap(),
            member: None,
            name: name.to_owned(),
            statement: StatementId([number; 32]),
            revoked_ms: None,
            epoch: Incarnation([number; 8]),
            seen_place: 0,
            seen_ms,
            agent: "wangge/0.1.0".to_owned(),
        };
        self.tx(|tx| tx.save_peers(&[row]));
    }
}

/// A part as the engine stores it.
fn part(doc: DocId, kind: Kind, change: Vec<u8>) -> PartRow {
    let outline = gate::outline(&change, &GateLimits::default()).unwrap();
    PartRow {
        salt: vec![1; 16],
        named: Some(PartName {
            doc,
            kind,
            branch: 0,
        }),
        outline: Some(PartOutline {
            hash: outline.hash,
            actor: outline.actor,
            start_op: outline.start_op,
            ops: outline.ops.len() as u64,
        }),
        change,
    }
}
