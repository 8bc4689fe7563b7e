//! Words for the full-text index: how a text is cut into tokens, and a question into a match expression.
//!
//! Chinese is written without blanks and a name has two characters, so the unit is the pair: `王小芳` becomes
//! `王小 小芳 芳`. A question of two or more characters is a phrase of pairs and finds exactly the texts that
//! contain it; one of a single character is a prefix, which the last token, standing alone, makes whole.
//! Other scripts are cut into words, found by how they begin.
//!
//! Another database needs another way to write a match: this file and `list/` are all that would change.

use crate::limits;

/// The tokens of a text, in order, with blanks between them: what the index stores.
pub(crate) fn index_tokens(text: &str) -> String {
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    for run in runs(text) {
        match run {
            Run::Word(word) => push_token(&mut out, &word),
            Run::Han(chars) => {
                for (at, first) in chars.iter().enumerate() {
                    let pair: String = std::iter::once(first)
                        .chain(chars.get(at.saturating_add(1)))
                        .collect();
                    push_token(&mut out, &pair);
                }
            }
        }
    }
    out
}

/// The FTS5 expression that finds every text with all words of the question; `None` where it has no word.
pub(crate) fn match_expression(question: &str) -> Option<String> {
    let shortened: String = question.chars().take(limits::QUESTION_CHARS_MAX).collect();
    let terms: Vec<String> = runs(&shortened)
        .into_iter()
        .take(limits::QUESTION_TERMS_MAX)
        .map(|run| match run {
            Run::Word(word) => format!("\"{word}\"*"),
            Run::Han(chars) if chars.len() == 1 => {
                format!("\"{}\"*", chars.iter().collect::<String>())
            }
            Run::Han(chars) => {
                let pairs: Vec<String> =
                    chars.windows(2).map(|pair| pair.iter().collect()).collect();
                format!("\"{}\"", pairs.join(" "))
            }
        })
        .collect();
    (!terms.is_empty()).then(|| terms.join(" AND "))
}

/// The question as a whole citizen's id number (18 characters, GB 11643), where it looks like one.
pub(crate) fn id_number(question: &str) -> Option<String> {
    let number: String = question
        .chars()
        .filter(|c| !c.is_whitespace())
        .map(|c| narrow(c).to_ascii_uppercase())
        .collect();
    let (body, check) = number.split_at_checked(17)?;
    let whole = body.bytes().all(|b| b.is_ascii_digit())
        && (check == "X" || (check.len() == 1 && check.bytes().all(|b| b.is_ascii_digit())));
    whole.then_some(number)
}

enum Run {
    Han(Vec<char>),
    Word(String),
}

fn runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let mut open = false;
    for c in text.chars().map(narrow) {
        if !c.is_alphanumeric() {
            open = false;
            continue;
        }
        match (is_han(c), runs.last_mut().filter(|_| open)) {
            (true, Some(Run::Han(chars))) => chars.push(c),
            (false, Some(Run::Word(word))) => word.extend(c.to_lowercase()),
            (true, _) => runs.push(Run::Han(vec![c])),
            (false, _) => runs.push(Run::Word(c.to_lowercase().collect())),
        }
        open = true;
    }
    runs
}

fn push_token(out: &mut String, token: &str) {
    if !out.is_empty() {
        out.push(' ');
    }
    out.push_str(token);
}

/// Full-width letters and digits, as Chinese input methods write them, to their ordinary forms.
fn narrow(c: char) -> char {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c).saturating_sub(0xFEE0)).unwrap_or(c),
        other => other,
    }
}

/// Scripts written without blanks between words: Chinese characters and the Japanese syllabaries.
fn is_han(c: char) -> bool {
    matches!(c,
        '\u{3007}' | '\u{3040}'..='\u{30FF}' | '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}'
        | '\u{F900}'..='\u{FAFF}' | '\u{20000}'..='\u{3FFFF}')
}

#[cfg(test)]
mod tests;
