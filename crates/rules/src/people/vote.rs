//! What the votes of a deliberation come to (paper R45, R46).

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::time::{Date, Ms};

use super::{Post, PostSort};
use crate::words::words;

words! {
    /// What somebody voted: the code list `vote`.
    pub enum Vote {
        /// 赞成.
        Yes = "yes", "赞成", "Yes";
        /// 反对.
        No = "no", "反对", "No";
        /// 弃权.
        Abstain = "abstain", "弃权", "Abstain";
    }
}

words! {
    /// By which rule a deliberation is decided: the code list `vote_rule`.
    pub enum Rule {
        /// 过半数: more than half of those who voted.
        Majority = "majority", "过半数", "More than half";
        /// 三分之二: at least two thirds of those who voted.
        TwoThirds = "two_thirds", "三分之二以上", "At least two thirds";
        /// 一致同意: nobody against, and somebody for it.
        Consensus = "consensus", "一致同意", "Nobody against";
    }
}

words! {
    /// What the votes come to.
    pub enum Outcome {
        /// 通过.
        Passed = "passed", "通过", "Passed";
        /// 未通过.
        Failed = "failed", "未通过", "Failed";
        /// 未达法定人数.
        NoQuorum = "no_quorum", "未达法定人数", "Too few took part";
    }
}

/// One vote.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballot {
    /// Whose, by any name that stays the same.
    pub who: String,
    /// What.
    pub vote: Vote,
    /// When it was given; of several of one person the last counts, of equal ones the first of [`Vote::ALL`].
    pub at: Ms,
    /// Whether they may vote: an invitation is for a time.
    pub entitled: bool,
}

/// The votes counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// For it.
    pub yes: u32,
    /// Against.
    pub no: u32,
    /// Neither.
    pub abstain: u32,
    /// Votes that do not count, because nobody was entitled to them.
    pub void: u32,
}

impl Tally {
    /// How many voted.
    #[must_use]
    pub const fn voted(&self) -> u32 {
        self.yes
            .saturating_add(self.no)
            .saturating_add(self.abstain)
    }

    /// What they come to by a rule, if so many must vote at least. Who abstains has voted.
    #[must_use]
    pub fn outcome(&self, rule: Rule, quorum: u32) -> Outcome {
        let (yes, voted) = (u64::from(self.yes), u64::from(self.voted()));
        let passed = match rule {
            Rule::Majority => yes * 2 > voted,
            Rule::TwoThirds => yes > 0 && yes * 3 >= voted * 2,
            Rule::Consensus => yes > 0 && self.no == 0,
        };
        if self.voted() < quorum.max(1) {
            Outcome::NoQuorum
        } else if passed {
            Outcome::Passed
        } else {
            Outcome::Failed
        }
    }
}

/// Whether a member may vote on a day: who takes part by invitation only, while an invitation holds (paper R45); everybody else always.
#[must_use]
pub fn entitled(member: RecordId, posts: &[Post], on: Date) -> bool {
    let own = || posts.iter().filter(|post| post.member == member);
    let invited_only = own().next().is_some() && own().all(|post| post.sort == PostSort::Invited);
    !invited_only || own().any(|post| post.held_on(on))
}

/// Counts each person's last vote; the same in whatever order they arrive.
#[must_use]
pub fn tally(ballots: &[Ballot]) -> Tally {
    let mut tally = Tally::default();
    let mut last: BTreeMap<&str, &Ballot> = BTreeMap::new();
    for ballot in ballots {
        if !ballot.entitled {
            tally.void = tally.void.saturating_add(1);
            continue;
        }
        let held = last.entry(ballot.who.as_str()).or_insert(ballot);
        if (held.at, ballot.vote) < (ballot.at, held.vote) {
            *held = ballot;
        }
    }
    for ballot in last.values() {
        let count = match ballot.vote {
            Vote::Yes => &mut tally.yes,
            Vote::No => &mut tally.no,
            Vote::Abstain => &mut tally.abstain,
        };
        *count = count.saturating_add(1);
    }
    tally
}

#[cfg(test)]
mod tests {
    use super::super::Office;
    use super::super::testing::{day, id, post};
    use super::*;

    fn ballot(who: &str, vote: Vote, at: i64) -> Ballot {
        Ballot {
            who: who.to_owned(),
            vote,
            at: Ms(at),
            entitled: true,
        }
    }

    #[test]
    fn each_persons_last_vote_counts_in_any_order() {
        let mut ballots = vec![
            ballot("甲", Vote::No, 1),
            ballot("甲", Vote::Yes, 2),
            ballot("乙", Vote::Yes, 5),
            ballot("丙", Vote::Abstain, 3),
            ballot("丙", Vote::No, 3),
            Ballot {
                entitled: false,
                ..ballot("丁", Vote::No, 3)
            },
        ];
        let counted = Tally {
            yes: 2,
            no: 1,
            abstain: 0,
            void: 1,
        };
        assert_eq!(tally(&ballots), counted);
        ballots.reverse();
        assert_eq!(tally(&ballots), counted);
    }

    #[test]
    fn an_invitation_is_for_its_time() {
        const COMMUNITY: &str = "410522100201";
        let invited = Post {
            sort: PostSort::Invited,
            until: Some(day("2026-03-31")),
            ..post(1, 1, Office::Guide, COMMUNITY)
        };
        let member = post(2, 2, Office::Member, "410522100201001");
        let both = Post {
            member: id(1),
            ..member.clone()
        };
        let may = |n, posts: &[Post], on: &str| entitled(id(n), posts, day(on));
        assert!(may(1, std::slice::from_ref(&invited), "2026-03-31"));
        assert!(!may(1, std::slice::from_ref(&invited), "2026-04-01"));
        assert!(
            may(1, &[invited.clone(), both], "2026-04-01"),
            "one of the staff"
        );
        assert!(may(2, &[invited.clone(), member], "2026-04-01"));
        assert!(may(3, &[invited], "2026-04-01"), "a resident");
    }

    #[test]
    fn each_rule_decides_by_its_own_measure() {
        let votes = |yes, no, abstain| Tally {
            yes,
            no,
            abstain,
            void: 0,
        };
        for (tally, rule, quorum, outcome) in [
            (votes(2, 1, 1), Rule::Majority, 0, Outcome::Failed),
            (votes(3, 1, 1), Rule::Majority, 0, Outcome::Passed),
            (votes(2, 1, 0), Rule::TwoThirds, 0, Outcome::Passed),
            (votes(3, 1, 1), Rule::TwoThirds, 0, Outcome::Failed),
            (votes(1, 0, 5), Rule::Consensus, 0, Outcome::Passed),
            (votes(0, 0, 5), Rule::Consensus, 0, Outcome::Failed),
            (votes(9, 1, 0), Rule::Consensus, 0, Outcome::Failed),
            (votes(5, 0, 0), Rule::Majority, 6, Outcome::NoQuorum),
            (votes(0, 0, 0), Rule::Majority, 0, Outcome::NoQuorum),
        ] {
            assert_eq!(tally.outcome(rule, quorum), outcome, "{tally:?} {rule:?}");
        }
    }
}
