//! commands: the `wangge` program.
fn main() {}
