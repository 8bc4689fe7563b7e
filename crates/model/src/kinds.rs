//! The kinds of records, as a table: data, not code (`data/kinds.tsv`), because there are many and each is a list of fields.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::field::{Field, Form, Marks};
use crate::kind::Facet;

const DATA: &str = include_str!("../data/kinds.tsv");

/// What a record is about, by the number that stands in commits, 1 to 255. A number of a later version is kept and passed on; it has no
/// fields here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Kind(u8);

/// Declares the kinds that code knows by name; a test holds them against the table.
macro_rules! named {
    ($($(#[$meta:meta])* $name:ident = $number:literal, $word:literal;)+) => {
        impl Kind {
            $($(#[$meta])* pub const $name: Self = Self($number);)+
            #[cfg(test)]
            const NAMED: &'static [(Self, &'static str)] = &[$((Self::$name, $word)),+];
        }
    };
}

named! {
    /// A person who lives in the area.
    RESIDENT = 1, "resident";
    /// Something that happened or is asked for, to be dealt with step by step.
    MATTER = 2, "matter";
    /// People who live together.
    HOUSEHOLD = 3, "household";
    /// A flat or house, rented out or not.
    DWELLING = 4, "dwelling";
    /// A building.
    BUILDING = 5, "building";
    /// A place of another sort: a school, a market.
    PLACE = 6, "place";
    /// A public object with a code: a lamp, a manhole.
    COMPONENT = 7, "component";
    /// An enterprise, social or party organisation.
    ORGANISATION = 8, "organisation";
    /// What people think and feel.
    SENTIMENT = 9, "sentiment";
    /// A visit.
    VISIT = 10, "visit";
    /// A plan of patrols, visits or inspections.
    PLAN = 11, "plan";
    /// What an inspection found.
    INSPECTION = 12, "inspection";
    /// A roll call over many targets.
    CAMPAIGN = 13, "campaign";
    /// One target's entry in a campaign.
    CALL = 14, "call";
    /// A service given.
    SERVICE = 15, "service";
    /// A resource of one of six kinds.
    RESOURCE = 16, "resource";
    /// Somebody asks for a resource.
    REQUEST = 17, "request";
    /// A binding order from above.
    ORDER = 18, "order";
    /// What became of an order.
    ANSWER = 19, "answer";
    /// A notice, for residents or for the staff.
    NOTICE = 20, "notice";
    /// A policy or regulation.
    POLICY = 21, "policy";
    /// A list of questions.
    SURVEY = 22, "survey";
    /// Somebody's answers to a survey.
    REPLY_SHEET = 23, "reply_sheet";
    /// A grid member as a person.
    MEMBER = 24, "member";
    /// Who holds which office in which grid, from when to when.
    POST = 25, "post";
    /// A training or certificate.
    TRAINING = 26, "training";
    /// A grid.
    GRID = 27, "grid";
    /// A party organisation of one of four levels.
    PARTY_ORG = 28, "party_org";
    /// Where a person lives or lived: one of several homes.
    RESIDENCE = 29, "residence";
    /// What two records have to do with each other.
    RELATION = 30, "relation";
    /// A party to a matter.
    PARTY = 31, "party";
    /// What a party to a matter promised.
    COMMITMENT = 32, "commitment";
    /// An attempt to reconcile the parties of a matter.
    MEDIATION = 33, "mediation";
    /// A question that people discuss and vote on.
    DELIBERATION = 34, "deliberation";
    /// What somebody says or votes in a discussion.
    OPINION = 35, "opinion";
    /// A resident's rating of a matter or service.
    RATING = 36, "rating";
    /// Who took part in what.
    PARTICIPATION = 37, "participation";
    /// A sampled matter looked at again.
    REVIEW = 38, "review";
    /// A corrective action.
    CORRECTION = 39, "correction";
    /// A class of matters.
    CLASS = 40, "class";
    /// A filing and closing standard.
    STANDARD = 41, "standard";
    /// A row of the responsibility matrix.
    DUTY = 42, "duty";
    /// A day that is not as its weekday says.
    DAY = 43, "day";
    /// A rule of the automation.
    RULE = 44, "rule";
    /// A task.
    TASK = 45, "task";
    /// Somebody contests a figure or a verdict.
    APPEAL = 46, "appeal";
    /// Bounds of a grid's size, staff and workload.
    NORM = 47, "norm";
    /// An approved exception from a rule.
    EXEMPTION = 48, "exemption";
    /// Two records found to be about the same person or matter, or not.
    SAME = 49, "same";
    /// A plan by which a community is divided into grids.
    DIVISION = 50, "division";
    /// To which grid a plan assigns a building, household or organisation.
    ASSIGNMENT = 51, "assignment";
    /// What is to be done for one person.
    SERVICE_PLAN = 52, "service_plan";
    /// A service that a plan for a person wants, again and again.
    SERVICE_ITEM = 53, "service_item";
}

/// Which replicas get a kind's records, beside those of the record's own area and above.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// No others.
    Within,
    /// Those of every area inside the record's: what a level above issues for all. Only directing offices write such records.
    Down,
}

/// What the table says of a kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KindInfo {
    /// The kind.
    pub kind: Kind,
    /// Its `snake_case` word, as in JSON and on the command line.
    pub word: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// Its name in English.
    pub en: &'static str,
    /// Who gets its records.
    pub reach: Reach,
    /// The standard or practice that it follows.
    pub source: &'static str,
    /// Its fields, in the order of forms. Keys are unique within a kind.
    pub fields: Vec<Field>,
}

