use proptest::prelude::*;

use super::*;
use crate::finding::{Finding, Weight, forbids};

fn day() -> Date {
    "2026-03-02".parse().unwrap()
}

fn area(code: &str) -> Area {
    code.parse().unwrap()
}

fn lead(class: &str, area: &str, level: Level, unit: &str) -> Duty {
    Duty {
        class: class.into(),
        area: area.parse().ok(),
        level: Some(level),
        part: Part::Lead,
        unit: unit.into(),
        rights: String::new(),
        duties: String::new(),
        basis: String::new(),
        list: None,
        fallback: false,
        limit: None,
        validity: Validity::ALWAYS,
        version: String::new(),
    }
}

fn unit_of(row: Option<&Duty>) -> &str {
    row.map_or("", |row| &row.unit)
}

const COMMUNITY: &str = "410522100201";

#[test]
fn the_most_specific_row_leads() {
    let rows = [
        lead("*", "410522100", Level::Township, "镇政府"),
        lead("C", "", Level::Township, "城管局"),
        lead("C01", "4105", Level::Township, "住建局"),
        lead("C0137", "", Level::Township, "路灯所"),
        lead("C01", "", Level::County, "县住建局"),
    ];
    let matrix = Matrix::new(&rows, day());
    let of = |class, level, first| unit_of(matrix.lead(class, &area(COMMUNITY), level, first));
    let town = Level::Township;
    assert_eq!(of("C0137", town, First::Owner), "路灯所");
    assert_eq!(of("C0101", town, First::Owner), "住建局");
    assert_eq!(of("C0201", town, First::Owner), "城管局");
    assert_eq!(of("E0101", town, First::Owner), "镇政府");
    // The territory goes first for events, and would for anything.
    assert_eq!(of("C0137", town, First::Territory), "镇政府");
    assert_eq!(of("C0101", Level::County, First::Owner), "县住建局");
    assert_eq!(of("C0201", Level::County, First::Owner), "");
    let elsewhere = matrix.lead("E0101", &area("410523"), town, First::Owner);
    assert_eq!(unit_of(elsewhere), "");
    assert_eq!(
        (First::of(true), First::of(false)),
        (First::Owner, First::Territory)
    );
}

#[test]
fn a_row_for_every_level_stands_behind_one_for_this_level() {
    let every = Duty {
        level: None,
        ..lead("C", "", Level::Grid, "各级")
    };
    let rows = [every, lead("C", "", Level::County, "县")];
    let matrix = Matrix::new(&rows, day());
    let of = |level| unit_of(matrix.lead("C01", &area("410522"), level, First::Owner));
    assert_eq!((of(Level::County), of(Level::Township)), ("县", "各级"));
}

#[test]
fn rows_hold_in_their_time_and_withdrawn_ones_do_not_lead() {
    let mut old = lead("C", "", Level::Township, "旧");
    old.validity.until = "2026-03-01".parse().ok();
    let mut withdrawn = lead("C", "", Level::Township, "镇");
    withdrawn.list = Some(DutyList::Withdrawn);
    let rows = [old, withdrawn, lead("C", "", Level::County, "县")];
    let matrix = Matrix::new(&rows, day());
    let of = |level| unit_of(matrix.lead("C01", &area(COMMUNITY), level, First::Owner));
    assert_eq!((of(Level::Township), of(Level::County)), ("", "县"));
    let before = Matrix::new(&rows, "2026-03-01".parse().unwrap());
    assert_eq!(
        unit_of(before.lead("C01", &area(COMMUNITY), Level::Township, First::Owner)),
        "旧"
    );
}

fn assist(class: &str, area: &str, unit: &str, basis: &str) -> Duty {
    Duty {
        part: Part::Assist,
        basis: basis.into(),
        ..lead(class, area, Level::Township, unit)
    }
}

fn fallback(area: &str, level: Level, unit: &str) -> Duty {
    Duty {
        fallback: true,
        ..lead("*", area, level, unit)
    }
}

#[test]
fn assistants_are_named_once() {
    let rows = [
        assist("C", "", "供电公司", "wide"),
        assist("C01", "", "供电公司", "narrow"),
        assist("*", COMMUNITY, "物业", ""),
        assist("E", "", "派出所", ""),
        assist("C", "410523", "邻县", ""),
    ];
    let matrix = Matrix::new(&rows, day());
    let named: Vec<_> = matrix
        .assistants("C0101", &area(COMMUNITY))
        .into_iter()
        .map(|row| (row.unit.as_str(), row.basis.as_str()))
        .collect();
    assert_eq!(named, [("供电公司", "narrow"), ("物业", "")]);
}

