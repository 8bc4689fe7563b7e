//! The phone core embedded in a Rust program.
fn main() {}
