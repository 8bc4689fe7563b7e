//! What a person typed, read into an act: values by the field's form, codes by their names, steps by their words. The phone's face and the
//! hub's commands read with this one reader.

use wangge_model::area::Area;
use wangge_model::draft::{self, Draft, FieldEdit};
use wangge_model::field::{self, EditProblem, Field};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::step::{Flow, StepDetail, StepKind};
use wangge_model::value::{Edit, Value};
use wangge_rules::matter::flow;

use crate::face::{ActBody, NewAct, NewStep};

mod refused;

/// Why what was typed makes no act.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{en}")]
pub struct TypedProblem {
    /// The rule's code, as `bad_value`.
    pub code: &'static str,
    /// What is wrong and what would be right, in Chinese.
    pub zh: String,
    /// The same in English.
    pub en: String,
    /// The key at which it is.
    pub field: Option<String>,
    /// What the field says of the value.
    #[source]
    pub cause: Option<EditProblem>,
}

impl TypedProblem {
    fn new(code: &'static str, field: &str, zh: String, en: String) -> Self {
        Self {
            code,
            zh,
            en,
            field: Some(field.to_owned()),
            cause: None,
        }
    }

    fn bad_id(what: &str, zh: &str) -> Self {
        Self::new(
            "bad_id",
            what,
            format!("{zh}的写法不对"),
            format!("this is no {what}"),
        )
    }
}

/// The record that a draft changes; `None` for a new one.
///
/// # Errors
/// Where the id is none.
pub fn record_of(draft: &Draft) -> Result<Option<RecordId>, TypedProblem> {
    match draft {
        Draft::New { .. } => Ok(None),
        Draft::Edit { record, .. } | Draft::Step { record, .. } => record
            .parse()
            .map(Some)
            .map_err(|_| TypedProblem::bad_id("record", "记录编号")),
    }
}

/// Reads a draft. `known` is the record that it changes and its kind, where it stands here.
///
/// # Errors
/// What is wrong, and where.
pub fn read(draft: &Draft, known: Option<(RecordId, Kind)>) -> Result<NewAct, TypedProblem> {
    let known = || {
        known.ok_or_else(|| {
            TypedProblem::new(
                "unknown_record",
                "record",
                "这里没有这条记录".to_owned(),
                "there is no such record here".to_owned(),
            )
        })
    };
    let (what, stated_ms) = match draft {
        Draft::New {
            kind,
            area,
            fields,
            step,
            stated_ms,
        } => {
            let at_ms = step.as_ref().and_then(|step| step.at_ms);
            let what = read_new(kind, area, fields, step.as_ref())?;
            (what, stated_ms.or(at_ms))
        }
        Draft::Edit {
            fields, stated_ms, ..
        } => {
            let (record, kind) = known()?;
            let edits = read_edits(kind, fields)?;
            let records = vec![(record, edits)];
            (ActBody::Edit { records }, *stated_ms)
        }
        Draft::Step { step, .. } => {
            let (record, kind) = known()?;
            let (read, edits) = read_step(kind, step)?;
            let what = ActBody::Step {
                record,
                step: read,
                edits,
            };
            (what, step.at_ms)
        }
    };
    Ok(NewAct { what, stated_ms })
}

fn read_new(
    kind: &str,
    area: &str,
    typed: &[FieldEdit],
    step: Option<&draft::NewStep>,
) -> Result<ActBody, TypedProblem> {
    let kind = read_kind(kind)?;
    let area = if area.is_empty() {
        None
    } else {
        Some(
            area.parse::<Area>()
                .map_err(|_| TypedProblem::bad_id("area", "区域代码"))?,
        )
    };
    let (details, fields): (Vec<&FieldEdit>, Vec<&FieldEdit>) = typed
        .iter()
        .partition(|edit| is_detail_only(kind, &edit.key));
    let mut edits = read_edits(kind, fields)?;
    let step = match step {
        Some(step) => {
            let (step, more) = read_step(kind, step)?;
            edits.extend(more);
            Some(step)
        }
        None => steps(kind).first().map(|first| first_step(*first)),
    };
    needed(kind, &edits)?;
    let step = step
        .map(|step| begin(kind, step, &details, &edits))
        .transpose()?;
    Ok(ActBody::Create {
        kind,
        area,
        edits,
        step,
    })
}

/// Whether a key beside a new record's fields is a detail of its first step.
fn is_detail_only(kind: Kind, key: &str) -> bool {
    !steps(kind).is_empty()
        && field::field_named(kind, key).is_none()
        && StepDetail::KEYS.contains(&key)
}

/// Every field that the kind needs has a value.
fn needed(kind: Kind, edits: &[Edit]) -> Result<(), TypedProblem> {
    let missing = field::fields(kind)
        .iter()
        .filter(|field| field.marks.needed)
        .find(|field| {
            !edits
                .iter()
                .any(|edit| edit.key == field.key && edit.value.is_some())
        });
    let Some(Field { key, zh, en, .. }) = missing else {
        return Ok(());
    };
    Err(TypedProblem::new(
        "field_needed",
        key,
        format!("请填写“{zh}”（{key}）"),
        format!("{key} is needed: {en}"),
    ))
}

