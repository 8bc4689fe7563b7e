//! A process's hubs: opened together, reached over one UDP port and one HTTP port, stopped together.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wangge_console::Reached;
use wangge_link::{CloseCode, Config, Endpoint, Stats};
use wangge_model::area::Area;
use wangge_model::id::Key;
use wangge_store::Pool;

use crate::error::{HubError, Result};
use crate::hub::{Hub, Shared};
use crate::limits::{READS_MAX, STOP_MAX, TRIPS_MAX};
use crate::metrics::Metrics;
use crate::prover::{Prover, ProverConfig, Proving};
use crate::site::{Site, SiteLock};
use crate::uplink::Uplink;
use crate::{admin, automate, http, links};

/// How a site is opened.
#[derive(Debug, Clone)]
pub struct HostOptions {
    /// Where phones and child hubs connect (UDP); none: the hubs are not reached and dial nobody.
    pub listen: Option<SocketAddr>,
    /// Where the consoles are served (HTTP).
    pub console: Option<SocketAddr>,
    /// Whether a proxy before it speaks HTTPS, so that cookies may ask for it.
    pub https: bool,
    /// How often the hubs do what the rules in force say; none: only when somebody asks.
    pub automate: Option<Duration>,
    /// Stores kept open at the same time, three files each.
    pub stores_open_max: usize,
    /// Where changes are proven. The default is right for the `wangge` program alone: it starts itself with the argument `prove`.
    pub proving: Proving,
}

impl HostOptions {
    /// Open, but reached by nobody.
    #[must_use]
    pub fn offline() -> Self {
        let files_max = rlimit::Resource::NOFILE.get_soft().unwrap_or(1024);
        Self {
            listen: None,
            console: None,
            https: false,
            automate: None,
            stores_open_max: Pool::open_max_for(files_max),
            proving: Proving::Children(ProverConfig::of_this_program(&["prove"])),
        }
    }
}

/// The hubs by name and by key, and what their links cost.
pub(crate) struct Hubs {
    by_area: BTreeMap<Area, Arc<Hub>>,
    by_key: BTreeMap<Key, Arc<Hub>>,
    bytes_up: AtomicU64,
    bytes_down: AtomicU64,
}

/// A site at work.
pub struct Host {
    site: Site,
    hubs: Arc<Hubs>,
    /// Hubs whose folder cannot be read, and why.
    broken: BTreeMap<Area, HubError>,
    shared: Shared,
    endpoint: Option<Endpoint>,
    listens: Option<SocketAddr>,
    console: OnceLock<SocketAddr>,
    tasks: TaskTracker,
    _lock: SiteLock,
}

impl Host {
    /// Opens a site's hubs. Stores are opened when they are first needed.
    ///
    /// # Errors
    /// Whatever keeps a folder from being read, or an address from being listened on; then nothing stays open.
    pub async fn open(site: Site, lock: SiteLock, options: HostOptions) -> Result<Arc<Self>> {
        let shared = Shared {
            pool: Pool::new(options.stores_open_max),
            prover: Arc::new(Prover::new(options.proving.clone())),
            metrics: Arc::new(Metrics::default()),
            trips: Arc::new(Semaphore::new(TRIPS_MAX)),
            reads: Arc::new(Semaphore::new(READS_MAX)),
            stop: CancellationToken::new(),
        };
        let tasks = TaskTracker::new();
        let mut host = Self {
            hubs: Arc::new(Hubs::new()),
            broken: BTreeMap::new(),
            site,
            shared,
            endpoint: None,
            listens: None,
            console: OnceLock::new(),
            tasks,
            _lock: lock,
        };
        let stop = host.shared.stop.clone();
        host.start(&options).inspect_err(|_| stop.cancel())?;
        let host = Arc::new(host);
        if options.listen.is_some() {
            host.serve(&options).await.inspect_err(|_| stop.cancel())?;
        }
        Ok(host)
    }

