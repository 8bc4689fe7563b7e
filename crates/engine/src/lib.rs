//! decides: the pure state machine of a replica
