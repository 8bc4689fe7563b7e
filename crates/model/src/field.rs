//! The fields that records have, as a table: where each stands, what it holds, what people call it, which standard it is from.

use crate::area::Area;
use crate::check;
use crate::codes;
use crate::id::RecordId;
use crate::kind::{Facet, Kind};
use crate::time::Date;
use crate::value::{Edit, Value};

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A line of at most so many characters.
    Line(usize),
    /// Text of several lines, of at most so many characters.
    Prose(usize),
    /// A date, stored as text `2017-10-14`.
    Date,
    /// An instant, stored as milliseconds since 1970.
    Instant,
    /// A whole number from … to ….
    Int(i64, i64),
    /// True or false.
    Bool,
    /// A code of the list with this id, stored as text.
    Code(&'static str),
    /// A citizen's identity number (GB 11643), stored as text.
    CitizenNumber,
    /// A telephone number: digits, at most one leading `+`, hyphens and spaces between.
    Phone,
    /// A unified social credit code (GB 32100), stored as text.
    Uscc,
    /// An organisation's code (GB 11714), stored as text of 9 characters, without the hyphen.
    OrgCode,
    /// A division or grid code of 6, 9, 12 or 15 digits, stored as text.
    Area,
    /// The id of a record of one of these kinds, by their words with commas between; `*`: of any kind. Stored as text.
    Link(&'static str),
}

/// What is done with a field beside showing it in forms.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Marks {
    /// A new record must have it.
    pub needed: bool,
    /// It is what people call the record.
    pub title: bool,
    /// Lists show it.
    pub listed: bool,
    /// Lists can be filtered by it.
    pub filter: bool,
    /// The search looks through it.
    pub words: bool,
    /// Two records with the same value are about one thing: a number that is given once.
    pub unique: bool,
    /// Two records of a community with the same values in all such fields are about one thing, where no unique field says otherwise.
    pub key: bool,
    /// Who signs writes their own name here, and nobody writes another's.
    pub hand: bool,
}

/// A field of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its key in the facet's document.
    pub key: &'static str,
    /// The facet in which it stands.
    pub facet: Facet,
    /// What it holds.
    pub form: Form,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// What is done with it.
    pub marks: Marks,
    /// Where it comes from: a standard, or the practice it follows.
    pub source: &'static str,
}

/// What is wrong with a value, or with an edit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum EditProblem {
    /// The record's kind has no such field in that facet.
    #[error("there is no such field here")]
    UnknownField,
    /// A value of another type: text, number or truth.
    #[error("the field holds {0}")]
    WrongType(&'static str),
    /// Longer than the field allows.
    #[error("longer than {0} characters")]
    TooLong(usize),
    /// Text of nothing.
    #[error("empty: take the field away instead")]
    Empty,
    /// A character that text does not have.
    #[error("a control character, or a line break in a field of one line")]
    Character,
    /// Below or above what is sensible.
    #[error("not from {0} to {1}")]
    Range(i64, i64),
    /// A date that does not exist or is written otherwise.
    #[error("not a date as 2017-10-14")]
    Date,
    /// A code that its list does not have.
    #[error("not a code of the list {0}")]
    Code(&'static str),
    /// A citizen's number that is wrong.
    #[error("not a citizen's number: {0}")]
    CitizenNumber(check::CheckError),
    /// Not a telephone number.
    #[error("not a telephone number")]
    Phone,
    /// An organisation's number that is wrong.
    #[error("not an organisation's number: {0}")]
    OrganisationNumber(check::CheckError),
    /// Not a division or grid code.
    #[error("not a division or grid code of 6, 9, 12 or 15 digits")]
    Area,
    /// Not the id of a record.
    #[error("not the id of a record")]
    Link,
    /// Whoever makes such a record in this office must fill it in.
    #[error("needed of who makes it")]
    Needed,
    /// The name of another than who writes it.
    #[error("who signs writes their own name, and no other's")]
    Hand,
}

impl EditProblem {
    /// The rule's code.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownField => "unknown_field",
            Self::WrongType(_) => "wrong_type",
            Self::TooLong(_) => "too_long",
            Self::Empty => "empty",
            Self::Character => "bad_character",
            Self::Range(..) => "out_of_range",
            Self::Date => "bad_date",
            Self::Code(_) => "unknown_code",
            Self::CitizenNumber(_) => "bad_citizen_number",
            Self::Phone => "bad_phone",
            Self::OrganisationNumber(_) => "bad_organisation_number",
            Self::Area => "bad_area",
            Self::Link => "bad_link",
            Self::Needed => "field_needed",
            Self::Hand => "not_your_hand",
        }
    }

    /// What is wrong, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::UnknownField => "没有这个字段".to_owned(),
            Self::WrongType(form) => format!(
                "值的类型不对，应为{}",
                if *form == "text" {
                    "文字"
                } else if *form == "a number" {
                    "数字"
                } else {
                    "是或否"
                }
            ),
            Self::TooLong(max) => format!("超过{max}个字符"),
            Self::Empty => "内容为空，如需清除请删除该字段".to_owned(),
            Self::Character => "含有控制字符，或单行字段中有换行".to_owned(),
            Self::Range(min, max) => format!("应在{min}至{max}之间"),
            Self::Date => "不是有效日期，应写作 2017-10-14".to_owned(),
            Self::Code(list) => format!(
                "不在代码表“{}”中",
                codes::list(list).map_or(*list, |list| list.zh)
            ),
            Self::CitizenNumber(error) => format!("公民身份号码有误：{}", error.zh()),
            Self::Phone => "不是有效的电话号码".to_owned(),
            Self::OrganisationNumber(error) => format!("组织代码有误：{}", error.zh()),
            Self::Area => "不是6、9、12或15位的区划或网格编码".to_owned(),
            Self::Link => "不是有效的记录编号".to_owned(),
            Self::Needed => "该身份登记时必须填写".to_owned(),
            Self::Hand => "只能由本人填写本人姓名".to_owned(),
        }
    }
}

