//! Stories over a real store.
