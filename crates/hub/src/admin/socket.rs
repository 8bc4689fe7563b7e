//! The socket: one JSON line asks, one answers, then it closes. Who may write to the site's folder may ask.

use std::fmt;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::UnixStream as Client;
use std::path::PathBuf;
use std::sync::{Arc, Weak};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use super::{Reply, Request, answer};
use crate::error::{HubError, Result};
use crate::host::{Host, HostOptions};
use crate::limits::{ADMIN_BYTES_MAX, ADMINS_MAX};
use crate::site::Site;

/// What goes back over the socket.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Answer {
    Reply(Reply),
    Refused { zh: String, en: String },
}

/// A line to a site: to the process that runs it, or to its hubs, opened here until it closes.
pub struct Line(End);

enum End {
    /// Where the other process is asked.
    Running(PathBuf),
    Here(Arc<Host>),
}

impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Line")
    }
}

impl Line {
    /// Opens it.
    ///
    /// # Errors
    /// As opening the site's hubs.
    pub async fn open(site: &Site) -> Result<Self> {
        match site.lock() {
            Ok(lock) => {
                let host = Host::open(site.clone(), lock, HostOptions::offline()).await?;
                Ok(Self(End::Here(host)))
            }
            Err(HubError::SiteBusy { .. }) => Ok(Self(End::Running(site.socket()))),
            Err(error) => Err(error),
        }
    }

    /// Asks.
    ///
    /// # Errors
    /// [`HubError::Refused`] with the other process's words; [`HubError::Admin`] where it cannot be talked to.
    pub async fn ask(&self, request: Request) -> Result<Reply> {
        match &self.0 {
            End::Here(host) => answer(host, request).await,
            End::Running(path) => {
                let path = path.clone();
                tokio::task::spawn_blocking(move || ask_socket(&path, &request))
                    .await
                    .map_err(|_| HubError::Stopped)?
            }
        }
    }

    /// Closes the hubs that were opened for it.
    pub async fn close(self) {
        if let End::Here(host) = self.0 {
            host.close().await;
        }
    }
}

/// One question, with a line of its own.
///
/// # Errors
/// As [`Line::open`] and [`Line::ask`].
pub async fn ask(site: &Site, request: Request) -> Result<Reply> {
    let line = Line::open(site).await?;
    let reply = line.ask(request).await;
    line.close().await;
    reply
}

fn ask_socket(path: &std::path::Path, request: &Request) -> Result<Reply> {
    let failed = |source| HubError::Admin { source };
    let mut client = Client::connect(path).map_err(failed)?;
    let mut line = serde_json::to_vec(request).map_err(|error| failed(error.into()))?;
    line.push(b'\n');
    client.write_all(&line).map_err(failed)?;
    let mut answer = String::new();
    BufReader::new(client.take(ADMIN_BYTES_MAX))
        .read_line(&mut answer)
        .map_err(failed)?;
    match serde_json::from_str(&answer).map_err(|error| failed(error.into()))? {
        Answer::Reply(reply) => Ok(reply),
        Answer::Refused { zh, en } => Err(HubError::Refused { zh, en }),
    }
}

/// Answers on the socket until `stop`.
pub(crate) async fn serve(host: Weak<Host>, listener: UnixListener, stop: CancellationToken) {
    let seats = Arc::new(Semaphore::new(ADMINS_MAX));
    loop {
        let stream = tokio::select! {
            () = stop.cancelled() => return,
            accepted = listener.accept() => match accepted {
                Ok((stream, _)) => stream,
                Err(error) => {
                    tracing::warn!(%error, "a command's connection could not be taken");
                    continue;
                }
            },
        };
        let Ok(seat) = Arc::clone(&seats).acquire_owned().await else {
            return;
        };
        let Some(host) = host.upgrade() else { return };
        tokio::spawn(async move {
            if let Err(error) = serve_one(&host, stream).await {
                tracing::warn!(%error, "a command's connection ended early");
            }
            drop(seat);
        });
    }
}

async fn serve_one(host: &Host, stream: UnixStream) -> io::Result<()> {
    let (read, mut write) = stream.into_split();
    let mut line = String::new();
    tokio::io::BufReader::new(read.take(ADMIN_BYTES_MAX))
        .read_line(&mut line)
        .await?;
    let reply = match serde_json::from_str::<Request>(&line) {
        Ok(request) => answer(host, request).await,
        Err(source) => Err(HubError::Admin {
            source: source.into(),
        }),
    };
    let line = match reply {
        Ok(reply) => Answer::Reply(reply),
        Err(HubError::Refused { zh, en }) => Answer::Refused { zh, en },
        Err(error) => {
            let advice = error.advice();
            Answer::Refused {
                zh: advice.zh,
                en: format!("{}: {}", error.chain(), advice.en),
            }
        }
    };
    let mut bytes = serde_json::to_vec(&line)?;
    bytes.push(b'\n');
    write.write_all(&bytes).await?;
    write.shutdown().await
}

/// Opens the socket for its owner only. The site's lock is held, so what lies there is a dead process's.
pub(crate) fn bind(site: &Site) -> Result<UnixListener> {
    let path = site.socket();
    match fs::remove_file(&path) {
        Ok(()) => {}
        Err(error) if error.kind() == io::ErrorKind::NotFound => {}
        Err(source) => return Err(HubError::WriteFile { path, source }),
    }
    let listener = UnixListener::bind(&path).map_err(|source| HubError::ListenAdmin {
        path: path.clone(),
        source,
    })?;
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600))
        .map_err(|source| HubError::WriteFile { path, source })?;
    Ok(listener)
}
