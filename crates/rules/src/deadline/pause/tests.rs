use super::*;

fn member(number: u8) -> MemberId {
    MemberId::mint(0, [number; 10])
}

fn consent_of(number: u8, level: Level, at: i64) -> Approval {
    Approval {
        by: member(number),
        level,
        at: Ms(at),
    }
}

fn request(approvals: &[Approval]) -> Request<'_> {
    Request {
        urgent: true,
        by: member(1),
        reason: "等待供货",
        from: Ms(100),
        due: Ms(200),
        before: 0,
        approvals,
    }
}

fn codes(findings: &[Finding]) -> Vec<&'static str> {
    findings.iter().map(|finding| finding.code).collect()
}

const END: Option<Ms> = Some(Ms(1000));

#[test]
fn an_urgent_matter_needs_two_persons_of_two_levels() {
    use Level::{Community, County, Grid, Township};
    let allowed = |approvals: &[Approval], levels| {
        let findings = judge_suspension(&request(approvals), END, Consent { levels });
        assert!(
            codes(&findings)
                .iter()
                .all(|code| *code == "pause.approval")
        );
        findings.is_empty()
    };
    let consent = consent_of;
    for levels in [0, 1, 2, 9] {
        assert!(allowed(
            &[consent(2, Community, 90), consent(3, Township, 200)],
            levels
        ));
        for refused in [
            &[][..],
            &[consent(2, Community, 90)],
            // One person in two offices, two persons of one level, who asked, a grid, and too late.
            &[consent(2, Community, 90), consent(2, Township, 90)],
            &[consent(2, Township, 90), consent(3, Township, 90)],
            &[consent(1, Community, 90), consent(3, Township, 90)],
            &[consent(2, Grid, 90), consent(3, Township, 90)],
            &[consent(2, Community, 90), consent(3, Township, 201)],
        ] {
            assert!(!allowed(refused, levels), "{refused:?}");
        }
    }
    // The pair may be hidden among others.
    assert!(allowed(
        &[
            consent(2, Community, 90),
            consent(2, Township, 90),
            consent(3, Community, 90),
            consent(1, County, 90),
        ],
        1
    ));
}

#[test]
fn an_ordinary_matter_needs_what_the_city_says() {
    let approvals = [consent_of(2, Level::Community, 90)];
    let ordinary = Request {
        urgent: false,
        ..request(&approvals)
    };
    let with = |levels| codes(&judge_suspension(&ordinary, END, Consent { levels }));
    assert_eq!(with(1), [""; 0]);
    assert_eq!(with(0), [""; 0]);
    assert_eq!(with(2), ["pause.approval"]);
    assert_eq!(with(Consent::default().levels), ["pause.approval"]);
    let none = Request {
        approvals: &[],
        ..ordinary
    };
    assert_eq!(
        codes(&judge_suspension(&none, END, Consent { levels: 0 })),
        ["pause.approval"]
    );
}

#[test]
fn a_reason_and_an_end_within_a_year_before_it_is_overdue_and_once() {
    let approvals = [
        consent_of(2, Level::Community, 90),
        consent_of(3, Level::Township, 90),
    ];
    let good = request(&approvals);
    let of =
        |request: Request, until| codes(&judge_suspension(&request, until, Consent::default()));
    assert_eq!(of(good, END), [""; 0]);
    assert_eq!(
        of(
            Request {
                reason: " 　",
                ..good
            },
            END
        ),
        ["pause.reason"]
    );
    assert_eq!(of(Request { before: 1, ..good }, END), ["pause.again"]);
    assert_eq!(
        of(
            Request {
                from: Ms(200),
                ..good
            },
            END
        ),
        [""; 0]
    );
    assert_eq!(
        of(
            Request {
                from: Ms(201),
                ..good
            },
            END
        ),
        ["pause.late"]
    );
    assert_eq!(of(good, None), ["pause.end"]);
    assert_eq!(of(good, Some(Ms(100))), ["pause.end"]);
    assert_eq!(of(good, Some(Ms(100 + SUSPENSION_MS_MAX))), [""; 0]);
    assert_eq!(of(good, Some(Ms(101 + SUSPENSION_MS_MAX))), ["pause.end"]);
    assert_eq!(of(good, Some(Ms(i64::MAX))), ["pause.end"]);
}

#[test]
fn two_extensions_at_most() {
    let approvals = [
        consent_of(2, Level::Community, 90),
        consent_of(3, Level::Township, 90),
    ];
    let before = |before| {
        let request = Request {
            before,
            ..request(&approvals)
        };
        codes(&judge_extension(&request, Consent::default()))
    };
    assert_eq!(before(0), [""; 0]);
    assert_eq!(before(1), [""; 0]);
    assert_eq!(before(2), ["pause.again"]);
}

#[test]
fn an_appeal_is_made_once_after_closing_and_reviewed_by_two() {
    let reviewers = [member(2), member(3)];
    let good = Appeal {
        by: member(1),
        reason: "停电",
        closed: Some(Ms(100)),
        at: Ms(100),
        before: 0,
        granted_by: &reviewers,
    };
    let of = |appeal: Appeal| codes(&judge_appeal(&appeal));
    assert_eq!(of(good), [""; 0]);
    assert_eq!(of(Appeal { reason: "", ..good }), ["appeal.reason"]);
    assert_eq!(
        of(Appeal {
            closed: None,
            ..good
        }),
        ["appeal.open"]
    );
    assert_eq!(of(Appeal { at: Ms(99), ..good }), ["appeal.open"]);
    assert_eq!(of(Appeal { before: 1, ..good }), ["appeal.again"]);
    for granted_by in [&reviewers[..1], &[member(1), member(2)], &[member(2); 2]] {
        assert_eq!(of(Appeal { granted_by, ..good }), ["appeal.review"]);
    }
}