static KINDS: LazyLock<BTreeMap<Kind, KindInfo>> = LazyLock::new(|| parse(DATA).0);

impl Kind {
    /// The kind with this number; `None` for 0 and above 255.
    #[must_use]
    pub fn from_u32(number: u32) -> Option<Self> {
        u8::try_from(number).ok().and_then(Self::from_u8)
    }

    /// The kind with this number; `None` for 0.
    #[must_use]
    pub const fn from_u8(number: u8) -> Option<Self> {
        if number == 0 {
            None
        } else {
            Some(Self(number))
        }
    }

    /// Its number.
    #[must_use]
    pub const fn to_u8(self) -> u8 {
        self.0
    }

    /// Its number.
    #[must_use]
    pub const fn to_u32(self) -> u32 {
        self.0 as u32
    }

    /// Every kind of the table, by number.
    pub fn all() -> impl Iterator<Item = Self> {
        KINDS.keys().copied()
    }

    /// What the table says; `None` for a kind of a later version.
    #[must_use]
    pub fn info(self) -> Option<&'static KindInfo> {
        KINDS.get(&self)
    }

    /// The `snake_case` word; `kind_N` for a kind of a later version.
    #[must_use]
    pub fn word(self) -> String {
        self.info()
            .map_or_else(|| format!("kind_{}", self.0), |info| info.word.to_owned())
    }

    /// The name in Chinese; the word for a kind of a later version.
    #[must_use]
    pub fn zh(self) -> String {
        self.info()
            .map_or_else(|| self.word(), |info| info.zh.to_owned())
    }

    /// The name in English; the word for a kind of a later version.
    #[must_use]
    pub fn en(self) -> String {
        self.info()
            .map_or_else(|| self.word(), |info| info.en.to_owned())
    }

    /// Who gets its records. Of an unknown kind, no more than must.
    #[must_use]
    pub fn reach(self) -> Reach {
        self.info().map_or(Reach::Within, |info| info.reach)
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.info() {
            Some(info) => f.write_str(info.word),
            None => write!(f, "kind_{}", self.0),
        }
    }
}

impl FromStr for Kind {
    type Err = crate::Error;

    fn from_str(word: &str) -> Result<Self, Self::Err> {
        let unknown = crate::Error::Word {
            what: "kind of record",
        };
        match word.strip_prefix("kind_") {
            Some(number) => number.parse().ok().and_then(Self::from_u8).ok_or(unknown),
            None => KINDS
                .values()
                .find(|info| info.word == word)
                .map(|info| info.kind)
                .ok_or(unknown),
        }
    }
}

impl Serialize for Kind {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Kind {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(serde::de::Error::custom)
    }
}

/// Reads the table, and the numbers of the lines that are none.
fn parse(data: &'static str) -> (BTreeMap<Kind, KindInfo>, Vec<usize>) {
    let mut kinds: Vec<KindInfo> = Vec::new();
    let mut odd = Vec::new();
    for (at, line) in data
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.starts_with('#'))
    {
        let columns: Vec<&str> = line.split('\t').collect();
        let read = match columns.as_slice() {
            ["kind", columns @ ..] => parse_kind(columns).map(|kind| kinds.push(kind)),
            columns => parse_field(columns)
                .zip(kinds.last_mut())
                .map(|(field, kind)| kind.fields.push(field)),
        };
        if read.is_none() {
            odd.push(at + 1);
        }
    }
    (
        kinds.into_iter().map(|kind| (kind.kind, kind)).collect(),
        odd,
    )
}

