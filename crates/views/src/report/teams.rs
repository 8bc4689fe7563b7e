//! The team of each grid by source (R44), who holds a post for a time (R37, R45, R47), and the chain of chiefs (R53).

use std::collections::BTreeSet;

use wangge_model::area::Area;
use wangge_model::kind::Level;
use wangge_model::time::Date;
use wangge_rules::people::answer::chain;
use wangge_rules::people::post;
use wangge_rules::people::{Post, PostSort};

use super::subject::empty;
use super::verdict::about;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground::{self, People};
use crate::rows::CellForm::{Coded, Count, Date as Day, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "teams",
    label: ("网格团队", "Teams"),
    tells: (
        "各网格、各级在岗人员：岗位、任职方式、用工类型、来源、到任与期限",
        "who holds which post in each grid and above: how, employed how, from where, since and until when",
    ),
    about: None,
    columns: &[
        ("area", "网格或区域", "Grid or area", Text),
        ("member", "人员", "Member", Record),
        ("office", "岗位", "Office", Coded),
        ("sort", "任职方式", "How held", Coded),
        ("employment", "用工类型", "Employment", Coded),
        ("source", "来源", "Source", Coded),
        ("from", "到任", "Since", Day),
        ("until", "期限", "Until", Day),
    ],
    rows,
};

pub(super) const COVER: Sheet = Sheet {
    name: "cover",
    label: ("代理、兼管与挂职", "Substitutes, covers and secondments"),
    tells: (
        "有期限的任职：代理、邻格兼管、挂职、特邀，何时起止、现在是否有效，没有期限的予以指出",
        "posts for a time: substitutes, neighbours' covers, secondments, invitations; from when until when, whether they hold now, and which have no end",
    ),
    about: None,
    columns: &[
        ("member", "人员", "Member", Record),
        ("sort", "任职方式", "How held", Coded),
        ("office", "岗位", "Office", Coded),
        ("area", "网格或区域", "Grid or area", Text),
        ("from", "开始", "From", Day),
        ("until", "结束", "Until", Day),
        ("state", "状态", "State", Coded),
        ("days_left", "剩余天数", "Days left", Count),
        ("finding", "问题", "Finding", Coded),
    ],
    rows: cover,
};

pub(super) const CHIEFS: Sheet = Sheet {
    name: "chiefs",
    label: ("各级网格长", "Chiefs of every level"),
    tells: (
        "每一级的负责人及其副手：网格长、社区主任、乡镇长、县长；无人的一级由上一级负责",
        "the head of each level with deputies: grid chief, community director, township head, county head; for a level without anybody the next one above answers",
    ),
    about: None,
    columns: &[
        ("level", "层级", "Level", Coded),
        ("area", "区域", "Area", Text),
        ("member", "负责人", "Head", Record),
        ("why", "任职情况", "Why", Coded),
        ("deputies", "副手", "Deputies", Text),
        ("ends_at", "提级最终由谁负责", "Escalations end at", Record),
    ],
    rows: chiefs,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, "")?;
    let here = |post: &&Post| post.area.as_str().starts_with(scope.area) && post.held_on(on);
    let mut posts: Vec<&Post> = people.posts.iter().filter(here).collect();
    posts.sort_by(|a, b| (&a.area, a.office, a.id).cmp(&(&b.area, b.office, b.id)));
    let rows = posts.into_iter().map(|post| {
        let of = |list, key| text::coded_or(list, people.text(post.member, key));
        named(
            Cells::default()
                .text(post.area.as_str())
                .record(post.member, people.name(post.member)),
            post,
        )
        .coded(of("employment", "employment"))
        .coded(of("member_source", "source"))
        .date(Some(post.from))
        .date(post.until)
        .row()
    });
    Ok(rows.collect())
}

/// Office and how it is held.
fn named(cells: Cells, post: &Post) -> Cells {
    cells
        .coded(text::coded_or("office", post.office.word()))
        .coded(text::coded_or("post_sort", post.sort.word()))
}

fn cover(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, "")?;
    let findings = post::judge(&people.posts, on);
    let here = |post: &&Post| {
        let meets = post.from < scope.until && post.until.is_none_or(|until| scope.from <= until);
        post.area.as_str().starts_with(scope.area) && post.sort != PostSort::Regular && meets
    };
    let mut posts: Vec<&Post> = people.posts.iter().filter(here).collect();
    posts.sort_by_key(|post| (post.sort, post.from, post.id));
    let rows = posts.into_iter().map(|post| {
        let held = post.held_on(on);
        let left = post
            .until
            .filter(|_| held)
            .map(|until| on.days_until(until));
        let found = about(&findings, post.id);
        Cells::default()
            .record(post.member, people.name(post.member))
            .coded(text::coded_or("post_sort", post.sort.word()))
            .coded(text::coded_or("office", post.office.word()))
            .text(post.area.as_str())
            .date(Some(post.from))
            .date(post.until)
            .coded(standing(post, held, on))
            .count(left)
            .findings(&found)
            .row()
    });
    Ok(rows.collect())
}

fn standing(post: &Post, held: bool, on: Date) -> Word {
    match held {
        true => word("holds", "有效", "Holds"),
        false if on < post.from => word("coming", "未开始", "To come"),
        false => word("over", "已结束", "Over"),
    }
}

fn chiefs(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let on = scope.on();
    let people = People::load(scope.conn, "")?;
    let mut areas: BTreeSet<Area> = ground::grids(scope.conn, scope.area)?
        .into_iter()
        .filter(|grid| grid.valid.holds(on))
        .map(|grid| grid.code)
        .collect();
    areas.extend(scope.place()?);
    let above: Vec<Area> = areas.iter().flat_map(levels).collect();
    areas.extend(above);
    let mut areas: Vec<Area> = areas.into_iter().collect();
    areas.sort_by(|a, b| (b.level(), a).cmp(&(a.level(), b)));
    let rows = areas.iter().map(|area| {
        let links = chain(area, on.start(), &people.posts);
        let own = links.iter().find(|link| link.level == area.level());
        let member = own.map(|link| link.member);
        let name = |member: Option<_>| member.map_or("", |member| people.name(member));
        let why = own.map_or_else(empty, |link| {
            word(link.why.word(), link.why.zh(), link.why.en())
        });
        let deputies = own.map(|link| link.deputies.as_slice()).unwrap_or_default();
        let deputies: Vec<&str> = deputies.iter().map(|member| people.name(*member)).collect();
        let end = links.first().map(|link| link.member);
        let level = area.level();
        Cells::default()
            .coded(word(level.word(), level.zh(), level.en()))
            .text(area.as_str())
            .record_or(member, name(member))
            .coded(why)
            .text(deputies.join("、"))
            .record_or(end, name(end))
            .row()
    });
    Ok(rows.collect())
}

/// An area's community, township and county.
fn levels(area: &Area) -> Vec<Area> {
    let above = [Level::Community, Level::Township, Level::County];
    above
        .into_iter()
        .filter_map(|level| area.at(level))
        .collect()
}
