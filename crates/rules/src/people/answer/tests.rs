use super::super::testing::{day, id, post};
use super::*;
use proptest::prelude::*;

const GRID: &str = "410522100201001";
const OTHER: &str = "410522100201002";

fn answer(on: &str, posts: &[Post]) -> Option<(u32, Why)> {
    let grid: Area = GRID.parse().unwrap();
    let found = answers_for(&grid, day(on).start(), posts);
    let backwards: Vec<Post> = posts.iter().rev().cloned().collect();
    assert_eq!(
        found,
        answers_for(&grid, day(on).start(), &backwards),
        "the order of rows shows"
    );
    let found = found?;
    (0..100)
        .find(|n| id(*n) == found.member)
        .map(|n| (n, found.why))
}

fn until(post: Post, until: &str) -> Post {
    Post {
        until: Some(day(until)),
        ..post
    }
}

#[test]
fn a_handover_is_done_when_both_have_signed() {
    let old = Post {
        successor: Some(id(2)),
        ..until(post(11, 1, Office::Member, GRID), "2026-01-31")
    };
    let new = Post {
        from: day("2026-01-15"),
        ..post(12, 2, Office::Member, GRID)
    };
    let given = |post: &Post| Post {
        handed_over: Some(day("2026-02-03")),
        ..post.clone()
    };
    let taken = |post: &Post| Post {
        taken_over: Some(day("2026-02-05")),
        ..post.clone()
    };
    // Before the last day, and after it, while one signature or both are missing: the old holder.
    for old in [old.clone(), given(&old), taken(&old)] {
        let posts = [old, new.clone()];
        assert_eq!(answer("2026-01-20", &posts), Some((1, Why::Holder)));
        assert_eq!(answer("2026-03-01", &posts), Some((1, Why::HandoverOpen)));
    }
    // The two signatures merge in any order.
    let (one, other) = (taken(&given(&old)), given(&taken(&old)));
    assert_eq!(one, other);
    let posts = [one.clone(), new];
    assert_eq!(
        answer("2026-02-04", &posts),
        Some((1, Why::HandoverOpen)).map(|(who, _)| (who, Why::Holder))
    );
    assert_eq!(answer("2026-02-05", &posts), Some((2, Why::Holder)));
    // Whose own post is not written yet answers by the signatures alone.
    assert_eq!(answer("2026-02-05", &[one]), Some((2, Why::Successor)));
}

#[test]
fn secondment_leaves_the_own_grid_to_others() {
    let own = post(11, 1, Office::Member, GRID);
    let away = Post {
        sort: PostSort::Seconded,
        from: day("2026-03-01"),
        ..until(post(12, 1, Office::Member, OTHER), "2026-05-31")
    };
    let stand_in = Post {
        sort: PostSort::Substitute,
        from: day("2026-03-01"),
        ..until(post(13, 2, Office::Member, GRID), "2026-05-31")
    };
    let cover = Post {
        sort: PostSort::Cover,
        ..post(14, 3, Office::Member, GRID)
    };
    let chief = post(15, 4, Office::Chief, GRID);
    let posts = [
        own.clone(),
        away.clone(),
        stand_in,
        cover.clone(),
        chief.clone(),
    ];
    assert_eq!(answer("2026-02-28", &posts), Some((1, Why::Holder)));
    assert_eq!(answer("2026-04-01", &posts), Some((2, Why::Substitute)));
    assert_eq!(answer("2026-06-01", &posts), Some((1, Why::Holder)));
    assert_eq!(
        answer("2026-04-01", &[own.clone(), away.clone(), cover]),
        Some((3, Why::Cover))
    );
    assert_eq!(
        answer("2026-04-01", &[own.clone(), away.clone(), chief]),
        Some((4, Why::Chief))
    );
    let there: Area = OTHER.parse().unwrap();
    let found = answers_for(
        &there,
        day("2026-04-01").start(),
        &[own.clone(), away.clone()],
    )
    .unwrap();
    assert_eq!((found.member, found.why), (id(1), Why::Seconded));
    let at_home = answers_for(
        &GRID.parse().unwrap(),
        day("2026-04-01").start(),
        &[
            own,
            away,
            post(16, 5, Office::CommunityDirector, "410522100201"),
        ],
    )
    .unwrap();
    assert_eq!(
        (at_home.why, at_home.passed_over),
        (Why::Above, vec![(id(11), PassedOver::Away)])
    );
}