    fn start(&mut self, options: &HostOptions) -> Result<()> {
        let mut hubs = Hubs::new();
        let mut signers = Vec::new();
        for area in self.site.areas()? {
            match self.start_hub(&area) {
                Ok((hub, signer)) => {
                    hubs.add(Arc::clone(&hub));
                    signers.push((hub, signer));
                }
                Err(error) => {
                    let cause = std::error::Error::source(&error).map(ToString::to_string);
                    tracing::error!(hub = %area, %error, cause, "this hub cannot be opened; the others go on");
                    self.broken.insert(area, error);
                }
            }
        }
        self.hubs = Arc::new(hubs);
        if let Some(listen) = options.listen {
            self.connect(listen, signers)?;
        }
        Ok(())
    }

    fn start_hub(&self, area: &Area) -> Result<(Arc<Hub>, Arc<dyn wangge_wire::Signer>)> {
        let folder = self.site.hub(area)?;
        let signer: Arc<dyn wangge_wire::Signer> = Arc::new(folder.load_signer()?);
        let (hub, run) = Hub::new(folder, Arc::clone(&signer), self.shared.clone())?;
        self.tasks.spawn(run);
        Ok((hub, signer))
    }

    /// Takes links in and dials the parents.
    fn connect(
        &mut self,
        listen: SocketAddr,
        signers: Vec<(Arc<Hub>, Arc<dyn wangge_wire::Signer>)>,
    ) -> Result<()> {
        let (endpoint, acceptor) =
            Endpoint::bind(listen, Config::default()).map_err(HubError::link)?;
        let listens = endpoint.local_addr().map_err(HubError::link)?;
        for (hub, signer) in signers {
            endpoint.add_host(Arc::clone(&signer));
            let Some(parent) = hub.folder().config.parent.clone() else {
                continue;
            };
            let uplink = Uplink {
                enrolled: hub.enrolled(),
                hub,
                parent,
                signer,
                endpoint: endpoint.clone(),
                here: loopback(listens),
                stop: self.shared.stop.clone(),
            };
            self.tasks.spawn(uplink.run());
        }
        let accept = links::accept(
            acceptor,
            Arc::clone(&self.hubs),
            self.tasks.clone(),
            self.shared.stop.clone(),
        );
        self.tasks.spawn(accept);
        self.endpoint = Some(endpoint);
        self.listens = Some(listens);
        Ok(())
    }

    /// Answers `wangge hub …` on the site's socket, and people on the console's port.
    async fn serve(self: &Arc<Self>, options: &HostOptions) -> Result<()> {
        let (stop, listener) = (self.shared.stop.clone(), admin::bind(&self.site)?);
        self.tasks
            .spawn(admin::serve(Arc::downgrade(self), listener, stop.clone()));
        for (every, hub) in options.automate.into_iter().flat_map(|every| {
            let hubs = self.hubs.by_area.values();
            hubs.map(move |hub| (every, Arc::clone(hub)))
        }) {
            self.tasks
                .spawn(automate::keep_on(hub, every, self.shared.stop.clone()));
        }
        if let Some(address) = options.console {
            let reached = if options.https {
                Reached::Https
            } else {
                Reached::Http
            };
            let bound = http::serve(self, address, reached, &self.tasks, stop).await?;
            // Set once: a host is served once.
            let _ = self.console.set(bound);
        }
        Ok(())
    }

    /// Where people begin: `http://…`, without a path.
    #[must_use]
    pub fn console(&self) -> Option<String> {
        self.console
            .get()
            .map(|address| format!("http://{}", loopback(*address)))
    }

    /// The addresses of the consoles, the largest area first.
    #[must_use]
    pub fn consoles(&self) -> Vec<String> {
        let Some(begin) = self.console() else {
            return Vec::new();
        };
        let mut areas: Vec<_> = self.hubs.by_area.keys().map(ToString::to_string).collect();
        areas.sort_by_key(String::len);
        areas
            .iter()
            .map(|area| format!("{begin}/h/{area}/"))
            .collect()
    }

    /// Answers what `wangge hub …` asks.
    ///
    /// # Errors
    /// What keeps it from being done.
    pub async fn answer(&self, request: admin::Request) -> Result<admin::Reply> {
        admin::answer(self, request).await
    }

