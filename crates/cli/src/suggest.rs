//! `wangge suggest`.

use wangge_core::{Suggested, SuggestedClass, suggest};

use crate::error::Result;
use crate::output::{Output, table};

/// Suggests the class and the urgency of a text.
pub(crate) fn run(title: &str, text: &str, output: Output) -> Result<()> {
    print(&suggest(title, text), output)
}

/// What is suggested, for people and machines.
pub(crate) fn print(suggested: &Suggested, output: Output) -> Result<()> {
    output.print(suggested, |suggested| {
        let classes = |classes: &[SuggestedClass]| {
            let rows = classes.iter().map(|class| {
                [
                    class.code.clone(),
                    class.path.join(" / "),
                    class.permille.to_string(),
                    class.words.join(" "),
                ]
            });
            table(
                ["类别 class", "名称 name", "把握 ‰", "依据的字 words"],
                rows,
            )
        };
        let mut parts = vec![format!(
            "紧急程度 urgency  {} {} ({})",
            suggested.urgency.zh, suggested.urgency.en, suggested.urgency.code
        )];
        parts.extend(suggested.hints.iter().map(|hint| {
            let words = hint.words.join(" ");
            format!(
                "  {} {} [{}] {words}",
                hint.label.zh, hint.label.en, hint.code
            )
        }));
        parts.push(classes(&suggested.first));
        parts.push(classes(&suggested.classes));
        parts.join("\n")
    })
}
