//! Who lives in the made-up community, and what happens there.
#![expect(
    clippy::indexing_slicing,
    clippy::expect_used,
    reason = "made-up rows from lists of this file: a mistake here is seen at once"
)]

use wangge_model::codes;
use wangge_model::field::fields;
use wangge_model::id::{CommitId, Key, MemberId, RecordId};
use wangge_model::kind::{Act, Facet, Kind, Level, Role};
use wangge_model::reason::Reason;
use wangge_views::rows::{
    Candidate, CellRow, ChangeRow, ClockRow, Coded, DetailRow, FieldRow, HeldAnswer, HeldByRow,
    HeldRow, HistoryRow, Label, Light, LinkRow, PartRow, PeerRow, PeerSide, Person, PhaseRow,
    Record, RecordRow, Standing, Status, StatusWord, StepRow,
};

use super::{Rows, now_ms, reason};

const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
const FAMILY: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "欧阳",
];
const GIVEN: &[&str] = &[
    "芳", "伟", "秀英", "娜", "敏", "静", "强", "磊", "洋", "艳", "建国", "桂兰", "玉梅", "志强",
    "春燕",
];
const MEMBERS: &[&str] = &["马丽", "宋国强", "何晓东", "孟祥云", "郭海燕", "田野"];
const STREETS: &[&str] = &[
    "柏庄镇振兴路",
    "柏庄镇文化街",
    "柏庄村北街",
    "柏庄村南街",
    "永和路",
];
const TITLES: &[(&str, &str)] = &[
    ("路灯不亮，夜间出行不便", "event"),
    ("楼道堆放杂物，堵塞消防通道", "hazard"),
    ("邻里因院墙界线发生争执", "dispute"),
    ("下水道堵塞，污水外溢到路面", "event"),
    ("独居老人需要上门办理高龄补贴", "service"),
    ("施工夜间扰民，居民多次反映", "event"),
    ("健身器材损坏，存在安全隐患", "hazard"),
    ("租房押金纠纷请求调解", "dispute"),
    (
        "物业费公示不清，业主要求说明情况并尽快组织召开业主大会讨论",
        "service",
    ),
];
const STAGES: &[(&str, &str, &str)] = &[
    ("reported", "已上报", "reported"),
    ("accepted", "已受理", "accepted"),
    ("dispatched", "已派遣", "dispatched"),
    ("disposed", "已处置", "disposed"),
    ("verified", "已核实", "verified"),
    ("closed", "已结案", "closed"),
];

/// The same town every time.
struct Dice(u64);

impl Dice {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % bound
    }

    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.below(list.len())]
    }
}

/// The stages of a matter, in the order of its life.
pub(crate) fn stages() -> Vec<Coded> {
    STAGES
        .iter()
        .map(|&(code, zh, en)| coded(code, zh, en))
        .collect()
}

fn coded(code: &str, zh: &str, en: &str) -> Coded {
    Coded {
        code: code.into(),
        zh: zh.into(),
        en: en.into(),
    }
}

fn listed(list: &str, code: &str) -> Option<Coded> {
    let code = codes::list(list)?.code(code)?;
    Some(coded(code.code, code.zh, code.en))
}

fn both(text: &str) -> Label {
    Label {
        zh: text.into(),
        en: text.into(),
    }
}

fn record(n: usize) -> String {
    let mut dice = [0; 10];
    dice[2..].copy_from_slice(&(n as u64).to_be_bytes());
    RecordId::mint(1_795_000_000_000, dice).to_string()
}

fn commit(n: usize) -> String {
    let mut bytes = [0x5e; 32];
    bytes[..8].copy_from_slice(&(n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15).to_be_bytes());
    CommitId(bytes).to_string()
}

fn member(n: usize) -> Person {
    let n = n % MEMBERS.len();
    Person {
        member: MemberId::mint(0, [n as u8; 10]).to_string(),
        name: MEMBERS[n].into(),
        role: Some(Role::GridMember),
        area: format!("41052210000100{}", n % 4 + 1),
    }
}

