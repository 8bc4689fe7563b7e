//! The resident: 实有人口 of GB/T 31000 — registered, floating, left behind, from abroad.
//!
//! What every screen needs stands in the open facet; numbers of documents and what a register holds in identity; health, hardship and
//! help in care. Religion is not collected: no task of a grid needs it.

use std::collections::BTreeMap;

use crate::doc::Fields;
use crate::field::{Field, Form, row};
use crate::kind::{Facet, Kind};
use crate::reading::{Problem, Shown};

const ACTUAL: &str = "GB/T 31000 实有人口";
const FLOATING: &str = "GB/T 31000 流动人口";
const LEFT_BEHIND: &str = "GB/T 31000 留守人员";
const ABROAD: &str = "GB/T 31000 境外人员";
const SPECIAL: &str = "GB/T 31000 特殊人群";

/// The fields, in the order in which forms show them.
pub const FIELDS: &[Field] = &[
    row(Facet::Open, "name", Form::Line(64), "姓名", "Name", ACTUAL),
    row(
        Facet::Open,
        "sex",
        Form::Code("sex"),
        "性别",
        "Sex",
        "GB/T 2261.1",
    ),
    row(
        Facet::Open,
        "birth_year",
        Form::Int(1850, 2200),
        "出生年份",
        "Year of birth",
        ACTUAL,
    ),
    row(
        Facet::Open,
        "ethnicity",
        Form::Code("ethnicity"),
        "民族",
        "Ethnicity",
        "GB/T 3304",
    ),
    row(
        Facet::Open,
        "residence",
        Form::Code("residence"),
        "人口类别",
        "Kind of residence",
        ACTUAL,
    ),
    row(
        Facet::Open,
        "registration",
        Form::Code("registration"),
        "人户一致标识",
        "Lives where registered",
        ACTUAL,
    ),
    row(
        Facet::Open,
        "household_no",
        Form::Line(32),
        "户号",
        "Household number",
        ACTUAL,
    ),
    row(
        Facet::Open,
        "relation",
        Form::Code("relation"),
        "与户主关系",
        "Relation to the head of household",
        "GB/T 4761",
    ),
    row(
        Facet::Open,
        "address",
        Form::Line(200),
        "现住地址",
        "Address",
        ACTUAL,
    ),
    row(
        Facet::Open,
        "note",
        Form::Prose(2_000),
        "备注",
        "Note",
        "practice",
    ),
    row(
        Facet::Contact,
        "phone",
        Form::Phone,
        "联系电话",
        "Telephone",
        ACTUAL,
    ),
    row(
        Facet::Contact,
        "phone_other",
        Form::Phone,
        "其他电话",
        "Other telephone",
        "practice",
    ),
    row(
        Facet::Contact,
        "emergency_name",
        Form::Line(64),
        "紧急联系人",
        "Emergency contact",
        "practice",
    ),
    row(
        Facet::Contact,
        "emergency_phone",
        Form::Phone,
        "紧急联系电话",
        "Emergency telephone",
        "practice",
    ),
    row(
        Facet::Identity,
        "id_number",
        Form::CitizenNumber,
        "公民身份号码",
        "Citizen's identity number",
        "GB 11643",
    ),
    row(
        Facet::Identity,
        "document_kind",
        Form::Code("document"),
        "证件种类",
        "Document",
        "GA/T 517",
    ),
    row(
        Facet::Identity,
        "document_number",
        Form::Line(40),
        "证件号码",
        "Document number",
        ABROAD,
    ),
    row(
        Facet::Identity,
        "birth_date",
        Form::Date,
        "出生日期",
        "Date of birth",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "former_name",
        Form::Line(64),
        "曾用名",
        "Former name",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "native_place",
        Form::Line(64),
        "籍贯",
        "Native place",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "registered_address",
        Form::Line(200),
        "户籍地址",
        "Registered address",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "marriage",
        Form::Code("marriage"),
        "婚姻状况",
        "Marital status",
        "GB/T 2261.2",
    ),
    row(
        Facet::Identity,
        "politics",
        Form::Code("politics"),
        "政治面貌",
        "Political affiliation",
        "GB/T 4762",
    ),
    row(
        Facet::Identity,
        "education",
        Form::Code("education"),
        "学历",
        "Education",
        "GB/T 4658",
    ),
    row(
        Facet::Identity,
        "occupation",
        Form::Line(64),
        "职业",
        "Occupation",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "employer",
        Form::Line(100),
        "服务处所",
        "Employer",
        ACTUAL,
    ),
    row(
        Facet::Identity,
        "inflow_reason",
        Form::Line(100),
        "流入原因",
        "Reason for moving here",
        FLOATING,
    ),
    row(
        Facet::Identity,
        "permit_number",
        Form::Line(40),
        "居住证号码",
        "Residence permit",
        FLOATING,
    ),
    row(
        Facet::Identity,
        "permit_until",
        Form::Date,
        "居住证到期日期",
        "Residence permit valid until",
        FLOATING,
    ),
    row(
        Facet::Identity,
        "surname_latin",
        Form::Line(64),
        "外文姓",
        "Surname in Latin letters",
        ABROAD,
    ),
    row(
        Facet::Identity,
        "given_latin",
        Form::Line(64),
        "外文名",
        "Given name in Latin letters",
        ABROAD,
    ),
    row(
        Facet::Identity,
        "nationality",
        Form::Line(64),
        "国籍",
        "Nationality",
        ABROAD,
    ),
    row(
        Facet::Identity,
        "visit_purpose",
        Form::Line(100),
        "来华目的",
        "Purpose of stay",
        ABROAD,
    ),
    row(
        Facet::Care,
        "health",
        Form::Code("health"),
        "健康状况",
        "Health",
        "GB/T 2261.3",
    ),
    row(
        Facet::Care,
        "lives_alone",
        Form::Bool,
        "独居",
        "Lives alone",
        "practice",
    ),
    row(
        Facet::Care,
        "left_behind",
        Form::Line(64),
        "留守类型",
        "Left behind as",
        LEFT_BEHIND,
    ),
    row(
        Facet::Care,
        "income_yuan",
        Form::Int(0, 1_000_000_000),
        "个人年收入（元）",
        "Yearly income, yuan",
        LEFT_BEHIND,
    ),
    row(
        Facet::Care,
        "hardship",
        Form::Prose(2_000),
        "困难及诉求",
        "Hardship and wishes",
        LEFT_BEHIND,
    ),
    row(
        Facet::Care,
        "support",
        Form::Prose(2_000),
        "帮扶情况",
        "Help received",
        LEFT_BEHIND,
    ),
    row(
        Facet::Special,
        "group",
        Form::Code("special_group"),
        "特殊人群类别",
        "Special group",
        SPECIAL,
    ),
    row(
        Facet::Special,
        "attention",
        Form::Code("attention"),
        "关注程度",
        "Attention",
        SPECIAL,
    ),
    row(
        Facet::Special,
        "measures",
        Form::Prose(2_000),
        "管控帮教情况",
        "Measures",
        SPECIAL,
    ),
    row(
        Facet::Special,
        "responsible",
        Form::Line(64),
        "责任人",
        "Responsible person",
        SPECIAL,
    ),
];

