//! Words for people, in both languages.

use wangge_model::codes;
use wangge_model::field::{self, Field, Form};
use wangge_model::kind::{Facet, Kind};
use wangge_model::reason::Reason;
use wangge_model::step::{Step, StepKind, is_log_key};
use wangge_model::value::Value;

use crate::mask;
use crate::rows::{Coded, Label, ReasonText};

impl Label {
    /// A text in both languages.
    pub fn new(zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self {
            zh: zh.into(),
            en: en.into(),
        }
    }

    /// A text that is the same in both.
    pub fn same(text: impl Into<String>) -> Self {
        let text = text.into();
        Self {
            zh: text.clone(),
            en: text,
        }
    }
}

impl From<Reason> for ReasonText {
    fn from(reason: Reason) -> Self {
        Self {
            code: reason.word().to_owned(),
            why: Label::new(reason.zh(), reason.en()),
            remedy: Label::new(reason.remedy_zh(), reason.remedy_en()),
        }
    }
}

/// Whether a field is shown with its middle hidden, or open.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Reveal {
    /// Numbers of documents and telephones have their middle hidden.
    #[default]
    Masked,
    /// As stored.
    Clear,
}

/// A word of this program with its names.
pub(crate) fn word(code: &str, zh: &str, en: &str) -> Coded {
    Coded {
        code: code.to_owned(),
        zh: zh.to_owned(),
        en: en.to_owned(),
    }
}

/// Yes or no.
pub(crate) fn yes_no(yes: bool) -> Coded {
    if yes {
        word("yes", "是", "Yes")
    } else {
        word("no", "否", "No")
    }
}

/// The same of a word that is kept in one piece.
pub(crate) fn named((code, zh, en): (&str, &str, &str)) -> Coded {
    word(code, zh, en)
}

/// A code of a list with its names; `None` for an empty code.
pub(crate) fn coded(list: &str, code: &str) -> Option<Coded> {
    if code.is_empty() {
        return None;
    }
    let found = codes::list(list).and_then(|list| list.code(code));
    Some(found.map_or_else(
        || Coded {
            code: code.to_owned(),
            zh: code.to_owned(),
            en: code.to_owned(),
        },
        |entry| Coded {
            code: code.to_owned(),
            zh: entry.zh.to_owned(),
            en: entry.en.to_owned(),
        },
    ))
}

/// A code of a list with its names; an empty code has empty ones.
pub(crate) fn coded_or(list: &str, code: &str) -> Coded {
    coded(list, code).unwrap_or(Coded {
        code: String::new(),
        zh: String::new(),
        en: String::new(),
    })
}

/// A step's kind with its names.
pub(crate) fn step_coded(kind: StepKind) -> Coded {
    Coded {
        code: kind.word().to_owned(),
        zh: kind.zh().to_owned(),
        en: kind.en().to_owned(),
    }
}

/// A field's name; for an unknown one, its key.
pub(crate) fn field_label(kind: Kind, facet: Facet, key: &str) -> Label {
    if is_log_key(key) {
        return Label::new("办理步骤", "Step");
    }
    field::field(kind, facet, key)
        .map_or_else(|| Label::same(key), |field| Label::new(field.zh, field.en))
}

/// A value as text and for people, and whether something was hidden.
pub(crate) struct Shown {
    pub(crate) value: String,
    pub(crate) label: Label,
    pub(crate) masked: bool,
}

/// Shows a value of a field.
pub(crate) fn show(kind: Kind, facet: Facet, key: &str, value: &Value, reveal: Reveal) -> Shown {
    if is_log_key(key) {
        return show_step(value);
    }
    let field = field::field(kind, facet, key);
    if reveal == Reveal::Masked
        && let Some(mask) = field.and_then(mask_of)
    {
        let hidden = mask(&value.to_string());
        return Shown {
            value: hidden.clone(),
            label: Label::same(hidden),
            masked: true,
        };
    }
    let (zh, en) = field.map_or_else(
        || (value.to_string(), value.to_string()),
        |field| field.show(value),
    );
    Shown {
        value: value.to_string(),
        label: Label { zh, en },
        masked: false,
    }
}

fn show_step(value: &Value) -> Shown {
    let step = value.as_text().and_then(|json| Step::parse(json).ok());
    let label = step.map_or_else(
        || Label::same(value.to_string()),
        |step| {
            let tail = if step.note.is_empty() {
                String::new()
            } else {
                format!(": {}", step.note)
            };
            Label::new(
                format!("{}{tail}", step.kind.zh()),
                format!("{}{tail}", step.kind.en()),
            )
        },
    );
    Shown {
        value: value.to_string(),
        label,
        masked: false,
    }
}

/// How a field is hidden, where it is.
fn mask_of(field: &'static Field) -> Option<fn(&str) -> String> {
    match (field.form, field.key) {
        (Form::CitizenNumber, _) | (_, "document_number" | "permit_number") => {
            Some(mask::mask_id_number)
        }
        (Form::Phone, _) => Some(mask::mask_phone),
        _ => None,
    }
}
