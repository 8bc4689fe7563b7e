//! Numbers that check themselves: citizens' (GB 11643), organisations' (GB 32100, GB 11714); domain.md 4.7 has the rules.
//!
//! The errors say what is wrong and never repeat the number.

use crate::time::Date;

/// What is wrong with a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CheckError {
    /// Another length.
    #[error("it has {found} characters, not {expected}")]
    Length {
        /// Characters it should have.
        expected: usize,
        /// Characters it has.
        found: usize,
    },
    /// A character that cannot stand there.
    #[error("character {place} is not one that can stand there")]
    Character {
        /// Its place, from 1.
        place: usize,
    },
    /// A birth date that does not exist.
    #[error("its birth date does not exist")]
    Date,
    /// The check character does not fit.
    #[error(
        "its check character is {found} where {expected} belongs: one of the characters is wrong"
    )]
    Check {
        /// The character that fits the others.
        expected: char,
        /// The character that stands there.
        found: char,
    },
}

impl CheckError {
    /// What is wrong, in Chinese.
    #[must_use]
    pub fn zh(&self) -> String {
        match self {
            Self::Length { expected, found } => format!("应为{expected}位，现为{found}位"),
            Self::Character { place } => format!("第{place}位的字符不合规"),
            Self::Date => "其中的出生日期不存在".to_owned(),
            Self::Check { expected, found } => {
                format!("校验位应为{expected}，现为{found}，请核对各位数字")
            }
        }
    }
}

/// Whose number it is, by its first digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Holder {
    /// A citizen with an identity card of the mainland.
    Mainland,
    /// A resident from Hong Kong with a residence permit (港澳台居民居住证, prefix 81).
    HongKong,
    /// A resident from Macao with a residence permit (prefix 82).
    Macao,
    /// A resident from Taiwan with a residence permit (prefix 83).
    Taiwan,
    /// A foreigner with a permanent residence card as issued since 2023 (外国人永久居留身份证, prefix 9; unsure, domain.md 4.7).
    Foreign,
}

impl Holder {
    /// Whose number it is, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Mainland => "居民身份证",
            Self::HongKong => "香港居民居住证",
            Self::Macao => "澳门居民居住证",
            Self::Taiwan => "台湾居民居住证",
            Self::Foreign => "外国人永久居留身份证",
        }
    }

    /// Whose number it is, in English.
    #[must_use]
    pub const fn en(self) -> &'static str {
        match self {
            Self::Mainland => "Resident identity card",
            Self::HongKong => "Residence permit, Hong Kong",
            Self::Macao => "Residence permit, Macao",
            Self::Taiwan => "Residence permit, Taiwan",
            Self::Foreign => "Foreigner's permanent residence card",
        }
    }

    fn of(number: &str) -> Self {
        match number.as_bytes() {
            [b'8', b'1', ..] => Self::HongKong,
            [b'8', b'2', ..] => Self::Macao,
            [b'8', b'3', ..] => Self::Taiwan,
            [b'9', ..] => Self::Foreign,
            _ => Self::Mainland,
        }
    }
}

/// What a citizen's number says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// Whose number it is.
    pub holder: Holder,
    /// The division in which the number was given: a code of then, not of today, so it is not held against a list. On a foreigner's
    /// card it says the issuing province and the nationality instead.
    pub division: String,
    /// The date of birth.
    pub birth: Date,
    /// GB/T 2261.1: 1 male, 2 female.
    pub sex: &'static str,
}

/// The characters of a number as its standard writes them: full-width ones made narrow, letters made capital, spaces and hyphens
/// between the groups left out. People write one number in six ways.
#[must_use]
pub fn plain(typed: &str) -> String {
    typed
        .chars()
        .map(|c| match c {
            '\u{ff01}'..='\u{ff5e}' => {
                char::from_u32(u32::from(c).wrapping_sub(0xfee0)).unwrap_or(c)
            }
            _ => c,
        })
        .filter(|c| !c.is_whitespace() && !matches!(c, '-' | '\u{2010}'..='\u{2015}'))
        .map(|c| c.to_ascii_uppercase())
        .collect()
}

