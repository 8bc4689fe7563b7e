//! Every bound of the links, in one place.

/// Datagrams from the start, without probing for more: what passes everywhere (RFC 9000, 14.1).
pub const MTU: u16 = 1200;
/// What may be under way before the first acknowledgement, bytes: ten full datagrams.
pub const INITIAL_WINDOW: u64 = 12_000;
/// What a peer may send on its stream before we read it, bytes.
pub const STREAM_WINDOW: u32 = 768 * 1024;
/// What a peer may send on the whole connection before we read it, bytes.
pub const RECEIVE_WINDOW: u32 = 1024 * 1024;
/// What we keep of sent and not yet acknowledged bytes.
pub const SEND_WINDOW: u64 = 1024 * 1024;
/// Streams that a child may open. The session uses one.
pub const STREAMS_MAX: u32 = 4;
/// Frames waiting to be written, by number.
pub const QUEUE_FRAMES_MAX: usize = 256;
/// Frames waiting to be written, in bytes.
pub const QUEUE_BYTES_MAX: usize = 1024 * 1024 + 4;
/// How much is read from or written to a stream at once, bytes.
pub const PIECE_LEN_MAX: usize = 16 * 1024;
/// Handshakes under way before the address of a newcomer must be proven by a Retry.
pub const UNPROVEN_MAX: usize = 64;
/// Handshakes under way at once.
pub const HANDSHAKES_MAX: usize = 256;
/// Newcomers that wait for a handshake to end; more are refused.
pub const WAITING_MAX: usize = 1_024;
/// What is kept of a newcomer's datagrams before its handshake begins, bytes.
pub const NEWCOMER_LEN_MAX: u64 = 16 * 1024;
/// Handshakes of our own under way at once; more dials wait for their turn.
pub const DIALS_MAX: usize = 64;
/// What a hub's socket is asked to hold of datagrams not yet read, and not yet sent, bytes (Linux: up to `net.core.rmem_max`).
pub const SOCKET_BUFFER_LEN: usize = 4 * 1024 * 1024;
/// The window of a compressed stream, as a power of two: what each direction of each link keeps to refer back to, 128 KiB.
pub const WINDOW_LOG: u32 = 17;
/// What is sent looks back no further, so that a hub's links are small: log2 of bytes.
pub const WINDOW_LOG_SENT: u32 = 15;
/// The encoder's tables of what was seen: log2 of entries of 4 bytes.
pub const TABLE_LOG: u32 = 12;
/// How many times its length a compressed stream may say, beyond [`GROWTH_FREE`]: more than any frames do, and little enough for a peer that
/// wants to keep us busy.
pub const GROWTH_MAX: u64 = 256;
/// What a compressed stream may say in any case, bytes.
pub const GROWTH_FREE: u64 = 2 * 1024 * 1024;
/// The text of a close, bytes.
pub const CLOSE_TEXT_LEN_MAX: usize = 512;
