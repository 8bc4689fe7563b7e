//! What forms need to know, and what was typed in them made into edits.

use wangge_engine as engine;
use wangge_model::codes;
use wangge_model::field::{self, Field};
use wangge_model::kind::Kind;
use wangge_model::step::{StepDetail, StepKind};
use wangge_model::value::Edit;
use wangge_views::rows::Coded;

use crate::error::{Error, Trouble};
use crate::face::{FieldEdit, Form, FormField, NewStep};

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

/// The step with which the log of a new record begins; `None` for kinds without a log.
pub(crate) fn first_step(kind: Kind) -> Option<engine::NewStep> {
    steps(kind).first().map(|first| engine::NewStep {
        kind: *first,
        note: String::new(),
        to: None,
        detail: StepDetail::default(),
    })
}

/// Reads the word of a kind.
pub(crate) fn parse_kind(word: &str) -> Result<Kind, Error> {
    word.parse().map_err(|_| {
        let words: Vec<String> = Kind::all().map(Kind::word).collect();
        let words = words.join(", ");
        let trouble = Trouble::new(
            "unknown_kind",
            format!("没有记录类型“{word}”，可用：{words}"),
            format!("there is no kind of record {word}; there are {words}"),
        );
        Error::FixDraft(trouble.field("kind"))
    })
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

/// Reads what was typed.
pub(crate) fn parse_edits(kind: Kind, typed: &[FieldEdit]) -> Result<Vec<Edit>, Error> {
    typed.iter().map(|edit| parse_edit(kind, edit)).collect()
}

fn parse_edit(kind: Kind, typed: &FieldEdit) -> Result<Edit, Error> {
    let Some(field) = field::field_named(kind, &typed.key) else {
        let (zh, en) = (kind.zh(), kind.en().to_lowercase());
        return Err(Error::FixDraft(
            Trouble::new(
                "unknown_field",
                format!("{zh}没有字段“{}”", typed.key),
                format!("a {en} has no field {}", typed.key),
            )
            .field(&typed.key),
        ));
    };
    let value = typed
        .value
        .as_deref()
        .map(|text| field.parse(text))
        .transpose()
        .map_err(|problem| {
            let trouble = Trouble::new(
                "bad_value",
                format!("{}：{}", field.zh, problem.zh()),
                format!("{}: {problem}", field.en),
            );
            Error::FixDraft(trouble.field(&typed.key).cause(problem))
        })?;
    Ok(Edit {
        facet: field.facet,
        key: field.key.to_owned(),
        value,
    })
}

/// Reads a step and what it sets at once: details of the step itself ([`StepDetail::KEYS`]), and fields of the record. Whether it is complete and
/// possible now, the engine says.
pub(crate) fn parse_step(
    kind: Kind,
    typed: &NewStep,
) -> Result<(engine::NewStep, Vec<Edit>), Error> {
    let steps = steps(kind);
    let step = steps.iter().find(|step| step.word() == typed.step);
    let step = step.ok_or_else(|| {
        let words: Vec<&str> = steps.iter().map(|step| step.word()).collect();
        let words = words.join(", ");
        let (zh, en) = (kind.zh(), kind.en().to_lowercase());
        let trouble = Trouble::new(
            "unknown_step",
            format!("{zh}没有办理步骤“{}”，可用：{words}", typed.step),
            format!("a {en} has no step {}; it has: {words}", typed.step),
        );
        Error::FixDraft(trouble.field("step"))
    })?;
    let (details, fields): (Vec<&FieldEdit>, Vec<&FieldEdit>) = typed
        .fields
        .iter()
        .partition(|edit| StepDetail::KEYS.contains(&edit.key.as_str()));
    let mut detail = StepDetail::default();
    for edit in details {
        let text = edit.value.as_deref().unwrap_or_default();
        detail.set(&edit.key, text).map_err(|problem| {
            let trouble = Trouble::new(
                "bad_detail",
                format!("{}：{}", edit.key, problem.zh()),
                format!("{}: {problem}", edit.key),
            );
            Error::FixDraft(trouble.field(&edit.key).cause(problem))
        })?;
    }
    let step = engine::NewStep {
        kind: *step,
        note: typed.note.clone(),
        to: (!typed.to.is_empty()).then(|| typed.to.clone()),
        detail,
    };
    let edits = fields.into_iter().map(|edit| parse_edit(kind, edit));
    Ok((step, edits.collect::<Result<_, _>>()?))
}

/// The steps that logs of a kind may have; none for kinds without a log.
fn steps(kind: Kind) -> &'static [StepKind] {
    match kind {
        Kind::MATTER => StepKind::ALL,
        _ => &[],
    }
}
