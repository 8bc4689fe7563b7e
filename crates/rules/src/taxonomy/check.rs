//! What is wrong with a set of classes.

use std::collections::{BTreeMap, BTreeSet};

use crate::finding::Finding;

use super::{Class, DEPTH_MAX, hard};

/// Judges a set of classes as a whole. `rows` of a finding are places in the slice, from 0.
///
/// | rule | weight | what |
/// |---|---|---|
/// | `class.code` | hard | no code |
/// | `class.name` | hard | no name |
/// | `class.taxonomy` | hard | no taxonomy, or another than its parent's |
/// | `class.validity` | hard | ends before it begins |
/// | `class.overlap` | hard | one code twice at the same time |
/// | `class.parent` | hard | the parent is not in the set, or never at the same time |
/// | `class.cycle` | hard | it lies below itself, or deeper than 16 levels |
/// | `class.replaces` | hard | takes the place of a code that is not in the set, or of itself |
/// | `class.replaces_cycle` | hard | takes its own place round other classes |
/// | `class.sibling` | soft | two names alike below one parent at the same time |
/// | `class.definition` | soft | a first-level class without a definition or a leaf without example and definition |
#[must_use]
pub fn check_classes(classes: &[Class]) -> Vec<Finding> {
    let mut by_code: BTreeMap<&str, Vec<usize>> = BTreeMap::new();
    for (at, class) in classes.iter().enumerate() {
        by_code.entry(&class.code).or_default().push(at);
    }
    let set = Set { classes, by_code };
    let mut findings = Vec::new();
    for (at, class) in classes.iter().enumerate() {
        findings.extend(own_shape(at, class));
        findings.extend(set.parent(at, class));
        findings.extend(set.replaced(at, class));
    }
    findings.extend(set.twice());
    findings.extend(set.siblings());
    findings.extend(set.cycles());
    findings.extend(set.replacing_cycles());
    findings
}

struct Set<'a> {
    classes: &'a [Class],
    by_code: BTreeMap<&'a str, Vec<usize>>,
}

fn own_shape(at: usize, class: &Class) -> Vec<Finding> {
    let mut findings = Vec::new();
    let name = if class.name.is_empty() {
        &class.code
    } else {
        &class.name
    };
    if class.code.is_empty() {
        let zh = format!("分类“{name}”没有代码");
        findings.push(hard(
            "class.code",
            &[at],
            zh,
            format!("the class {name} has no code"),
        ));
    }
    if class.name.is_empty() {
        let (zh, en) = (
            format!("分类 {name} 没有名称"),
            format!("the class {name} has no name"),
        );
        findings.push(hard("class.name", &[at], zh, en));
    }
    if class.taxonomy.is_empty() {
        let zh = format!("分类“{name}”没有注明所属分类体系");
        let en = format!("the class {name} belongs to no taxonomy");
        findings.push(hard("class.taxonomy", &[at], zh, en));
    }
    if class.validity.empty() {
        let zh = format!("分类“{name}”的有效期止早于起");
        let en = format!("the class {name} ends before it begins");
        findings.push(hard("class.validity", &[at], zh, en));
    }
    if class.definition.is_empty() && (class.parent.is_empty() || class.examples.is_empty()) {
        let zh = format!("分类“{name}”没有定义");
        let en = format!("the class {name} has no definition");
        findings.push(Finding::soft("class.definition", zh, en).at([at]));
    }
    findings
}

impl<'a> Set<'a> {
    fn rows(&self, code: &str) -> impl Iterator<Item = (usize, &'a Class)> {
        let rows = self.by_code.get(code).into_iter().flatten();
        let classes = self.classes;
        rows.filter_map(move |at| classes.get(*at).map(|class| (*at, class)))
    }

    fn parent(&self, at: usize, class: &Class) -> Vec<Finding> {
        let (name, parent) = (&class.name, &class.parent);
        if parent.is_empty() {
            return Vec::new();
        }
        let above: Vec<(usize, &Class)> = self.rows(parent).collect();
        let together = |(_, above): &(usize, &Class)| above.validity.overlaps(&class.validity);
        if !above.iter().any(together) {
            let zh = format!("“{name}”的上级分类 {parent} 不存在或不同时有效");
            let en = format!("the parent {parent} of {name} does not exist at the same time");
            return vec![hard("class.parent", &[at], zh, en)];
        }
        let strange = above
            .iter()
            .find(|(_, above)| above.taxonomy != class.taxonomy);
        let told = strange.map(|(above, _)| {
            let zh = format!("“{name}”与上级分类 {parent} 不属同一分类体系");
            let en = format!("{name} and its parent {parent} are of two taxonomies");
            hard("class.taxonomy", &[*above, at], zh, en)
        });
        told.into_iter().collect()
    }

