//! Stories and process-level tests live in `tests/`.
