//! Small words of the answers, in both languages.

use wangge_hub::rows::PeerSide;
use wangge_model::time::Ms;

/// A moment as people read it, in Beijing time.
pub(crate) fn date(ms: i64) -> String {
    Ms(ms).to_minutes()
}

/// Yes or no.
pub(crate) fn yes(truth: bool) -> &'static str {
    if truth { "是 yes" } else { "否 no" }
}

/// What a peer is.
pub(crate) fn side(side: PeerSide) -> &'static str {
    match side {
        PeerSide::Parent => "上级 parent",
        PeerSide::Hub => "下级 hub",
        PeerSide::Phone => "手机 phone",
        PeerSide::Desk => "席位 desk",
    }
}
