//! What forms need to know, and what was typed in them made into edits.

use wangge_engine as engine;
use wangge_model::codes;
use wangge_model::field::{self, Field, Form};
use wangge_model::kind::Kind;
use wangge_model::step::{StepDetail, StepKind};
use wangge_model::value::Edit;
use wangge_views::rows::Coded;

use crate::error::{Error, Trouble};
use crate::face::{FieldEdit, FieldInfo, NewStep};

/// The fields that records of a kind may have, in the order of forms.
#[must_use]
pub fn fields(kind: Kind) -> Vec<FieldInfo> {
    field::fields(kind).iter().map(info).collect()
}

/// The kinds of steps of a matter.
#[must_use]
pub fn steps() -> Vec<Coded> {
    StepKind::ALL
        .iter()
        .map(|kind| Coded {
            code: kind.word().to_owned(),
            zh: kind.zh().to_owned(),
            en: kind.en().to_owned(),
        })
        .collect()
}

fn info(field: &Field) -> FieldInfo {
    let (form, list) = match field.form {
        Form::Line(_) => ("line", None),
        Form::Prose(_) => ("prose", None),
        Form::Date => ("date", None),
        Form::Instant => ("instant", None),
        Form::Int(..) => ("integer", None),
        Form::Bool => ("truth", None),
        Form::Code(list) => ("code", Some(list)),
        Form::CitizenNumber => ("id_number", None),
        Form::Phone => ("phone", None),
        Form::Uscc => ("uscc", None),
        Form::OrgCode => ("org_code", None),
        Form::Area => ("area", None),
        Form::Link(_) => ("link", None),
    };
    let codes = list
        .and_then(codes::list)
        .map(|list| list.codes.as_slice())
        .unwrap_or_default();
    FieldInfo {
        key: field.key.to_owned(),
        zh: field.zh.to_owned(),
        en: field.en.to_owned(),
        facet: field.facet,
        form: form.to_owned(),
        codes: codes
            .iter()
            .map(|code| Coded {
                code: code.code.to_owned(),
                zh: code.zh.to_owned(),
                en: code.en.to_owned(),
            })
            .collect(),
    }
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

/// Reads a step. Whether it is complete and possible now, the engine says.
pub(crate) fn parse_step(typed: &NewStep) -> Result<engine::NewStep, Error> {
    let kind: StepKind = typed.step.parse().map_err(|_| {
        let words: Vec<&str> = StepKind::ALL.iter().map(|kind| kind.word()).collect();
        let words = words.join(", ");
        let trouble = Trouble::new(
            "unknown_step",
            format!("没有办理步骤“{}”，可用：{words}", typed.step),
            format!("there is no step {}; there are {words}", typed.step),
        );
        Error::FixDraft(trouble.field("step"))
    })?;
    Ok(engine::NewStep {
        kind,
        note: typed.note.clone(),
        to: (!typed.to.is_empty()).then(|| typed.to.clone()),
        detail: StepDetail::default(),
    })
}
