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
fn residents_are_read_by_any_name_of_a_column_and_held_against_their_fields() {
    let csv = "姓名,sex,出生日期,id_number,area,鞋码,name\n\
        张三,女,19491231,11010519491231002x,410522100001001,44,\n\
        李四,男,,110105194912310021,,,\n\
        王五,男,2000-02-30,,,,\n\
        赵六,雌,,,,,\n\
        钱七,,,,410522,,\n\
        ,男,,,,,\n\
        孙八,,,,,,\n";
    let rows = residents::read_residents(csv.as_bytes()).unwrap();
    let (line, first) = &rows.good[0];
    assert_eq!((*line, first.area.as_str()), (2, "410522100001001"));
    let fields: Vec<_> = first
        .fields
        .iter()
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    assert_eq!(
        fields,
        [
            "name=张三",
            "sex=2",
            "id_number=11010519491231002X",
            "birth_date=1949-12-31"
        ]
    );
    assert_eq!(
        rows.good.iter().map(|(line, _)| *line).collect::<Vec<_>>(),
        [2, 8]
    );
    expect![[r#"
        1 column 鞋码 is not known and was passed over
        1 column name is there twice; the second was passed over
        3 id_number: not a citizen's number: its check character is 1 where X belongs: one of the characters is wrong
        4 birth_date: not a date as 2017-10-14
        5 sex: not a code of the list sex
        6 area 410522: a grid has 15 digits, a community 12
        7 no name: fill it in and import it again
    "#]]
    .assert_eq(&problems(&rows.bad));
}
