//! The half of a hub that waits for the disk: the engine over its store, run on a thread that may block.

use std::sync::Arc;
use std::time::Instant;

use wangge_engine::limits::Limits;
use wangge_engine::{Boot, Effect, Engine, Input, Now, open, step};
use wangge_model::area::Area;
use wangge_store::{Lease, Options, Pool};
use wangge_views::Views;
use wangge_wire::Signer;

use crate::error::{HubError, Result};
use crate::limits::FOLD_RECORDS_MAX;
use crate::metrics::{Metrics, OfHub};
use crate::site::HubFolder;
use crate::system::{SystemDice, now_ms};

/// An engine, opened when it is first needed and dropped when its store failed.
pub(crate) struct Machine {
    area: Area,
    folder: HubFolder,
    options: Options,
    signer: Arc<dyn Signer>,
    pool: Arc<Pool>,
    metrics: Arc<Metrics>,
    engine: Option<Engine>,
}

/// What a trip brought back.
#[derive(Default)]
pub(crate) struct Trip {
    /// What to do now that it is committed, in order.
    pub(crate) effects: Vec<Effect>,
    /// The machine was dropped: every link is to be closed, every open question is lost.
    pub(crate) dropped: Option<HubError>,
    /// Rows changed.
    pub(crate) folded: u32,
    /// More is to be folded.
    pub(crate) behind: bool,
    /// Whether the hub has an admitted place with its parent.
    pub(crate) enrolled: bool,
}

impl Machine {
    pub(crate) fn new(
        folder: HubFolder,
        signer: Arc<dyn Signer>,
        pool: Arc<Pool>,
        metrics: Arc<Metrics>,
    ) -> Self {
        let options = Options::new(folder.store_path());
        Self {
            area: folder.config.area.clone(),
            folder,
            options,
            signer,
            pool,
            metrics,
            engine: None,
        }
    }

    /// Takes the inputs, one step each, then folds if asked. After an error the engine is gone and the inputs after it are not taken:
    /// whoever sent them hears that its link closed, and comes again.
    pub(crate) fn run(&mut self, inputs: Vec<Input>, fold: bool) -> Trip {
        let mut trip = Trip::default();
        if self.engine.is_none() && matches!(inputs.as_slice(), [Input::Stop]) {
            return trip;
        }
        if let Err(error) = self.try_run(inputs, fold, &mut trip) {
            self.engine = None;
            self.metrics
                .reopened
                .get_or_create(&OfHub {
                    hub: self.area.to_string(),
                })
                .inc();
            trip.dropped = Some(error);
        }
        trip
    }

    fn try_run(&mut self, inputs: Vec<Input>, fold: bool, trip: &mut Trip) -> Result<()> {
        let lease = self
            .pool
            .lease(&self.options)
            .map_err(|error| HubError::store(&self.area, error))?;
        if !inputs.is_empty() && self.engine.is_none() {
            self.engine = Some(self.open(&lease)?);
            // What was admitted before the last stop may not be counted yet.
            trip.behind = true;
        }
        for input in inputs {
            let Some(engine) = self.engine.as_mut() else {
                break;
            };
            let begun = Instant::now();
            let effects = step(&mut lease.store(), engine, Now { ms: now_ms() }, input)
                .map_err(|error| HubError::engine(&self.area, error))?;
            self.metrics
                .step_seconds
                .observe(begun.elapsed().as_secs_f64());
            for effect in &effects {
                if let Effect::Mark { marker } = effect {
                    self.folder.note_mark(marker)?;
                }
            }
            trip.effects.extend(effects);
        }
        trip.enrolled = self
            .engine
            .as_ref()
            .is_some_and(|engine| engine.view().parent.is_some());
        if fold {
            let folded = Views::new(lease.store()).and_then(|views| views.fold(FOLD_RECORDS_MAX));
            let progress = folded.map_err(|error| HubError::views(&self.area, error))?;
            self.metrics
                .folded
                .get_or_create(&OfHub {
                    hub: self.area.to_string(),
                })
                .inc_by(progress.folded.into());
            trip.folded = progress.folded;
            trip.behind = progress.behind > 0;
        }
        Ok(())
    }

    /// Opens the engine, and keeps its marker before anything that it says can leave.
    fn open(&self, lease: &Lease) -> Result<Engine> {
        let boot = Boot {
            signer: Arc::clone(&self.signer),
            marker: self.folder.load_mark()?,
            dice: Box::new(SystemDice),
            limits: Limits::default(),
        };
        let engine =
            open(&mut lease.store(), boot).map_err(|error| HubError::engine(&self.area, error))?;
        self.folder.save_mark(&engine.marker())?;
        Ok(engine)
    }
}
