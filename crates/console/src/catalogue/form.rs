//! The form of a kind: what can be listed, filtered and written.

use serde::Serialize;
use wangge_model::codes;
use wangge_model::field::{self, Field};
use wangge_model::kind::{Facet, Kind};
use wangge_views::rows::{Coded, Label};

use super::steps::{StepForm, step_forms};
use super::{both, kind_label};

/// A kind's fields, and the steps of its log.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Form {
    kind: Kind,
    label: Label,
    /// In the order of forms.
    fields: Vec<FormField>,
    /// Empty for kinds without a log.
    steps: Vec<StepForm>,
}

/// A field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct FormField {
    pub(super) key: String,
    pub(super) label: Label,
    /// Absent for a detail of a step, which stands in no document of its own.
    pub(super) facet: Option<Facet>,
    /// `line`, `prose`, `date`, `instant`, `integer`, `truth`, `code`, `area` or `link`.
    pub(super) form: &'static str,
    /// With `code`: the codes to choose from. With `link`: the kinds of records that it may name.
    pub(super) codes: Vec<Coded>,
    /// Whether it is, or is part of, what people call the record.
    pub(super) title: bool,
    pub(super) needed: bool,
    /// Whether lists show it.
    pub(super) listed: bool,
    /// Whether lists can be filtered by it.
    pub(super) filter: bool,
    /// Characters at most; absent where nothing says so.
    pub(super) chars_max: Option<usize>,
}

/// The form of a kind.
pub(crate) fn form(kind: Kind) -> Form {
    Form {
        kind,
        label: kind_label(kind),
        fields: field::fields(kind).iter().map(form_field).collect(),
        steps: step_forms(kind),
    }
}

fn form_field(field: &Field) -> FormField {
    let (form, codes, chars_max) = match field.form {
        field::Form::Line(max) => ("line", Vec::new(), Some(max)),
        field::Form::Prose(max) => ("prose", Vec::new(), Some(max)),
        field::Form::Date => ("date", Vec::new(), None),
        field::Form::Instant => ("instant", Vec::new(), None),
        field::Form::Int(..) => ("integer", Vec::new(), None),
        field::Form::Bool => ("truth", Vec::new(), None),
        field::Form::Code(list) => ("code", listed(list), None),
        field::Form::CitizenNumber
        | field::Form::Phone
        | field::Form::Uscc
        | field::Form::OrgCode => ("line", Vec::new(), None),
        field::Form::Area => ("area", Vec::new(), None),
        field::Form::Link(words) => ("link", linked(words), None),
    };
    FormField {
        key: field.key.to_owned(),
        label: both((field.zh, field.en)),
        facet: Some(field.facet),
        form,
        codes,
        title: field.marks.title,
        needed: field.marks.needed,
        listed: field.marks.listed,
        filter: field.marks.filter,
        chars_max,
    }
}

/// The codes of a list.
pub(super) fn listed(list: &str) -> Vec<Coded> {
    let list = codes::list(list).map(|list| list.codes.as_slice());
    let codes = list.unwrap_or_default().iter();
    codes
        .map(|code| Coded {
            code: code.code.to_owned(),
            zh: code.zh.to_owned(),
            en: code.en.to_owned(),
        })
        .collect()
}

/// The kinds that a link may name, by their words with commas between.
pub(super) fn linked(words: &str) -> Vec<Coded> {
    let named = |kind: &Kind| words == "*" || words.split(',').any(|word| word == kind.word());
    Kind::all()
        .filter(named)
        .map(|kind| Coded {
            code: kind.word(),
            zh: kind.zh(),
            en: kind.en(),
        })
        .collect()
}
