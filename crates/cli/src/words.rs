//! Small words of the answers, in both languages.

use wangge_core::rows::CountedIn;
use wangge_hub::rows::PeerSide;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;

use crate::error::{CliError, Result};

/// A moment as people read it, in Beijing time.
pub(crate) fn date(ms: i64) -> String {
    Ms(ms).to_minutes()
}

/// The instant so many days before now.
pub(crate) fn days_ago_ms(days: u32) -> i64 {
    const DAY_MS: i64 = 86_400_000;
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .map_or(0, |since| {
            i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
        });
    now - i64::from(days) * DAY_MS
}

/// An indicator's value with its unit.
pub(crate) fn measured(value: i64, unit: CountedIn) -> String {
    match unit {
        CountedIn::Count => value.to_string(),
        CountedIn::Permille => format!("{}.{} %", value / 10, (value % 10).abs()),
        CountedIn::Ms => {
            let minutes = value / 60_000;
            format!("{} h {:02} min", minutes / 60, (minutes % 60).abs())
        }
        CountedIn::Milli => format!("{}.{:03} / 1000", value / 1_000, (value % 1_000).abs()),
    }
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

/// A kind by its word, its plural or its Chinese name.
pub(crate) fn kind(word: &str) -> Result<Kind> {
    let ends = [("", ""), ("s", ""), ("es", ""), ("ies", "y")];
    ends.iter()
        .filter_map(|(end, one)| Some(format!("{}{one}", word.strip_suffix(end)?)))
        .find_map(|one| Kind::all().find(|kind| kind.word() == one || kind.zh() == one))
        .ok_or_else(|| CliError::Word {
            zh: format!("没有记录类型「{word}」;wangge phone record kinds 列出全部"),
            en: format!("there is no kind of record {word}"),
        })
}

/// Today, in Beijing.
pub(crate) fn today() -> wangge_model::time::Date {
    Ms(days_ago_ms(0)).date()
}
