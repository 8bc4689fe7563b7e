//! A hub's records: asked over one line, which stays open until the ledger is let go.

use std::cell::OnceCell;
use std::path::Path;

use tokio::runtime::Runtime;
use wangge_hub::Site;
use wangge_hub::admin::{Line, RecordAsk, Reply, Request};
use wangge_model::area::Area;

use crate::error::Result;
use crate::hub::parse_area;

/// A hub, running or not, and the director in whose name is written.
pub(crate) struct HubLedger {
    pub(crate) site: Site,
    /// Needed where the site has several.
    pub(crate) area: Option<Area>,
    pub(super) director: Option<String>,
    /// Made at the first question: an import asks hundreds, and a hub that does not run is opened once for all of them.
    open: OnceCell<(Runtime, Line)>,
}

impl HubLedger {
    pub(crate) fn new(dir: &Path, hub: Option<&str>, director: Option<String>) -> Result<Self> {
        Ok(Self {
            site: Site::open(dir)?,
            area: hub.map(parse_area).transpose()?,
            director,
            open: OnceCell::new(),
        })
    }

    pub(super) fn ask(&self, ask: RecordAsk) -> Result<Reply> {
        let (runtime, line) = match self.open.get() {
            Some(open) => open,
            None => {
                let runtime = crate::runtime()?;
                let line = runtime.block_on(Line::open(&self.site))?;
                self.open.get_or_init(|| (runtime, line))
            }
        };
        let hub = self.area.clone();
        Ok(runtime.block_on(line.ask(Request::Records { hub, ask }))?)
    }

    pub(super) fn close(self) {
        if let Some((runtime, line)) = self.open.into_inner() {
            runtime.block_on(line.close());
        }
    }
}
