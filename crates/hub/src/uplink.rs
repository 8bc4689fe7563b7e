//! The way up: a hub dials its parent, again and again, with growing waits.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use tokio::net::lookup_host;
use tokio::sync::watch;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use wangge_engine::Side;
use wangge_link::{Backoff, Endpoint, LinkError};
use wangge_wire::Signer;

use crate::hub::Hub;
use crate::links::carry;
use crate::site::ParentConfig;

/// What a hub needs to dial its parent.
pub(crate) struct Uplink {
    pub(crate) hub: Arc<Hub>,
    pub(crate) parent: ParentConfig,
    pub(crate) signer: Arc<dyn Signer>,
    pub(crate) endpoint: Endpoint,
    /// Where the own site listens, for a parent that stands in it.
    pub(crate) here: SocketAddr,
    /// Whether the parent knows this hub already.
    pub(crate) enrolled: watch::Receiver<bool>,
    pub(crate) stop: CancellationToken,
}

impl Uplink {
    /// Dials until stopped.
    pub(crate) async fn run(self) {
        let mut backoff = Backoff::default();
        loop {
            let begun = tokio::time::Instant::now();
            tokio::select! {
                () = self.stop.cancelled() => return,
                dialled = self.dial() => match dialled {
                    Ok(()) if begun.elapsed() > Duration::from_secs(10) => backoff.reset(),
                    Ok(()) => {}
                    Err(error) => {
                        let cause = std::error::Error::source(&error).map(ToString::to_string).unwrap_or_default();
                        tracing::info!(hub = %self.hub.area(), parent = %self.parent.key, %error, cause, "the parent cannot be reached");
                    }
                },
            }
            let wait = Duration::from_millis(backoff.next_ms(dice()));
            tokio::select! {
                () = self.stop.cancelled() => return,
                () = sleep(wait) => {}
            }
        }
    }

    async fn dial(&self) -> Result<(), DialError> {
        let address = match &self.parent.address {
            None => self.here,
            Some(address) => lookup_host(address)
                .await
                .map_err(|source| DialError::Lookup { source })?
                .next()
                .ok_or(DialError::NoAddress)?,
        };
        let link = self
            .endpoint
            .dial(address, self.parent.key.0, Arc::clone(&self.signer))
            .await
            .map_err(|source| DialError::Dial { source })?;
        let mut secret = [0; 16];
        let invitation = if *self.enrolled.borrow() {
            None
        } else {
            hex::decode_to_slice(&self.parent.invitation, &mut secret)
                .ok()
                .map(|()| secret)
        };
        carry(&self.hub, link, self.parent.key, Side::Parent, invitation).await;
        Ok(())
    }
}

/// Why the parent was not reached this time.
#[derive(Debug, thiserror::Error)]
enum DialError {
    #[error("look the parent's address up")]
    Lookup {
        #[source]
        source: std::io::Error,
    },
    #[error("the parent's name has no address")]
    NoAddress,
    #[error("dial the parent")]
    Dial {
        #[source]
        source: LinkError,
    },
}

fn dice() -> u64 {
    let mut bytes = [0; 8];
    // Without dice all wait alike, which does no harm here.
    let _ = getrandom::fill(&mut bytes);
    u64::from_le_bytes(bytes)
}
