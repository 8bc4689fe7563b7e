//! Rust sources as text, with what is not code taken out.

use std::path::{Component, Path, PathBuf};

use crate::error::XtaskError;
use crate::house::{House, entries, read};

/// A source file of a crate, tests left out.
#[derive(Clone, Debug)]
pub(super) struct Source {
    /// The crate's folder name.
    pub(super) room: String,
    /// The path from the workspace's root.
    pub(super) path: String,
    /// The code, with comments and texts blanked and test modules left out; lines keep their numbers.
    code: String,
    /// The same with texts kept.
    pub(super) with_texts: String,
}

impl Source {
    pub(super) fn new(room: &str, path: &str, text: &str) -> Self {
        let shipped = without_tests(text);
        let (code, with_texts) = (strip(&shipped, false), strip(&shipped, true));
        Self {
            room: room.to_owned(),
            path: path.to_owned(),
            code,
            with_texts,
        }
    }

    /// `path:line` of every line of the code in which `word` stands as a whole word.
    pub(super) fn lines_with(&self, word: &str) -> Vec<String> {
        let lines = self
            .code
            .lines()
            .enumerate()
            .filter(|(_, line)| has_word(line, word));
        lines
            .map(|(number, _)| format!("{}:{}", self.path, number + 1))
            .collect()
    }
}

/// Every source of `crates/*/src` that ships.
pub(super) fn sources(house: &House) -> Result<Vec<Source>, XtaskError> {
    let mut found = Vec::new();
    for folder in entries(&house.root.join("crates"))? {
        let src = folder.join("src");
        if !src.is_dir() {
            continue;
        }
        let mut files = Vec::new();
        collect(&src, &mut files)?;
        let tests: Vec<String> = files
            .iter()
            .flat_map(|(_, text)| test_modules(text))
            .collect();
        for (path, text) in files {
            let inside = path.strip_prefix(&src).unwrap_or(&path);
            let named = |part: Component<'_>| {
                let name = part.as_os_str().to_string_lossy();
                tests
                    .iter()
                    .any(|module| name == module.as_str() || name == format!("{module}.rs"))
            };
            if !inside.components().any(named) {
                let shown = path
                    .strip_prefix(&house.root)
                    .unwrap_or(&path)
                    .display()
                    .to_string();
                found.push(Source::new(&file_name(&folder), &shown, &text));
            }
        }
    }
    Ok(found)
}

/// The names of the modules that a file declares under `#[cfg(test)]`, in files of their own.
fn test_modules(text: &str) -> Vec<String> {
    let after = text.split("#[cfg(test)]\n").skip(1);
    let declared =
        after.filter_map(|rest| rest.lines().next()?.split_once("mod ")?.1.strip_suffix(';'));
    declared.map(str::to_owned).collect()
}

fn collect(folder: &Path, found: &mut Vec<(PathBuf, String)>) -> Result<(), XtaskError> {
    for path in entries(folder)? {
        if path.is_dir() {
            collect(&path, found)?;
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let text = read(&path)?;
            found.push((path, text));
        }
    }
    Ok(())
}

fn file_name(path: &Path) -> String {
    path.file_name()
        .unwrap_or_default()
        .to_string_lossy()
        .into_owned()
}

/// Blanks every item that stands under `#[cfg(test)]` at the beginning of a line, as rustfmt sets it: to the closing brace at
/// the beginning of a line, or to a semicolon or brace that ends an unindented line.
fn without_tests(text: &str) -> String {
    let mut out = String::new();
    let mut inside = false;
    for line in text.lines() {
        inside |= line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test");
        if !inside {
            out.push_str(line);
        }
        out.push('\n');
        let unindented = !line.starts_with([' ', '#', '/']);
        inside &= !(line.starts_with('}') || (unindented && line.ends_with([';', '}'])));
    }
    out
}

/// Blanks comments, and texts too unless `keep_texts`.
fn strip(text: &str, keep_texts: bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let (length, keep) = match first {
            '/' if rest.starts_with("//") => (rest.find('\n').unwrap_or(rest.len()), false),
            '/' if rest.starts_with("/*") => (block_length(rest), false),
            '"' => (text_length(rest), keep_texts),
            '\'' => (char_length(rest), true),
            'r' | 'b' | 'c' => match raw_length(rest, &out) {
                Some(length) => (length, keep_texts),
                None => (1, true),
            },
            other => (other.len_utf8(), true),
        };
        let (piece, after) = rest.split_at(length.min(rest.len()));
        if keep {
            out.push_str(piece);
        } else {
            out.extend(piece.chars().map(|c| if c == '\n' { c } else { ' ' }));
        }
        rest = after;
    }
    out
}

