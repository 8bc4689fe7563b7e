//! What can go wrong around a hub, whose fault it is, and what to do.

use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use thiserror::Error;
use wangge_engine::EngineError;
use wangge_link::LinkError;
use wangge_model::Fault;
use wangge_model::area::Area;
use wangge_model::id::MemberId;
use wangge_store::StoreError;
use wangge_views::ViewsError;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, HubError>;

/// Everything that a site or a hub can fail with.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum HubError {
    /// The folder holds no hub.
    #[error("there is no hub in {dir}")]
    NoHub {
        /// The folder.
        dir: PathBuf,
    },
    /// The site has no hub of this area.
    #[error("this site has no hub of the area {area}")]
    UnknownHub {
        /// The area asked for.
        area: Area,
    },
    /// The site has several hubs, and none was named.
    #[error("this site has {hubs} hubs and none was named")]
    WhichHub {
        /// How many.
        hubs: usize,
    },
    /// A hub of this area stands already.
    #[error("a hub of the area {area} stands already")]
    HubExists {
        /// The area.
        area: Area,
    },
    /// A parent must answer for a larger area that contains the child's.
    #[error("a hub of {parent} cannot be the parent of one of {child}")]
    NotItsParent {
        /// The parent's area.
        parent: Area,
        /// The child's.
        child: Area,
    },
    /// A hub grants rights within its own area only.
    #[error("the hub of {hub} gives no right in {area}")]
    OutsideHub {
        /// The hub's area.
        hub: Area,
        /// Where the right was to hold.
        area: Area,
    },
    /// Another process has the site's hubs open.
    #[error("another process runs the hubs in {dir}")]
    SiteBusy {
        /// The folder.
        dir: PathBuf,
    },
    /// Reading a file beside a store.
    #[error("read {path}")]
    ReadFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Writing a file beside a store.
    #[error("write {path}")]
    WriteFile {
        /// The file.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// A file beside a store does not say what it should.
    #[error("understand {path}")]
    ParseFile {
        /// The file.
        path: PathBuf,
        /// Where and why.
        #[source]
        source: serde_json::Error,
    },
    /// `hub.key` is not 64 hex digits.
    #[error("{path} is not a key of 64 hex digits")]
    BadKeyFile {
        /// The file.
        path: PathBuf,
    },
    /// A desk's key in `directors.json` is not 64 hex digits.
    #[error("the desk key of member {member} is not 64 hex digits")]
    BadDeskKey {
        /// Whose desk.
        member: MemberId,
    },
    /// The system gave no random numbers.
    #[error("the system gave no random numbers")]
    NoRandomness,
    /// A passphrase that is too short.
    #[error("a passphrase has at least {chars_min} characters")]
    ShortPassphrase {
        /// The least number of characters.
        chars_min: usize,
    },
    /// No such director, or several and none named.
    #[error("{found} directors match; name one of this hub's")]
    WhichDirector {
        /// How many match.
        found: usize,
    },
    /// An address cannot be listened on.
    #[error("listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The path of the admin socket is longer than the system allows.
    #[error("listen for commands on {path}")]
    ListenAdmin {
        /// The socket.
        path: PathBuf,
        /// Why.
        #[source]
        source: io::Error,
    },
    /// Talking to the process that runs the site.
    #[error("talk to the process that runs the hubs")]
    Admin {
        /// Why.
        #[source]
        source: io::Error,
    },
    /// The process that runs the site refused; its words.
    #[error("{zh} · {en}")]
    Refused {
        /// In Chinese.
        zh: String,
        /// In English.
        en: String,
    },
    /// There is no such thing in the hub's store.
    #[error("there is no {what} {id} here")]
    NotThere {
        /// What was looked for.
        what: &'static str,
        /// Its id.
        id: String,
    },
    /// The field has other values than those that were shown.
    #[error("the field's values have changed meanwhile")]
    Stale,
    /// The hub stops, or its machine was dropped while the question waited.
    #[error("the hub stopped before it answered")]
    Stopped,
    /// Working on a hub's store.
    #[error("work on the store of hub {area}")]
    Store {
        /// Which hub.
        area: Area,
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
        /// Whose fault.
        fault: Fault,
    },
    /// Reading a store file that was named.
    #[error("read the store")]
    StoreFile {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
        /// Whose fault.
        fault: Fault,
    },
    /// Opening the transport.
    #[error("open the QUIC endpoint")]
    Link {
        /// Why.
        #[source]
        source: Box<dyn std::error::Error + Send + Sync>,
    },
}

