//! What a member hands over (R35), and the work of theirs that counts (R36).

use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::Kind;
use wangge_model::time::{Date, Ms};
use wangge_rules::people::Post;

use super::subject::empty;
use super::{Cells, Scope, Sheet};
use crate::detail::unknown;
use crate::error::Result;
use crate::ground::{self, People};
use crate::rows::CellForm::{Coded, Count, Date as Day, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::text::word;
use crate::{source, stage, text};

pub(super) const SHEET: Sheet = Sheet {
    name: "handover",
    label: ("交接清单", "Handover"),
    tells: (
        "一名网格员离任交接：岗位与双方签字、未办结事件、未完成任务、进行中的计划、本机未上传与设备最后联系时间",
        "what a member hands over: posts with both signatures, open matters and tasks, running plans, what their device has not sent and when it was last seen",
    ),
    about: Some(Kind::MEMBER),
    columns: &[
        ("item", "项目", "Item", Coded),
        ("record", "档案", "Record", Record),
        ("state", "情况", "State", Coded),
        ("count", "数量", "Number", Count),
        ("due", "期限", "Due", Day),
        ("note", "说明", "Note", Text),
    ],
    rows,
};

pub(super) const STATEMENT: Sheet = Sheet {
    name: "statement",
    label: ("工作量确认单", "Statement of work"),
    tells: (
        "一名网格员期内计入的工作：各办理环节、走访巡查服务等登记、群众评价；未上传的另列、不计入；可提出申诉",
        "the work of a member that counts in the period: steps, visits and other records, ratings; what was not sent is shown apart and does not count; it can be contested by an appeal",
    ),
    about: Some(Kind::MEMBER),
    columns: &[
        ("group", "分组", "Group", Coded),
        ("item", "项目", "Item", Coded),
        ("counted", "计入", "Counts", Count),
        ("left_out", "未上传、未计入", "Not sent, left out", Count),
        ("record", "档案", "Record", Record),
        ("note", "说明", "Note", Text),
    ],
    rows: statement,
};

/// The member that a sheet is about.
struct Who {
    id: RecordId,
    name: String,
    people: People,
    signs_as: Option<MemberId>,
}

impl Who {
    fn of(scope: &Scope<'_>) -> Result<Self> {
        let id = scope.about.ok_or_else(|| unknown("record", ""))?;
        let people = People::load(scope.conn, "")?;
        Ok(Self {
            id,
            name: people.name(id).to_owned(),
            signs_as: people.signs_as(scope.conn, id)?,
            people,
        })
    }
}

/// A line of the handover.
struct Line {
    item: Word,
    record: Option<(RecordId, String)>,
    state: Word,
    count: Option<i64>,
    due: Option<Date>,
    note: String,
}

impl Line {
    fn new(item: Word, state: Word) -> Self {
        Self {
            item,
            record: None,
            state,
            count: None,
            due: None,
            note: String::new(),
        }
    }

    fn of(self, record: RecordId, title: &str, due: Option<Date>) -> Self {
        Self {
            record: Some((record, title.to_owned())),
            due,
            ..self
        }
    }

    fn row(self) -> ReportRow {
        let (record, title) = self.record.unzip();
        Cells::default()
            .coded(self.item)
            .record_or(record, &title.unwrap_or_default())
            .coded(self.state)
            .count(self.count)
            .date(self.due)
            .text(self.note)
            .row()
    }
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let who = Who::of(scope)?;
    let mut lines = posts(&who, scope.on());
    lines.extend(waiting(scope, &who)?);
    lines.extend(on_devices(scope, &who)?);
    Ok(lines.into_iter().map(Line::row).collect())
}

/// The posts that are handed over, with their signatures.
fn posts(who: &Who, on: Date) -> Vec<Line> {
    let begun = |post: &&Post| post.member == who.id && post.from <= on;
    let posts = who.people.posts.iter().filter(begun);
    let lines = posts.map(|post| {
        let (zh, en) = (post.office.zh(), post.office.en());
        let item = word("post", &format!("岗位：{zh}"), &format!("post: {en}"));
        let successor = post.successor.map(|id| who.people.name(id));
        Line {
            note: successor.unwrap_or_default().to_owned(),
            ..Line::new(item, signatures(post)).of(post.id, post.area.as_str(), post.until)
        }
    });
    lines.collect()
}

/// Matters, tasks and plans that go on.
fn waiting(scope: &Scope<'_>, who: &Who) -> Result<Vec<Line>> {
    let on = scope.on();
    let mut lines = Vec::new();
    for matter in ground::matters_of(scope.conn, &who.name, &[])? {
        let item = word("matter", "未办结事件", "Open matter");
        let line = Line::new(item, stage::coded(&matter.stage));
        lines.push(line.of(matter.record, &matter.title, matter.due.map(Ms::date)));
    }
    for task in ground::tasks(scope.conn, &who.people)?.of(who.id) {
        let item = word("task", "未完成任务", "Open task");
        let line = Line::new(item, text::coded_or("task_state", "open"));
        lines.push(line.of(task.record, &task.title, task.due));
    }
    for area in who.people.areas(who.id, on) {
        for round in ground::rounds(scope.conn, &area, on)? {
            let item = word("plan", "进行中的计划", "Running plan");
            let line = Line::new(item, text::coded_or("plan_sort", &round.sort));
            lines.push(Line {
                count: i64::try_from(round.targets.len()).ok(),
                ..line.of(round.plan, &round.title, round.round.until)
            });
        }
    }
    Ok(lines)
}

/// What the member's devices still have, as far as it is known here.
fn on_devices(scope: &Scope<'_>, who: &Who) -> Result<Vec<Line>> {
    let Some(id) = who.signs_as else {
        return Ok(Vec::new());
    };
    let unsent = i64::try_from(source::unsent(scope.conn, id)?.len()).ok();
    let item = word("unsent", "本机未上传", "Not sent from here");
    let mut lines = vec![Line {
        count: unsent,
        ..Line::new(item, sent(unsent))
    }];
    for (device, seen_ms) in source::devices(scope.conn, id)? {
        let item = word("device", "设备最后联系", "Device last seen");
        lines.push(Line {
            due: Some(Ms(seen_ms).date()).filter(|_| seen_ms > 0),
            note: device,
            ..Line::new(item, empty())
        });
    }
    Ok(lines)
}

fn sent(unsent: Option<i64>) -> Word {
    match unsent {
        Some(0) => word("sent", "已全部上传", "All sent"),
        _ => word("waiting", "待上传", "Waiting"),
    }
}

/// Which signatures a post has.
fn signatures(post: &Post) -> Word {
    match (post.successor, post.handed_over, post.taken_over) {
        (None, ..) => word("no_successor", "未指定接任人", "No successor named"),
        (_, None, None) => word("unsigned", "双方未签字", "Neither has signed"),
        (_, Some(_), None) => word("handed_over", "待接收人签字", "The successor has to sign"),
        (_, None, Some(_)) => word("taken_over", "待移交人签字", "The holder has to sign"),
        (_, Some(_), Some(_)) => word("done", "交接完成", "Done"),
    }
}

fn statement(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let who = Who::of(scope)?;
    let mut rows = Vec::new();
    let line = |group: Word, item: Word, (counted, left_out): (i64, i64)| {
        let cells = Cells::default().coded(group).coded(item);
        cells
            .number(counted)
            .number(left_out)
            .text("")
            .text("")
            .row()
    };
    let basis = word("basis", "口径", "Basis");
    let as_of = Cells::default()
        .coded(basis)
        .coded(word("as_of", "截至", "As of"));
    let cells = as_of.count(None).count(None).record(who.id, &who.name);
    rows.push(cells.text(scope.now.to_minutes()).row());
    if let Some(member) = who.signs_as {
        let done = ground::done(scope.conn, member, scope.from, scope.until)?;
        let steps = || word("step", "办理环节", "Steps");
        rows.extend(
            done.steps
                .iter()
                .map(|(kind, sums)| line(steps(), text::step_coded(*kind), *sums)),
        );
        let records = || word("record", "工作登记", "Records");
        rows.extend(done.records.iter().map(|(kind, sums)| {
            let word = word(
                &kind.word(),
                kind.info().map_or("", |info| info.zh),
                kind.info().map_or("", |info| info.en),
            );
            line(records(), word, *sums)
        }));
        rows.extend(
            recognised(scope, &done.matters)?
                .into_iter()
                .map(|(item, count)| {
                    line(word("recognition", "群众评价", "Ratings"), item, (count, 0))
                }),
        );
    }
    rows.extend(contested(scope, &who)?);
    Ok(rows)
}

/// How those who asked rated the matters.
fn recognised(scope: &Scope<'_>, matters: &[RecordId]) -> Result<Vec<(Word, i64)>> {
    let ids: std::collections::BTreeSet<String> = matters.iter().map(ToString::to_string).collect();
    let mut ratings: std::collections::BTreeMap<String, i64> = std::collections::BTreeMap::new();
    for row in ground::rows(scope.conn, Kind::RATING, "")? {
        if ids.contains(row.text("matter")) {
            *ratings.entry(row.text("satisfied").to_owned()).or_default() += 1;
        }
    }
    let named = ratings
        .into_iter()
        .map(|(code, count)| (text::coded_or("satisfied", &code), count));
    Ok(named.collect())
}

/// The member's appeals.
fn contested(scope: &Scope<'_>, who: &Who) -> Result<Vec<ReportRow>> {
    let id = who.id.to_string();
    let rows = ground::rows(scope.conn, Kind::APPEAL, "")?;
    let own = rows.iter().filter(|row| row.text("member") == id);
    let rows = own.map(|row| {
        let state = match row.text("state") {
            "" => text::coded_or("appeal_state", "open"),
            state => text::coded_or("appeal_state", state),
        };
        let cells = Cells::default()
            .coded(word("appeal", "申诉", "Appeal"))
            .coded(state);
        let cells = cells.count(None).count(None).record(row.id, &row.title);
        cells.text(row.text("period")).row()
    });
    Ok(rows.collect())
}
