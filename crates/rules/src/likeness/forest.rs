//! Sets that grow together (union-find). The smallest member names its set, so the order of joining does not show.

/// Disjoint sets of the numbers below a length.
#[derive(Clone, Debug)]
pub(crate) struct Forest(Vec<usize>);

impl Forest {
    /// Every number alone.
    pub(crate) fn new(len: usize) -> Self {
        Self((0..len).collect())
    }

    /// The smallest member of the set in which `of` is; `of` itself if it is out of range.
    pub(crate) fn root(&mut self, of: usize) -> usize {
        let mut root = of;
        while let Some(&up) = self.0.get(root) {
            if up == root {
                break;
            }
            let above = self.0.get(up).copied().unwrap_or(up);
            if let Some(slot) = self.0.get_mut(root) {
                *slot = above;
            }
            root = above;
        }
        root
    }

    /// Makes two sets one; whether they were two.
    pub(crate) fn join(&mut self, a: usize, b: usize) -> bool {
        let (a, b) = (self.root(a), self.root(b));
        if let Some(slot) = self.0.get_mut(a.max(b)) {
            *slot = a.min(b);
        }
        a != b
    }

    /// The sets of more than one member: each in order, and they in the order of their smallest members.
    pub(crate) fn sets(&mut self) -> Vec<Vec<usize>> {
        let mut by_root: std::collections::BTreeMap<usize, Vec<usize>> =
            std::collections::BTreeMap::new();
        for at in 0..self.0.len() {
            by_root.entry(self.root(at)).or_default().push(at);
        }
        by_root.into_values().filter(|set| set.len() > 1).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_chain_is_one_set() {
        let mut forest = Forest::new(6);
        assert!(forest.join(4, 2) && forest.join(2, 5) && !forest.join(5, 4));
        assert_eq!(forest.sets(), [vec![2, 4, 5]]);
        assert_eq!((forest.root(5), forest.root(0), forest.root(9)), (2, 0, 9));
    }

    proptest! {
        #[test]
        fn the_order_of_joining_does_not_show(mut pairs in prop::collection::vec((0_usize..20, 0_usize..20), 0..30)) {
            let sets = |pairs: &[(usize, usize)]| {
                let mut forest = Forest::new(20);
                for (a, b) in pairs {
                    forest.join(*a, *b);
                }
                forest.sets()
            };
            let there = sets(&pairs);
            pairs.reverse();
            prop_assert_eq!(sets(&pairs), there);
        }
    }
}
