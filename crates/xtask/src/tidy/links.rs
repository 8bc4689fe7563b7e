//! Links in the documents lead somewhere: relative ones to a file, those with a `#` to a heading of it.

use std::path::{Component, Path, PathBuf};

use crate::error::XtaskError;
use crate::house::{House, entries, read};

/// A Markdown file of the checkout, with its path from the root.
pub(super) struct Document {
    path: String,
    text: String,
}

/// Folders that hold no documents of ours.
const NOT_OURS: &[&str] = &["target", "node_modules", "dist", "artefacts"];

/// Every Markdown file of the checkout.
pub(super) fn documents(house: &House) -> Result<Vec<Document>, XtaskError> {
    let mut found = Vec::new();
    collect(&house.root, &house.root, &mut found)?;
    Ok(found)
}

fn collect(root: &Path, folder: &Path, found: &mut Vec<Document>) -> Result<(), XtaskError> {
    for path in entries(folder)? {
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned();
        if name.starts_with('.') || NOT_OURS.contains(&name.as_str()) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found)?;
        } else if name.ends_with(".md") {
            let shown = path
                .strip_prefix(root)
                .unwrap_or(&path)
                .display()
                .to_string();
            found.push(Document {
                path: shown,
                text: read(&path)?,
            });
        }
    }
    Ok(())
}

/// Complaints about links that lead nowhere. `exists` is asked about paths from the root.
pub(super) fn check(documents: &[Document], exists: &dyn Fn(&str) -> bool) -> Vec<String> {
    let mut complaints = Vec::new();
    for document in documents {
        for link in links(&document.text) {
            if link.contains("://") || link.starts_with("mailto:") {
                continue;
            }
            let (file, heading) = link
                .split_once('#')
                .map_or((link, None), |(file, heading)| (file, Some(heading)));
            let path = if file.is_empty() {
                document.path.clone()
            } else {
                resolve(&document.path, file)
            };
            let target = documents.iter().find(|other| other.path == path);
            if target.is_none() && !exists(&path) {
                complaints.push(format!(
                    "{}: the link `{link}` leads to no file",
                    document.path
                ));
            } else if let (Some(heading), Some(target)) = (heading, target)
                && !headings(&target.text).iter().any(|slug| slug == heading)
            {
                complaints.push(format!(
                    "{}: the link `{link}` leads to no heading",
                    document.path
                ));
            }
        }
    }
    complaints
}

/// The targets of `[text](target)` outside code blocks.
fn links(text: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for line in outside_code(text) {
        let mut rest = line;
        while let Some((_, after)) = rest.split_once("](") {
            let target = after.split(')').next().unwrap_or_default();
            found.push(target.split(' ').next().unwrap_or_default());
            rest = after;
        }
    }
    found
}

/// The headings' anchors, as the usual readers of Markdown make them.
fn headings(text: &str) -> Vec<String> {
    let slug = |title: &str| {
        let kept = title
            .trim()
            .chars()
            .filter(|c| c.is_alphanumeric() || matches!(c, ' ' | '-' | '_'));
        kept.map(|c| if c == ' ' { '-' } else { c })
            .flat_map(char::to_lowercase)
            .collect()
    };
    outside_code(text)
        .filter(|line| line.starts_with('#'))
        .map(|line| slug(line.trim_start_matches('#')))
        .collect()
}

fn outside_code(text: &str) -> impl Iterator<Item = &str> {
    let mut code = false;
    text.lines().filter(move |line| {
        let fence = line.trim_start().starts_with("```");
        code ^= fence;
        !code && !fence
    })
}

/// `file` as seen from the document at `from`.
fn resolve(from: &str, file: &str) -> String {
    let mut path = PathBuf::new();
    for part in Path::new(from)
        .parent()
        .unwrap_or(Path::new(""))
        .join(file)
        .components()
    {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::Normal(name) => path.push(name),
            Component::CurDir | Component::RootDir | Component::Prefix(_) => {}
        }
    }
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::{Document, check};

    fn complaints(text: &str) -> Vec<String> {
        let page = |path: &str, text: &str| Document {
            path: path.to_owned(),
            text: text.to_owned(),
        };
        let documents = [
            page("proto/README.md", text),
            page("ARCHITECTURE.md", "# Rooms\n\n## What is absent\n"),
        ];
        check(&documents, &|path| path == "proto/wangge")
    }

    #[test]
    fn links_that_lead_somewhere_are_clean() {
        let text = "## 命令 commands\n[a](../ARCHITECTURE.md) [b](../ARCHITECTURE.md#what-is-absent) [c](wangge) \
                    [d](https://example.org) [e](#命令-commands)\n```\n[x](nowhere)\n```\n";
        assert_eq!(complaints(text), Vec::<String>::new());
    }

    #[test]
    fn links_that_lead_nowhere_are_found() {
        assert_eq!(complaints("[a](nowhere.md)").len(), 1);
        assert_eq!(complaints("[a](../ARCHITECTURE.md#cellar)").len(), 1);
        assert_eq!(complaints("[a](#cellar)").len(), 1);
    }
}