/// A citizen's identity number in its one form of 18 characters: written plainly, and one of the 15 digits that were given until 1999
/// made whole with the century 19 and its check character.
///
/// # Errors
/// What is wrong with it.
pub fn normal_citizen(typed: &str) -> Result<String, CheckError> {
    let number = plain(typed);
    if number.chars().count() != 15 {
        return gb11643(&number).map(|_| number);
    }
    // Checked before the century goes in, so that an error names the place at which people see the character.
    values(&number.chars().collect::<Vec<_>>(), |c| c.to_digit(10))?;
    let (division, rest) = number.split_at_checked(6).unwrap_or_default();
    let whole = format!("{division}19{rest}");
    let digits = values(&whole.chars().collect::<Vec<_>>(), |c| c.to_digit(10))?;
    let check = CITIZEN_CHECKS
        .into_iter()
        .zip(0..)
        .find(|(_, at)| *at == weigh(&digits, &CITIZEN_WEIGHTS) % 11)
        .map(|(check, _)| check);
    let whole: String = whole.chars().chain(check).collect();
    gb11643(&whole).map(|_| whole)
}

const CITIZEN_WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
const CITIZEN_CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];

/// Checks a citizen's identity number (GB 11643): 18 characters, the last 0-9 or X.
///
/// # Errors
/// What is wrong with it.
pub fn gb11643(number: &str) -> Result<Citizen, CheckError> {
    let (body, found) = split_check(number, 18)?;
    let digits = values(&body, |c| c.to_digit(10))?;
    if !found.is_ascii_digit() && found != 'X' {
        return Err(CheckError::Character { place: 18 });
    }
    let birth = number
        .get(6..14)
        .and_then(|date| date.parse::<Date>().ok())
        .ok_or(CheckError::Date)?;
    expect_check(found, CITIZEN_CHECKS, weigh(&digits, &CITIZEN_WEIGHTS) % 11)?;
    let male = digits.last().is_some_and(|sequence| sequence % 2 == 1);
    Ok(Citizen {
        holder: Holder::of(number),
        division: number.chars().take(6).collect(),
        birth,
        sex: if male { "1" } else { "2" },
    })
}

/// Checks a unified social credit code (GB 32100): 18 characters of 0-9 and A-Z without I, O, S, V, Z.
///
/// # Errors
/// What is wrong with it, also with the organisation code (GB 11714) within.
pub fn gb32100(code: &str) -> Result<(), CheckError> {
    const ALPHABET: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [u32; 17] = [
        1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28,
    ];
    let (body, found) = split_check(code, 18)?;
    let value = |c| {
        ALPHABET
            .chars()
            .zip(0..)
            .find(|(letter, _)| *letter == c)
            .map(|(_, value)| value)
    };
    let numbers = values(&body, value)?;
    let expected = (31 - weigh(&numbers, &WEIGHTS) % 31) % 31;
    expect_check(found, ALPHABET.chars(), expected)?;
    gb11714(code.get(8..17).unwrap_or_default())
}

/// Checks an organisation code (GB 11714): 8 characters of 0-9 and A-Z and a check character, with or without a hyphen before it.
///
/// # Errors
/// What is wrong with it.
pub fn gb11714(code: &str) -> Result<(), CheckError> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'X'];
    let plain = code.replacen('-', "", 1);
    let (body, found) = split_check(&plain, 9)?;
    let numbers = values(&body, |c| {
        if c.is_ascii_lowercase() {
            None
        } else {
            c.to_digit(36)
        }
    })?;
    expect_check(found, CHECKS, (11 - weigh(&numbers, &WEIGHTS) % 11) % 11)
}

/// Cuts the check character off a number of `expected` characters.
fn split_check(number: &str, expected: usize) -> Result<(Vec<char>, char), CheckError> {
    let mut body: Vec<char> = number.chars().collect();
    let found = body.len();
    match body.pop() {
        Some(check) if found == expected => Ok((body, check)),
        _ => Err(CheckError::Length { expected, found }),
    }
}

fn values(body: &[char], value: impl Fn(char) -> Option<u32>) -> Result<Vec<u32>, CheckError> {
    body.iter()
        .enumerate()
        .map(|(at, c)| value(*c).ok_or(CheckError::Character { place: at + 1 }))
        .collect()
}

fn weigh(values: &[u32], weights: &[u32]) -> u32 {
    values
        .iter()
        .zip(weights)
        .map(|(value, weight)| value * weight)
        .sum()
}

fn expect_check(
    found: char,
    alphabet: impl IntoIterator<Item = char>,
    index: u32,
) -> Result<(), CheckError> {
    match alphabet.into_iter().zip(0..).find(|(_, at)| *at == index) {
        Some((expected, _)) if expected != found => Err(CheckError::Check { expected, found }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests;