mod advice;

pub use advice::Advice;

impl HubError {
    pub(crate) fn store(area: &Area, error: StoreError) -> Self {
        Self::Store {
            area: area.clone(),
            fault: error.fault(),
            source: Box::new(error),
        }
    }

    pub(crate) fn engine(area: &Area, error: EngineError) -> Self {
        let fault = match error.fault() {
            wangge_engine::Fault::Caller => Fault::Caller,
            wangge_engine::Fault::Peer => Fault::Peer,
            wangge_engine::Fault::World => Fault::World,
            wangge_engine::Fault::Bug => Fault::Bug,
        };
        Self::Store {
            area: area.clone(),
            fault,
            source: Box::new(error),
        }
    }

    pub(crate) fn views(area: &Area, error: ViewsError) -> Self {
        if let ViewsError::Unknown { what, id } = error {
            return Self::NotThere { what, id };
        }
        if matches!(error, ViewsError::Stale) {
            return Self::Stale;
        }
        Self::Store {
            area: area.clone(),
            fault: error.fault(),
            source: Box::new(error),
        }
    }

    pub(crate) fn store_file(error: StoreError) -> Self {
        Self::StoreFile {
            fault: error.fault(),
            source: Box::new(error),
        }
    }

    pub(crate) fn rows(error: ViewsError) -> Self {
        Self::StoreFile {
            fault: error.fault(),
            source: Box::new(error),
        }
    }

    pub(crate) fn link(error: LinkError) -> Self {
        Self::Link {
            source: Box::new(error),
        }
    }

    /// The chain of causes in one line, none of them twice: `read x: no such file`.
    #[must_use]
    pub fn chain(&self) -> String {
        let mut text = self.to_string();
        let mut cause = std::error::Error::source(self);
        while let Some(error) = cause {
            let said = error.to_string();
            if !text.ends_with(&said) {
                text.push_str(": ");
                text.push_str(&said);
            }
            cause = error.source();
        }
        text
    }

    /// Whose fault it is.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Store { fault, .. } | Self::StoreFile { fault, .. } => *fault,
            Self::ReadFile { .. }
            | Self::WriteFile { .. }
            | Self::NoRandomness
            | Self::Listen { .. }
            | Self::ListenAdmin { .. }
            | Self::Admin { .. }
            | Self::Stopped
            | Self::Link { .. } => Fault::World,
            Self::NoHub { .. }
            | Self::UnknownHub { .. }
            | Self::WhichHub { .. }
            | Self::HubExists { .. }
            | Self::NotItsParent { .. }
            | Self::OutsideHub { .. }
            | Self::SiteBusy { .. }
            | Self::ParseFile { .. }
            | Self::BadKeyFile { .. }
            | Self::BadDeskKey { .. }
            | Self::ShortPassphrase { .. }
            | Self::WhichDirector { .. }
            | Self::NotThere { .. }
            | Self::Stale
            | Self::Refused { .. } => Fault::Caller,
        }
    }

    /// Whether the same call may succeed later.
    #[must_use]
    pub fn retry(&self) -> bool {
        matches!(
            self,
            Self::SiteBusy { .. } | Self::Stopped | Self::Admin { .. } | Self::Listen { .. }
        )
    }
}
