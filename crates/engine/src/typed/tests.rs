use super::*;

fn typed(pairs: &[(&str, &str)]) -> Vec<FieldEdit> {
    pairs
        .iter()
        .map(|(key, value)| match *value {
            "" => FieldEdit::remove(*key),
            value => FieldEdit::set(*key, value),
        })
        .collect()
}

fn new(kind: &str, fields: &[(&str, &str)], step: Option<draft::NewStep>) -> Draft {
    Draft::New {
        kind: kind.to_owned(),
        area: String::new(),
        fields: typed(fields),
        step,
        stated_ms: None,
    }
}

fn problem(kind: &str, fields: &[(&str, &str)]) -> (&'static str, Option<String>) {
    let problem = read(&new(kind, fields, None), None).unwrap_err();
    assert!(!problem.zh.is_empty() && !problem.en.is_empty());
    (problem.code, problem.field)
}

/// The first step of a new matter, and how many fields are set with it.
fn first(fields: &[(&str, &str)], step: Option<draft::NewStep>) -> (NewStep, usize) {
    let act = read(&new("matter", fields, step), None).unwrap();
    match act.what {
        ActBody::Create { edits, step, .. } => (step.unwrap(), edits.len()),
        other => panic!("{other:?}"),
    }
}

fn step(kind: &str, fields: &[(&str, &str)]) -> draft::NewStep {
    draft::NewStep {
        step: kind.to_owned(),
        fields: typed(fields),
        ..draft::NewStep::default()
    }
}

#[test]
fn what_is_wrong_says_where() {
    let at = |field: &str| Some(field.to_owned());
    assert_eq!(problem("thing", &[]), ("unknown_kind", at("kind")));
    assert_eq!(
        problem("building", &[("floors", "9")]),
        ("field_needed", at("name"))
    );
    assert_eq!(
        problem("building", &[("name", "3号楼"), ("floors", "九")]),
        ("bad_value", at("floors"))
    );
    assert_eq!(
        problem("building", &[("name", "3号楼"), ("colour", "red")]),
        ("unknown_field", at("colour"))
    );
    // Only kinds with a log have steps, and their details.
    assert_eq!(
        problem("building", &[("name", "3号楼"), ("flow", "service")]),
        ("unknown_field", at("flow"))
    );
    let settled = new("building", &[("name", "3号楼")], Some(step("report", &[])));
    assert_eq!(read(&settled, None).unwrap_err().code, "unknown_step");
    assert_eq!(
        problem("matter", &[("title", "路灯不亮"), ("flow", "sideways")]),
        ("bad_detail", at("flow"))
    );
}

#[test]
fn details_of_a_step_are_told_from_fields_of_the_record() {
    let given = step("return", &[("reason", "not_duty"), ("urgency", "24h")]);
    let (read, edits) = read_step(Kind::MATTER, &given).unwrap();
    assert_eq!(read.detail.reason.as_deref(), Some("not_duty"));
    assert_eq!(edits.len(), 1);
    for (key, value) in [("urgent", "maybe"), ("shoe", "44"), ("flow", "sideways")] {
        let problem = read_step(Kind::MATTER, &step("return", &[(key, value)])).unwrap_err();
        assert_eq!(problem.field.as_deref(), Some(key));
    }
}

#[test]
fn a_new_matter_begins_with_the_step_that_was_typed() {
    let (read, fields) = first(&[("title", "路灯不亮")], None);
    assert_eq!((read.kind, fields), (StepKind::Report, 1));
    let typed = draft::NewStep {
        note: "已拧紧灯泡".to_owned(),
        ..step("settle_on_spot", &[("place", "东街")])
    };
    let (read, fields) = first(&[("title", "路灯不亮")], Some(typed));
    assert_eq!((read.kind, fields), (StepKind::SettleOnSpot, 2));
    assert_eq!(read.note, "已拧紧灯泡");
}

#[test]
fn a_new_matter_flows_as_its_sort_proposes_unless_somebody_says_otherwise() {
    let flow = |fields: &[(&str, &str)], step| first(fields, step).0.detail.flow;
    let title = ("title", "路灯不亮");
    assert_eq!(flow(&[title], None), None);
    for (sort, proposed) in [
        ("hazard", Flow::Control),
        ("emergency", Flow::Emergency),
        ("mobilisation", Flow::Mobilisation),
        ("service", Flow::Service),
        ("dispute", Flow::Coordination),
    ] {
        assert_eq!(
            flow(&[title, ("sort", sort)], None),
            Some(proposed),
            "{sort}"
        );
    }
    let hazard = ("sort", "hazard");
    let said = Some(step("report", &[("flow", "service")]));
    assert_eq!(flow(&[title, hazard], said), Some(Flow::Service));
    assert_eq!(
        flow(&[title, hazard, ("flow", "emergency")], None),
        Some(Flow::Emergency)
    );
    assert_eq!(flow(&[title, hazard, ("flow", "")], None), None);
    // What is no field of a matter is a detail of its first step; what is, is the record's.
    let read = first(&[title, ("urgent", "是"), ("cause", "老化")], None);
    assert_eq!((read.0.detail.urgent, read.1), (Some(true), 2));
}
