//! What a deliberation came to (R46), and who takes part in what capacity (R13, R45).

use std::collections::BTreeSet;

use wangge_model::codes;
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::{Date as Day, Ms};
use wangge_rules::people::vote::{Ballot, Rule, Vote, entitled, tally};

use super::subject::empty;
use super::{Cells, Scope, Sheet};
use crate::detail::unknown;
use crate::error::Result;
use crate::ground::{self, Row};
use crate::rows::CellForm::{Coded, Count, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::{self, word};

pub(super) const SHEET: Sheet = Sheet {
    name: "deliberation",
    label: ("议事表决结果", "What a deliberation came to"),
    tells: (
        "赞成、反对、弃权与无效票数，按表决方式与法定人数得出的结果，以及各方意见；每人以最后一票为准，特邀人员只在任期内有效",
        "votes for, against, abstentions and void ones, the outcome by the rule and quorum, and each opinion; a person's last vote counts, an invited one's only in its time",
    ),
    about: Some(Kind::DELIBERATION),
    columns: &[
        ("item", "项目", "Item", Coded),
        ("count", "票数", "Votes", Count),
        ("who", "发表人", "Who", Text),
        ("capacity", "身份", "Capacity", Coded),
        ("vote", "表决", "Vote", Coded),
        ("counts", "是否有效", "Counts", Coded),
        ("opinion", "意见", "Opinion", Record),
    ],
    rows,
};

pub(super) const PARTICIPANTS: Sheet = Sheet {
    name: "participants",
    label: ("多方参与", "Who takes part"),
    tells: (
        "政府、社区、企业、事业单位、社会组织、志愿者、居民、代表委员：期内发表意见、表决、参与活动的人数与次数",
        "government, community, enterprises, institutions, social organisations, volunteers, residents, deputies: persons, opinions, votes and activities of the period",
    ),
    about: None,
    columns: &[
        ("capacity", "身份", "Capacity", Coded),
        ("persons", "人数", "Persons", Count),
        ("opinions", "意见", "Opinions", Count),
        ("votes", "表决", "Votes", Count),
        ("activities", "参与活动", "Activities", Count),
        ("hours", "时长（小时）", "Hours", Count),
    ],
    rows: participants,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let id = scope.about.ok_or_else(|| unknown("record", ""))?;
    let all = ground::rows(scope.conn, Kind::DELIBERATION, "")?;
    let question = all
        .iter()
        .find(|row| row.id == id)
        .ok_or_else(|| unknown("record", &id.to_string()))?;
    let posts = ground::posts(scope.conn, "")?;
    let subject = id.to_string();
    let mut opinions = ground::rows(scope.conn, Kind::OPINION, "")?;
    opinions.retain(|row| row.text("deliberation") == subject);
    let held: Option<Day> = question.read("held");
    let said: Vec<(Option<Ballot>, &Row)> = opinions
        .iter()
        .map(|row| (ballot(row, held, &posts), row))
        .collect();
    let ballots: Vec<Ballot> = said
        .iter()
        .filter_map(|(ballot, _)| ballot.clone())
        .collect();
    let tally = tally(&ballots);
    let rule = Rule::from_word(question.text("rule")).unwrap_or(Rule::Majority);
    let quorum = u32::try_from(question.int("quorum").unwrap_or_default()).unwrap_or(u32::MAX);
    let outcome = tally.outcome(rule, quorum);
    let line = |item: Word, count: Option<i64>, result: Word| {
        let cells = Cells::default().coded(item).count(count).text("");
        cells
            .coded(empty())
            .coded(result)
            .coded(empty())
            .text("")
            .row()
    };
    let counts = [
        (Vote::Yes, tally.yes),
        (Vote::No, tally.no),
        (Vote::Abstain, tally.abstain),
    ];
    let mut rows: Vec<ReportRow> = counts
        .iter()
        .map(|(vote, count)| {
            let item = word(vote.word(), vote.zh(), vote.en());
            line(item, Some(i64::from(*count)), empty())
        })
        .collect();
    rows.push(line(
        word("void", "无效", "Void"),
        Some(tally.void.into()),
        empty(),
    ));
    let item = word(rule.word(), rule.zh(), rule.en());
    let result = word(outcome.word(), outcome.zh(), outcome.en());
    rows.push(line(item, Some(tally.voted().into()), result));
    rows.extend(
        said.into_iter()
            .map(|(ballot, row)| opinion(ballot.as_ref(), row)),
    );
    Ok(rows)
}

fn opinion(ballot: Option<&Ballot>, row: &Row) -> ReportRow {
    let counts = match ballot.map(|ballot| ballot.entitled) {
        None => empty(),
        Some(true) => word("counts", "有效", "Counts"),
        Some(false) => word("void", "无效", "Void"),
    };
    Cells::default()
        .coded(word("opinion", "意见", "Opinion"))
        .count(None)
        .text(row.text("who"))
        .coded(text::coded_or("participant", row.text("capacity")))
        .coded(text::coded_or("vote", row.text("vote")))
        .coded(counts)
        .record(row.id, row.text("who"))
        .row()
}

/// An opinion with a vote, as the rule takes it.
fn ballot(row: &Row, held: Option<Day>, posts: &[wangge_rules::people::Post]) -> Option<Ballot> {
    let vote = Vote::from_word(row.text("vote"))?;
    let at = row
        .int("at_ms")
        .map(Ms)
        .or(held.map(Day::start))
        .unwrap_or(Ms(0));
    let member: Option<RecordId> = row.read("member");
    let who = member.map_or_else(|| row.text("who").to_owned(), |member| member.to_string());
    Some(Ballot {
        who,
        vote,
        at,
        entitled: member.is_none_or(|member| entitled(member, posts, at.date())),
    })
}

fn participants(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let within = |day: Option<Day>| day.is_some_and(|day| scope.from <= day && day < scope.until);
    let mut opinions = ground::rows(scope.conn, Kind::OPINION, scope.area)?;
    opinions.retain(|row| within(row.int("at_ms").map(|at| Ms(at).date())));
    let mut took_part = ground::rows(scope.conn, Kind::PARTICIPATION, scope.area)?;
    took_part.retain(|row| within(row.read("on")));
    let list = codes::list("participant").map_or(&[][..], |list| &list.codes);
    let many = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    let rows = list.iter().map(|code| {
        let of = |row: &&Row| row.text("capacity") == code.code;
        let said = || opinions.iter().filter(of);
        let part = || took_part.iter().filter(of);
        let persons: BTreeSet<&str> = said().chain(part()).map(|row| row.text("who")).collect();
        let votes = said().filter(|row| !row.text("vote").is_empty());
        let hours = part().filter_map(|row| row.int("hours"));
        Cells::default()
            .coded(word(code.code, code.zh, code.en))
            .number(many(persons.len()))
            .number(many(said().count()))
            .number(many(votes.count()))
            .number(many(part().count()))
            .number(hours.fold(0, i64::saturating_add))
            .row()
    });
    Ok(rows.collect())
}