/// The length of a block comment; they nest.
fn block_length(rest: &str) -> usize {
    let mut depth = 0_usize;
    let mut after = rest;
    while !after.is_empty() {
        if let Some(inner) = after.strip_prefix("/*") {
            (depth, after) = (depth + 1, inner);
        } else if let Some(outer) = after.strip_prefix("*/") {
            (depth, after) = (depth.saturating_sub(1), outer);
            if depth == 0 {
                break;
            }
        } else {
            after = after
                .get(after.chars().next().map_or(1, char::len_utf8)..)
                .unwrap_or_default();
        }
    }
    rest.len() - after.len()
}

/// The length of a text in quotes.
fn text_length(rest: &str) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

/// The length of `r"…"`, `r#"…"#`, `br"…"` and the like; `None` when it is an ordinary name.
fn raw_length(rest: &str, before: &str) -> Option<usize> {
    if before
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || c == '_')
    {
        return None;
    }
    let after = rest.trim_start_matches(['b', 'c']).strip_prefix('r')?;
    let hashes = after.chars().take_while(|c| *c == '#').count();
    let body = after.get(hashes..)?.strip_prefix('"')?;
    let close = format!("\"{}", "#".repeat(hashes));
    let end = body.find(&close)? + close.len();
    Some(rest.len() - body.len() + end)
}

/// The length of `'x'`, `'"'` or `'\n'`; one for a lifetime.
fn char_length(rest: &str) -> usize {
    let mut chars = rest.char_indices().skip(1);
    match (chars.next(), chars.next()) {
        (Some((_, '\\')), Some((at, c))) => {
            let from = at + c.len_utf8();
            rest.get(from..)
                .and_then(|tail| tail.find('\''))
                .map_or(1, |end| from + end + 1)
        }
        (Some(_), Some((at, '\''))) => at + 1,
        _ => 1,
    }
}

/// Whether `word` stands in `line` and not as a piece of a longer name.
fn has_word(line: &str, word: &str) -> bool {
    let joins = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    line.match_indices(word).any(|(at, _)| {
        let before = line.get(..at).and_then(|text| text.chars().next_back());
        let after = line
            .get(at + word.len()..)
            .and_then(|text| text.chars().next());
        !joins(before) && !joins(after)
    })
}

#[cfg(test)]
mod tests {
    use super::{Source, has_word, strip};

    #[test]
    fn comments_and_texts_are_not_code() {
        let code = strip(
            "a // one\n/* two /* three */ four */ b \"five \\\" six\" r#\"seven\"eight\"# '\"' '\\'' 'g: h",
            false,
        );
        for gone in [
            "one", "two", "three", "four", "five", "six", "seven", "eight",
        ] {
            assert!(!has_word(&code, gone), "{gone} in {code}");
        }
        for kept in ["a", "b", "g", "h"] {
            assert!(has_word(&code, kept), "{kept} in {code}");
        }
        assert!(has_word(&strip("x(\"SELECT 1\") // no", true), "SELECT"));
        assert!(!has_word(&strip("x(\"SELECT 1\") // no", true), "no"));
    }

    #[test]
    fn tests_do_not_ship() {
        let text = "use a;\n#[cfg(test)]\nmod tests;\nuse b;\n#[cfg(test)]\nmod tests {\n    use c;\n}\nuse d;\n";
        assert_eq!(
            Source::new("x", "x.rs", text).lines_with("use"),
            ["x.rs:1", "x.rs:4", "x.rs:9"]
        );
    }

    #[test]
    fn modules_of_tests_are_known_by_their_declaration() {
        let text = "mod a;\n#[cfg(test)]\nmod golden;\n#[cfg(test)]\nmod tests {\n}\n#[cfg(test)]\npub(crate) mod kit;\n";
        assert_eq!(super::test_modules(text), ["golden", "kit"]);
    }

    #[test]
    fn a_piece_of_a_name_is_not_the_word() {
        assert!(has_word("Instant::now()", "Instant::now"));
        assert!(!has_word("Instant::nowhere()", "Instant::now"));
        assert!(!has_word("quinn_like", "quinn"));
        assert!(has_word("use quinn::Endpoint", "quinn"));
    }
}
