//! What a field may hold, and an edit of one.

use serde::{Deserialize, Serialize};

use crate::kind::Facet;

/// A field's value. No other shape exists: see decision 2 of ARCHITECTURE.md.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Value {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text of at most [`TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX) bytes.
    Text(String),
}

impl Value {
    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Int(_) | Self::Bool(_) => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_int(&self) -> Option<i64> {
        match self {
            Self::Int(number) => Some(*number),
            Self::Text(_) | Self::Bool(_) => None,
        }
    }

    /// True or false, if it is that.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(truth) => Some(*truth),
            Self::Text(_) | Self::Int(_) => None,
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Int(number)
    }
}

impl From<bool> for Value {
    fn from(truth: bool) -> Self {
        Self::Bool(truth)
    }
}

impl std::fmt::Display for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Int(number) => number.fmt(f),
            Self::Bool(truth) => truth.fmt(f),
        }
    }
}

/// One field of one facet set to a value, or with `None` taken away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edit {
    /// The facet's document.
    pub facet: Facet,
    /// The field's key in it.
    pub key: String,
    /// The value; `None` deletes the field.
    pub value: Option<Value>,
}

impl Edit {
    /// Sets a field.
    pub fn set(facet: Facet, key: impl Into<String>, value: impl Into<Value>) -> Self {
        Self {
            facet,
            key: key.into(),
            value: Some(value.into()),
        }
    }

    /// Takes a field away.
    pub fn delete(facet: Facet, key: impl Into<String>) -> Self {
        Self {
            facet,
            key: key.into(),
            value: None,
        }
    }
}