fn proposal_rows() -> Vec<Duty> {
    vec![
        lead("C01", "", Level::County, "县住建局"),
        lead("C01", "", Level::Township, "镇建设办"),
        lead("*", COMMUNITY, Level::Community, "居委会"),
        fallback("", Level::Township, "镇政府"),
        fallback("", Level::County, "县网格中心"),
        assist("C", "", "供水公司", ""),
        assist("C", "", "镇建设办", ""),
    ]
}

fn proposed(dispatch: &Dispatch) -> Vec<(String, Why)> {
    let rows = proposal_rows();
    let proposal = Matrix::new(&rows, day()).propose(dispatch);
    let candidates = proposal.candidates.into_iter();
    candidates.map(|found| (found.unit, found.why)).collect()
}

fn pairs(expected: &[(&str, Why)]) -> Vec<(String, Why)> {
    expected
        .iter()
        .map(|(unit, why)| ((*unit).to_owned(), *why))
        .collect()
}

#[test]
fn components_go_to_the_owner_first_and_events_to_the_territory() {
    let here = area(COMMUNITY);
    let component = Dispatch {
        class: "C0101",
        area: &here,
        level: Level::Township,
        component: true,
        owner: "自来水公司",
        returned_by: &[],
    };
    assert_eq!(
        proposed(&component),
        pairs(&[
            ("自来水公司", Why::Owner),
            ("镇建设办", Why::Lead),
            ("县住建局", Why::Lead),
            ("镇政府", Why::Fallback),
            ("县网格中心", Why::Fallback),
        ])
    );
    let event = Dispatch {
        class: "E0101",
        level: Level::Community,
        component: false,
        ..component
    };
    assert_eq!(
        proposed(&event),
        pairs(&[
            ("居委会", Why::Lead),
            ("镇政府", Why::Fallback),
            ("县网格中心", Why::Fallback),
        ])
    );
}

#[test]
fn a_unit_is_proposed_once() {
    let here = area(COMMUNITY);
    let rows = [
        lead("C", "", Level::Township, "城管局"),
        lead("C", "", Level::County, "城管局"),
        fallback("", Level::County, "城管局"),
    ];
    let dispatch = Dispatch {
        class: "C0101",
        area: &here,
        level: Level::Community,
        component: true,
        owner: "城管局",
        returned_by: &[],
    };
    let candidates = Matrix::new(&rows, day()).propose(&dispatch).candidates;
    assert_eq!((candidates.len(), candidates[0].why), (1, Why::Owner));
}

#[test]
fn who_returned_it_is_not_asked_again_but_somebody_always_is() {
    let here = area(COMMUNITY);
    let dispatch = Dispatch {
        class: "C0101",
        area: &here,
        level: Level::Township,
        component: true,
        owner: "",
        returned_by: &["镇建设办", "县住建局", "镇政府", "县网格中心"],
    };
    assert_eq!(
        proposed(&dispatch),
        pairs(&[("镇政府", Why::Fallback), ("县网格中心", Why::Fallback)])
    );
    let rows = proposal_rows();
    let proposal = Matrix::new(&rows, day()).propose(&Dispatch {
        returned_by: &[],
        ..dispatch
    });
    let first = &proposal.candidates[0];
    assert_eq!(
        (first.level, first.area.clone()),
        (Some(Level::Township), Some(area("410522100")))
    );
    // Who leads does not assist.
    assert_eq!(proposal.assistants, ["供水公司"]);
}

fn found(rows: &[Duty], classes: &[&str], areas: &[Area]) -> Vec<Finding> {
    check_matrix(
        rows,
        &Scope {
            classes,
            areas,
            levels: &[Level::Community, Level::Township, Level::County],
            on: day(),
        },
    )
}

fn codes(findings: &[Finding]) -> Vec<(&'static str, Vec<usize>)> {
    findings
        .iter()
        .map(|finding| (finding.code, finding.rows.clone()))
        .collect()
}

