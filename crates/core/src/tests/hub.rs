//! A community hub on a loopback port: the shipping engine, store and link, in a thread of its own.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::thread::JoinHandle;
use std::time::Duration;

use tokio::sync::{mpsc, oneshot};
use wangge_engine::{
    Boot, Done, Effect, Engine, Input, LinkId, NodeKind, Offer, OfferTo, Side, Ticket, found, open,
    step,
};
use wangge_link::{Acceptor, CloseCode, Config, Endpoint, Receiver, Sender};
use wangge_model::id::Key;
use wangge_model::kind::{Level, Role};
use wangge_store::{Key as StoreKey, Mode, Store};
use wangge_views::Views;
use wangge_wire::invitation::Invitation;
use wangge_wire::{KeySigner, Signer};

use crate::dice::SystemDice;
use crate::{machine, marker, prove};

pub(crate) const COMMUNITY: &str = "410522100201";
pub(crate) const GRID: &str = "410522100201001";
const SEED: [u8; 32] = [42; 32];

enum Ask {
    Input(Input),
    Door(Input, oneshot::Sender<Done>),
    Stop,
}

/// The hub. Stops when dropped, as if its power failed.
pub(crate) struct TestHub {
    pub(crate) address: SocketAddr,
    store: Arc<Store>,
    asks: mpsc::UnboundedSender<Ask>,
    thread: Option<JoinHandle<()>>,
}

