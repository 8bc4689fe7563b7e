//! What people decided about two records, and what follows: the groups, who speaks for a group, where its members disagree.
//!
//! A decision is a record of its own and is never rewritten; a later one about the same two stands instead. Records themselves stay
//! as they are, so taking a decision back brings back exactly what was there.

use std::collections::{BTreeMap, BTreeSet};

use wangge_model::id::RecordId;
use wangge_model::time::Hlc;

use super::forest::Forest;
use crate::finding::Finding;

/// What somebody decided about two records.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sort {
    /// They are one.
    Same,
    /// They are two, however alike they look: no search proposes them again.
    Apart,
    /// Nothing, any more: an earlier decision is taken back.
    Open,
}

/// A decision, with its place in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The decision's own record.
    pub id: RecordId,
    /// One of the two.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// What was decided.
    pub sort: Sort,
    /// When, by the logical clock of who decided.
    pub when: Hlc,
}

/// The decisions that stand, by the two they are about, the smaller id first. Of several about the same two the latest stands; at one
/// time, the one with the greatest id.
#[must_use]
pub fn standing(decisions: &[Decision]) -> BTreeMap<(RecordId, RecordId), Decision> {
    let mut standing: BTreeMap<_, Decision> = BTreeMap::new();
    for decision in decisions.iter().filter(|decision| decision.a != decision.b) {
        let pair = ordered(decision.a, decision.b);
        let slot = standing.entry(pair).or_insert(*decision);
        if (decision.when, decision.id) > (slot.when, slot.id) {
            *slot = *decision;
        }
    }
    standing
}

/// Two ids, the smaller first.
#[must_use]
pub fn ordered(a: RecordId, b: RecordId) -> (RecordId, RecordId) {
    (a.min(b), a.max(b))
}

/// The records that are one by decision: groups of two and more, each in the order of ids. A group that holds two which somebody set
/// apart is a finding, `likeness.contradiction`, and stays together until a person says which decision was wrong.
#[must_use]
pub fn groups(decisions: &[Decision]) -> (Vec<Vec<RecordId>>, Vec<Finding>) {
    let standing = standing(decisions);
    let of_sort = |sort| {
        let standing = standing.values();
        standing.filter(move |decision| decision.sort == sort)
    };
    let ids: BTreeSet<RecordId> = of_sort(Sort::Same)
        .flat_map(|same| [same.a, same.b])
        .collect();
    let ids: Vec<RecordId> = ids.into_iter().collect();
    let place = |id: RecordId| ids.binary_search(&id).ok();
    let mut forest = Forest::new(ids.len());
    for same in of_sort(Sort::Same) {
        if let (Some(a), Some(b)) = (place(same.a), place(same.b)) {
            forest.join(a, b);
        }
    }
    let mut findings = Vec::new();
    for apart in of_sort(Sort::Apart) {
        if let (Some(a), Some(b)) = (place(apart.a), place(apart.b))
            && forest.root(a) == forest.root(b)
        {
            let (first, second) = ordered(apart.a, apart.b);
            let zh = "两条记录被认定为不同，又经其他记录被连为同一，请复核";
            let en = "two records were set apart, and are joined by way of others: one decision is wrong";
            findings.push(Finding::soft("likeness.contradiction", zh, en).about([first, second]));
        }
    }
    let sets = forest.sets().into_iter();
    let named = sets.map(|set| set.iter().filter_map(|at| ids.get(*at).copied()).collect());
    (named.collect(), findings)
}

/// How well a record stands for its group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The record.
    pub id: RecordId,
    /// Whether it has a number that proves who it is: a valid GB 11643, a component's code.
    pub proven: bool,
    /// How many of its fields say something.
    pub filled: usize,
}

/// Which record of a group speaks for it: one that is proven before one that is not, then the fullest, then the oldest. `None` of none.
#[must_use]
pub fn primary(group: &[Standing]) -> Option<RecordId> {
    let best = group.iter().max_by(|a, b| {
        (a.proven, a.filled)
            .cmp(&(b.proven, b.filled))
            .then(b.id.cmp(&a.id))
    });
    best.map(|standing| standing.id)
}

/// A field on which records of a group disagree.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disagreement {
    /// The field's key.
    pub key: String,
    /// Its values, each with the records that hold it, in the order of values.
    pub values: BTreeMap<String, Vec<RecordId>>,
}

/// A group seen as one record: what its members agree on, and where they differ. Nothing of either side is lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Joined {
    /// The fields that have one value, by key; also those that only one record has.
    pub agreed: BTreeMap<String, String>,
    /// The fields that have several, in the order of keys.
    pub disputed: Vec<Disagreement>,
}

