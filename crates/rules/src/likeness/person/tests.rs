use super::*;
use proptest::prelude::*;

fn id(n: usize) -> RecordId {
    RecordId::mint(i64::try_from(n).unwrap(), [3; 10])
}

fn person(n: usize, name: &'static str) -> Person<'static> {
    Person {
        id: id(n),
        name,
        former_name: None,
        id_number: None,
        birth: None,
        birth_year: None,
        sex: None,
        phones: Vec::new(),
        household: None,
    }
}

fn born(date: &str) -> Option<Date> {
    Some(date.parse().unwrap())
}

fn found(a: Person<'static>, b: Person<'static>) -> Option<(Grade, Vec<Why>)> {
    let pair = compare(&a, &b);
    assert_eq!(pair, compare(&b, &a), "likeness has no direction");
    let search = search(&[b, a], &BTreeMap::new());
    assert_eq!(
        search.pairs.first(),
        pair.as_ref(),
        "a search finds what a comparison does"
    );
    pair.map(|pair| (pair.grade, pair.why))
}

#[test]
fn one_number_is_one_person() {
    let of = |n, name, number| Person {
        id_number: Some(number),
        ..person(n, name)
    };
    let old = of(1, "李梅", "110105491231002");
    assert_eq!(
        found(old.clone(), of(2, "李梅", "11010519491231002x")),
        Some((Grade::Certain, vec![Why::Number, Why::Name]))
    );
    assert_eq!(
        found(old.clone(), of(2, "", " 110105 19491231 002X")),
        Some((Grade::Certain, vec![Why::Number]))
    );
    // One number under two names: one of the records has somebody else's number.
    assert_eq!(
        found(old.clone(), of(2, "赵刚", "11010519491231002X")),
        Some((Grade::Likely, vec![Why::Number, Why::NameDiffers]))
    );
    // Two valid numbers are two persons, whatever else agrees: the second is of the same day, and of the same telephone.
    let with_phone = |person: Person<'static>| Person {
        phones: vec!["13800000000"],
        ..person
    };
    let twin = with_phone(of(2, "李梅", "110105194912310046"));
    check::gb11643("110105194912310046").unwrap();
    assert_eq!(found(with_phone(old), twin), None);
}

#[test]
fn a_number_with_a_slip_counts_when_it_is_wrong() {
    let of = |n, name, number| Person {
        id_number: Some(number),
        ..person(n, name)
    };
    let right = of(1, "李梅", "11010519491231002X");
    for wrong in [
        "110150194912310 02X",
        "11010519491213002X",
        "1101051949123100X",
        "11010519491231003X",
    ] {
        let pair = found(right.clone(), of(2, "李梅", wrong));
        assert_eq!(
            pair,
            Some((Grade::Likely, vec![Why::NumberSlip, Why::Name])),
            "{wrong}"
        );
    }
    assert_eq!(found(right, of(2, "李梅", "110105194912319999")), None);
}

#[test]
fn a_year_of_birth_may_be_one_off() {
    let of = |n, year| Person {
        birth_year: Some(year),
        phones: vec!["13800000000"],
        ..person(n, "王晓红")
    };
    let whys = |year| found(of(1, 1980), of(2, year)).map(|(_, why)| why);
    assert!(whys(1980).is_some_and(|why| why.contains(&Why::BirthYear)));
    for year in [1979, 1981] {
        // Age by tradition counts from one: it speaks neither way.
        let why = whys(year).unwrap();
        assert!(!why.contains(&Why::BirthYear) && !why.contains(&Why::BirthDiffers));
    }
    for year in [1978, 1982] {
        assert!(whys(year).is_none_or(|why| why.contains(&Why::BirthDiffers)));
    }
}