    /// What is counted, in the text format that Prometheus reads.
    pub(crate) fn metrics(&self) -> String {
        self.shared.metrics.encode()
    }

    /// Where phones and child hubs connect.
    #[must_use]
    pub fn listens(&self) -> Option<SocketAddr> {
        self.listens
    }

    /// The hubs whose folders cannot be read, by area, with why.
    pub(crate) fn broken(&self) -> &BTreeMap<Area, HubError> {
        &self.broken
    }

    /// The hubs, by area.
    pub fn hubs(&self) -> impl Iterator<Item = &Arc<Hub>> {
        self.hubs.by_area.values()
    }

    /// A hub by its area; the only one where none is named.
    ///
    /// # Errors
    /// [`HubError::UnknownHub`], [`HubError::WhichHub`].
    pub fn hub(&self, area: Option<&Area>) -> Result<&Arc<Hub>> {
        match area {
            Some(area) => self
                .hubs
                .by_area
                .get(area)
                .ok_or_else(|| HubError::UnknownHub { area: area.clone() }),
            None if self.hubs.by_area.len() == 1 => self
                .hubs
                .by_area
                .values()
                .next()
                .ok_or(HubError::WhichHub { hubs: 0 }),
            None => Err(HubError::WhichHub {
                hubs: self.hubs.by_area.len(),
            }),
        }
    }

    /// UDP payload bytes over links that came in and have ended: up (from children), down (to children).
    #[must_use]
    pub fn link_bytes(&self) -> (u64, u64) {
        (
            self.hubs.bytes_up.load(Ordering::Relaxed),
            self.hubs.bytes_down.load(Ordering::Relaxed),
        )
    }

    /// Stops: takes nothing new, says goodbye on every link, ends every loop, moves the stores' logs into their files.
    pub async fn close(&self) {
        self.shared.stop.cancel();
        self.tasks.close();
        if tokio::time::timeout(STOP_MAX, self.tasks.wait())
            .await
            .is_err()
        {
            tracing::warn!(
                "some work did not end in time; what was acknowledged is durable all the same"
            );
        }
        if let Some(endpoint) = &self.endpoint {
            endpoint.close(CloseCode::BYE, "stopping").await;
        }
        let pool = Arc::clone(&self.shared.pool);
        match tokio::task::spawn_blocking(move || pool.close_idle()).await {
            Ok(Ok(())) => {}
            Ok(Err(error)) => {
                tracing::warn!(%error, "a store's log stays beside it until the next start")
            }
            Err(error) => tracing::warn!(%error, "closing the stores"),
        }
    }
}

impl Hubs {
    fn new() -> Self {
        Self {
            by_area: BTreeMap::new(),
            by_key: BTreeMap::new(),
            bytes_up: AtomicU64::new(0),
            bytes_down: AtomicU64::new(0),
        }
    }

    fn add(&mut self, hub: Arc<Hub>) {
        self.by_key.insert(hub.key(), Arc::clone(&hub));
        self.by_area.insert(hub.area().clone(), hub);
    }

    pub(crate) fn by_key(&self, key: &Key) -> Option<Arc<Hub>> {
        self.by_key.get(key).map(Arc::clone)
    }

    /// An accepted link ended: what came in went up.
    pub(crate) fn count_link(&self, stats: &Stats) {
        self.bytes_up.fetch_add(stats.bytes_down, Ordering::Relaxed);
        self.bytes_down.fetch_add(stats.bytes_up, Ordering::Relaxed);
    }
}

/// The address by which this machine reaches its own socket.
fn loopback(listens: SocketAddr) -> SocketAddr {
    if !listens.ip().is_unspecified() {
        return listens;
    }
    let ip: std::net::IpAddr = if listens.is_ipv4() {
        std::net::Ipv4Addr::LOCALHOST.into()
    } else {
        std::net::Ipv6Addr::LOCALHOST.into()
    };
    SocketAddr::new(ip, listens.port())
}
