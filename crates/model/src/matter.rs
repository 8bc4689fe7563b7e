//! The matter: something that happened or is asked for. Its fields say what it is; its state is folded from its log, see
//! [`step`](crate::step).

use std::collections::BTreeMap;

use crate::doc::Fields;
use crate::field::{Field, Form, row};
use crate::kind::{Facet, Kind};
use crate::reading::{Problem, Shown};

const DISPUTE: &str = "GB/T 31000 矛盾纠纷";
const HOTLINE: &str = "12345";
const PRACTICE: &str = "practice";

/// Letters to a mayor of 9,000 characters are on record; in UTF-8 this is at most 30 KB, below
/// [`TEXT_BYTES_MAX`](crate::limits::TEXT_BYTES_MAX).
const LETTER_CHARS_MAX: usize = 10_000;

/// The fields, in the order in which forms show them.
pub const FIELDS: &[Field] = &[
    row(
        Facet::Open,
        "title",
        Form::Line(200),
        "事件名称",
        "Subject",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "sort",
        Form::Code("sort"),
        "事件种类",
        "Sort of matter",
        PRACTICE,
    ),
    row(
        Facet::Open,
        "class",
        Form::Line(100),
        "事件类别",
        "Class",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "class_list",
        Form::Line(40),
        "类别所属分类表",
        "Classification used",
        PRACTICE,
    ),
    row(
        Facet::Open,
        "demand",
        Form::Code("demand"),
        "诉求类型",
        "Kind of demand",
        HOTLINE,
    ),
    row(
        Facet::Open,
        "description",
        Form::Prose(LETTER_CHARS_MAX),
        "事件简述（原文）",
        "Description in the reporter's words",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "place",
        Form::Line(200),
        "发生地点",
        "Place",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "lon_e7",
        Form::Int(-1_800_000_000, 1_800_000_000),
        "经度（1e-7度，CGCS2000）",
        "Longitude, 1e-7 degrees",
        "GB/T 30428.2",
    ),
    row(
        Facet::Open,
        "lat_e7",
        Form::Int(-900_000_000, 900_000_000),
        "纬度（1e-7度，CGCS2000）",
        "Latitude, 1e-7 degrees",
        "GB/T 30428.2",
    ),
    row(
        Facet::Open,
        "occurred_ms",
        Form::Instant,
        "发生时间",
        "When it happened",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "scale",
        Form::Code("scale"),
        "事件规模",
        "Scale",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "severity",
        Form::Code("severity"),
        "事件级别",
        "Severity",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "persons",
        Form::Int(0, 1_000_000),
        "涉及人数",
        "Persons involved",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "units",
        Form::Line(200),
        "涉及单位",
        "Organisations involved",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "source",
        Form::Code("source"),
        "数据来源",
        "Source",
        PRACTICE,
    ),
    row(
        Facet::Open,
        "external_id",
        Form::Line(64),
        "来源编号",
        "Number at the source",
        PRACTICE,
    ),
    row(
        Facet::Open,
        "reporter",
        Form::Line(64),
        "上报人编号",
        "Reporter's number",
        PRACTICE,
    ),
    row(
        Facet::Open,
        "supports",
        Form::Int(0, 1_000_000_000),
        "点赞数",
        "Supporting votes",
        HOTLINE,
    ),
    row(
        Facet::Open,
        "opposes",
        Form::Int(0, 1_000_000_000),
        "反对数",
        "Opposing votes",
        HOTLINE,
    ),
    row(
        Facet::Open,
        "due_ms",
        Form::Instant,
        "化解时限",
        "Due",
        DISPUTE,
    ),
    row(
        Facet::Open,
        "reply",
        Form::Prose(LETTER_CHARS_MAX),
        "答复意见",
        "Reply",
        HOTLINE,
    ),
    row(
        Facet::Open,
        "replied_ms",
        Form::Instant,
        "答复时间",
        "Replied at",
        HOTLINE,
    ),
    row(
        Facet::Contact,
        "reporter_name",
        Form::Line(64),
        "上报人姓名",
        "Reporter's name",
        PRACTICE,
    ),
    row(
        Facet::Contact,
        "reporter_phone",
        Form::Phone,
        "上报人电话",
        "Reporter's telephone",
        PRACTICE,
    ),
    row(
        Facet::Identity,
        "parties",
        Form::Prose(4_000),
        "主要当事人",
        "Parties",
        DISPUTE,
    ),
];

/// What lists show of a matter, its state apart. Reading never fails: what is not as it should be is named in `problems`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Matter {
    /// 事件名称.
    pub title: Option<String>,
    /// A code of the list `sort`.
    pub sort: Option<String>,
    /// Its class, in the words of `class_list`.
    pub class: Option<String>,
    /// Which classification `class` is of.
    pub class_list: Option<String>,
    /// The reporter's words.
    pub description: Option<String>,
    /// 发生地点.
    pub place: Option<String>,
    /// 发生时间, in milliseconds since 1970.
    pub occurred_ms: Option<i64>,
    /// A code of the list `scale`.
    pub scale: Option<String>,
    /// A code of the list `severity`.
    pub severity: Option<String>,
    /// A code of the list `source`.
    pub source: Option<String>,
    /// Its number where it came from.
    pub external_id: Option<String>,
    /// Who reported it, by a number that says nothing.
    pub reporter: Option<String>,
    /// 答复意见.
    pub reply: Option<String>,
    /// 答复时间, in milliseconds since 1970.
    pub replied_ms: Option<i64>,
    /// What the table does not allow, or does not know.
    pub problems: Vec<Problem>,
}

impl Matter {
    /// Reads the facets that are held.
    #[must_use]
    pub fn read(facets: &BTreeMap<Facet, Fields>) -> Self {
        let shown = Shown {
            kind: Kind::Matter,
            facets,
        };
        Self {
            title: shown.text("title"),
            sort: shown.text("sort"),
            class: shown.text("class"),
            class_list: shown.text("class_list"),
            description: shown.text("description"),
            place: shown.text("place"),
            occurred_ms: shown.int("occurred_ms"),
            scale: shown.text("scale"),
            severity: shown.text("severity"),
            source: shown.text("source"),
            external_id: shown.text("external_id"),
            reporter: shown.text("reporter"),
            reply: shown.text("reply"),
            replied_ms: shown.int("replied_ms"),
            problems: shown.problems(),
        }
    }
}
