//! workshop: the deterministic world
