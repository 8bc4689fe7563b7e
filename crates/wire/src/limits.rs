//! Every bound of the wire, in one place. Lengths are in bytes.

/// A frame's payload, without its length prefix.
pub const FRAME_LEN_MAX: usize = 1024 * 1024;
/// Items of one push or feed, entries of one frame of receipts.
pub const ITEMS_MAX: usize = 512;
/// Charters above a hub, nearest first. The tree has four levels today.
pub const CHARTERS_MAX: usize = 8;
/// Parts of one commit.
pub const PARTS_MAX: usize = 16;
/// Records of one move.
pub const MOVED_MAX: usize = 64;
/// A commit's header.
pub const HEADER_LEN_MAX: usize = 4 * 1024;
/// A part's automerge change.
pub const CHANGE_LEN_MAX: usize = 64 * 1024;
/// A statement.
pub const STATEMENT_LEN_MAX: usize = 8 * 1024;
/// The name of a member or a hub, UTF-8.
pub const NAME_LEN_MAX: usize = 128;
/// The program and version in a Hello.
pub const AGENT_LEN_MAX: usize = 64;
/// The text of a Fault.
pub const FAULT_TEXT_LEN_MAX: usize = 512;
/// Values of one list of a grant: kinds, facets, acts.
pub const GRANT_LIST_MAX: usize = 255;
/// The protocol version spoken here.
pub const VERSION: u32 = 1;
