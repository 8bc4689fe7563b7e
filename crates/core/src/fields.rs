//! What forms need to know.

use wangge_engine::typed::steps;
use wangge_model::codes;
use wangge_model::field::{self, Field};
use wangge_model::kind::Kind;
use wangge_model::step::StepKind;
use wangge_views::rows::Coded;

use crate::face::{Form, FormField};

/// The kinds of records.
pub(crate) fn kinds() -> Vec<Coded> {
    Kind::all()
        .map(|kind| coded(&kind.word(), &kind.zh(), &kind.en()))
        .collect()
}

/// What can be written to records of a kind.
pub(crate) fn form(kind: Kind) -> Form {
    let step = |step: &StepKind| coded(step.word(), step.zh(), step.en());
    Form {
        fields: field::fields(kind).iter().map(form_field).collect(),
        steps: steps(kind).iter().map(step).collect(),
    }
}

fn coded(code: &str, zh: &str, en: &str) -> Coded {
    Coded {
        code: code.to_owned(),
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

fn form_field(field: &Field) -> FormField {
    let (form, codes) = match field.form {
        field::Form::Line(_) => ("line", Vec::new()),
        field::Form::Prose(_) => ("prose", Vec::new()),
        field::Form::Date => ("date", Vec::new()),
        field::Form::Instant => ("instant", Vec::new()),
        field::Form::Int(..) => ("integer", Vec::new()),
        field::Form::Bool => ("truth", Vec::new()),
        field::Form::Code(list) => ("code", listed_codes(list)),
        field::Form::CitizenNumber => ("id_number", Vec::new()),
        field::Form::Phone => ("phone", Vec::new()),
        field::Form::Uscc => ("uscc", Vec::new()),
        field::Form::OrgCode => ("org_code", Vec::new()),
        field::Form::Area => ("area", Vec::new()),
        field::Form::Link(words) => ("link", linked_kinds(words)),
    };
    FormField {
        key: field.key.to_owned(),
        zh: field.zh.to_owned(),
        en: field.en.to_owned(),
        facet: field.facet,
        form: form.to_owned(),
        codes,
        needed: field.marks.needed,
        listed: field.marks.listed,
        filter: field.marks.filter || field.marks.listed,
    }
}

fn listed_codes(list: &str) -> Vec<Coded> {
    let list = codes::list(list).map(|list| list.codes.as_slice());
    let codes = list.unwrap_or_default().iter();
    codes
        .map(|code| coded(code.code, code.zh, code.en))
        .collect()
}

fn linked_kinds(words: &str) -> Vec<Coded> {
    let named = |kind: &Coded| words == "*" || words.split(',').any(|word| word == kind.code);
    kinds().into_iter().filter(named).collect()
}
