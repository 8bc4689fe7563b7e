//! The trace of a world: every input and effect goes into one hash, so that two runs of a seed can be told apart by one line.

use sha2::{Digest, Sha256};

/// A running hash, and the lines themselves where somebody wants to read them.
#[derive(Debug, Default)]
pub struct Trace {
    hash: Sha256,
    lines: Option<Vec<String>>,
}

impl Trace {
    /// A trace that keeps its lines if `keep`.
    #[must_use]
    pub fn new(keep: bool) -> Self {
        Self {
            hash: Sha256::new(),
            lines: keep.then(Vec::new),
        }
    }

    /// Notes what happened.
    pub fn note(&mut self, at_ms: u64, node: usize, what: &str, bytes: &[u8]) {
        self.hash.update(at_ms.to_be_bytes());
        self.hash.update((node as u64).to_be_bytes());
        self.hash.update(what.as_bytes());
        self.hash.update((bytes.len() as u64).to_be_bytes());
        self.hash.update(bytes);
        if let Some(lines) = &mut self.lines {
            lines.push(format!(
                "{:>9.3} s  node {node:<2} {what} {}",
                at_ms as f64 / 1000.0,
                if bytes.is_empty() {
                    String::new()
                } else {
                    format!("[{} bytes]", bytes.len())
                }
            ));
        }
    }

    /// The hash of everything so far, 64 hex digits.
    #[must_use]
    pub fn digest(&self) -> String {
        self.hash
            .clone()
            .finalize()
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }

    /// The lines, where they were kept.
    #[must_use]
    pub fn lines(&self) -> &[String] {
        self.lines.as_deref().unwrap_or_default()
    }
}