fn field(kind: Kind, key: &str, value: &str, masked: bool) -> FieldRow {
    let field = fields(kind)
        .iter()
        .find(|field| field.key == key)
        .expect("a field of the kind");
    FieldRow {
        facet: field.facet,
        key: key.into(),
        label: Label {
            zh: field.zh.into(),
            en: field.en.into(),
        },
        value: value.into(),
        shown: both(value),
        masked,
        candidates: Vec::new(),
        problem: None,
        author: None,
        stated_ms: None,
    }
}

fn dispute(field: &mut FieldRow, other: &str, n: usize) {
    let candidate = |text: &str, k: usize| Candidate {
        choice: format!("{}@{k}", 20 + n),
        value: text.into(),
        shown: both(text),
        chosen: k == 0,
        commit: commit(n * 2 + k),
        author: Some(member(n + k)),
        stated_ms: Some(now_ms() - 9 * HOUR - (n * 37 + k * 11) as i64 * 60_000),
    };
    field.candidates = vec![candidate(&field.value, 0), candidate(other, 1)];
}

fn name_code(row: &mut FieldRow, list: &str) {
    if let Some(Coded { zh, en, .. }) = listed(list, &row.value) {
        row.shown = Label { zh, en };
    }
}

/// The row of a record with these fields.
fn row(kind: Kind, record: String, area: String, title: &str, rows: &[FieldRow]) -> RecordRow {
    let listed = fields(kind).iter().filter(|field| field.marks.listed);
    let cells = listed.filter_map(|field| rows.iter().find(|row| row.key == field.key));
    RecordRow {
        record,
        kind,
        area,
        title: title.into(),
        cells: cells
            .map(|row| CellRow {
                key: row.key.clone(),
                label: row.label.clone(),
                value: row.value.clone(),
                shown: row.shown.clone(),
            })
            .collect(),
        stage: None,
        closed: false,
        stage_since_ms: None,
        holder: String::new(),
        clock: None,
        facets: vec![Facet::Open, Facet::Contact],
        conflicts: rows.iter().filter(|row| !row.candidates.is_empty()).count() as u32,
        parallel: false,
        held: 0,
        changed_ms: 0,
        changed_by: None,
    }
}

fn address(dice: &mut Dice) -> String {
    format!(
        "{}{}号楼{}单元{}室",
        dice.of(STREETS),
        1 + dice.below(20),
        1 + dice.below(4),
        101 + dice.below(30)
    )
}

fn resident(n: usize, dice: &mut Dice) -> Record {
    let name = format!("{}{}", dice.of(FAMILY), dice.of(GIVEN));
    let year = 1938 + dice.below(80);
    let birth = format!("{year}-{:02}-{:02}", 1 + dice.below(12), 1 + dice.below(28));
    let address = address(dice);
    let sex = if dice.below(2) == 0 { "1" } else { "2" };
    let residence = dice.of(&["registered", "registered", "floating", "left_behind"]);
    let id = format!("410522********{:04}", dice.below(9999));
    let household = format!("{:04}", n / 3 + 1);
    let phone = format!("13{}****{:04}", dice.below(10), dice.below(9999));
    let with_identity = n % 5 != 3;
    let mut rows = vec![
        field(Kind::RESIDENT, "name", &name, false),
        field(Kind::RESIDENT, "sex", sex, false),
        field(Kind::RESIDENT, "residence", residence, false),
        field(Kind::RESIDENT, "household_no", &household, false),
        field(Kind::RESIDENT, "address", &address, false),
        field(Kind::RESIDENT, "phone", &phone, true),
    ];
    name_code(&mut rows[1], "sex");
    name_code(&mut rows[2], "residence");
    if with_identity {
        rows.push(field(Kind::RESIDENT, "id_number", &id, true));
        rows.push(field(Kind::RESIDENT, "birth_date", &birth, false));
    }
    if n % 29 == 4 {
        dispute(
            &mut rows[4],
            &format!("{}5号楼2单元301室", dice.of(STREETS)),
            n,
        );
    }
    if n % 58 == 4 {
        dispute(&mut rows[5], "137****0021", n + 1);
    }
    let area = format!("41052210000100{}", n % 4 + 1);
    let mut row = row(Kind::RESIDENT, record(n), area, &name, &rows);
    if with_identity {
        row.facets.push(Facet::Identity);
    }
    row.parallel = n % 11 == 2 || row.conflicts > 0;
    row.held = u32::from(n % 97 == 6);
    row.changed_ms = now_ms() - (n * n % 977) as i64 * 700_000;
    row.changed_by = Some(member(n));
    Record {
        row,
        fields: rows,
        log: Vec::new(),
        standing: None,
        links: Vec::new(),
    }
}

