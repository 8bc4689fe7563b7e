//! Numbers of persons and households in a text: `30多人`, `五十余户`, `三百二十名`.

use super::rule::Counted;

/// A number and what it counts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Count {
    pub(super) number: u32,
    pub(super) text: String,
    household: bool,
}

impl Count {
    pub(super) fn counts(&self, what: Counted) -> bool {
        match what {
            Counted::Person => !self.household,
            Counted::Household => self.household,
            Counted::Any => true,
        }
    }
}

/// The numbers of persons and households that a sentence names.
pub(super) fn counts(sentence: &str) -> Vec<Count> {
    let mut found = Vec::new();
    let mut digits = String::new();
    let mut rest = sentence.chars().peekable();
    while let Some(next) = rest.next() {
        if digit(next).is_some() || unit(next).is_some() {
            digits.push(next);
            continue;
        }
        if digits.is_empty() {
            continue;
        }
        let mut text = std::mem::take(&mut digits);
        let Some(number) = number(&text) else {
            continue;
        };
        let mut after = next;
        while matches!(after, '多' | '余' | '来' | '几' | '个' | ' ') {
            text.push(after);
            match rest.next() {
                Some(next) => after = next,
                None => break,
            }
        }
        let household = matches!(after, '户' | '家');
        let counted = household || matches!(after, '人' | '名' | '位');
        if counted && !matches!(rest.peek(), Some('民') if after == '人') {
            text.push(after);
            found.push(Count {
                number,
                text,
                household,
            });
        }
    }
    found
}

fn digit(found: char) -> Option<u32> {
    match found {
        '零' | '〇' => Some(0),
        '一' => Some(1),
        '二' | '两' => Some(2),
        '三' => Some(3),
        '四' => Some(4),
        '五' => Some(5),
        '六' => Some(6),
        '七' => Some(7),
        '八' => Some(8),
        '九' => Some(9),
        '０'..='９' => Some(u32::from(found) - u32::from('０')),
        other => other.to_digit(10),
    }
}

fn unit(found: char) -> Option<u32> {
    match found {
        '十' => Some(10),
        '百' => Some(100),
        '千' => Some(1_000),
        '万' => Some(10_000),
        _ => None,
    }
}

/// `三百二十` → 320, `30` → 30, `3万` → 30000. `None` beyond what a community could hold.
fn number(text: &str) -> Option<u32> {
    let (mut whole, mut part, mut last) = (0_u32, 0_u32, None::<u32>);
    for found in text.chars() {
        if let Some(digit) = digit(found) {
            last = Some(
                last.unwrap_or_default()
                    .checked_mul(10)?
                    .checked_add(digit)?,
            );
        } else if let Some(unit) = unit(found) {
            let times = last.take();
            if unit == 10_000 {
                let before = part.checked_add(times.unwrap_or(u32::from(part == 0)))?;
                whole = whole.checked_add(before.checked_mul(unit)?)?;
                part = 0;
            } else {
                part = part.checked_add(times.unwrap_or(1).checked_mul(unit)?)?;
            }
        }
    }
    whole
        .checked_add(part)?
        .checked_add(last.unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_in_digits_and_in_words() {
        for (text, number) in [
            ("30多人", 30),
            ("五十余户", 50),
            ("三百二十名", 320),
            ("十几个人", 10),
            ("１２户", 12),
            ("3万人", 30_000),
            ("两千人", 2_000),
            ("一万二千人", 12_000),
        ] {
            let found = counts(text);
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].number, number, "{text}");
            assert_eq!(found[0].text, text);
        }
    }

    #[test]
    fn what_counts_no_persons_is_left_out() {
        for text in [
            "30元",
            "三个月",
            "1人民法院",
            "一家",
            "99999999999人",
            "人",
            "12",
            "",
        ] {
            let found = counts(text);
            assert!(
                found.iter().all(|count| count.number < 10),
                "{text}: {found:?}"
            );
        }
        assert!(
            counts("五户")[0].counts(Counted::Household)
                && !counts("五户")[0].counts(Counted::Person)
        );
        assert!(
            counts("五人")[0].counts(Counted::Person) && counts("五人")[0].counts(Counted::Any)
        );
    }
}
