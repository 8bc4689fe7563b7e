//! What a person typed, read into an act: values by the field's form, codes by their names, steps by their words. The phone's face and the
//! hub's commands read with this one reader.

use serde::{Deserialize, Serialize};
use wangge_model::area::Area;
use wangge_model::field::{self, EditProblem, Field};
use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::step::{StepDetail, StepKind};
use wangge_model::value::Edit;

use crate::face::{ActBody, NewAct, NewStep};

/// An act as it was typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Typed {
    /// A new record.
    New {
        /// The kind's word, as `household`.
        kind: String,
        /// Its area; empty: the author's own.
        area: String,
        /// Its fields.
        fields: Vec<TypedField>,
        /// When it was recorded, by the author's word, milliseconds since 1970; `None`: now.
        stated_ms: Option<i64>,
    },
    /// Other values for fields of a record.
    Edit {
        /// The record's id.
        record: String,
        /// The fields.
        fields: Vec<TypedField>,
        /// As in [`Typed::New`].
        stated_ms: Option<i64>,
    },
    /// The next step of a record that has a log.
    Step {
        /// The record's id.
        record: String,
        /// The step.
        step: TypedStep,
    },
}

/// A value for a key, both as text; `None` takes the value away.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedField {
    /// The key.
    pub key: String,
    /// The value.
    pub value: Option<String>,
}

/// A step as it was typed.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedStep {
    /// The word of the kind of step, as `dispatch`.
    pub step: String,
    /// What the author says about it.
    pub note: String,
    /// To whom it hands on; empty: to nobody.
    pub to: String,
    /// Fields of the record that the step sets at once, and details of the step itself by the keys of [`StepDetail::KEYS`].
    pub fields: Vec<TypedField>,
    /// When it was done, by the author's word, milliseconds since 1970; `None`: now.
    pub at_ms: Option<i64>,
}

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

impl Typed {
    /// The record that it changes; `None` for a new one.
    ///
    /// # Errors
    /// Where the id is none.
    pub fn record(&self) -> Result<Option<RecordId>, TypedProblem> {
        match self {
            Self::New { .. } => Ok(None),
            Self::Edit { record, .. } | Self::Step { record, .. } => record
                .parse()
                .map(Some)
                .map_err(|_| TypedProblem::bad_id("record", "记录编号")),
        }
    }

