//! judges: pure and total, the same verdict on every replica
