//! `Debug` for messages that carry personal data or secrets: lengths and places, never contents.

use std::fmt;

use crate::v1::{Charter, Commit, Enrol, Entry, Grant, Part};

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Part")
            .field("change_len", &self.change.len())
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Commit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Commit")
            .field("header_len", &self.header.len())
            .field("parts", &self.parts)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Entry")
            .field("statement_len", &self.statement.len())
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Grant")
            .field("role", &self.role)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Charter {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Charter")
            .field("level", &self.level)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for Enrol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Enrol")
            .field("level", &self.level)
            .field("area", &self.area)
            .finish_non_exhaustive()
    }
}
