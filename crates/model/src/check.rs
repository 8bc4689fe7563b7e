//! Numbers that check themselves: citizens' (GB 11643), organisations' (GB 32100, GB 11714).
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

/// What a citizen's number says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Citizen {
    /// The division in which the number was given: a code of then, not of today.
    pub division: String,
    /// The date of birth.
    pub birth: Date,
    /// GB/T 2261.1: 1 male, 2 female.
    pub sex: &'static str,
}

/// Checks a citizen's identity number (GB 11643): 18 characters, the last 0-9 or X.
///
/// # Errors
/// What is wrong with it.
pub fn gb11643(number: &str) -> Result<Citizen, CheckError> {
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    const CHECKS: [char; 11] = ['1', '0', 'X', '9', '8', '7', '6', '5', '4', '3', '2'];
    let (body, found) = split_check(number, 18)?;
    let digits = values(&body, |c| c.to_digit(10))?;
    if !found.is_ascii_digit() && found != 'X' {
        return Err(CheckError::Character { place: 18 });
    }
    let birth = number
        .get(6..14)
        .and_then(|date| date.parse::<Date>().ok())
        .ok_or(CheckError::Date)?;
    expect_check(found, CHECKS, weigh(&digits, &WEIGHTS) % 11)?;
    let male = digits.last().is_some_and(|sequence| sequence % 2 == 1);
    Ok(Citizen {
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
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn citizens_numbers() {
        let woman = gb11643("11010519491231002X").unwrap();
        assert_eq!(
            (
                woman.division.as_str(),
                woman.birth.to_string().as_str(),
                woman.sex
            ),
            ("110105", "1949-12-31", "2")
        );
        assert_eq!(gb11643("440524188001010014").unwrap().sex, "1");
        assert_eq!(
            gb11643("110105194912310021"),
            Err(CheckError::Check {
                expected: 'X',
                found: '1'
            })
        );
        assert_eq!(
            gb11643("110105491231002"),
            Err(CheckError::Length {
                expected: 18,
                found: 15
            })
        );
        assert_eq!(gb11643("110105194902300021"), Err(CheckError::Date));
        assert_eq!(
            gb11643("11010519491231002x"),
            Err(CheckError::Character { place: 18 })
        );
        assert_eq!(
            gb11643("1101051949123100二X"),
            Err(CheckError::Character { place: 17 })
        );
    }

    #[test]
    fn organisations_codes() {
        gb32100("91350100M000100Y43").unwrap();
        gb32100("91110000802100433B").unwrap();
        assert_eq!(
            gb32100("91110000802100433A"),
            Err(CheckError::Check {
                expected: 'B',
                found: 'A'
            })
        );
        assert_eq!(
            gb32100("9111000080210O433B"),
            Err(CheckError::Character { place: 14 })
        );
        gb11714("M000100Y-4").unwrap();
        gb11714("M000100Y4").unwrap();
        assert_eq!(
            gb11714("M000100Y-5"),
            Err(CheckError::Check {
                expected: '4',
                found: '5'
            })
        );
    }

    proptest! {
        #[test]
        fn any_text_gets_an_answer(text in ".{0,20}") {
            let _ = (gb11643(&text), gb32100(&text), gb11714(&text));
        }

        #[test]
        fn one_wrong_digit_is_found(place in 0_usize..17, digit in 0_u32..10) {
            let mut number: Vec<char> = "11010519491231002X".chars().collect();
            let digit = char::from_digit(digit, 10).unwrap();
            prop_assume!(number[place] != digit);
            number[place] = digit;
            prop_assert!(gb11643(&number.into_iter().collect::<String>()).is_err());
        }
    }
}