    fn replaced(&self, at: usize, class: &Class) -> Vec<Finding> {
        let unknown =
            |old: &&String| **old == class.code || !self.by_code.contains_key(old.as_str());
        let odd = class.replaces.iter().filter(unknown);
        odd.map(|old| {
            let name = &class.name;
            let zh = format!("“{name}”所替代的分类 {old} 不存在或就是自己");
            let en = format!("{name} replaces {old}, which is not in the set or itself");
            hard("class.replaces", &[at], zh, en)
        })
        .collect()
    }

    fn twice(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (code, rows) in self.by_code.iter().filter(|(code, _)| !code.is_empty()) {
            for (first, second) in self.overlapping(rows) {
                let zh = format!("代码 {code} 在同一时期出现两次");
                let en = format!("the code {code} stands twice at the same time");
                findings.push(hard("class.overlap", &[first, second], zh, en));
            }
        }
        findings
    }

    fn siblings(&self) -> Vec<Finding> {
        let mut by_name: BTreeMap<(&str, &str, &str), Vec<usize>> = BTreeMap::new();
        for (at, class) in self.classes.iter().enumerate() {
            let place = (
                class.taxonomy.as_str(),
                class.parent.as_str(),
                class.name.as_str(),
            );
            by_name.entry(place).or_default().push(at);
        }
        let mut findings = Vec::new();
        for ((_, _, name), rows) in by_name.iter().filter(|((_, _, name), _)| !name.is_empty()) {
            for (first, second) in self.overlapping(rows) {
                let code = |at: usize| self.classes.get(at).map(|class| &class.code);
                if code(first) != code(second) {
                    let zh = format!("同一上级之下有两个“{name}”");
                    let en = format!("two classes below one parent are called {name}");
                    findings.push(Finding::soft("class.sibling", zh, en).at([first, second]));
                }
            }
        }
        findings
    }

    /// Pairs of rows that are in force on one day.
    fn overlapping(&self, rows: &[usize]) -> Vec<(usize, usize)> {
        let validity = |at: usize| self.classes.get(at).map(|class| class.validity);
        let mut pairs = Vec::new();
        for (count, first) in rows.iter().enumerate() {
            for second in rows.iter().skip(count + 1) {
                if validity(*first)
                    .zip(validity(*second))
                    .is_some_and(|(a, b)| a.overlaps(&b))
                {
                    pairs.push((*first, *second));
                }
            }
        }
        pairs
    }

    /// Classes that lie below themselves.
    fn cycles(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            let mut level = BTreeSet::from([class.parent.as_str()]);
            for _ in 1..DEPTH_MAX {
                let rows = level.iter().flat_map(|code| self.rows(code));
                level = rows.map(|(_, above)| above.parent.as_str()).collect();
            }
            if level.iter().any(|code| !code.is_empty()) {
                let name = &class.name;
                let zh = format!("分类“{name}”的上级成环或超过 {DEPTH_MAX} 级");
                let en = format!("{name} lies below itself or deeper than {DEPTH_MAX} levels");
                findings.push(hard("class.cycle", &[at], zh, en));
            }
        }
        findings
    }

    /// Classes that take their own place round other classes.
    fn replacing_cycles(&self) -> Vec<Finding> {
        let mut findings = Vec::new();
        for (at, class) in self.classes.iter().enumerate() {
            let direct = class.replaces.iter().filter(|old| **old != class.code);
            let mut open: Vec<&str> = direct.map(String::as_str).collect();
            let mut seen = BTreeSet::new();
            while let Some(code) = open.pop() {
                if seen.insert(code) {
                    let rows = self.rows(code).flat_map(|(_, class)| &class.replaces);
                    open.extend(rows.map(String::as_str));
                }
            }
            if seen.contains(class.code.as_str()) {
                let name = &class.name;
                let zh = format!("分类“{name}”经由其他分类替代了自己");
                let en = format!("the class {name} replaces itself round other classes");
                findings.push(hard("class.replaces_cycle", &[at], zh, en));
            }
        }
        findings
    }
}
