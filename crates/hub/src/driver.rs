//! One hub's loop: takes inputs, has the machine work on them, and lets the effects out once they are committed.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use tokio::sync::{Semaphore, mpsc, oneshot, watch};
use tokio::time::{Instant, sleep_until};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wangge_engine::{
    ActDone, CloseCause, Done, Effect, Input, LinkId, Notice, ProofJob, ProofTicket, Refusal, Side,
    Ticket,
};
use wangge_link::{CloseCode, LinkError, Sender};
use wangge_model::id::Key;
use wangge_wire::v1::FaultCode;

use crate::error::HubError;
use crate::hub::{Facts, Shared};
use crate::limits::{ACT_TOLD_MAX, FOLD_DELAY, INPUTS_PER_TRIP_MAX};
use crate::machine::{Machine, Trip};
use crate::metrics::{OfHub, OfWhat};
use crate::prover::Prover;
use crate::system::now_ms;

/// What comes to a hub.
pub(crate) enum Call {
    /// A link stands; frames for it go into the queue.
    Attach {
        /// The link.
        link: LinkId,
        /// The key that it proved.
        peer: Key,
        /// What the peer is to us.
        side: Side,
        /// The secret of the hub's own invitation, with a parent that does not know it yet.
        invitation: Option<[u8; 16]>,
        /// Its sending half.
        sender: Sender,
    },
    /// Something for the engine that has no answer.
    Input(Input),
    /// A question, and who waits for the answer.
    Ask(Question),
}

/// A question to the engine.
pub(crate) enum Question {
    /// To [`Input::Act`].
    Act(
        Box<dyn FnOnce(Ticket) -> Input + Send>,
        oneshot::Sender<Vec<Result<ActDone, Refusal>>>,
    ),
    /// To the others.
    Do(
        Box<dyn FnOnce(Ticket) -> Input + Send>,
        oneshot::Sender<Result<Done, Refusal>>,
    ),
}

enum Answer {
    Acts(oneshot::Sender<Vec<Result<ActDone, Refusal>>>),
    Done(oneshot::Sender<Result<Done, Refusal>>),
}

/// A link that stands.
struct Open {
    sender: Sender,
    peer: Key,
    side: Side,
}

/// The loop's state.
pub(crate) struct Driver {
    facts: Arc<Facts>,
    calls: mpsc::Receiver<Call>,
    prover: Arc<Prover>,
    proven: (mpsc::Sender<Input>, mpsc::Receiver<Input>),
    trips: Arc<Semaphore>,
    enrolled: watch::Sender<bool>,
    links: BTreeMap<LinkId, Open>,
    answers: BTreeMap<Ticket, Answer>,
    tickets: u64,
    wake: Option<Instant>,
    fold: Option<Instant>,
    /// Proofs that are asked for.
    proving: usize,
    /// Acts that are done; who asked hears it when the rows show it.
    acted: Vec<Acted>,
    closing: TaskTracker,
    stop: CancellationToken,
}

/// An act that is durable and not yet told.
struct Acted {
    answer: oneshot::Sender<Vec<Result<ActDone, Refusal>>>,
    results: Vec<Result<ActDone, Refusal>>,
    /// Told then at the latest.
    at: Instant,
}

impl Driver {
    pub(crate) fn new(
        facts: Arc<Facts>,
        calls: mpsc::Receiver<Call>,
        shared: &Shared,
        enrolled: watch::Sender<bool>,
    ) -> Self {
        let (prover, trips, stop) = (
            Arc::clone(&shared.prover),
            Arc::clone(&shared.trips),
            shared.stop.clone(),
        );
        Self {
            facts,
            calls,
            prover,
            proven: mpsc::channel(1),
            trips,
            enrolled,
            links: BTreeMap::new(),
            answers: BTreeMap::new(),
            tickets: 0,
            wake: None,
            fold: None,
            proving: 0,
            acted: Vec::new(),
            closing: TaskTracker::new(),
            stop,
        }
    }

