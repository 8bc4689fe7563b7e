//! The values that stand in a record, by key.

use std::collections::BTreeMap;

use wangge_model::doc::Fields;
use wangge_model::kind::Facet;
use wangge_model::value::Value;

/// The values that stand in a record's facets; a key stands in one facet only.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Values<'a>(pub(crate) &'a BTreeMap<Facet, Fields>);

impl<'a> Values<'a> {
    fn value(self, key: &str) -> Option<&'a Value> {
        self.0.values().find_map(|fields| fields.value(key))
    }

    /// The text; empty where there is none.
    pub(crate) fn text(self, key: &str) -> &'a str {
        self.value(key).and_then(Value::as_text).unwrap_or_default()
    }

    /// The number.
    pub(crate) fn int(self, key: &str) -> Option<i64> {
        self.value(key).and_then(Value::as_int)
    }

    /// The truth.
    pub(crate) fn truth(self, key: &str) -> Option<bool> {
        self.value(key).and_then(Value::as_bool)
    }
}