fn step(
    n: usize,
    at: usize,
    kind: (&str, &str, &str),
    stage: usize,
    by: Person,
    note: &str,
) -> StepRow {
    StepRow {
        entry: format!("log/{n:016x}{at:032x}"),
        step: coded(kind.0, kind.1, kind.2),
        by,
        at_ms: now_ms() - (30 - at as i64 * 4) * DAY / 3,
        note: note.into(),
        to: String::new(),
        stage: stages().swap_remove(stage),
        void: None,
        details: vec![DetailRow {
            key: "urgent".into(),
            label: both("紧急"),
            value: "false".into(),
            shown: both("否"),
        }],
    }
}

fn log(n: usize, stage: usize) -> Vec<StepRow> {
    let director = Person {
        member: MemberId::mint(0, [1; 10]).to_string(),
        name: "陈建国".into(),
        role: Some(Role::CommunityDirector),
        area: "410522100001".into(),
    };
    let mut log = vec![
        step(
            n,
            0,
            ("report", "上报", "Report"),
            0,
            member(n),
            "巡查时发现，已拍照留存。",
        ),
        step(n, 1, ("accept", "受理", "Accept"), 1, director.clone(), ""),
        step(
            n,
            2,
            ("dispatch", "派遣", "Dispatch"),
            2,
            director.clone(),
            "请于三日内处置。",
        ),
        step(
            n,
            3,
            ("dispose", "处置", "Dispose"),
            3,
            member(n + 1),
            "已联系维修单位更换，现场恢复正常。",
        ),
        step(
            n,
            4,
            ("verify_pass", "核实通过", "Verified"),
            4,
            member(n + 2),
            "现场核实，情况属实。",
        ),
        step(
            n,
            5,
            ("close", "结案", "Close"),
            5,
            director,
            "已回复反映人，反映人表示满意。",
        ),
    ];
    log[2].to = member(n + 1).name;
    log.truncate(stage + 1);
    if n % 9 == 3 && stage >= 3 {
        let mut void = step(
            n,
            3,
            ("verify_pass", "核实通过", "Verified"),
            3,
            member(n + 1),
            "已办好。",
        );
        void.entry.push('v');
        void.void = Some(Label {
            zh: "处置人不得核实自己的处置".into(),
            en: "who disposed may not verify".into(),
        });
        log.insert(4, void);
    }
    log
}

