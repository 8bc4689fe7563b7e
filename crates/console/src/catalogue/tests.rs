use std::collections::BTreeSet;

use super::*;

#[test]
fn every_kind_stands_in_one_place_of_the_menu() {
    let menu = catalogue();
    let mut seen = BTreeSet::new();
    for kind in menu.groups.iter().flat_map(|group| &group.kinds) {
        assert!(seen.insert(kind.kind), "{:?} stands twice", kind.kind);
    }
    assert_eq!(seen, Kind::all().collect());
    for (_, words) in GROUPS {
        for word in *words {
            assert!(word.parse::<Kind>().is_ok(), "{word} is no kind");
        }
    }
}

#[test]
fn a_form_tells_what_a_field_takes() {
    let form = form(Kind::HOUSEHOLD);
    let json = serde_json::to_value(&form).unwrap();
    assert_eq!(json["kind"], "household");
    let fields = json["fields"].as_array().unwrap();
    let by = |key: &str| fields.iter().find(|field| field["key"] == key).unwrap();
    assert_eq!(by("household_no")["needed"], true);
    assert_eq!(by("building")["codes"][0]["code"], "building");
    assert!(!by("occupancy")["codes"].as_array().unwrap().is_empty());
    assert_eq!(json["steps"], serde_json::json!([]));
}