#[test]
fn overlaps_and_holes_are_told() {
    let town = Level::Township;
    let mut ended = lead("C", "", town, "丙");
    ended.validity.until = "2020-01-01".parse().ok();
    let mut backwards = lead("D", "", town, "丁");
    backwards.validity = Validity {
        from: "2026-02-02".parse().ok(),
        until: "2026-02-01".parse().ok(),
    };
    let mut since = lead("C", "", town, "戊");
    since.validity.from = "2020-01-02".parse().ok();
    let rows = [
        ended,
        since,
        lead("C", "", town, "乙"),
        backwards,
        lead("F", "", town, " "),
        fallback("", town, "镇政府"),
        fallback("", town, "另一个镇政府"),
        Duty {
            part: Part::Assist,
            ..fallback("", Level::County, "县")
        },
    ];
    let findings = found(
        &rows,
        &["C01", "E01"],
        &[area(COMMUNITY), area("410522100")],
    );
    assert_eq!(
        codes(&findings),
        [
            ("duty.period", vec![3]),
            ("duty.unit", vec![4]),
            ("duty.part", vec![7]),
            ("duty.overlap", vec![0, 2]),
            ("duty.overlap", vec![1, 2]),
            ("duty.overlap", vec![5, 6]),
            ("duty.class", vec![3]),
            ("duty.class", vec![4]),
            ("duty.hole", vec![]),
        ]
    );
    let hole = findings.last().unwrap();
    assert_eq!(
        (hole.weight, hole.en.as_str()),
        (Weight::Soft, "nobody leads E01 in 410522100201, 410522100")
    );
    assert!(findings[5].zh.contains("兜底单位") && findings[4].zh.contains("主办单位"));
}

#[test]
fn many_areas_are_counted_and_a_fallback_must_be_everywhere() {
    let rows = [
        lead("C", "410522", Level::County, "县"),
        fallback("410522", Level::County, "县"),
    ];
    let areas = ["410522", "410523", "410526", "410527", "410581"].map(area);
    let findings = found(&rows, &["C01"], &areas);
    assert_eq!(
        codes(&findings),
        [("duty.hole", vec![]), ("duty.no_fallback", vec![])]
    );
    assert_eq!(
        findings[0].en,
        "nobody leads C01 in 410523, 410526, 410527 and 1 more areas"
    );
    assert_eq!(
        findings[0].zh,
        "“C01”在410523、410526、410527等4个区域没有主办单位"
    );
    assert!(forbids(&findings));
    assert_eq!(found(&rows, &["C01"], &areas[..1]), []);
}

#[test]
fn a_duty_stands_on_one_list() {
    let on = |list, part| Duty {
        list: Some(list),
        part,
        ..lead("C", "", Level::Township, "镇政府")
    };
    let rows = [
        on(DutyList::Basic, Part::Lead),
        on(DutyList::Withdrawn, Part::Lead),
        on(DutyList::Cooperating, Part::Assist),
        Duty {
            class: "D".into(),
            ..on(DutyList::Cooperating, Part::Lead)
        },
        fallback("", Level::County, "县"),
    ];
    let findings = found(&rows, &["C01", "D01"], &[area(COMMUNITY)]);
    assert_eq!(
        codes(&findings),
        [
            ("duty.part", vec![3]),
            ("duty.list", vec![0, 1]),
            ("duty.list", vec![0, 2]),
            ("duty.list", vec![1, 2]),
        ]
    );
    let lists = duty_lists(&rows, "镇政府", day());
    let sizes: Vec<_> = lists
        .iter()
        .map(|(list, rows)| (*list, rows.len()))
        .collect();
    assert_eq!(
        sizes,
        [
            (Some(DutyList::Basic), 1),
            (Some(DutyList::Cooperating), 2),
            (Some(DutyList::Withdrawn), 1)
        ]
    );
}

#[test]
fn the_default_duties_leave_nothing_to_nobody() {
    let (rows, findings) = parse_duties(include_str!("../../data/default/duty.tsv"));
    assert_eq!((findings, &rows), (vec![], &default_duties()));
    let matrix = Matrix::new(&rows, day());
    for level in [Level::Community, Level::Township, Level::County] {
        assert!(
            matrix.fallback("E0101", &area(COMMUNITY), level).is_some(),
            "{level}"
        );
    }
    assert!(!forbids(&found(&rows, &["E0101"], &[area(COMMUNITY)])));
    let (_, findings) = parse_duties(
        "class\tarea\tlevel\tpart\tunit\tlist\nC\tx\ttown\tboss\t甲\tred\nC\t\t\t\t\t\n",
    );
    assert_eq!(
        codes(&findings),
        [
            ("table.value", vec![2]),
            ("table.value", vec![2]),
            ("table.value", vec![2]),
            ("table.value", vec![2]),
            ("duty.unit", vec![3]),
            ("duty.overlap", vec![2, 3]),
        ]
    );
}