/// Joins the fields of a group's records, in whatever order they are handed in. Empty texts count as nothing said.
#[must_use]
pub fn join(records: &[(RecordId, BTreeMap<String, String>)]) -> Joined {
    let mut by_key: BTreeMap<&String, BTreeMap<String, BTreeSet<RecordId>>> = BTreeMap::new();
    for (id, fields) in records {
        for (key, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
            let values = by_key.entry(key).or_default();
            values.entry(value.clone()).or_default().insert(*id);
        }
    }
    let mut joined = Joined::default();
    for (key, values) in by_key {
        if let (1, Some(value)) = (values.len(), values.keys().next()) {
            joined.agreed.insert(key.clone(), value.clone());
            continue;
        }
        let values = values.into_iter();
        joined.disputed.push(Disagreement {
            key: key.clone(),
            values: values
                .map(|(value, ids)| (value, ids.into_iter().collect()))
                .collect(),
        });
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn id(n: u8) -> RecordId {
        RecordId::mint(i64::from(n), [n; 10])
    }

    fn decided(n: u8, a: u8, b: u8, sort: Sort, when: u64) -> Decision {
        Decision {
            id: id(100 + n),
            a: id(a),
            b: id(b),
            sort,
            when: Hlc(when),
        }
    }

    #[test]
    fn a_merge_is_taken_back_without_a_trace() {
        let merge = [
            decided(0, 1, 2, Sort::Same, 1),
            decided(1, 3, 2, Sort::Same, 2),
        ];
        assert_eq!(groups(&merge).0, [vec![id(1), id(2), id(3)]]);
        let back = [merge[0], merge[1], decided(2, 2, 3, Sort::Open, 3)];
        assert_eq!(groups(&back).0, [vec![id(1), id(2)]]);
        let apart = [merge[0], decided(3, 2, 1, Sort::Apart, 9)];
        assert_eq!(groups(&apart), (vec![], vec![]));
        assert_eq!(
            groups(&[decided(0, 1, 1, Sort::Same, 1)]).0,
            Vec::<Vec<_>>::new()
        );
    }

    #[test]
    fn two_set_apart_and_joined_by_a_third_are_told() {
        let all = [
            decided(0, 1, 2, Sort::Same, 1),
            decided(1, 2, 3, Sort::Same, 2),
            decided(2, 3, 1, Sort::Apart, 3),
        ];
        let (groups, findings) = groups(&all);
        assert_eq!(groups.len(), 1);
        assert_eq!(findings.len(), 1);
        assert_eq!(
            (findings[0].code, findings[0].ids.clone()),
            ("likeness.contradiction", vec![id(1), id(3)])
        );
    }

    #[test]
    fn who_speaks_for_a_group() {
        let of = |n, proven, filled| Standing {
            id: id(n),
            proven,
            filled,
        };
        assert_eq!(
            primary(&[of(1, false, 30), of(2, true, 4), of(3, true, 9)]),
            Some(id(3))
        );
        assert_eq!(primary(&[of(5, true, 9), of(4, true, 9)]), Some(id(4)));
        assert_eq!(primary(&[]), None);
    }

    #[test]
    fn fields_of_both_survive() {
        let fields = |pairs: &[(&str, &str)]| {
            let pairs = pairs.iter();
            pairs
                .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
                .collect()
        };
        let joined = join(&[
            (
                id(2),
                fields(&[("name", "张三"), ("phone", "13800000002"), ("address", "")]),
            ),
            (
                id(1),
                fields(&[("name", "张三"), ("phone", "13800000001"), ("note", "独居")]),
            ),
        ]);
        assert_eq!(joined.agreed, fields(&[("name", "张三"), ("note", "独居")]));
        assert_eq!(joined.disputed.len(), 1);
        assert_eq!(joined.disputed[0].key, "phone");
        assert_eq!(joined.disputed[0].values["13800000001"], [id(1)]);
        assert_eq!(joined.disputed[0].values["13800000002"], [id(2)]);
    }

    fn any_decisions() -> impl Strategy<Value = Vec<Decision>> {
        let one =
            (any::<u8>(), 0_u8..8, 0_u8..8, 0_u8..3, 0_u64..4).prop_map(|(n, a, b, sort, when)| {
                let sort = [Sort::Same, Sort::Apart, Sort::Open][usize::from(sort)];
                decided(n % 100, a, b, sort, when)
            });
        // One id is one record: what it says is said once.
        prop::collection::vec(one, 0..12).prop_map(|all| {
            let by_id: BTreeMap<_, _> = all.into_iter().map(|one| (one.id, one)).collect();
            by_id.into_values().collect()
        })
    }

    proptest! {
        #[test]
        fn every_replica_finds_the_same_groups((all, shuffled) in any_decisions().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
            prop_assert_eq!(groups(&all), groups(&shuffled));
        }

        #[test]
        fn taking_everything_back_leaves_nothing(all in any_decisions()) {
            let back: Vec<Decision> = all.iter().map(|one| Decision { sort: Sort::Open, when: Hlc(9), ..*one }).collect();
            prop_assert_eq!(groups(&[all, back].concat()), (vec![], vec![]));
        }
    }
}
