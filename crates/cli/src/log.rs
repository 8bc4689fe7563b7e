//! Logs: JSON lines on standard error, without personal data. `RUST_LOG` says how much.

use tracing_subscriber::EnvFilter;

/// Begins to log: `level` and above, or what `RUST_LOG` says.
pub(crate) fn begin(level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let logs = tracing_subscriber::fmt()
        .json()
        .with_env_filter(filter)
        .with_writer(std::io::stderr);
    // Tests in one process begin more than once; the first holds.
    let _ = logs.try_init();
}