#[test]
fn name_birth_and_telephone() {
    let base = Person {
        birth: born("1980-03-12"),
        phones: vec!["138 0000 0000"],
        ..person(1, "王晓红")
    };
    let same = |n| Person {
        id: id(n),
        phones: vec!["+86 13800000000"],
        ..base.clone()
    };
    assert_eq!(
        found(base.clone(), same(2)),
        Some((Grade::Strong, vec![Why::Name, Why::Birth, Why::Phone]))
    );
    let heard = Person {
        name: "王小虹",
        ..same(2)
    };
    assert_eq!(
        found(base.clone(), heard),
        Some((Grade::Strong, vec![Why::NameSound, Why::Birth, Why::Phone]))
    );
    let crosswise = Person {
        birth: born("1980-12-03"),
        ..same(2)
    };
    assert_eq!(
        found(base.clone(), crosswise),
        Some((Grade::Likely, vec![Why::Name, Why::BirthSlip, Why::Phone]))
    );
    let other_year = Person {
        birth: born("1981-03-12"),
        phones: vec![],
        ..same(2)
    };
    assert_eq!(
        found(base.clone(), other_year),
        None,
        "one slip is not enough without a telephone"
    );
    let child = Person {
        birth: born("2005-07-01"),
        ..same(2)
    };
    assert_eq!(found(base.clone(), child), None, "a name handed down");
    let renamed = Person {
        name: "王红",
        former_name: Some("王晓红"),
        ..same(2)
    };
    assert_eq!(
        found(base.clone(), renamed),
        Some((Grade::Strong, vec![Why::FormerName, Why::Birth, Why::Phone]))
    );
    let brother = Person {
        sex: Some("1"),
        ..same(2)
    };
    let sister = Person {
        sex: Some("2"),
        ..base
    };
    assert_eq!(
        found(sister, brother),
        Some((
            Grade::Likely,
            vec![Why::Name, Why::Birth, Why::Phone, Why::SexDiffers]
        ))
    );
}

#[test]
fn twins_are_two() {
    let of = |n, name| Person {
        birth: born("2015-05-05"),
        phones: vec!["13800000000"],
        household: Some("0007"),
        ..person(n, name)
    };
    assert_eq!(found(of(1, "王建国"), of(2, "王建业")), None);
    assert_eq!(
        found(of(1, "王建国"), of(2, "王建国")).unwrap().0,
        Grade::Strong
    );
}

#[test]
fn no_group_has_two_numbers() {
    // A record without a number is as like the one as the other.
    let of = |n, number| Person {
        id_number: number,
        birth: born("1949-12-31"),
        phones: vec!["13800000000"],
        ..person(n, "李梅")
    };
    let people = [
        of(1, Some("11010519491231002X")),
        of(2, None),
        of(3, Some("110105194912310046")),
    ];
    let search = search(&people, &BTreeMap::new());
    assert_eq!(search.pairs.len(), 2);
    assert_eq!(search.groups, [vec![id(1), id(2)]]);
}

#[test]
fn what_was_decided_is_not_proposed_again() {
    let of = |n| Person {
        id_number: Some("11010519491231002X"),
        ..person(n, "李梅")
    };
    let decided = Decision {
        id: id(9),
        a: id(2),
        b: id(1),
        sort: super::super::decision::Sort::Apart,
        when: wangge_model::time::Hlc(1),
    };
    let standing = super::super::decision::standing(&[decided]);
    assert_eq!(search(&[of(1), of(2)], &standing), Search::default());
}