    /// Runs until it is stopped; then what is open is closed with a bye.
    pub(crate) async fn run(mut self, mut machine: Machine) {
        loop {
            let (inputs, last) = self.gather().await;
            let fold = self.fold.is_some_and(|at| at <= Instant::now());
            if fold {
                self.fold = None;
            }
            let mut trip;
            (machine, trip) = match self.trip(machine, inputs, fold).await {
                Some(back) => back,
                None => return,
            };
            self.release(&mut trip);
            self.tell_acted();
            if last {
                return self.finish(machine).await;
            }
        }
    }

    /// The byes are on their way, each close ends by its own patience; meanwhile what was admitted is counted.
    async fn finish(mut self, mut machine: Machine) {
        self.closing.close();
        while self.fold.take().is_some() {
            let trip;
            (machine, trip) = match self.trip(machine, Vec::new(), true).await {
                Some(back) => back,
                None => break,
            };
            self.fold = trip.behind.then(Instant::now);
        }
        self.closing.wait().await;
    }

    /// Waits for something to do. The flag says that nothing more will come.
    async fn gather(&mut self) -> (Vec<Input>, bool) {
        let mut calls = Vec::new();
        let told = self.acted.iter().map(|acted| acted.at);
        let timer = self.wake.into_iter().chain(self.fold).chain(told).min();
        let idle = Instant::now() + Duration::from_secs(3600);
        tokio::select! {
            biased;
            Some(input) = self.proven.1.recv() => {
                self.proving = self.proving.saturating_sub(1);
                return (vec![input], false);
            }
            taken = self.calls.recv_many(&mut calls, INPUTS_PER_TRIP_MAX) => {
                if taken == 0 {
                    return (vec![Input::Stop], true);
                }
            }
            () = self.stop.cancelled() => return (vec![Input::Stop], true),
            () = sleep_until(timer.unwrap_or(idle)), if timer.is_some() => {}
        }
        let mut inputs: Vec<_> = calls.into_iter().map(|call| self.input(call)).collect();
        if self.wake.is_some_and(|at| at <= Instant::now()) {
            self.wake = None;
            inputs.push(Input::Tick);
        }
        (inputs, false)
    }

    fn input(&mut self, call: Call) -> Input {
        match call {
            Call::Input(input) => {
                match &input {
                    Input::LinkDown { link } => drop(self.detach(*link)),
                    Input::Frame { link, frame } => self.hear(*link, frame.len()),
                    _ => {}
                }
                input
            }
            Call::Attach {
                link,
                peer,
                side,
                invitation,
                sender,
            } => {
                self.links.insert(link, Open { sender, peer, side });
                self.facts.connect(peer);
                self.count_links();
                Input::LinkUp {
                    link,
                    peer,
                    side,
                    invitation,
                }
            }
            Call::Ask(question) => {
                self.tickets += 1;
                let ticket = Ticket(self.tickets);
                let (make, answer) = match question {
                    Question::Act(make, answer) => (make, Answer::Acts(answer)),
                    Question::Do(make, answer) => (make, Answer::Done(answer)),
                };
                self.answers.insert(ticket, answer);
                make(ticket)
            }
        }
    }

    fn hear(&self, link: LinkId, bytes: usize) {
        self.frame_bytes("in", bytes);
        if self
            .links
            .get(&link)
            .is_some_and(|open| open.side == Side::Parent)
        {
            self.facts.parent_ms.store(now_ms(), Ordering::Relaxed);
        }
    }

    async fn trip(
        &self,
        mut machine: Machine,
        inputs: Vec<Input>,
        fold: bool,
    ) -> Option<(Machine, Trip)> {
        let seat = self.trips.acquire().await.ok()?;
        let work = tokio::task::spawn_blocking(move || {
            let trip = machine.run(inputs, fold);
            (machine, trip)
        });
        let back = work.await;
        drop(seat);
        match back {
            Ok(back) => Some(back),
            Err(error) => {
                tracing::error!(hub = %self.facts.area, %error, "the hub's machine panicked; its loop ends, the others go on");
                None
            }
        }
    }