/// What lists show of a resident. Reading never fails: what is not as it should be is named in `problems`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Resident {
    /// 姓名.
    pub name: Option<String>,
    /// A code of GB/T 2261.1.
    pub sex: Option<String>,
    /// 出生年份.
    pub birth_year: Option<i64>,
    /// A code of the list `residence`.
    pub residence: Option<String>,
    /// 户号.
    pub household_no: Option<String>,
    /// A code of GB/T 4761.
    pub relation: Option<String>,
    /// 现住地址.
    pub address: Option<String>,
    /// From the contact facet, where it is held.
    pub phone: Option<String>,
    /// From the identity facet, where it is held.
    pub id_number: Option<String>,
    /// From the identity facet, where it is held: `1949-12-31`.
    pub birth_date: Option<String>,
    /// What the table does not allow, or does not know.
    pub problems: Vec<Problem>,
}

impl Resident {
    /// Reads the facets that are held.
    #[must_use]
    pub fn read(facets: &BTreeMap<Facet, Fields>) -> Self {
        let shown = Shown {
            kind: Kind::Resident,
            facets,
        };
        Self {
            name: shown.text("name"),
            sex: shown.text("sex"),
            birth_year: shown.int("birth_year"),
            residence: shown.text("residence"),
            household_no: shown.text("household_no"),
            relation: shown.text("relation"),
            address: shown.text("address"),
            phone: shown.text("phone"),
            id_number: shown.text("id_number"),
            birth_date: shown.text("birth_date"),
            problems: shown.problems(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::doc::Doc;
    use crate::id::ActorId;
    use crate::time::Ms;
    use crate::value::Edit;

    #[test]
    fn odd_values_are_problems_and_the_rest_is_read() {
        let mut doc = Doc::new();
        let edits = [
            Edit::set(Facet::Open, "name", "张三"),
            Edit::set(Facet::Open, "sex", "7"),
            Edit::set(Facet::Open, "birth_year", "1949"),
            Edit::set(Facet::Open, "shoe_size", 44),
        ];
        doc.write(ActorId([1; 16]), &edits, Ms(0)).unwrap();
        let resident = Resident::read(&BTreeMap::from([(Facet::Open, doc.entries())]));
        assert_eq!(resident.name.as_deref(), Some("张三"));
        assert_eq!(
            (resident.sex, resident.birth_year, resident.phone),
            (None, None, None)
        );
        let keys: Vec<_> = resident
            .problems
            .iter()
            .map(|problem| problem.key.as_str())
            .collect();
        assert_eq!(keys, ["birth_year", "sex", "shoe_size"]);
        assert_eq!(Resident::read(&BTreeMap::new()), Resident::default());
    }
}
