use expect_test::{Expect, expect};

use super::{id_number, index_tokens, match_expression};

fn check_tokens(text: &str, expected: Expect) {
    expected.assert_eq(&index_tokens(text));
}

fn check_match(question: &str, expected: Expect) {
    expected.assert_eq(&match_expression(question).unwrap_or_default());
}

#[test]
fn text_becomes_pairs_and_words() {
    check_tokens("王芳", expect!["王芳 芳"]);
    check_tokens("王", expect!["王"]);
    check_tokens("买买提·艾力", expect!["买买 买提 提 艾力 力"]);
    check_tokens("Ａ3区 Flat 12-b，三楼", expect!["a3 区 flat 12 b 三楼 楼"]);
    check_tokens("，。 ！", expect![""]);
}

#[test]
fn question_becomes_a_match() {
    check_match("王芳", expect![[r#""王芳""#]]);
    check_match("王", expect![[r#""王"*"#]]);
    check_match("王小芳 三楼", expect![[r#""王小 小芳" AND "三楼""#]]);
    check_match("A3区", expect![[r#""a3"* AND "区"*"#]]);
    check_match("  ?  ", expect![""]);
    check_match(
        r#"x" OR "y" NEAR("#,
        expect![[r#""x"* AND "or"* AND "y"* AND "near"*"#]],
    );
}

#[test]
fn a_whole_id_number_is_told_apart() {
    assert_eq!(
        id_number(" 11010519491231002x "),
        Some("11010519491231002X".to_owned())
    );
    assert_eq!(
        id_number("440524188001010014"),
        Some("440524188001010014".to_owned())
    );
    assert_eq!(id_number("44052418800101001"), None);
    assert_eq!(id_number("44052418800101001Y"), None);
    assert_eq!(id_number("王芳"), None);
}
