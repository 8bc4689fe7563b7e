//! The records of a kind that are here, each with all its fields in clear: what imports are held against and exports give out.

use std::collections::BTreeMap;

use wangge_core::rows::{FieldRow, Order, Query, Record};
use wangge_hub::{HubError, export_records};
use wangge_model::area::Area;
use wangge_model::kind::Kind;

use crate::error::{CliError, Result};
use crate::records::{HubLedger, Ledger};

/// Rows of a page that a phone is asked for.
const PAGE_ROWS: u32 = 500;

/// A record that is here.
#[derive(Debug, Clone, Default)]
pub(crate) struct Held {
    pub(crate) record: String,
    pub(crate) area: String,
    /// Every stored field by its key.
    pub(crate) fields: BTreeMap<String, HeldField>,
}

/// A field's value as it is stored, and when it was stated.
#[derive(Debug, Clone)]
pub(crate) struct HeldField {
    pub(crate) value: String,
    pub(crate) stated_ms: Option<i64>,
}

impl From<Record> for Held {
    fn from(record: Record) -> Self {
        let field = |field: FieldRow| {
            let held = HeldField {
                value: field.value,
                stated_ms: field.stated_ms,
            };
            (field.key, held)
        };
        Self {
            record: record.row.record,
            area: record.row.area,
            fields: record.fields.into_iter().map(field).collect(),
        }
    }
}

impl Ledger {
    /// Every record of a kind.
    pub(crate) fn each(
        &self,
        kind: Kind,
        mut each: impl FnMut(Record) -> Result<()>,
    ) -> Result<()> {
        match self {
            Self::Hub(hub) => {
                let folder = hub.site.hub(&sole(hub)?)?;
                export_records(&folder.store_path(), kind, each)
            }
            Self::Phone(phone) => {
                let mut query = Query {
                    order: Order::Register,
                    limit: PAGE_ROWS,
                    ..Query::default()
                };
                loop {
                    let page = phone.list(&kind.word(), &query)?;
                    if page.rows.is_empty() {
                        return Ok(());
                    }
                    query.offset += u64::from(PAGE_ROWS);
                    for row in page.rows {
                        each(phone.record(&row.record, true)?)?;
                    }
                }
            }
        }
    }

    /// The area of records that name none: the hub's, or the phone's grid.
    pub(crate) fn home(&self) -> Result<String> {
        match self {
            Self::Hub(hub) => Ok(sole(hub)?.to_string()),
            Self::Phone(phone) => Ok(phone
                .status()?
                .member
                .map_or_else(String::new, |member| member.area)),
        }
    }
}

/// The hub that is meant: the named one, or the only one there is.
fn sole(hub: &HubLedger) -> Result<Area> {
    if let Some(area) = &hub.area {
        return Ok(area.clone());
    }
    match hub.site.areas()?.as_slice() {
        [one] => Ok(one.clone()),
        areas => Err(CliError::Hub(HubError::Refused {
            zh: format!("这里有 {} 个节点,请用 --hub 指明", areas.len()),
            en: format!("there are {} hubs here: name one with --hub", areas.len()),
        })),
    }
}