/// Whether whoever is called `name` may write this value: where a field is signed, only their own name.
#[must_use]
pub fn signs(kind: Kind, facet: Facet, key: &str, value: &Value, name: &str) -> bool {
    let hand = field(kind, facet, key).is_some_and(|field| field.marks.hand);
    !hand || value.as_text() == Some(name)
}

/// The fields of a kind of record, in the order in which forms show them. None of a kind of a later version.
#[must_use]
pub fn fields(kind: Kind) -> &'static [Field] {
    kind.info().map_or(&[], |info| info.fields.as_slice())
}

/// The field at a key of a facet; `None` for unknown ones and for log entries.
#[must_use]
pub fn field(kind: Kind, facet: Facet, key: &str) -> Option<&'static Field> {
    fields(kind)
        .iter()
        .find(|field| field.facet == facet && field.key == key)
}

/// Where a key stands, whatever its facet: keys are unique within a kind.
#[must_use]
pub fn field_named(kind: Kind, key: &str) -> Option<&'static Field> {
    fields(kind).iter().find(|field| field.key == key)
}

/// Whether an edit of a field is sound: the field exists, and takes the value. Any known field may be taken away. Log entries are not
/// fields; [`step`](crate::step) judges them.
///
/// # Errors
/// What is wrong.
pub fn validate_edit(kind: Kind, edit: &Edit) -> Result<(), EditProblem> {
    let field = field(kind, edit.facet, &edit.key).ok_or(EditProblem::UnknownField)?;
    edit.value
        .as_ref()
        .map_or(Ok(()), |value| field.validate(value))
}

