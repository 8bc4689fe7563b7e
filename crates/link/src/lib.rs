//! carries: frames over QUIC between pinned raw public keys
