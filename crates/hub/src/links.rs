//! Links and hubs brought together: what comes in over a link goes to its hub, until either ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use wangge_engine::{Input, LinkId, Side};
use wangge_link::{Acceptor, CloseCode, Link, Stats};
use wangge_model::id::Key;

use crate::driver::Call;
use crate::host::Hubs;
use crate::hub::Hub;

/// Links of this process, numbered; an engine never meets a number twice.
static LINKS: AtomicU64 = AtomicU64::new(1);

/// How a link ended and what it had cost.
pub(crate) struct Ended {
    /// What was sent and received.
    pub(crate) stats: Stats,
}

/// Takes links in until the endpoint closes.
pub(crate) async fn accept(
    mut acceptor: Acceptor,
    hubs: Arc<Hubs>,
    tasks: TaskTracker,
    stop: CancellationToken,
) {
    loop {
        let incoming = tokio::select! {
            () = stop.cancelled() => return,
            incoming = acceptor.accept() => match incoming {
                Some(incoming) => incoming,
                None => return,
            },
        };
        let Some(hub) = hubs.by_key(&Key(incoming.hub)) else {
            continue;
        };
        let hubs = Arc::clone(&hubs);
        tasks.spawn(async move {
            let ended = carry(&hub, incoming.link, Key(incoming.peer), Side::Child, None).await;
            hubs.count_link(&ended.stats);
        });
    }
}

/// Carries one link's frames to its hub until it ends.
pub(crate) async fn carry(
    hub: &Hub,
    link: Link,
    peer: Key,
    side: Side,
    invitation: Option<[u8; 16]>,
) -> Ended {
    let id = LinkId(LINKS.fetch_add(1, Ordering::Relaxed));
    let (sender, mut receiver) = link.split();
    let stats = sender.clone();
    if hub
        .call(Call::Attach {
            link: id,
            peer,
            side,
            invitation,
            sender,
        })
        .await
        .is_ok()
    {
        loop {
            match receiver.recv().await {
                Ok(Some(frame)) => {
                    if hub
                        .call(Call::Input(Input::Frame { link: id, frame }))
                        .await
                        .is_err()
                    {
                        break;
                    }
                }
                Ok(None) => break,
                Err(error) => {
                    tracing::debug!(hub = %hub.area(), link = id.0, %error, "a link broke");
                    break;
                }
            }
        }
        // A hub that stops has forgotten the link already.
        let _ = hub.call(Call::Input(Input::LinkDown { link: id })).await;
    } else {
        stats.close(CloseCode::BYE, "the hub is stopping").await;
    }
    Ended {
        stats: stats.stats(),
    }
}