    /// Reads it. `known` is the record that it changes and its kind, where it stands here.
    ///
    /// # Errors
    /// What is wrong, and where.
    pub fn read(&self, known: Option<(RecordId, Kind)>) -> Result<NewAct, TypedProblem> {
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
        let (what, stated_ms) = match self {
            Self::New {
                kind,
                area,
                fields,
                stated_ms,
            } => (read_new(kind, area, fields)?, *stated_ms),
            Self::Edit {
                fields, stated_ms, ..
            } => {
                let (record, kind) = known()?;
                let edits = read_edits(kind, fields)?;
                let records = vec![(record, edits)];
                (ActBody::Edit { records }, *stated_ms)
            }
            Self::Step { step, .. } => {
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
}

fn read_new(kind: &str, area: &str, typed: &[TypedField]) -> Result<ActBody, TypedProblem> {
    let kind = read_kind(kind)?;
    let area = if area.is_empty() {
        None
    } else {
        Some(
            area.parse::<Area>()
                .map_err(|_| TypedProblem::bad_id("area", "区域代码"))?,
        )
    };
    let edits = read_edits(kind, typed)?;
    let missing = field::fields(kind)
        .iter()
        .filter(|field| field.marks.needed)
        .find(|field| {
            !edits
                .iter()
                .any(|edit| edit.key == field.key && edit.value.is_some())
        });
    if let Some(Field { key, zh, en, .. }) = missing {
        return Err(TypedProblem::new(
            "field_needed",
            key,
            format!("请填写“{zh}”（{key}）"),
            format!("{key} is needed: {en}"),
        ));
    }
    Ok(ActBody::Create {
        kind,
        area,
        edits,
        step: first_step(kind),
    })
}

/// The steps that logs of a kind may have; none for kinds without a log.
#[must_use]
pub fn steps(kind: Kind) -> &'static [StepKind] {
    match kind {
        Kind::MATTER => StepKind::ALL,
        _ => &[],
    }
}

/// The step with which the log of a new record begins; `None` for kinds without a log.
fn first_step(kind: Kind) -> Option<NewStep> {
    steps(kind).first().map(|first| NewStep {
        kind: *first,
        note: String::new(),
        to: None,
        detail: StepDetail::default(),
    })
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

fn read_edits(kind: Kind, typed: &[TypedField]) -> Result<Vec<Edit>, TypedProblem> {
    typed.iter().map(|edit| read_edit(kind, edit)).collect()
}

fn read_edit(kind: Kind, typed: &TypedField) -> Result<Edit, TypedProblem> {
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
fn read_step(kind: Kind, typed: &TypedStep) -> Result<(NewStep, Vec<Edit>), TypedProblem> {
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
    let (details, fields): (Vec<&TypedField>, Vec<&TypedField>) = typed
        .fields
        .iter()
        .partition(|edit| StepDetail::KEYS.contains(&edit.key.as_str()));
    let mut detail = StepDetail::default();
    for TypedField { key, value } in details {
        let text = value.as_deref().unwrap_or_default();
        detail.set(key, text).map_err(|problem| {
            TypedProblem::new(
                "bad_detail",
                key,
                format!("{key}：{}", problem.zh()),
                format!("{key}: {problem}"),
            )
        })?;
    }
    let step = NewStep {
        kind: *step,
        note: typed.note.clone(),
        to: (!typed.to.is_empty()).then(|| typed.to.clone()),
        detail,
    };
    let edits = fields.into_iter().map(|edit| read_edit(kind, edit));
    Ok((step, edits.collect::<Result<_, _>>()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(pairs: &[(&str, &str)]) -> Vec<TypedField> {
        pairs
            .iter()
            .map(|(key, value)| TypedField {
                key: (*key).to_owned(),
                value: Some((*value).to_owned()),
            })
            .collect()
    }

    fn problem(kind: &str, fields: &[(&str, &str)]) -> (&'static str, Option<String>) {
        let new = Typed::New {
            kind: kind.to_owned(),
            area: String::new(),
            fields: typed(fields),
            stated_ms: None,
        };
        let problem = new.read(None).unwrap_err();
        assert!(!problem.zh.is_empty() && !problem.en.is_empty());
        (problem.code, problem.field)
    }

    #[test]
    fn what_is_wrong_says_where() {
        let at = |field: &str| Some(field.to_owned());
        assert_eq!(problem("thing", &[]), ("unknown_kind", at("kind")));
        assert_eq!(
            problem("building", &[("floors", "9")]),
            ("field_needed", at("name"))
        );
        assert_eq!(
            problem("building", &[("name", "3号楼"), ("floors", "九")]),
            ("bad_value", at("floors"))
        );
        assert_eq!(
            problem("building", &[("name", "3号楼"), ("colour", "red")]),
            ("unknown_field", at("colour"))
        );
    }

    #[test]
    fn details_of_a_step_are_told_from_fields_of_the_record() {
        let step = |pairs: &[(&str, &str)]| TypedStep {
            step: "return".to_owned(),
            fields: typed(pairs),
            ..TypedStep::default()
        };
        let given = step(&[("reason", "not_duty"), ("urgency", "24h")]);
        let (read, edits) = read_step(Kind::MATTER, &given).unwrap();
        assert_eq!(read.detail.reason.as_deref(), Some("not_duty"));
        assert_eq!(edits.len(), 1);
        for (key, value) in [("urgent", "maybe"), ("shoe", "44"), ("flow", "sideways")] {
            let problem = read_step(Kind::MATTER, &step(&[(key, value)])).unwrap_err();
            assert_eq!(problem.field.as_deref(), Some(key));
        }
    }
}