impl Field {
    /// Whether the field takes this value.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn validate(&self, value: &Value) -> Result<(), EditProblem> {
        match self.form {
            Form::Line(max) => validate_text(text(value)?, max, false),
            Form::Prose(max) => validate_text(text(value)?, max, true),
            Form::Date => match text(value)?.parse::<Date>() {
                Ok(date) if Value::from(date.to_string()) == *value => Ok(()),
                _ => Err(EditProblem::Date),
            },
            // The years 1900 to 2199.
            Form::Instant => validate_range(value, -2_208_988_800_000, 7_258_118_400_000),
            Form::Int(min, max) => validate_range(value, min, max),
            Form::Bool => value
                .as_bool()
                .map(|_| ())
                .ok_or(EditProblem::WrongType("true or false")),
            Form::Code(id) => {
                let code = text(value)?;
                codes::list(id)
                    .and_then(|list| list.code(code))
                    .map(|_| ())
                    .ok_or(EditProblem::Code(id))
            }
            Form::CitizenNumber => check::gb11643(text(value)?)
                .map(|_| ())
                .map_err(EditProblem::CitizenNumber),
            Form::Phone => validate_phone(text(value)?),
            Form::Uscc => check::gb32100(text(value)?).map_err(EditProblem::OrganisationNumber),
            Form::OrgCode => check::gb11714(text(value)?).map_err(EditProblem::OrganisationNumber),
            Form::Area => text(value)?
                .parse::<Area>()
                .map(|_| ())
                .map_err(|_| EditProblem::Area),
            // The id must be written as it is shown: two spellings of one id would be two values.
            Form::Link(_) => {
                let text = text(value)?;
                match text.parse::<RecordId>() {
                    Ok(id) if id.to_string() == text => Ok(()),
                    _ => Err(EditProblem::Link),
                }
            }
        }
    }

    /// Reads what a person typed, or a cell of a table, into a value that the field takes: dates in other notations, codes by their
    /// names, numbers and truths written as text.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(&self, typed: &str) -> Result<Value, EditProblem> {
        let typed = typed.trim();
        let value = match self.form {
            Form::Line(_) | Form::Prose(_) | Form::Phone | Form::Area => Value::from(typed),
            Form::Link(_) => Value::from(typed.to_ascii_lowercase()),
            Form::CitizenNumber => {
                Value::from(check::normal_citizen(typed).unwrap_or_else(|_| check::plain(typed)))
            }
            Form::Uscc | Form::OrgCode => Value::from(check::plain(typed)),
            Form::Date => Value::from(
                typed
                    .parse::<Date>()
                    .map_err(|_| EditProblem::Date)?
                    .to_string(),
            ),
            Form::Instant => Value::Int(match typed.parse::<i64>() {
                Ok(ms) if typed.len() > 8 => ms,
                _ => {
                    typed
                        .parse::<crate::time::Ms>()
                        .map_err(|_| EditProblem::Date)?
                        .0
                }
            }),
            Form::Int(..) => Value::Int(
                typed
                    .parse()
                    .map_err(|_| EditProblem::WrongType("a number"))?,
            ),
            Form::Bool => Value::Bool(match typed {
                "是" | "true" | "yes" | "1" => true,
                "否" | "false" | "no" | "0" => false,
                _ => return Err(EditProblem::WrongType("true or false")),
            }),
            Form::Code(id) => {
                let code = codes::list(id)
                    .and_then(|list| list.find(typed))
                    .ok_or(EditProblem::Code(id))?;
                Value::from(code.code)
            }
        };
        self.validate(&value).map(|()| value)
    }

    /// A value as people read it, in Chinese and in English: a code by its name, an instant as Beijing time.
    #[must_use]
    pub fn show(&self, value: &Value) -> (String, String) {
        match (self.form, value) {
            (Form::Code(id), Value::Text(code)) => {
                match codes::list(id).and_then(|list| list.code(code)) {
                    Some(code) => (code.zh.to_owned(), code.en.to_owned()),
                    None => (code.clone(), code.clone()),
                }
            }
            (Form::Instant, Value::Int(ms)) => {
                let shown = crate::time::Ms(*ms).to_minutes();
                (shown.clone(), shown)
            }
            (_, Value::Bool(true)) => ("是".to_owned(), "Yes".to_owned()),
            (_, Value::Bool(false)) => ("否".to_owned(), "No".to_owned()),
            _ => (value.to_string(), value.to_string()),
        }
    }
}

fn text(value: &Value) -> Result<&str, EditProblem> {
    value.as_text().ok_or(EditProblem::WrongType("text"))
}

fn validate_text(text: &str, chars_max: usize, lines: bool) -> Result<(), EditProblem> {
    if text.is_empty() {
        return Err(EditProblem::Empty);
    }
    if text.chars().nth(chars_max).is_some() {
        return Err(EditProblem::TooLong(chars_max));
    }
    let odd = |c: char| c.is_control() && !(lines && matches!(c, '\n' | '\r' | '\t'));
    if text.chars().any(odd) {
        Err(EditProblem::Character)
    } else {
        Ok(())
    }
}

fn validate_range(value: &Value, min: i64, max: i64) -> Result<(), EditProblem> {
    let number = value.as_int().ok_or(EditProblem::WrongType("a number"))?;
    if (min..=max).contains(&number) {
        Ok(())
    } else {
        Err(EditProblem::Range(min, max))
    }
}

