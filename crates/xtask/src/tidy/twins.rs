//! The two READMEs say the same: the same sections in the same order, and the same commands in them.

/// A section: the level of its heading, its title, and the code blocks that stand in it.
#[derive(Debug, Default, PartialEq, Eq)]
struct Section {
    level: usize,
    title: String,
    code: Vec<String>,
}

/// Complaints about sections and commands that only one of them has.
pub(super) fn check(english: &str, chinese: &str) -> Vec<String> {
    let (english, chinese) = (sections(english), sections(chinese));
    if english.len() != chinese.len() {
        return vec![format!(
            "README.md has {} sections, README.zh-CN.md has {}",
            english.len(),
            chinese.len()
        )];
    }
    let mut complaints = Vec::new();
    for (one, other) in english.iter().zip(&chinese) {
        if one.level != other.level {
            complaints.push(format!(
                "«{}» and «{}» are headings of different levels",
                one.title, other.title
            ));
        }
        if one.code != other.code {
            complaints.push(format!(
                "«{}» and «{}» do not show the same commands and output",
                one.title, other.title
            ));
        }
    }
    complaints
}

fn sections(text: &str) -> Vec<Section> {
    let mut found = vec![Section::default()];
    let mut code = false;
    for line in text.lines() {
        let fence = line.starts_with("```");
        code ^= fence;
        let Some(section) = found.last_mut() else {
            continue;
        };
        if code || fence {
            section.code.push(line.to_owned());
        } else if line.starts_with('#') {
            let level = line.chars().take_while(|c| *c == '#').count();
            found.push(Section {
                level,
                title: line.trim_start_matches('#').trim().to_owned(),
                code: Vec::new(),
            });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::check;

    const ENGLISH: &str = "# wangge\n\nRecords.\n\n## Start\n\n```sh\ncargo xtask demo\n```\n";

    #[test]
    fn the_same_in_two_languages_is_clean() {
        let chinese = "# 网格\n\n记录。\n\n## 开始\n\n```sh\ncargo xtask demo\n```\n";
        assert_eq!(check(ENGLISH, chinese), Vec::<String>::new());
    }

    #[test]
    fn a_difference_is_found() {
        for chinese in [
            "# 网格\n\n## 开始\n\n```sh\ncargo xtask demo\n```\n\n## 更多\n",
            "# 网格\n\n### 开始\n\n```sh\ncargo xtask demo\n```\n",
            "# 网格\n\n## 开始\n\n```sh\ncargo xtask test\n```\n",
            "# 网格\n\n## 开始\n",
        ] {
            assert_eq!(check(ENGLISH, chinese).len(), 1, "{chinese}");
        }
    }
}