impl TestHub {
    /// A hub in `dir`, new or as it was left; at `address` or wherever there is room.
    pub(crate) fn start(dir: &Path, address: Option<SocketAddr>) -> Self {
        let path = dir.join("hub.db");
        let store = Arc::new(Store::open(&path, StoreKey::None, Mode::Create).unwrap());
        let (asks, asked) = mpsc::unbounded_channel();
        let (ready, bound) = std::sync::mpsc::channel();
        let (of_desk, back) = (Arc::clone(&store), asks.clone());
        let thread = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(async {
                let signer: Arc<dyn Signer> = Arc::new(KeySigner::from_seed(&SEED));
                let any = address.unwrap_or(([127, 0, 0, 1], 0).into());
                let (endpoint, acceptor) = Endpoint::bind(any, Config::default()).unwrap();
                endpoint.add_host(Arc::clone(&signer));
                ready.send(endpoint.local_addr().unwrap()).unwrap();
                Desk::open(of_desk, &path, signer)
                    .run(asked, back, acceptor)
                    .await;
                endpoint.close(CloseCode::BYE, "").await;
            });
        });
        let address = bound.recv().unwrap();
        Self {
            address,
            store,
            asks,
            thread: Some(thread),
        }
    }

    /// An invitation for a grid member of this community.
    pub(crate) fn invite(&self, name: &str) -> String {
        self.invite_as(name, Role::GridMember, GRID, 3_600_000)
    }

    pub(crate) fn invite_as(&self, name: &str, role: Role, area: &str, valid_ms: i64) -> String {
        let to = OfferTo::Member { role, member: None };
        let (area, name) = (area.parse().unwrap(), name.to_owned());
        let offer = Offer {
            to,
            area,
            name,
            valid_ms,
            grant_ms: 86_400_000,
            until_ms: None,
        };
        match self.ask(Input::Invite {
            ticket: Ticket(1),
            offer,
        }) {
            Done::Invited { secret, .. } => {
                let hub = KeySigner::from_seed(&SEED).public();
                Invitation {
                    address: self.address.to_string(),
                    hub,
                    secret,
                }
                .to_string()
            }
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn revoke(&self, device: &str) {
        let device = device.parse().unwrap();
        assert_eq!(
            self.ask(Input::Revoke {
                ticket: Ticket(2),
                device
            }),
            Done::Revoked
        );
    }

    fn ask(&self, input: Input) -> Done {
        let (answer, answered) = oneshot::channel();
        assert!(self.asks.send(Ask::Door(input, answer)).is_ok());
        answered.blocking_recv().unwrap()
    }

    /// The hub's rows, folded to the end.
    pub(crate) fn rows<T>(&self, ask: impl FnOnce(Views<'_>) -> T) -> T {
        let views = Views::new(&self.store).unwrap();
        views.fold_all().unwrap();
        assert_eq!(views.fold_equal().unwrap(), Vec::<String>::new());
        ask(views)
    }
}

impl Drop for TestHub {
    fn drop(&mut self) {
        self.asks.send(Ask::Stop).ok();
        if let Some(thread) = self.thread.take() {
            assert!(
                thread.join().is_ok() || std::thread::panicking(),
                "the hub panicked"
            );
        }
    }
}

/// The hub's loop.
struct Desk {
    store: Arc<Store>,
    engine: Engine,
    links: BTreeMap<LinkId, Sender>,
    next_link: u64,
    doors: Vec<oneshot::Sender<Done>>,
    wake_at_ms: Option<i64>,
}

impl Desk {
    fn open(store: Arc<Store>, path: &Path, signer: Arc<dyn Signer>) -> Self {
        let kind = NodeKind::Hub {
            level: Level::Community,
            area: COMMUNITY.parse().unwrap(),
            name: "幸福社区".to_owned(),
        };
        // A hub that stands already says so.
        found(&mut &*store, Key(signer.public()), kind, &mut SystemDice).ok();
        let marker_path = path.with_extension("marker");
        let boot = Boot {
            signer,
            marker: marker::load(&marker_path).unwrap(),
            dice: Box::new(SystemDice),
            limits: wangge_engine::limits::Limits::default(),
        };
        let engine = open(&mut &*store, boot).unwrap();
        marker::save(&marker_path, &engine.marker()).unwrap();
        Self {
            store,
            engine,
            links: BTreeMap::new(),
            next_link: 0,
            doors: Vec::new(),
            wake_at_ms: None,
        }
    }

    async fn run(
        mut self,
        mut asked: mpsc::UnboundedReceiver<Ask>,
        asks: mpsc::UnboundedSender<Ask>,
        mut acceptor: Acceptor,
    ) {
        loop {
            let wait_ms = self
                .wake_at_ms
                .map(|at_ms| at_ms.saturating_sub(machine::now().ms).max(0));
            tokio::select! {
                ask = asked.recv() => match ask {
                    Some(Ask::Input(input)) => self.step(input),
                    Some(Ask::Door(input, answer)) => {
                        self.doors.push(answer);
                        self.step(input);
                    }
                    Some(Ask::Stop) | None => return,
                },
                Some(incoming) = acceptor.accept() => {
                    self.next_link += 1;
                    let link = LinkId(self.next_link);
                    let (sender, receiver) = incoming.link.split();
                    self.links.insert(link, sender);
                    tokio::spawn(pump(link, receiver, asks.clone()));
                    self.step(Input::LinkUp { link, peer: Key(incoming.peer), side: Side::Child, invitation: None });
                }
                () = tokio::time::sleep(Duration::from_millis(wait_ms.unwrap_or(0) as u64)), if wait_ms.is_some() => {
                    self.wake_at_ms = None;
                    self.step(Input::Tick);
                }
            }
        }
    }

    fn step(&mut self, input: Input) {
        if let Input::LinkDown { link } = input {
            self.links.remove(&link);
        }
        let mut inputs = vec![input];
        while let Some(input) = inputs.pop() {
            for effect in step(&mut &*self.store, &mut self.engine, machine::now(), input).unwrap()
            {
                match effect {
                    Effect::Send { link, frame } => {
                        if let Some(sender) = self.links.get(&link) {
                            sender.try_send(frame).ok();
                        }
                    }
                    Effect::Close { link, .. } => {
                        if let Some(sender) = self.links.remove(&link) {
                            tokio::spawn(async move { sender.close(CloseCode::BYE, "").await });
                        }
                    }
                    Effect::Prove { ticket, jobs } => {
                        inputs.push(Input::Proven {
                            ticket,
                            answers: prove::prove(jobs),
                        });
                    }
                    Effect::Wake { at_ms } => self.wake_at_ms = Some(at_ms),
                    Effect::Done { result, .. } => {
                        self.doors.remove(0).send(result.unwrap()).ok();
                    }
                    Effect::Acted { .. } | Effect::Told(_) | Effect::Mark { .. } => {}
                }
            }
        }
    }
}

/// Hands a link's frames to the loop.
async fn pump(link: LinkId, mut receiver: Receiver, asks: mpsc::UnboundedSender<Ask>) {
    while let Ok(Some(frame)) = receiver.recv().await {
        if asks.send(Ask::Input(Input::Frame { link, frame })).is_err() {
            return;
        }
    }
    asks.send(Ask::Input(Input::LinkDown { link })).ok();
}