#[test]
fn the_words_are_those_of_the_lists() {
    let codes = |list: &str| {
        let list = wangge_model::codes::list(list).unwrap();
        list.codes.iter().map(|code| code.code).collect::<Vec<_>>()
    };
    let parts: Vec<_> = Part::ALL.iter().map(|part| part.word()).collect();
    assert_eq!(parts, codes("duty_part"));
    let lists: Vec<_> = DutyList::ALL.iter().map(|list| list.word()).collect();
    assert_eq!(lists, codes("duty_list"));
    for word in codes("level") {
        assert!(word.parse::<Level>().is_ok(), "{word}");
    }
}

fn duties() -> impl Strategy<Value = Vec<Duty>> {
    let class = proptest::sample::select(vec!["*", "C", "C01", "C0101", "E", "E01"]);
    let place = proptest::sample::select(vec!["", "410522", "410522100", COMMUNITY, "410523"]);
    let level = proptest::sample::select(vec![
        None,
        Some(Level::Community),
        Some(Level::Township),
        Some(Level::County),
    ]);
    let unit = proptest::sample::select(vec!["甲", "乙", "丙"]);
    let list = proptest::option::of(proptest::sample::select(vec![
        DutyList::Basic,
        DutyList::Withdrawn,
    ]));
    let row = (class, place, level, unit, list, any::<bool>(), 0_u8..4).prop_map(
        |(class, place, level, unit, list, assists, rest)| Duty {
            level,
            list,
            part: if assists && rest == 0 {
                Part::Assist
            } else {
                Part::Lead
            },
            fallback: rest == 1,
            validity: Validity {
                from: ["", "2026-01-01", "2026-06-01"][usize::from(rest % 3)]
                    .parse()
                    .ok(),
                until: None,
            },
            ..lead(class, place, Level::Grid, unit)
        },
    );
    proptest::collection::vec(row, 0..14)
}

proptest! {
    #[test]
    fn the_order_of_the_rows_does_not_matter(
        (rows, shuffled) in duties().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle())),
    ) {
        let (a, b) = (Matrix::new(&rows, day()), Matrix::new(&shuffled, day()));
        for place in [COMMUNITY, "410523"].map(area) {
            for component in [false, true] {
                for class in ["C0101", "E02"] {
                    let dispatch = Dispatch { class, area: &place, level: Level::Community, component, owner: "", returned_by: &[] };
                    prop_assert_eq!(a.propose(&dispatch), b.propose(&dispatch));
                }
            }
        }
    }

    #[test]
    fn a_matrix_without_findings_has_exactly_one_lead(rows in duties()) {
        let (classes, areas) = (["C0101", "E01"], [area(COMMUNITY), area("410522100")]);
        let findings = found(&rows, &classes, &areas);
        let matrix = Matrix::new(&rows, day());
        let levels = [Level::Community, Level::Township, Level::County];
        for class in classes {
            for area in &areas {
                for first in [First::Owner, First::Territory] {
                    let led = levels.iter().find_map(|&level| matrix.lead(class, area, level, first));
                    if findings.is_empty() {
                        prop_assert!(led.is_some());
                    }
                    // No other unit has a row that is as specific as the lead's.
                    if !forbids(&findings) && let Some(led) = led {
                        let same = |row: &&Duty| row.leads() && !row.fallback && row.validity.holds(day())
                            && (row.level, row.class_code(), row.area_code()) == (led.level, led.class_code(), led.area_code());
                        let units: BTreeSet<_> = rows.iter().filter(same).map(|row| &row.unit).collect();
                        prop_assert_eq!(units.len(), 1);
                    }
                }
                let dispatch = Dispatch { class, area, level: Level::Community, component: true, owner: "", returned_by: &[] };
                if !forbids(&findings) {
                    prop_assert!(!matrix.propose(&dispatch).candidates.is_empty() || !findings.is_empty());
                }
            }
        }
    }
}
