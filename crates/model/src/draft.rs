//! What a person typed for an act, as plain words: nothing in it has been judged yet.
//!
//! The phone's face takes it, the hub's commands carry it, and one reader of the engine makes it an act, so that all three say the same
//! of what is wrong.

use serde::{Deserialize, Serialize};

/// A field to write. Which facet it belongs to and of which type it is, the field's key says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEdit {
    /// The field's key, as `name`.
    pub key: String,
    /// The value as text: a date `YYYY-MM-DD`, a code's code, `true` or `false`; `None` removes the field.
    pub value: Option<String>,
}

impl FieldEdit {
    /// Sets a field.
    pub fn set(key: impl Into<String>, value: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: Some(value.into()),
        }
    }

    /// Removes a field.
    pub fn remove(key: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            value: None,
        }
    }
}

/// A step to add to a record's log.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct NewStep {
    /// What is done: the word of a kind of step, as `accept`.
    pub step: String,
    /// What the author writes about it.
    pub note: String,
    /// To whom the record goes on, where the step hands it on; empty otherwise.
    pub to: String,
    /// Fields that the step sets at once, as a reply's text and time, and details of the step itself, as a return's `reason` and `basis`.
    pub fields: Vec<FieldEdit>,
    /// When it was done, by the author's word, milliseconds since 1970; `None`: now.
    pub at_ms: Option<i64>,
}

/// An act to save.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Draft {
    /// A new record.
    New {
        /// Of which kind: its word, as `resident`.
        kind: String,
        /// In which grid or area; empty: the author's own.
        area: String,
        /// The fields. Of a kind with a log, keys that no field has are details of its first step, as `flow`.
        fields: Vec<FieldEdit>,
        /// The step with which its log begins, of a kind that has one; `None`: the kind's own first, as `report`.
        step: Option<NewStep>,
        /// When it was recorded, by the author's word, milliseconds since 1970; `None`: now.
        stated_ms: Option<i64>,
    },
    /// Other values for fields of a record.
    Edit {
        /// The record's id.
        record: String,
        /// The fields.
        fields: Vec<FieldEdit>,
        /// When it was recorded, by the author's word, milliseconds since 1970; `None`: now.
        stated_ms: Option<i64>,
    },
    /// The next step of a record that has a log.
    Step {
        /// The record's id.
        record: String,
        /// The step.
        step: NewStep,
    },
}