fn matter(n: usize, dice: &mut Dice) -> Record {
    let (title, sort) = dice.of(TITLES);
    let stage = dice.below(STAGES.len());
    let place = format!("{}{}号", dice.of(STREETS), 1 + dice.below(120));
    let log = log(n, stage);
    let description =
        format!("{title}。居民反映该情况已持续数日，希望社区尽快派人查看并给予答复。");
    let mut rows = vec![
        field(Kind::MATTER, "title", title, false),
        field(Kind::MATTER, "sort", sort, false),
        field(Kind::MATTER, "place", &place, false),
        field(Kind::MATTER, "description", &description, false),
    ];
    name_code(&mut rows[1], "sort");
    if n % 41 == 5 {
        dispute(&mut rows[2], &format!("{}路口东侧", dice.of(STREETS)), n);
    }
    let area = format!("41052210000100{}", n % 4 + 1);
    let mut row = row(Kind::MATTER, record(10_000 + n), area, title, &rows);
    row.stage = Some(stages().swap_remove(stage));
    row.closed = stage == 5;
    row.stage_since_ms = log.last().map(|step| step.at_ms);
    if stage == 2 {
        row.holder = member(n + 1).name;
    }
    row.clock = Some(clock(n, row.closed));
    row.parallel = n % 13 == 5;
    row.changed_ms = now_ms() - (n * n % 611) as i64 * 900_000;
    row.changed_by = Some(member(n));
    let links = vec![LinkRow {
        record: record(20_000 + n),
        kind: Kind::RATING,
        key: "about".into(),
        label: both("所评事项"),
        area: row.area.clone(),
        title: "满意".into(),
    }];
    Record {
        row,
        fields: rows,
        standing: Some(standing(&log)),
        log,
        links,
    }
}

fn standing(log: &[StepRow]) -> Standing {
    let last = log.last();
    Standing {
        flow: coded("ordinary", "一般", "Ordinary"),
        urgent: false,
        held_by: last.map(|step| HeldByRow {
            sort: "member".into(),
            name: step.by.name.clone(),
            shown: both(&step.by.name),
        }),
        passed_up: None,
        judged: false,
        phases: vec![PhaseRow {
            phase: coded("collect", "收集", "Collect"),
            since_ms: log.first().map(|step| step.at_ms),
            at_ms: last.map(|step| step.at_ms),
            by: last.map(|step| step.by.clone()),
            result: last.map(|step| step.step.clone()),
        }],
        parts: vec![PartRow {
            entry: "log/1".into(),
            to: "环卫所".into(),
            lead: true,
            state: coded("open", "办理中", "Open"),
            since_ms: now_ms() - DAY,
            done_ms: None,
        }],
        returns: 0,
        reworks: 0,
        reopens: 0,
        supporters: 0,
        unanswered: 0,
        disputed: 0,
    }
}

fn clock(n: usize, closed: bool) -> ClockRow {
    let due_ms = (!closed).then(|| now_ms() + (n as i64 % 9 - 3) * 9 * HOUR);
    ClockRow {
        reported_ms: Some(now_ms() - 10 * DAY),
        wait: listed("clock", "dispose").filter(|_| !closed),
        yellow_ms: due_ms.map(|due| due - 8 * HOUR),
        due_ms,
        urgent: n % 17 == 3,
        suspended_until_ms: None,
        exempt: false,
        light: due_ms.map(|due| match due - now_ms() {
            ..0 => Light::Red,
            0..28_800_000 => Light::Yellow,
            _ => Light::Green,
        }),
        escalated_to: None,
        escalated_ms: None,
        age_days: (!closed).then_some(10),
    }
}

fn change(record: &str, kind: Kind, key: &str, text: &str) -> ChangeRow {
    let row = field(kind, key, text, false);
    ChangeRow {
        record: record.into(),
        facet: row.facet,
        key: row.key,
        label: row.label,
        shown: Some(row.shown),
        current: None,
    }
}

fn held(n: usize, why: Reason, changes: Vec<ChangeRow>) -> HeldRow {
    HeldRow {
        commit: commit(900 + n),
        reason: reason(why),
        blocked_by: if why == Reason::BuildsOnHeld {
            commit(900)
        } else {
            String::new()
        },
        act: Some(Act::Edit),
        author: Some(member(n)),
        device: Key([n as u8 + 0x40; 32]).to_string(),
        area: format!("41052210000100{}", n % 4 + 1),
        records: changes.iter().map(|change| change.record.clone()).collect(),
        stated_ms: Some(now_ms() - (n as i64 + 2) * 5 * HOUR),
        held_ms: now_ms() - (n as i64 + 1) * 3 * HOUR,
        changes,
    }
}