fn validate_phone(text: &str) -> Result<(), EditProblem> {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    let rest = text.strip_prefix('+').unwrap_or(text);
    let plain = rest
        .chars()
        .all(|c| c.is_ascii_digit() || matches!(c, '-' | ' '));
    if plain && (3..=20).contains(&digits) && text.len() <= 30 {
        Ok(())
    } else {
        Err(EditProblem::Phone)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn the_tables_are_sound() {
        for kind in Kind::all() {
            let keys: BTreeSet<_> = fields(kind).iter().map(|field| field.key).collect();
            assert_eq!(
                keys.len(),
                fields(kind).len(),
                "a key of {kind} stands twice"
            );
            for field in fields(kind) {
                assert!(
                    field
                        .key
                        .bytes()
                        .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'),
                    "{}",
                    field.key
                );
                if let Form::Code(id) = field.form {
                    assert!(codes::list(id).is_some(), "{} names no list", field.key);
                }
            }
        }
    }

    fn problem(
        kind: Kind,
        facet: Facet,
        key: &str,
        value: impl Into<Value>,
    ) -> Option<EditProblem> {
        validate_edit(kind, &Edit::set(facet, key, value)).err()
    }

    #[test]
    fn edits_are_judged_by_the_table() {
        use Facet::{Contact, Identity, Open};
        const RESIDENT: Kind = Kind::RESIDENT;
        const MATTER: Kind = Kind::MATTER;
        assert_eq!(problem(RESIDENT, Open, "name", "张三"), None);
        assert_eq!(problem(RESIDENT, Open, "sex", "2"), None);
        assert_eq!(
            problem(RESIDENT, Identity, "id_number", "11010519491231002X"),
            None
        );
        assert_eq!(problem(RESIDENT, Contact, "phone", "0372-1234567"), None);
        assert_eq!(problem(MATTER, Open, "description", "一\r\n二"), None);
        assert_eq!(validate_edit(RESIDENT, &Edit::delete(Open, "name")), Ok(()));

        assert_eq!(
            problem(RESIDENT, Open, "id_number", "11010519491231002X"),
            Some(EditProblem::UnknownField),
            "not in that facet"
        );
        assert_eq!(
            problem(RESIDENT, Open, "log/1", "x"),
            Some(EditProblem::UnknownField)
        );
        assert_eq!(
            problem(RESIDENT, Open, "name", 3),
            Some(EditProblem::WrongType("text"))
        );
        assert_eq!(
            problem(RESIDENT, Open, "name", ""),
            Some(EditProblem::Empty)
        );
        assert_eq!(
            problem(RESIDENT, Open, "name", "张\n三"),
            Some(EditProblem::Character)
        );
        assert_eq!(
            problem(RESIDENT, Open, "name", "长".repeat(65)),
            Some(EditProblem::TooLong(64))
        );
        assert_eq!(
            problem(RESIDENT, Open, "sex", "3"),
            Some(EditProblem::Code("sex"))
        );
        assert_eq!(
            problem(RESIDENT, Open, "birth_year", 1066),
            Some(EditProblem::Range(1850, 2200))
        );
        assert_eq!(
            problem(RESIDENT, Identity, "birth_date", "2000-02-30"),
            Some(EditProblem::Date)
        );
        assert_eq!(
            problem(RESIDENT, Identity, "birth_date", "20000228"),
            Some(EditProblem::Date),
            "one notation is stored"
        );
        assert!(matches!(
            problem(RESIDENT, Identity, "id_number", "110105194912310021"),
            Some(EditProblem::CitizenNumber(_))
        ));
        assert_eq!(
            problem(RESIDENT, Contact, "phone", "电话"),
            Some(EditProblem::Phone)
        );
    }

    #[test]
    fn what_people_type_is_read() {
        let parse = |key, typed| field_named(Kind::RESIDENT, key).unwrap().parse(typed);
        assert_eq!(parse("sex", " 女 "), Ok(Value::from("2")));
        assert_eq!(
            parse("birth_date", "19491231"),
            Ok(Value::from("1949-12-31"))
        );
        assert_eq!(
            parse("id_number", "11010519491231002x"),
            Ok(Value::from("11010519491231002X"))
        );
        assert_eq!(parse("lives_alone", "是"), Ok(Value::Bool(true)));
        assert_eq!(
            parse("birth_year", "一九"),
            Err(EditProblem::WrongType("a number"))
        );
        let occurred = field_named(Kind::MATTER, "occurred_ms").unwrap();
        let parsed = occurred.parse("2017-10-14T14:25:14+08:00").unwrap();
        assert_eq!(parsed, Value::Int(1_507_962_314_000));
        assert_eq!(occurred.parse("1507962314000"), Ok(parsed.clone()));
        assert_eq!(occurred.show(&parsed).0, "2017-10-14 14:25");
        assert_eq!(
            field_named(Kind::RESIDENT, "sex")
                .unwrap()
                .show(&Value::from("2")),
            ("女".to_owned(), "Female".to_owned())
        );
    }
}
