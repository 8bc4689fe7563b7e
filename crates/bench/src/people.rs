//! Made-up residents and matters, by their number.

use wangge_core::{Draft, FieldEdit};

/// A field and its value.
type Field = (&'static str, String);

const SURNAMES: &[&str] = &["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴"];
const NAMES: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明",
];
const TROUBLES: &[&str] = &[
    "路灯不亮",
    "井盖破损",
    "占道经营",
    "楼道堆物",
    "下水堵塞",
    "噪声扰民",
];

fn of<'a>(words: &[&'a str], number: usize) -> &'a str {
    words
        .get(number % words.len().max(1))
        .copied()
        .unwrap_or_default()
}

/// One in ten records is a matter.
pub(crate) fn is_matter(number: usize) -> bool {
    number % 10 == 9
}

pub(crate) fn name(number: usize) -> String {
    [
        of(SURNAMES, number),
        of(NAMES, number / 10),
        of(NAMES, number / 160),
    ]
    .concat()
}

fn resident(number: usize) -> Vec<Field> {
    vec![
        ("name", name(number)),
        ("sex", (1 + number % 2).to_string()),
        ("birth_year", format!("{}", 1930 + number % 90)),
        ("phone", format!("199{number:08}")),
        (
            "address",
            format!("幸福路{}号{}单元{}", number % 300, number % 7, number),
        ),
    ]
}

fn matter(number: usize) -> Vec<Field> {
    vec![
        (
            "title",
            format!("{}第{}处", of(TROUBLES, number / 10), number),
        ),
        ("place", format!("幸福路{}号", number % 300)),
    ]
}

/// The record of a number, new in an area; an empty one is the author's own.
pub(crate) fn draft(number: usize, area: String) -> Draft {
    let (kind, fields) = if is_matter(number) {
        ("matter", matter(number))
    } else {
        ("resident", resident(number))
    };
    let fields = fields.into_iter();
    Draft::New {
        kind: kind.to_owned(),
        area,
        fields: fields
            .map(|(key, value)| FieldEdit::set(key, value))
            .collect(),
        step: None,
        stated_ms: None,
    }
}
