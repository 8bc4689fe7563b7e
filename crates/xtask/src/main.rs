//! Workshop: the habits of the house as commands.
fn main() {}
