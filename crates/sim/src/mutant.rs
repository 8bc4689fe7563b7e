//! Planted mistakes, one for each law: a simulator that is too kind would pass them.

/// A law of ARCHITECTURE.md.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Law {
    /// A commit leaves the outbox only when the hub's store holds it.
    NoLoss,
    /// After calm, equal heads for every shared record.
    Converge,
    /// No actor forks.
    OneWriterOneLine,
    /// Rows equal rows folded from nothing.
    FoldEqual,
    /// Replicas with the same changes show the same state of a matter.
    SameVerdict,
    /// What moved is with those whose area it moved to, and with nobody else's phone.
    OnlyOneArea,
    /// The hub forwards byte-equal commits.
    Verbatim,
    /// No queue passes its limit.
    Bounded,
    /// A bad or early commit parks, others pass.
    NoBlock,
    /// The status on a screen equals the stores.
    ToldTruth,
    /// Same seed, same trace hash.
    Replay,
}

impl Law {
    /// Every law, each with its word and the mistake that must turn it red: what `--list` prints and ARCHITECTURE.md's table says.
    pub const ALL: [(Self, &'static str, &'static str); 11] = [
        (Self::NoLoss, "no_loss", "release effects before commit"),
        (Self::Converge, "converge", "drop the re-offer on link-up"),
        (
            Self::OneWriterOneLine,
            "one_writer_one_line",
            "reuse the actor after restore",
        ),
        (
            Self::FoldEqual,
            "fold_equal",
            "skip the fold of one touched record",
        ),
        (
            Self::SameVerdict,
            "same_verdict",
            "order the log by arrival",
        ),
        (
            Self::OnlyOneArea,
            "only_one_area",
            "keep a move from those who are to let go",
        ),
        (Self::Verbatim, "verbatim", "re-encode in the hub"),
        (Self::Bounded, "bounded", "unbounded push window"),
        (
            Self::NoBlock,
            "no_block",
            "stop the batch at the first bad one",
        ),
        (Self::ToldTruth, "told_truth", "say received on send"),
        (
            Self::Replay,
            "replay",
            "one draw from the system's randomness",
        ),
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        Self::ALL
            .iter()
            .find(|(law, ..)| *law == self)
            .map_or("", |(_, word, _)| word)
    }

    /// The law of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .find(|(_, known, _)| *known == word)
            .map(|(law, ..)| *law)
    }
}

/// A law that did not hold, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// Which law.
    pub law: Law,
    /// What was seen, with ids and node numbers.
    pub seen: String,
}

impl Breach {
    /// A breach of `law`.
    pub fn new(law: Law, seen: impl Into<String>) -> Self {
        Self {
            law,
            seen: seen.into(),
        }
    }
}