/// The first step with its details. A matter of which nobody says how it flows takes the flow of its sort; a flow without a value is the
/// ordinary one.
fn begin(
    kind: Kind,
    mut step: NewStep,
    details: &[&FieldEdit],
    edits: &[Edit],
) -> Result<NewStep, TypedProblem> {
    set_details(&mut step.detail, details)?;
    let named = step.detail.flow.is_some() || details.iter().any(|edit| edit.key == "flow");
    if kind == Kind::MATTER && !named {
        step.detail.flow = flow_of(edits);
    }
    Ok(step)
}

fn flow_of(edits: &[Edit]) -> Option<Flow> {
    let sort = edits.iter().rfind(|edit| edit.key == "sort")?;
    flow::of_sort(sort.value.as_ref().and_then(Value::as_text)?)
}

/// The steps that logs of a kind may have; none for kinds without a log.
#[must_use]
pub fn steps(kind: Kind) -> &'static [StepKind] {
    match kind {
        Kind::MATTER => StepKind::ALL,
        _ => &[],
    }
}

fn first_step(kind: StepKind) -> NewStep {
    NewStep {
        kind,
        note: String::new(),
        to: None,
        detail: StepDetail::default(),
    }
}

/// Reads the word of a kind.
///
/// # Errors
/// The words that there are.
pub fn read_kind(word: &str) -> Result<Kind, TypedProblem> {
    word.parse().map_err(|_| {
        let words: Vec<String> = Kind::all().map(Kind::word).collect();
        let words = words.join(", ");
        TypedProblem::new(
            "unknown_kind",
            "kind",
            format!("没有记录类型“{word}”，可用：{words}"),
            format!("there is no kind of record {word}; there are {words}"),
        )
    })
}

fn read_edits<'a>(
    kind: Kind,
    typed: impl IntoIterator<Item = &'a FieldEdit>,
) -> Result<Vec<Edit>, TypedProblem> {
    let edits = typed.into_iter().map(|edit| read_edit(kind, edit));
    edits.collect()
}

fn read_edit(kind: Kind, typed: &FieldEdit) -> Result<Edit, TypedProblem> {
    let Some(field) = field::field_named(kind, &typed.key) else {
        return Err(TypedProblem::new(
            "unknown_field",
            &typed.key,
            format!("{}没有字段“{}”", kind.zh(), typed.key),
            format!("a {} has no field {}", kind.en().to_lowercase(), typed.key),
        ));
    };
    let value = typed
        .value
        .as_deref()
        .map(|text| field.parse(text))
        .transpose()
        .map_err(|problem| TypedProblem {
            cause: Some(problem),
            ..TypedProblem::new(
                "bad_value",
                &typed.key,
                format!("{}：{}", field.zh, problem.zh()),
                format!("{}: {problem}", field.en),
            )
        })?;
    Ok(Edit {
        facet: field.facet,
        key: field.key.to_owned(),
        value,
    })
}

/// Reads a step and what it sets at once: details of the step itself ([`StepDetail::KEYS`]), and fields of the record. Whether it is
/// complete and possible now, the engine says.
fn read_step(kind: Kind, typed: &draft::NewStep) -> Result<(NewStep, Vec<Edit>), TypedProblem> {
    let steps = steps(kind);
    let step = steps.iter().find(|step| step.word() == typed.step);
    let step = step.ok_or_else(|| {
        let words: Vec<&str> = steps.iter().map(|step| step.word()).collect();
        let words = words.join(", ");
        TypedProblem::new(
            "unknown_step",
            "step",
            format!("{}没有办理步骤“{}”，可用：{words}", kind.zh(), typed.step),
            format!(
                "a {} has no step {}; it has: {words}",
                kind.en().to_lowercase(),
                typed.step
            ),
        )
    })?;
    let (details, fields): (Vec<&FieldEdit>, Vec<&FieldEdit>) = typed
        .fields
        .iter()
        .partition(|edit| StepDetail::KEYS.contains(&edit.key.as_str()));
    let mut detail = StepDetail::default();
    set_details(&mut detail, &details)?;
    let step = NewStep {
        kind: *step,
        note: typed.note.clone(),
        to: (!typed.to.is_empty()).then(|| typed.to.clone()),
        detail,
    };
    let edits = fields.into_iter().map(|edit| read_edit(kind, edit));
    Ok((step, edits.collect::<Result<_, _>>()?))
}

/// Sets what was typed of a step's details; one without a value stays unsaid.
fn set_details(detail: &mut StepDetail, typed: &[&FieldEdit]) -> Result<(), TypedProblem> {
    for FieldEdit { key, value } in typed {
        let Some(text) = value else {
            continue;
        };
        detail.set(key, text).map_err(|problem| {
            TypedProblem::new(
                "bad_detail",
                key,
                format!("{key}：{}", problem.zh()),
                format!("{key}: {problem}"),
            )
        })?;
    }
    Ok(())
}

#[cfg(test)]
mod tests;
