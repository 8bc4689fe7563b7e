//! What is wrong with posts: what has no end that must have one, handovers that nobody finished, who has more than can be held.

use std::collections::BTreeMap;

use wangge_model::id::RecordId;
use wangge_model::time::Date;

use super::{Office, Post, PostSort};
use crate::finding::Finding;

/// What is wrong with posts on a day: `post.period` it ends before it begins; `post.no_end` a secondment, a substitution or a cover without
/// an end (paper R37, R47); `post.handover_open` the last day is past and a signature is missing; `post.own_successor`; `post.twice` one
/// member holds one office in one area twice; `post.two_grids` one is the regular member of two grids.
#[must_use]
pub fn judge(posts: &[Post], on: Date) -> Vec<Finding> {
    let mut findings: Vec<Finding> = posts.iter().flat_map(|post| judge_one(post, on)).collect();
    let mut held: BTreeMap<RecordId, Vec<&Post>> = BTreeMap::new();
    for post in posts.iter().filter(|post| post.held_on(on)) {
        held.entry(post.member).or_default().push(post);
    }
    for posts in held.values_mut() {
        posts.sort_by_key(|post| post.id);
        for (at, post) in posts.iter().enumerate() {
            findings.extend(
                posts
                    .iter()
                    .skip(at + 1)
                    .filter_map(|other| judge_two(post, other)),
            );
        }
    }
    findings.sort();
    findings
}

fn judge_one(post: &Post, on: Date) -> Vec<Finding> {
    let mut findings = Vec::new();
    if post.until.is_some_and(|until| until < post.from) {
        findings.push(Finding::hard(
            "post.period",
            "任职的结束日期早于开始日期",
            "the post ends before it begins",
        ));
    }
    let limited = matches!(
        post.sort,
        PostSort::Seconded | PostSort::Substitute | PostSort::Cover
    );
    if limited && post.until.is_none() {
        let zh = format!("{}没有结束日期", post.sort.zh());
        let en = format!("{}: it has no end", post.sort.en().to_lowercase());
        findings.push(Finding::hard("post.no_end", zh, en));
    }
    if post.handover_open(on) {
        let missing = match (post.handed_over, post.taken_over) {
            (None, Some(_)) => ("移交人", "of who hands over"),
            (Some(_), None) => ("接收人", "of who takes over"),
            _ => ("双方", "of both"),
        };
        let zh = format!("任期已满，交接尚缺{}确认，原任继续负责", missing.0);
        let en = format!(
            "the last day is past, and the signature {} is missing: the old holder stays responsible",
            missing.1
        );
        findings.push(Finding::soft("post.handover_open", zh, en));
    }
    if post.successor == Some(post.member) {
        findings.push(Finding::hard(
            "post.own_successor",
            "接任人不能是本人",
            "nobody succeeds themselves",
        ));
    }
    findings
        .into_iter()
        .map(|finding| finding.about([post.id]))
        .collect()
}

fn judge_two(a: &Post, b: &Post) -> Option<Finding> {
    let ids = [a.id, b.id];
    if (&a.area, a.office) == (&b.area, b.office) {
        let finding = Finding::soft(
            "post.twice",
            "同一人在同一区域重复任职",
            "one member holds one office in one area twice",
        );
        return Some(finding.about(ids));
    }
    let regular = |post: &Post| post.sort == PostSort::Regular && post.office == Office::Member;
    (regular(a) && regular(b)).then(|| {
        let zh = "同一人是两个网格的正式网格员，兼管应注明期限";
        let en = "one is the regular member of two grids: a cover is for a time";
        Finding::soft("post.two_grids", zh, en).about(ids)
    })
}

#[cfg(test)]
mod tests {
    use super::super::testing::{day, id, post};
    use super::*;

    const GRID: &str = "410522100201001";

    fn found(posts: &[Post]) -> Vec<&'static str> {
        let found = judge(posts, day("2026-03-01"));
        assert!(found.iter().all(|finding| finding.ids.contains(&id(1))));
        found.iter().map(|finding| finding.code).collect()
    }

    #[test]
    fn each_rule_of_one_post_is_seen() {
        let base = || post(1, 1, Office::Member, GRID);
        let until = |text: &str| Some(day(text));
        let limited = |sort| Post { sort, ..base() };
        let relieved = Post {
            successor: Some(id(2)),
            until: until("2026-01-31"),
            ..base()
        };
        for (post, code) in [
            (
                Post {
                    until: until("2024-01-01"),
                    ..base()
                },
                "post.period",
            ),
            (limited(PostSort::Seconded), "post.no_end"),
            (limited(PostSort::Substitute), "post.no_end"),
            (limited(PostSort::Cover), "post.no_end"),
            (
                Post {
                    handed_over: until("2026-02-01"),
                    ..relieved.clone()
                },
                "post.handover_open",
            ),
            (relieved, "post.handover_open"),
            (
                Post {
                    successor: Some(id(1)),
                    ..base()
                },
                "post.own_successor",
            ),
        ] {
            assert_eq!(found(&[post]), [code]);
        }
        assert_eq!(found(&[base()]), Vec::<&str>::new());
    }

    #[test]
    fn an_open_handover_says_whose_signature_is_missing() {
        let told = |handed: Option<&str>, taken: Option<&str>| {
            let post = Post {
                successor: Some(id(2)),
                until: Some(day("2026-01-31")),
                handed_over: handed.map(day),
                taken_over: taken.map(day),
                ..post(1, 1, Office::Member, GRID)
            };
            let found = judge(&[post], day("2026-03-01"));
            found
                .first()
                .map(|finding| finding.zh.clone())
                .unwrap_or_default()
        };
        let signed = Some("2026-02-01");
        assert!(told(None, None).contains("双方"));
        assert!(told(signed, None).contains("接收人"));
        assert!(told(None, signed).contains("移交人"));
        assert_eq!(told(signed, signed), "");
    }

    #[test]
    fn each_rule_of_two_posts_is_seen() {
        const NEXT: &str = "410522100201002";
        let base = post(1, 1, Office::Member, GRID);
        assert_eq!(
            found(&[
                base.clone(),
                Post {
                    id: id(2),
                    ..base.clone()
                }
            ]),
            ["post.twice"]
        );
        assert_eq!(
            found(&[base.clone(), post(2, 1, Office::Member, NEXT)]),
            ["post.two_grids"]
        );
        let secretary = post(2, 1, Office::PartySecretary, GRID);
        let other = post(3, 2, Office::Member, GRID);
        let cover = Post {
            sort: PostSort::Cover,
            until: Some(day("2026-12-31")),
            ..post(4, 1, Office::Member, NEXT)
        };
        assert_eq!(found(&[base, secretary, other, cover]), Vec::<&str>::new());
    }
}
