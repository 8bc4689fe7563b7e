//! The matter that a report is about.

use std::sync::Arc;

use wangge_model::area::Area;
use wangge_model::doc::Fields;
use wangge_model::id::RecordId;
use wangge_model::kind::{Facet, Kind};
use wangge_model::time::Date;
use wangge_rules::deadline::{Filing, Judged, Limit, standard_for};
use wangge_rules::matter::{self, MatterState};
use wangge_rules::taxonomy::Class;

use super::Scope;
use crate::clockwork;
use crate::detail::unknown;
use crate::error::Result;
use crate::reference::Local;
use crate::rows::Coded;
use crate::source::{self, Content};
use crate::text::word;
use crate::values::Values;

/// A matter with what counts where it lies, on the day of its filing.
pub(super) struct Subject {
    pub(super) area: Area,
    pub(super) state: MatterState,
    pub(super) filed: Date,
    pub(super) local: Arc<Local>,
    content: Content,
}

impl Subject {
    pub(super) fn of(scope: &Scope<'_>) -> Result<Self> {
        let record = scope.about.ok_or_else(|| unknown("record", ""))?;
        Self::load(scope, record)
    }

    /// Reads a matter.
    pub(super) fn load(scope: &Scope<'_>, record: RecordId) -> Result<Self> {
        let head = source::head(scope.conn, record)?
            .ok_or_else(|| unknown("record", &record.to_string()))?;
        let content = source::content(scope.conn, record)?;
        let state = content
            .facets
            .get(&Facet::Open)
            .map(matter::fold)
            .unwrap_or_default();
        let filed = clockwork::filed(&state);
        Ok(Self {
            local: scope.reference.at(head.area.as_str(), filed),
            area: head.area,
            state,
            filed,
            content,
        })
    }

    pub(super) fn values(&self) -> Values<'_> {
        Values(&self.content.facets)
    }

    /// The fields of its open facet.
    pub(super) fn open(&self) -> Option<&Fields> {
        self.content.facets.get(&Facet::Open)
    }

    /// The code of its class; empty while it has none.
    pub(super) fn class_code(&self) -> &str {
        self.local.class_code(self.values().text("class"))
    }

    pub(super) fn class(&self) -> Option<&Class> {
        let code = self.class_code();
        self.local
            .classes()
            .iter()
            .filter(|class| class.code == code)
            .max_by_key(|class| class.validity.from)
    }

    /// Asks with what the standards ask for.
    pub(super) fn filing<T>(&self, ask: impl FnOnce(&Filing<'_>, Option<Judged<'_>>) -> T) -> T {
        let measures = clockwork::measures(self.values(), &self.state);
        let filing = clockwork::filing(
            &self.local,
            self.filed,
            self.values(),
            &self.state,
            &measures,
        );
        ask(&filing, standard_for(self.local.standards(), &filing))
    }

    /// The component that it is about: its values, if its record is here.
    pub(super) fn component(&self, scope: &Scope<'_>) -> Result<Option<Content>> {
        let Ok(component) = self.values().text("component").parse::<RecordId>() else {
            return Ok(None);
        };
        let known = source::head(scope.conn, component)?;
        if known.is_none_or(|head| head.kind != Kind::COMPONENT) {
            return Ok(None);
        }
        source::content(scope.conn, component).map(Some)
    }
}

/// How long something may take, for people: `7 calendar_day`, 7个自然日.
pub(super) fn limit(limit: Option<Limit>) -> Coded {
    let said = |Limit { count, unit }: Limit| Coded {
        code: format!("{count} {}", unit.word()),
        zh: format!("{count}个{}", unit.zh()),
        en: format!("{count} × {}", unit.en().to_lowercase()),
    };
    limit.map_or_else(empty, said)
}

/// Nothing.
pub(super) fn empty() -> Coded {
    word("", "", "")
}
