//! The same person, met twice: how alike two residents are, and why.
//!
//! Three ways, from certain to likely: one identity number (GB 11643, the 15 digits of before 1999 made whole); one name, birth date and
//! telephone; likeness, which is a sum of points for what agrees and against what does not. Two different valid numbers are two persons,
//! whatever else agrees. A search holds against each other only those that share a key, so its time grows with the number of people, not
//! with its square. Sources: paper R40g, domain.md 4.7.

mod keys;
mod why;

use std::collections::BTreeMap;

use wangge_model::check;
use wangge_model::id::RecordId;
use wangge_model::time::Date;

pub use self::why::Why;
use super::decision::{Decision, ordered};
use super::forest::Forest;
use super::name;

/// A resident, as far as a replica may see: what is withheld is `None`, and makes the search weaker, never wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person<'a> {
    /// The resident's record.
    pub id: RecordId,
    /// 姓名.
    pub name: &'a str,
    /// 曾用名.
    pub former_name: Option<&'a str>,
    /// 公民身份号码, in whatever way it was written.
    pub id_number: Option<&'a str>,
    /// 出生日期.
    pub birth: Option<Date>,
    /// 出生年份, where the date is withheld.
    pub birth_year: Option<u16>,
    /// A code of GB/T 2261.1.
    pub sex: Option<&'a str>,
    /// Every telephone number of the record.
    pub phones: Vec<&'a str>,
    /// The household: any key that is the same for its members.
    pub household: Option<&'a str>,
}

/// How sure it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// Enough for a person to look.
    Likely,
    /// One name, birth date and telephone, or as much.
    Strong,
    /// One valid identity number, and the names do not speak against it.
    Certain,
}

/// Two residents that may be one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Likeness {
    /// The one with the smaller id.
    pub a: RecordId,
    /// The other.
    pub b: RecordId,
    /// How sure it is.
    pub grade: Grade,
    /// The points: 600 at least.
    pub score: i32,
    /// What speaks for and against, in a fixed order.
    pub why: Vec<Why>,
}

const LIKELY_MIN: i32 = 600;
const STRONG_MIN: i32 = 850;

/// A person, made ready for comparing.
#[derive(Clone, Debug)]
struct Ready<'a> {
    id: RecordId,
    name: String,
    ear: String,
    former: Option<String>,
    /// A valid number, in its one form.
    number: Option<String>,
    /// A number that is wrong, written plainly.
    odd_number: Option<Vec<char>>,
    birth: Option<Date>,
    year: Option<u16>,
    sex: Option<&'a str>,
    phones: Vec<String>,
    household: Option<&'a str>,
}

impl<'a> Ready<'a> {
    fn of(person: &Person<'a>) -> Self {
        let name = name::normal(person.name);
        let typed = person.id_number.filter(|number| !number.trim().is_empty());
        let number = typed.and_then(|number| check::normal_citizen(number).ok());
        let odd_number = match &number {
            None => typed.map(|number| check::plain(number).chars().collect()),
            Some(_) => None,
        };
        let read = number
            .as_deref()
            .and_then(|number| check::gb11643(number).ok());
        let birth = read.as_ref().map(|citizen| citizen.birth).or(person.birth);
        let sex = read.map(|citizen| citizen.sex).or(person.sex);
        let mut phones: Vec<String> = person
            .phones
            .iter()
            .filter_map(|phone| plain_phone(phone))
            .collect();
        phones.sort_unstable();
        phones.dedup();
        Self {
            id: person.id,
            ear: name::sounds(&name),
            name,
            former: person
                .former_name
                .map(name::normal)
                .filter(|name| !name.is_empty()),
            number,
            odd_number,
            birth,
            year: birth.map(|birth| birth.year()).or(person.birth_year),
            sex: sex.filter(|sex| matches!(*sex, "1" | "2")),
            phones,
            household: person.household.filter(|household| !household.is_empty()),
        }
    }
}

/// A telephone's digits without the country's; `None` for what is too short to tell two people apart.
fn plain_phone(phone: &str) -> Option<String> {
    let digits: String = check::plain(phone)
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let national = match digits
        .strip_prefix("0086")
        .or_else(|| digits.strip_prefix("86"))
    {
        Some(rest) if rest.len() == 11 => rest,
        _ => &digits,
    };
    (national.len() >= 7).then(|| national.to_owned())
}

/// How alike two residents are; `None` if not enough, or if two valid numbers say that they are two.
#[must_use]
pub fn compare(a: &Person<'_>, b: &Person<'_>) -> Option<Likeness> {
    weigh(&Ready::of(a), &Ready::of(b))
}

fn weigh(a: &Ready<'_>, b: &Ready<'_>) -> Option<Likeness> {
    if a.id == b.id {
        return None;
    }
    let mut why = numbers(a, b)?;
    let proven = why.contains(&Why::Number);
    why.extend(names(a, b));
    if !proven {
        why.extend(births(a, b));
        let sexes = a.sex.zip(b.sex);
        why.extend(sexes.filter(|(a, b)| a != b).map(|_| Why::SexDiffers));
    }
    why.extend(
        a.phones
            .iter()
            .any(|phone| b.phones.binary_search(phone).is_ok())
            .then_some(Why::Phone),
    );
    why.extend((a.household.is_some() && a.household == b.household).then_some(Why::Household));
    if [Why::Household, Why::Birth, Why::NameSlip]
        .iter()
        .all(|one| why.contains(one))
    {
        why.push(Why::Twins);
    }
    why.sort_unstable();
    let score: i32 = why.iter().map(|one| one.points()).sum();
    let grade = match score {
        _ if proven && !why.contains(&Why::NameDiffers) => Grade::Certain,
        _ if proven => Grade::Likely,
        STRONG_MIN.. => Grade::Strong,
        LIKELY_MIN.. => Grade::Likely,
        _ => return None,
    };
    let (first, second) = ordered(a.id, b.id);
    Some(Likeness {
        a: first,
        b: second,
        grade,
        score,
        why,
    })
}