    /// Lets out what the machine's trip brought. All of it is committed.
    fn release(&mut self, trip: &mut Trip) {
        for effect in trip.effects.drain(..) {
            self.on_effect(effect);
        }
        if trip.enrolled != *self.enrolled.borrow() {
            self.enrolled.send_replace(trip.enrolled);
        }
        if trip.folded > 0 {
            self.facts.ring();
        }
        if trip.behind && self.fold.is_none() {
            self.fold = Some(Instant::now());
        }
        if let Some(error) = trip.dropped.take() {
            self.drop_all(&error);
        }
    }

    fn on_effect(&mut self, effect: Effect) {
        match effect {
            Effect::Send { link, frame } => self.send(link, frame),
            Effect::Close { link, cause } => self.close(link, cause),
            Effect::Prove { ticket, jobs } => self.prove(ticket, jobs),
            Effect::Wake { at_ms } => {
                let delay_ms = u64::try_from(at_ms.saturating_sub(now_ms())).unwrap_or(0);
                self.wake = Some(Instant::now() + Duration::from_millis(delay_ms));
            }
            Effect::Acted { ticket, results } => {
                if let Some(Answer::Acts(answer)) = self.answers.remove(&ticket) {
                    let at = Instant::now() + ACT_TOLD_MAX;
                    self.acted.push(Acted {
                        answer,
                        results,
                        at,
                    });
                }
            }
            Effect::Done { ticket, result } => {
                if let Some(Answer::Done(answer)) = self.answers.remove(&ticket) {
                    let _ = answer.send(result);
                }
            }
            Effect::Told(notice) => self.on_notice(&notice),
            // Kept in the step itself, before anything of it could leave.
            Effect::Mark { .. } => {}
        }
    }

    /// The engine's windows bound what is under way, so a full queue is a peer that does not read. It is let go: it comes again, and
    /// nothing is lost.
    fn send(&mut self, link: LinkId, frame: Vec<u8>) {
        let Some(Open { sender, .. }) = self.links.get(&link) else {
            return;
        };
        self.frame_bytes("out", frame.len());
        match sender.try_send(frame) {
            Ok(()) => {}
            Err(LinkError::Full) => {
                tracing::warn!(hub = %self.facts.area, link = link.0, "a peer does not read; its link is closed");
                sender.abort(
                    FaultCode::FaultBusy.into(),
                    "what was asked for is not read",
                );
                self.count_closed("stuck");
                drop(self.detach(link));
            }
            // Its reader says so too, and that is what the engine hears.
            Err(error) => {
                tracing::debug!(hub = %self.facts.area, link = link.0, %error, "a frame came too late")
            }
        }
    }

    fn close(&mut self, link: LinkId, cause: CloseCause) {
        let Some(Open { sender, .. }) = self.detach(link) else {
            return;
        };
        let (code, what) = match cause {
            CloseCause::Bye => (CloseCode::BYE, "bye"),
            CloseCause::Fault(code) => (code.into(), "fault"),
            CloseCause::Replaced => (CloseCode::BYE, "replaced"),
            CloseCause::Stalled => (FaultCode::FaultBusy.into(), "stalled"),
        };
        self.count_closed(what);
        self.closing
            .spawn(async move { sender.close(code, what).await });
    }

    /// Whoever acted reads what they wrote: they hear of it once it is judged and counted, or when that takes too long.
    fn tell_acted(&mut self) {
        let now = Instant::now();
        let at_rest =
            self.proving == 0 && self.fold.is_none() && self.wake.is_none_or(|at| at > now);
        for acted in self
            .acted
            .extract_if(.., |acted| at_rest || acted.at <= now)
        {
            // Who asked may have gone meanwhile; the act stands all the same.
            let _ = acted.answer.send(acted.results);
        }
    }

    fn prove(&mut self, ticket: ProofTicket, jobs: Vec<ProofJob>) {
        let (prover, metrics, back) = (
            Arc::clone(&self.prover),
            Arc::clone(&self.facts.metrics),
            self.proven.0.clone(),
        );
        self.proving += 1;
        tokio::spawn(async move {
            let begun = Instant::now();
            let answers = prover.prove(&jobs).await;
            metrics.prove_seconds.observe(begun.elapsed().as_secs_f64());
            // The loop is gone only when the hub stops: the question is asked again after the next start.
            let _ = back.send(Input::Proven { ticket, answers }).await;
        });
    }

