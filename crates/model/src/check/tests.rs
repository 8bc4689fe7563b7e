use super::*;
use proptest::prelude::*;

#[test]
fn citizens_numbers() {
    let woman = gb11643("11010519491231002X").unwrap();
    assert_eq!(
        (
            woman.division.as_str(),
            woman.birth.to_string().as_str(),
            woman.sex
        ),
        ("110105", "1949-12-31", "2")
    );
    assert_eq!(gb11643("440524188001010014").unwrap().sex, "1");
    assert_eq!(
        gb11643("110105194912310021"),
        Err(CheckError::Check {
            expected: 'X',
            found: '1'
        })
    );
    assert_eq!(
        gb11643("110105491231002"),
        Err(CheckError::Length {
            expected: 18,
            found: 15
        })
    );
    assert_eq!(gb11643("110105194902300021"), Err(CheckError::Date));
    assert_eq!(
        gb11643("11010519491231002x"),
        Err(CheckError::Character { place: 18 })
    );
    assert_eq!(
        gb11643("1101051949123100二X"),
        Err(CheckError::Character { place: 17 })
    );
}

#[test]
fn organisations_codes() {
    gb32100("91350100M000100Y43").unwrap();
    gb32100("91110000802100433B").unwrap();
    assert_eq!(
        gb32100("91110000802100433A"),
        Err(CheckError::Check {
            expected: 'B',
            found: 'A'
        })
    );
    assert_eq!(
        gb32100("9111000080210O433B"),
        Err(CheckError::Character { place: 14 })
    );
    gb11714("M000100Y-4").unwrap();
    gb11714("M000100Y4").unwrap();
    assert_eq!(
        gb11714("M000100Y-5"),
        Err(CheckError::Check {
            expected: '4',
            found: '5'
        })
    );
}

#[test]
fn the_number_says_whose_it_is() {
    for (body, holder) in [
        ("11010519491231002", Holder::Mainland),
        ("81000019900101001", Holder::HongKong),
        ("82000019900101002", Holder::Macao),
        ("83000019900101003", Holder::Taiwan),
        ("93184019900101004", Holder::Foreign),
    ] {
        let whole: Vec<_> = "0123456789X"
            .chars()
            .filter_map(|check| gb11643(&format!("{body}{check}")).ok())
            .collect();
        assert_eq!(whole.len(), 1, "one check character fits {body}");
        assert_eq!(whole[0].holder, holder);
    }
}

#[test]
fn one_number_written_in_many_ways_is_one_number() {
    for typed in [
        "11010519491231002X",
        "11010519491231002x",
        " 110105 19491231 002X ",
        "110105-19491231-002x",
        "１１０１０５１９４９１２３１００２Ｘ",
        "110105491231002",
    ] {
        assert_eq!(
            normal_citizen(typed).as_deref(),
            Ok("11010519491231002X"),
            "{typed}"
        );
    }
    assert_eq!(normal_citizen("110105490230002"), Err(CheckError::Date));
    assert_eq!(
        normal_citizen("11010549123100X"),
        Err(CheckError::Character { place: 15 })
    );
    assert_eq!(
        normal_citizen("110105"),
        Err(CheckError::Length {
            expected: 18,
            found: 6
        })
    );
    assert_eq!(plain("m000100y-4"), "M000100Y4");
    gb32100(&plain("91 3501 00m0 0010 0y43")).unwrap();
}

#[test]
fn the_alphabet_of_organisations_has_no_letter_like_a_digit() {
    for letter in "IOSVZ".chars() {
        assert_eq!(
            gb32100(&format!("91{letter}50100M000100Y43")),
            Err(CheckError::Character { place: 3 })
        );
    }
    assert!(gb32100("91350100M000100Y4").is_err() && gb11714("M000100Y").is_err());
}

#[test]
fn errors_speak_both_languages_and_tell_nothing_of_the_number() {
    for bad in ["110105194912310021", "1101051949", "110105194902300021"] {
        let error = gb11643(bad).unwrap_err();
        assert!(!error.zh().is_empty() && !error.to_string().contains(bad));
        assert!(!error.zh().contains(bad));
    }
}

proptest! {
    #[test]
    fn any_text_gets_an_answer(text in ".{0,20}") {
        let _ = (gb11643(&text), gb32100(&text), gb11714(&text), normal_citizen(&text), plain(&text));
    }

    #[test]
    fn one_wrong_digit_is_found(place in 0_usize..17, digit in 0_u32..10) {
        let mut number: Vec<char> = "11010519491231002X".chars().collect();
        let digit = char::from_digit(digit, 10).unwrap();
        prop_assume!(number[place] != digit);
        number[place] = digit;
        prop_assert!(gb11643(&number.into_iter().collect::<String>()).is_err());
    }

    #[test]
    fn a_legacy_number_becomes_whole_and_stays(division in 110_000_u32..660_000, day in 1_u8..29, month in 1_u8..13, year in 0_u8..100, sequence in 0_u16..1000) {
        let old = format!("{division}{year:02}{month:02}{day:02}{sequence:03}");
        let whole = normal_citizen(&old).unwrap();
        let front = format!("{division}19{year:02}");
        prop_assert!(whole.starts_with(&front));
        prop_assert_eq!(normal_citizen(&whole).unwrap(), whole);
    }

    #[test]
    fn two_neighbours_swapped_are_found(place in 0_usize..16) {
        let mut number: Vec<char> = "11010519491231002X".chars().collect();
        prop_assume!(number[place] != number[place + 1]);
        number.swap(place, place + 1);
        prop_assert!(gb11643(&number.into_iter().collect::<String>()).is_err());
    }
}