/// What the numbers say; `None` if they say that these are two persons.
fn numbers(a: &Ready<'_>, b: &Ready<'_>) -> Option<Vec<Why>> {
    let slip = |odd: &Option<Vec<char>>, other: &Ready<'_>| {
        let odd = odd.as_ref()?;
        let other: Vec<char> = match (&other.number, &other.odd_number) {
            (Some(number), _) => number.chars().collect(),
            (None, Some(number)) => number.clone(),
            (None, None) => return None,
        };
        (odd.len() >= 15 && (*odd == other || name::one_slip(odd, &other)))
            .then_some(Why::NumberSlip)
    };
    match (&a.number, &b.number) {
        (Some(x), Some(y)) if x == y => Some(vec![Why::Number]),
        (Some(_), Some(_)) => None,
        _ => Some(
            slip(&a.odd_number, b)
                .or_else(|| slip(&b.odd_number, a))
                .into_iter()
                .collect(),
        ),
    }
}

fn names(a: &Ready<'_>, b: &Ready<'_>) -> Option<Why> {
    let former =
        |x: &Ready<'_>, y: &Ready<'_>| x.former.as_ref().is_some_and(|former| *former == y.name);
    match name::compare(&a.name, &b.name) {
        Some(name::Alike::Same) => Some(Why::Name),
        _ if former(a, b) || former(b, a) => Some(Why::FormerName),
        Some(name::Alike::Sound) => Some(Why::NameSound),
        Some(name::Alike::Slip) => Some(Why::NameSlip),
        None if a.name.is_empty() || b.name.is_empty() => None,
        None => Some(Why::NameDiffers),
    }
}

fn births(a: &Ready<'_>, b: &Ready<'_>) -> Option<Why> {
    match (a.birth, b.birth) {
        (Some(x), Some(y)) if x == y => Some(Why::Birth),
        (Some(x), Some(y)) => {
            let digits = |date: Date| date.to_compact().chars().collect::<Vec<_>>();
            let crosswise = x.year() == y.year() && x.month() == y.day() && x.day() == y.month();
            let slip = crosswise || name::one_slip(&digits(x), &digits(y));
            Some(if slip {
                Why::BirthSlip
            } else {
                Why::BirthDiffers
            })
        }
        _ => match (a.year, b.year) {
            (Some(x), Some(y)) if x == y => Some(Why::BirthYear),
            (Some(x), Some(y)) if x.abs_diff(y) > 1 => Some(Why::BirthDiffers),
            _ => None,
        },
    }
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Search {
    /// The likely pairs, by ids.
    pub pairs: Vec<Likeness>,
    /// Those that would be one person if every strong pair were: sets of two and more, in the order of ids. No set has two valid numbers.
    pub groups: Vec<Vec<RecordId>>,
}

/// Who among `people` may be one, in whatever order they are handed in. Pairs about which somebody decided (`standing`) are left out.
#[must_use]
pub fn search(
    people: &[Person<'_>],
    standing: &BTreeMap<(RecordId, RecordId), Decision>,
) -> Search {
    let mut ready: Vec<Ready<'_>> = people.iter().map(Ready::of).collect();
    ready.sort_by_key(|person| person.id);
    ready.dedup_by_key(|person| person.id);
    let mut pairs: Vec<Likeness> = keys::pairs(&ready)
        .into_iter()
        .filter_map(|(a, b)| weigh(ready.get(a)?, ready.get(b)?))
        .filter(|pair| !standing.contains_key(&(pair.a, pair.b)))
        .collect();
    pairs.sort_by_key(|pair| (pair.a, pair.b));
    let groups = groups(&ready, &pairs);
    Search { pairs, groups }
}

/// Joins what is certain or strong, the surest first, and never two valid numbers.
fn groups(ready: &[Ready<'_>], pairs: &[Likeness]) -> Vec<Vec<RecordId>> {
    let place = |id: RecordId| ready.binary_search_by_key(&id, |person| person.id).ok();
    let mut forest = Forest::new(ready.len());
    let mut numbers: BTreeMap<usize, &str> = BTreeMap::new();
    for (at, person) in ready.iter().enumerate() {
        numbers.extend(person.number.as_deref().map(|number| (at, number)));
    }
    let mut sure: Vec<&Likeness> = pairs
        .iter()
        .filter(|pair| pair.grade >= Grade::Strong)
        .collect();
    sure.sort_by_key(|pair| (std::cmp::Reverse((pair.grade, pair.score)), pair.a, pair.b));
    for pair in sure {
        let (Some(a), Some(b)) = (place(pair.a), place(pair.b)) else {
            continue;
        };
        let (a, b) = (forest.root(a), forest.root(b));
        let number = match (numbers.get(&a), numbers.get(&b)) {
            (Some(x), Some(y)) if x != y => continue,
            (x, y) => x.or(y).copied(),
        };
        forest.join(a, b);
        numbers.extend(number.map(|number| (forest.root(a), number)));
    }
    let sets = forest.sets().into_iter();
    sets.map(|set| {
        set.iter()
            .filter_map(|at| Some(ready.get(*at)?.id))
            .collect()
    })
    .collect()
}

#[cfg(test)]
mod tests;
