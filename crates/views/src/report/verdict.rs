//! How bad what rules found is, in one word.

use wangge_rules::finding::{Finding, Weight};

use crate::rows::Coded;
use crate::text::word;

/// `within`, `warning` or `violation`.
pub(super) fn verdict(findings: &[Finding]) -> Coded {
    match findings.iter().map(|finding| finding.weight).max() {
        None => word("within", "合规", "Within the norm"),
        Some(Weight::Soft) => word("warning", "预警", "Warning"),
        Some(Weight::Hard) => word("violation", "违规", "Violation"),
    }
}

/// The findings about one record.
pub(super) fn about(findings: &[Finding], record: wangge_model::id::RecordId) -> Vec<Finding> {
    let named = |finding: &&Finding| finding.ids.first() == Some(&record);
    findings.iter().filter(named).cloned().collect()
}