fn parse_kind(columns: &[&'static str]) -> Option<KindInfo> {
    let &[number, word, zh, en, reach, source] = columns else {
        return None;
    };
    Some(KindInfo {
        kind: Kind::from_u8(number.parse().ok()?)?,
        word,
        zh,
        en,
        reach: match reach {
            "within" => Reach::Within,
            "down" => Reach::Down,
            _ => return None,
        },
        source,
        fields: Vec::new(),
    })
}

fn parse_field(columns: &[&'static str]) -> Option<Field> {
    let &[facet, key, form, zh, en, marks, source] = columns else {
        return None;
    };
    Some(Field {
        key,
        facet: facet.parse::<Facet>().ok()?,
        form: parse_form(form)?,
        zh,
        en,
        marks: parse_marks(marks)?,
        source,
    })
}

fn parse_form(text: &'static str) -> Option<Form> {
    let words: Vec<&'static str> = text.split(' ').collect();
    Some(match *words.as_slice() {
        ["line", max] => Form::Line(max.parse().ok()?),
        ["prose", max] => Form::Prose(max.parse().ok()?),
        ["date"] => Form::Date,
        ["instant"] => Form::Instant,
        ["int", min, max] => Form::Int(min.parse().ok()?, max.parse().ok()?),
        ["bool"] => Form::Bool,
        ["code", list] => Form::Code(list),
        ["citizen"] => Form::CitizenNumber,
        ["phone"] => Form::Phone,
        ["uscc"] => Form::Uscc,
        ["orgcode"] => Form::OrgCode,
        ["area"] => Form::Area,
        ["link", kinds] => Form::Link(kinds),
        _ => return None,
    })
}

fn parse_marks(text: &str) -> Option<Marks> {
    let mut marks = Marks::default();
    for mark in text.chars() {
        match mark {
            '!' => marks.needed = true,
            't' => marks.title = true,
            'l' => marks.listed = true,
            'f' => marks.filter = true,
            'w' => marks.words = true,
            'u' => marks.unique = true,
            'k' => marks.key = true,
            's' => marks.hand = true,
            _ => return None,
        }
    }
    Some(marks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_read() {
        let (kinds, odd) = parse(DATA);
        assert_eq!(odd, Vec::<usize>::new());
        let lines = DATA
            .lines()
            .filter(|line| line.starts_with("kind\t"))
            .count();
        assert_eq!(lines, kinds.len(), "a number stands twice");
        let words: std::collections::BTreeSet<_> = kinds.values().map(|info| info.word).collect();
        assert_eq!(words.len(), kinds.len(), "a word stands twice");
    }

    #[test]
    fn what_code_calls_a_kind_is_what_the_table_calls_it() {
        for &(kind, word) in Kind::NAMED {
            assert_eq!(kind.info().map(|info| info.word), Some(word));
        }
    }

    #[test]
    fn every_kind_can_be_shown_and_its_links_lead_somewhere() {
        for info in KINDS.values() {
            let titles = info
                .fields
                .iter()
                .filter(|field| field.marks.title)
                .collect::<Vec<_>>();
            assert!(
                matches!(titles.as_slice(), [title] if title.marks.listed && title.facet == Facet::Open),
                "{} needs one title, in the open facet and in lists",
                info.word
            );
            assert!(
                info.fields
                    .iter()
                    .any(|field| field.marks.key || field.marks.unique),
                "{}: no field tells its records apart",
                info.word
            );
            for field in &info.fields {
                if let Form::Link(kinds) = field.form {
                    for kind in kinds.split(',').filter(|kind| *kind != "*") {
                        assert!(kind.parse::<Kind>().is_ok(), "{}.{}", info.word, field.key);
                    }
                }
                assert!(
                    !field.marks.words || field.facet == Facet::Open,
                    "words are searched by everybody who sees the record"
                );
            }
        }
    }

    #[test]
    fn words_and_numbers_read_back() {
        assert_eq!("household".parse::<Kind>().unwrap(), Kind::HOUSEHOLD);
        assert_eq!(serde_json::to_string(&Kind::MATTER).unwrap(), "\"matter\"");
        let later = Kind::from_u32(250).unwrap();
        assert_eq!(
            (later.word().as_str(), later.word().parse::<Kind>().unwrap()),
            ("kind_250", later)
        );
        assert_eq!((Kind::from_u32(0), Kind::from_u32(256)), (None, None));
        assert!("kind_0".parse::<Kind>().is_err() && "thing".parse::<Kind>().is_err());
        assert_eq!(
            (Kind::CLASS.reach(), Kind::RESIDENT.reach(), later.reach()),
            (Reach::Down, Reach::Within, Reach::Within)
        );
    }
}
