//! What can be done with a matter now, and what records are called.

use serde::{Deserialize, Serialize};
use wangge_model::kind::Kind;

use super::Coded;

/// A step that a member may take now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NextStep {
    /// The kind of step.
    pub step: Coded,
    /// The keys of the entries that it may be about, the latest first; empty where it is about none.
    pub about: Vec<String>,
}

/// What people call a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RecordName {
    /// Its id.
    pub record: String,
    /// What it is about.
    pub kind: Kind,
    /// The area that it belongs to.
    pub area: String,
    /// Its title; empty where nothing is stored.
    pub title: String,
}