fn peer(n: usize, side: PeerSide, level: Level, name: &str, area: &str) -> PeerRow {
    PeerRow {
        key: Key([n as u8 * 13 + 7; 32]).to_string(),
        side,
        level,
        name: name.into(),
        role: (side == PeerSide::Phone).then_some(Role::GridMember),
        area: area.into(),
        revoked: n == 6,
        connected: n.is_multiple_of(3),
        last_contact_ms: (n != 5).then(|| now_ms() - (n * n) as i64 * HOUR - 60_000),
        through: 40 + n as u64 * 17,
        waiting: if n.is_multiple_of(3) { 0 } else { n as u64 },
        agent: if n == 5 {
            String::new()
        } else {
            "wangge/0.1.0".into()
        },
        until_ms: (side == PeerSide::Phone).then(|| now_ms() + 200 * DAY),
    }
}

fn history(records: &[Record]) -> Vec<HistoryRow> {
    let written = records.iter().map(|one| {
        let key = if one.row.kind == Kind::MATTER {
            "place"
        } else {
            "address"
        };
        let field = one.fields.iter().find(|field| field.key == key);
        let text = field.map_or_else(String::new, |field| field.value.clone());
        (one.row.record.clone(), one.row.kind, key, text)
    });
    let mut all = Vec::new();
    for (n, (record, kind, key, text)) in written.enumerate() {
        for (k, act) in [(0, Act::Edit), (1, Act::Create)] {
            let level = if k == 1 { Some(Level::County) } else { None };
            all.push(HistoryRow {
                commit: commit(5_000 + n * 2 + k),
                act: Some(act),
                author: Some(member(n + k)),
                device: Key([n as u8; 32]).to_string(),
                stated_ms: Some(now_ms() - (n % 50 + 1) as i64 * HOUR - k as i64 * 20 * DAY),
                received_ms: now_ms() - (n % 50 + 1) as i64 * HOUR - k as i64 * 20 * DAY + 600_000,
                status: Status {
                    word: if k == 1 {
                        StatusWord::Merged
                    } else {
                        StatusWord::Admitted
                    },
                    level,
                    reason: None,
                },
                answer: (n == 1).then(|| HeldAnswer {
                    commit: commit(4_000),
                    declined: None,
                }),
                changes: vec![change(&record, kind, key, &text)],
            });
        }
    }
    all
}

/// Everything.
pub(crate) fn rows() -> Rows {
    let mut dice = Dice(41);
    let mut records: Vec<Record> = (0..318).map(|n| resident(n, &mut dice)).collect();
    records.extend((0..124).map(|n| matter(n, &mut dice)));
    let first = records[0].row.record.clone();
    let held = vec![
        held(
            0,
            Reason::OutOfArea,
            vec![change(
                &first,
                Kind::RESIDENT,
                "address",
                "柏庄镇文化街8号楼1单元102室",
            )],
        ),
        held(
            1,
            Reason::BuildsOnHeld,
            vec![change(&first, Kind::RESIDENT, "phone", "138****5512")],
        ),
        held(2, Reason::BadSignature, Vec::new()),
    ];
    let mut peers = vec![peer(
        0,
        PeerSide::Parent,
        Level::Township,
        "柏庄镇",
        "410522100",
    )];
    for (n, name) in MEMBERS.iter().enumerate() {
        peers.push(peer(
            n + 1,
            PeerSide::Phone,
            Level::Grid,
            name,
            &format!("41052210000100{}", n % 4 + 1),
        ));
    }
    let history = history(&records);
    Rows {
        records,
        held,
        peers,
        history,
        place: 1_204,
    }
}
