use super::*;
use expect_test::expect;

fn problems(bad: &[RowProblem]) -> String {
    bad.iter()
        .map(|problem| format!("{} {}\n", problem.line, problem.en))
        .collect()
}

#[test]
fn good_divisions_go_in_and_bad_ones_are_listed_with_their_lines() {
    let csv = "code,name,level,parent_code\n\
        41,河南省,province,\n\
        4105,安阳市,city,41\n\
        410522,安阳县,county,4105\n\
        410522100,水冶镇,township,410522\n\
        41052x,坏,county,4105\n\
        410522100,水冶镇,township,410522\n\
        410523100,孤镇,township,410523\n\
        410522101,,township,410522\n\
        410522102,铜冶镇,township,410999\n\
        410522103,少列,township\n";
    let rows = read_divisions(csv.as_bytes()).unwrap();
    assert_eq!(
        rows.good.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [2, 3, 4, 5]
    );
    expect![[r#"
        6 code 41052x: area: a division or grid code has only the digits 0 to 9
        7 code 410522100 is on line 5 already
        8 the parent 410523 is not in the file, or its row is bad
        9 no name
        10 the parent 410999 is no beginning of 410522102
        11 3 columns where 4 belong: check commas and quotes
    "#]]
    .assert_eq(&problems(&rows.bad));
}

#[test]
fn a_message_keeps_its_text_as_it_is() {
    let csv = "id,sender,subject,sent_at,text,supports,opposes,reply,replied_at,class_level1\n\
        m1,A1,路灯,2017-10-14T14:25:14+08:00,\"一_x000D_\n二,三\",2,0,已修,2017-10-15T08:00:00+08:00,城乡建设\n\
        m2,A2,路灯,昨天,坏,,,,,\n\
        m1,A3,路灯,2017-10-14T14:25:14+08:00,又,,,,,\n\
        m3,A4,噪声,2017-10-14T14:25:14+08:00,吵,,,,,\n";
    let rows = read_messages(csv.as_bytes()).unwrap();
    let (line, message) = &rows.good[0];
    assert_eq!((*line, message.text.as_str()), (2, "一_x000D_\n二,三"));
    assert_eq!(message.reply, Some(("已修".to_owned(), 1_508_025_600_000)));
    assert_eq!(rows.good[1].1.reply, None);
    expect![[r#"
        4 sent_at: time: a date is written as 2017-10-14
        5 the id is on line 2 already
    "#]]
    .assert_eq(&problems(&rows.bad));
}

#[test]
fn another_encoding_and_missing_columns_are_told_before_any_row() {
    let gbk = b"code,name,parent_code\n41,\xba\xd3\xc4\xcf\xca\xa1,\n";
    assert!(matches!(
        read_divisions(gbk),
        Err(CliError::NotUtf8 { line: 2 })
    ));
    let with_mark = "\u{feff}code,name,parent_code\n41,河南省,\n";
    assert_eq!(read_divisions(with_mark.as_bytes()).unwrap().good.len(), 1);
    assert!(matches!(
        read_divisions(b"name\nx\n"),
        Err(CliError::Columns { .. })
    ));
}

#[test]
fn rows_are_read_by_any_name_of_a_column_and_held_against_their_fields() {
    let csv = "姓名,sex,出生日期,ID,area,鞋码,name\n\
        张三,女,19491231,11010519491231002x,410522100001001,44,\n\
        李四,雌,2000-02-30,110105194912310021,4105,,\n\
        孙八,,,,,,\n";
    let sheet = Sheet::read(csv.as_bytes()).unwrap();
    let map = ["ID=公民身份号码".to_owned()];
    let (columns, odd) = columns::read_heading(Kind::RESIDENT, &sheet, &map).unwrap();
    expect![[r#"
        1 column 鞋码 is not known and was passed over
        1 column name is there twice; the second was passed over
    "#]]
    .assert_eq(&problems(&odd));
    let read = |at: usize| columns::read_row(&columns, sheet.rows[at].0, &sheet.rows[at].1);
    let first = read(0).unwrap();
    assert_eq!((first.line, first.area.as_str()), (2, "410522100001001"));
    let values: Vec<_> = first
        .values
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        values,
        [
            "birth_date=1949-12-31",
            "id_number=11010519491231002X",
            "name=张三",
            "sex=2"
        ]
    );
    // All that is wrong with a row is told at once, each with the rule's code.
    let bad = read(1).unwrap_err();
    let codes: Vec<_> = bad
        .iter()
        .map(|one| format!("{} {}", one.field, one.code))
        .collect();
    assert_eq!(
        codes,
        [
            "sex unknown_code",
            "birth_date bad_date",
            "id_number bad_citizen_number",
            "area bad_area"
        ]
    );
    assert_eq!(read(2).unwrap().values.len(), 1);
}

#[test]
fn a_row_finds_its_record_by_id_by_number_and_by_name_within_the_community() {
    const HOME: &str = "410522100001";
    let held = |record: &str, area: &str, fields: &[(&str, &str)]| crate::held::Held {
        record: record.to_owned(),
        area: area.to_owned(),
        fields: fields
            .iter()
            .map(|(key, value)| {
                let field = crate::held::HeldField {
                    value: (*value).to_owned(),
                    stated_ms: None,
                };
                ((*key).to_owned(), field)
            })
            .collect(),
    };
    let id = "11010519491231002X";
    let index = index::Index::new(
        Kind::RESIDENT,
        HOME,
        vec![
            held(
                "a",
                "410522100001001",
                &[("name", "张三"), ("id_number", id)],
            ),
            held(
                "b",
                "410522100001002",
                &[("name", "李四"), ("phone", "139")],
            ),
            held("c", "410522100001002", &[("name", "王五")]),
            held("d", "410522100001001", &[("name", "王五")]),
        ],
    );
    let find = |record: Option<&str>, area: &str, values: &[(&'static str, &str)]| {
        index.find(&columns::Row {
            line: 2,
            record: record.map(str::to_owned),
            area: area.to_owned(),
            values: values
                .iter()
                .map(|(key, value)| (*key, (*value).to_owned()))
                .collect(),
            links: std::collections::BTreeMap::new(),
        })
    };
    use index::Found;
    assert_eq!(find(Some("b"), "", &[("name", "改名")]), Found::One(1));
    assert_eq!(
        find(None, "410522999", &[("name", "张三丰"), ("id_number", id)]),
        Found::One(0)
    );
    assert_eq!(
        find(None, "", &[("name", "李四"), ("phone", "139")]),
        Found::One(1)
    );
    // Of another community, with another telephone, with a number that the one here does not have.
    assert_eq!(
        find(None, "410522100002", &[("name", "李四"), ("phone", "139")]),
        Found::None
    );
    assert_eq!(
        find(None, "", &[("name", "李四"), ("phone", "138")]),
        Found::None
    );
    assert_eq!(
        find(None, "", &[("name", "张三"), ("id_number", "another")]),
        Found::None
    );
    assert_eq!(find(None, "", &[("name", "王五")]), Found::Many(2));
}