#[test]
fn the_chain_ends_at_a_named_person() {
    let posts = [
        post(1, 51, Office::Chief, GRID),
        post(2, 52, Office::CommunityDirector, "410522100201"),
        post(3, 53, Office::TownshipHead, "410522100"),
        post(4, 54, Office::CountyHead, "410522"),
        Post {
            sort: PostSort::Invited,
            ..post(5, 55, Office::CountyHead, "410522")
        },
    ];
    let grid: Area = GRID.parse().unwrap();
    let links = chain(&grid, day("2026-01-01").start(), &posts);
    let levels: Vec<_> = links.iter().map(|link| (link.level, link.member)).collect();
    assert_eq!(
        levels,
        [
            (Level::Grid, id(51)),
            (Level::Community, id(52)),
            (Level::Township, id(53)),
            (Level::County, id(54))
        ]
    );
    assert_eq!(answer("2026-01-01", &posts[1..]), Some((52, Why::Above)));
    assert_eq!(answer("2026-01-01", &posts[3..]), Some((54, Why::Above)));
    assert_eq!(answer("2026-01-01", &posts[4..]), None);
    assert_eq!(answer("2024-12-31", &posts), None);
    let township = answers_for(
        &"410522100".parse().unwrap(),
        day("2026-01-01").start(),
        &posts,
    )
    .unwrap();
    assert_eq!((township.member, township.why), (id(53), Why::Holder));
}

#[test]
fn an_escalation_ends_at_the_head_of_its_level_or_the_first_above() {
    let deputy = Post {
        sort: PostSort::Substitute,
        until: Some(day("2026-01-31")),
        ..post(3, 53, Office::CommunityDirector, "410522100201")
    };
    let posts = [
        post(1, 51, Office::Chief, GRID),
        post(2, 52, Office::CommunityDirector, "410522100201"),
        deputy,
        post(4, 54, Office::CountyHead, "410522"),
    ];
    let grid: Area = GRID.parse().unwrap();
    let ends = |level, on: &str| {
        let found = ends_at(&grid, level, day(on).start(), &posts).unwrap();
        (found.level, found.member, found.deputies)
    };
    assert_eq!(
        ends(Level::Community, "2026-01-01"),
        (Level::Community, id(53), vec![id(52)]),
        "who stands in comes first, the holder is next"
    );
    assert_eq!(
        ends(Level::Community, "2026-02-01"),
        (Level::Community, id(52), vec![])
    );
    assert_eq!(
        ends(Level::Township, "2026-01-01"),
        (Level::County, id(54), vec![]),
        "nobody heads the township"
    );
    assert_eq!(
        ends_at(&grid, Level::County, day("2024-01-01").start(), &posts),
        None
    );
}

#[test]
fn a_member_comes_before_an_assistant_and_the_earlier_before_the_later() {
    let assistant = post(1, 1, Office::Assistant, GRID);
    let member = Post {
        from: day("2025-06-01"),
        ..post(2, 2, Office::Member, GRID)
    };
    let second = Post {
        from: day("2025-06-01"),
        ..post(3, 3, Office::Member, GRID)
    };
    assert_eq!(
        answer("2026-01-01", &[second, assistant.clone(), member]),
        Some((2, Why::Holder))
    );
    assert_eq!(answer("2026-01-01", &[assistant]), Some((1, Why::Holder)));
}

fn any_posts() -> impl Strategy<Value = Vec<Post>> {
    let one = (
        0_u32..4,
        0_usize..4,
        0_usize..3,
        0_usize..5,
        0_i64..60,
        prop::option::of(0_i64..60),
        prop::option::of(0_u32..4),
        prop::option::of(0_i64..90),
        prop::option::of(0_i64..90),
    );
    prop::collection::vec(one, 0..10).prop_map(|all| {
        let all = (10..).zip(all);
        all.map(
            |(n, (member, office, area, sort, from, length, successor, given, taken))| {
                let from = day("2026-01-01").plus(from);
                let later = |days: Option<i64>| days.map(|days| from.plus(days));
                Post {
                    sort: PostSort::ALL[sort],
                    from,
                    until: later(length),
                    successor: successor.map(id),
                    handed_over: later(given),
                    taken_over: later(taken),
                    ..post(
                        n,
                        member,
                        [
                            Office::Member,
                            Office::Assistant,
                            Office::Chief,
                            Office::CommunityDirector,
                        ][office],
                        [GRID, OTHER, "410522100201"][area],
                    )
                }
            },
        )
        .collect()
    })
}

proptest! {
    #[test]
    fn somebody_answers_whenever_the_community_has_a_head(posts in any_posts(), at in 0_i64..200, shift in 0_usize..10) {
        let grid: Area = GRID.parse().unwrap();
        let at = day("2025-12-01").plus(at).start();
        let found = answers_for(&grid, at, &posts);
        let mut turned = posts.clone();
        turned.rotate_left(if posts.is_empty() { 0 } else { shift % posts.len() });
        prop_assert_eq!(&found, &answers_for(&grid, at, &turned));
        let mut headed = posts;
        headed.push(Post { from: day("2020-01-01"), ..post(99, 9, Office::CommunityDirector, "410522100201") });
        prop_assert!(answers_for(&grid, at, &headed).is_some());
        if let Some(found) = found {
            let by = headed.iter().find(|post| post.id == found.post).unwrap();
            prop_assert!(by.member == found.member || (by.successor == Some(found.member) && by.handed_on().is_some()));
        }
    }
}