/// So many residents, one in twenty of them met twice: with the same number, or without it and with a slip.
fn town(count: usize) -> Vec<(String, String, Option<String>, Date, String, String)> {
    const SURNAMES: [&str; 20] = [
        "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡",
        "郭", "何", "高", "林", "罗",
    ];
    const GIVEN: [&str; 30] = [
        "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛",
        "明", "超", "兰", "霞", "平", "刚", "桂", "英", "华", "玉", "萍", "红", "建", "国", "梅",
    ];
    let mut seed = 0x9e37_79b9_u64;
    let mut dice = |below: usize| {
        seed = seed
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut people: Vec<(String, String, Option<String>, Date, String, String)> = Vec::new();
    for n in 0..count {
        if n % 20 == 19 {
            let mut again = people[dice(n)].clone();
            if n % 40 == 39 {
                again.2 = None;
            }
            people.push(again);
            continue;
        }
        let name = format!(
            "{}{}{}",
            SURNAMES[dice(20)],
            GIVEN[dice(30)],
            if dice(5) == 0 { "" } else { GIVEN[dice(30)] }
        );
        let birth = Date::new(
            1930 + i64::try_from(dice(90)).unwrap(),
            1 + i64::try_from(dice(12)).unwrap(),
            1 + i64::try_from(dice(28)).unwrap(),
        )
        .unwrap();
        let front = format!(
            "4105221{:02}{:02}{:03}",
            birth.month(),
            birth.day(),
            dice(1000)
        );
        let front = format!("410522{}{}", birth.to_compact(), &front[front.len() - 3..]);
        let number = "0123456789X"
            .chars()
            .map(|check| format!("{front}{check}"))
            .find(|number| check::gb11643(number).is_ok());
        people.push((
            name,
            format!("138{:08}", dice(60_000)),
            number,
            birth,
            format!("{:05}", dice(35_000)),
            String::new(),
        ));
    }
    people
}

#[test]
fn a_hundred_thousand_residents() {
    let town = town(100_000);
    let people: Vec<Person<'_>> = town
        .iter()
        .enumerate()
        .map(|(n, (name, phone, number, birth, household, _))| Person {
            id: id(n),
            name,
            former_name: None,
            id_number: number.as_deref(),
            birth: Some(*birth),
            birth_year: None,
            sex: None,
            phones: vec![phone],
            household: Some(household),
        })
        .collect();
    let start = std::time::Instant::now();
    let found = search(&people, &BTreeMap::new());
    println!(
        "100,000 residents: {} pairs, {} groups in {:?}",
        found.pairs.len(),
        found.groups.len(),
        start.elapsed()
    );
    let certain = found
        .pairs
        .iter()
        .filter(|pair| pair.grade == Grade::Certain)
        .count();
    assert!(certain >= 2_400, "{certain}");
    assert!(found.pairs.len() - certain >= 2_400);
}

fn any_people() -> impl Strategy<Value = Vec<Person<'static>>> {
    const NAMES: [&str; 5] = ["王晓红", "王小红", "李建国", "李建业", ""];
    const NUMBERS: [&str; 4] = [
        "11010519491231002X",
        "110105491231002",
        "440524188001010014",
        "1101051949123100",
    ];
    const DATES: [&str; 3] = ["1949-12-31", "1949-12-13", "1988-01-01"];
    let one = (
        0_usize..5,
        prop::option::of(0_usize..4),
        prop::option::of(0_usize..3),
        prop::option::of(0_usize..2),
    );
    prop::collection::vec(one, 0..14).prop_map(|all| {
        let all = all.into_iter().enumerate();
        all.map(|(n, (name, number, date, phone))| Person {
            id_number: number.map(|n| NUMBERS[n]),
            birth: date.and_then(|n| born(DATES[n])),
            phones: phone
                .map(|n| ["13800000001", "13800000002"][n])
                .into_iter()
                .collect(),
            ..person(n, NAMES[name])
        })
        .collect()
    })
}

proptest! {
    #[test]
    fn every_replica_finds_the_same((all, shuffled) in any_people().prop_flat_map(|all| (Just(all.clone()), Just(all).prop_shuffle()))) {
        let found = search(&all, &BTreeMap::new());
        prop_assert_eq!(&found, &search(&shuffled, &BTreeMap::new()));
        // The keys are only a short cut: what is sure when two are compared is found.
        for (at, a) in all.iter().enumerate() {
            for b in &all[at + 1..] {
                if let Some(pair) = compare(a, b).filter(|pair| pair.grade >= Grade::Strong) {
                    prop_assert!(found.pairs.contains(&pair), "{pair:?}");
                }
            }
        }
    }
}