    fn on_notice(&mut self, notice: &Notice) {
        let hub = &self.facts.area;
        let (what, number) = match notice {
            Notice::Opened { link, peer, side } => {
                tracing::info!(%hub, link = link.0, %peer, ?side, "session");
                ("session", 1)
            }
            Notice::Enrolled { parent } => {
                tracing::info!(%hub, %parent, "enrolled with the parent");
                ("enrolled", 1)
            }
            Notice::ChildEnrolled { peer } => {
                tracing::info!(%hub, %peer, "enrolled a child");
                ("child_enrolled", 1)
            }
            Notice::Faulted {
                link, code, theirs, ..
            } => {
                tracing::warn!(%hub, link = link.0, ?code, theirs, "session ended with a fault");
                ("fault", 1)
            }
            Notice::Received { commits } => ("received", *commits),
            Notice::Admitted { commits } => {
                let delay = if self.acted.is_empty() {
                    FOLD_DELAY
                } else {
                    Duration::ZERO
                };
                let at = Instant::now() + delay;
                self.fold = Some(self.fold.map_or(at, |before| before.min(at)));
                ("admitted", *commits)
            }
            Notice::Held { commit, reason } => {
                tracing::info!(%hub, %commit, ?reason, "held");
                ("held", 1)
            }
            Notice::Alarm { commit, reason } => {
                tracing::error!(%hub, %commit, ?reason, "another hub's verdict does not hold here; the record is paused");
                ("alarm", 1)
            }
            Notice::Reborn => {
                tracing::warn!(%hub, "a new epoch: the store is a copy");
                ("reborn", 1)
            }
            Notice::Merged { .. } => ("merged", 1),
            Notice::CaughtUp { .. } => ("caught_up", 1),
        };
        let label = OfWhat {
            hub: hub.to_string(),
            what,
        };
        self.facts.metrics.told.get_or_create(&label).inc_by(number);
        if !matches!(notice, Notice::Received { .. } | Notice::Merged { .. }) {
            self.facts.ring();
        }
    }

    fn detach(&mut self, link: LinkId) -> Option<Open> {
        let open = self.links.remove(&link)?;
        self.facts.disconnect(open.peer);
        self.facts.ring();
        self.count_links();
        Some(open)
    }

    /// The machine is gone: nobody's question will be answered, and every peer has to begin anew.
    fn drop_all(&mut self, error: &HubError) {
        let cause = std::error::Error::source(error)
            .map(ToString::to_string)
            .unwrap_or_default();
        tracing::error!(hub = %self.facts.area, %error, cause, "the hub's machine is dropped and opened anew from disk");
        for open in std::mem::take(&mut self.links).into_values() {
            self.facts.disconnect(open.peer);
            open.sender.abort(
                FaultCode::FaultInternal.into(),
                "this hub begins anew: come again",
            );
        }
        self.answers.clear();
        self.acted.clear();
        self.wake = None;
        self.count_links();
        self.count_closed("machine");
    }

    fn count_links(&self) {
        let label = OfHub {
            hub: self.facts.area.to_string(),
        };
        self.facts
            .metrics
            .links
            .get_or_create(&label)
            .set(i64::try_from(self.links.len()).unwrap_or(i64::MAX));
    }

    fn frame_bytes(&self, what: &'static str, bytes: usize) {
        let label = OfWhat {
            hub: self.facts.area.to_string(),
            what,
        };
        self.facts
            .metrics
            .frame_bytes
            .get_or_create(&label)
            .inc_by(u64::try_from(bytes).unwrap_or(u64::MAX));
    }

    fn count_closed(&self, what: &'static str) {
        self.facts
            .metrics
            .closed
            .get_or_create(&OfWhat {
                hub: self.facts.area.to_string(),
                what,
            })
            .inc();
    }
}
