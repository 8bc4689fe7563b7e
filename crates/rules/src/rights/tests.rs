use super::*;
use wangge_model::gate::OpAction;
use wangge_model::id::OpId;
use wangge_model::step::{Step, StepKind, log_key};
use wangge_model::value::Value;

const DEVICE: Key = Key([1; 32]);
const ACTOR: ActorId = ActorId([2; 16]);
const HLC: Hlc = Hlc(7 << 16);
const NOW: Ms = Ms(1_000);

fn member() -> MemberId {
    MemberId::mint(1, [1; 10])
}

fn grant(role: Role) -> GrantView {
    let defaults = role::defaults(role);
    GrantView {
        device: DEVICE,
        member: member(),
        name: "李主任".to_owned(),
        role,
        area: "410522100201".parse().unwrap(),
        until: Ms(2_000),
        revoked: None,
        kinds: defaults.kinds.to_vec(),
        facets: defaults.facets.to_vec(),
        acts: defaults.acts.to_vec(),
    }
}

fn pred(counter: u64) -> OpId {
    OpId {
        counter,
        actor: ACTOR,
    }
}

fn set(key: &str, value: impl Into<Value>, overwrites: u64) -> OutlineOp {
    OutlineOp {
        key: key.to_owned(),
        action: OpAction::Set(value.into()),
        preds: (1..=overwrites).map(pred).collect(),
    }
}

fn entry(kind: StepKind, by: MemberId) -> OutlineOp {
    written(&step(kind, by))
}

fn step(kind: StepKind, by: MemberId) -> Step {
    Step {
        note: "因故".to_owned(),
        to: (kind == StepKind::Dispatch).then(|| "中队".to_owned()),
        ..Step::new(kind, by, NOW)
    }
}

fn written(step: &Step) -> OutlineOp {
    set(&log_key(HLC, &ACTOR), step.encode(), 0)
}

fn part(kind: Kind, facet: Facet, ops: &[OutlineOp]) -> PartView<'_> {
    PartView {
        record: RecordId::mint(1, [9; 10]),
        kind,
        facet,
        actor: ACTOR,
        ops,
    }
}

fn commit<'a>(act: Act, parts: Vec<PartView<'a>>) -> CommitView<'a> {
    let names_held = matches!(act, Act::Adopt | Act::Decline);
    CommitView {
        device: DEVICE,
        author: member(),
        act,
        area: "410522100201003".parse().unwrap(),
        hlc: HLC,
        evidence: names_held.then_some(CommitId([3; 32])),
        reason: if act == Act::Decline {
            Reason::DeclinedWrong.to_u32()
        } else {
            0
        },
        parts,
        moves: None,
    }
}

#[test]
fn who_moves_a_record_answers_for_both_areas() {
    let moving = |to: &str, kinds: &[Kind]| CommitView {
        moves: Some(MoveView {
            to: to.parse().unwrap(),
            kinds: kinds.to_vec(),
        }),
        ..commit(Act::Move, Vec::new())
    };
    let judged = |role, view: &CommitView<'_>| judge(Some(&grant(role)), view, NOW);
    let director = Role::CommunityDirector;
    let good = moving("410522100201004", &[Kind::RESIDENT, Kind::MATTER]);
    assert_eq!(judged(director, &good), Ok(()));
    assert_eq!(
        judged(Role::GridMember, &good),
        Err(Reason::ActNotGranted),
        "a grid member moves nothing"
    );
    let beyond = moving("410522100202001", &[Kind::RESIDENT]);
    assert_eq!(judged(director, &beyond), Err(Reason::OutOfArea));
    let nowhere = moving("410522100201003", &[Kind::RESIDENT]);
    assert_eq!(judged(director, &nowhere), Err(Reason::BadChange));
    let issued = moving("410522100201004", &[Kind::CLASS]);
    assert_eq!(
        judged(director, &issued),
        Err(Reason::ActNotGranted),
        "what is issued for all stays where it was issued"
    );
    let unsaid = commit(Act::Move, Vec::new());
    assert_eq!(judged(director, &unsaid), Err(Reason::BadChange));
    let edit = CommitView {
        act: Act::Edit,
        ..good
    };
    assert_eq!(judged(director, &edit), Err(Reason::BadChange));
}

/// The verdict on ops in the open facet of a matter.
fn on_matter(role: Role, act: Act, ops: &[OutlineOp]) -> Result<(), Reason> {
    judge(
        Some(&grant(role)),
        &commit(act, vec![part(Kind::MATTER, Facet::Open, ops)]),
        NOW,
    )
}

/// The verdict on an edit of a resident, after `change` was done to grant and commit.
fn on_edit(change: impl FnOnce(&mut GrantView, &mut CommitView<'_>)) -> Result<(), Reason> {
    let ops = [set("name", "张三", 1)];
    let (mut grant, mut commit) = (
        grant(Role::GridMember),
        commit(Act::Edit, vec![part(Kind::RESIDENT, Facet::Open, &ops)]),
    );
    change(&mut grant, &mut commit);
    judge(Some(&grant), &commit, NOW)
}

use Role::{CommunityDirector, GridMember};

#[test]
fn what_is_granted_passes() {
    assert_eq!(on_edit(|_, _| {}), Ok(()));
    assert_eq!(
        on_matter(
            GridMember,
            Act::Create,
            &[set("title", "井盖", 0), entry(StepKind::Report, member())]
        ),
        Ok(())
    );
    assert_eq!(
        on_matter(GridMember, Act::Step, &[entry(StepKind::Dispose, member())]),
        Ok(())
    );
    assert_eq!(
        on_matter(
            CommunityDirector,
            Act::Step,
            &[entry(StepKind::Dispatch, member())]
        ),
        Ok(())
    );
    assert_eq!(
        on_matter(
            CommunityDirector,
            Act::Step,
            &[entry(StepKind::Reply, member()), set("reply", "已修", 0)]
        ),
        Ok(())
    );
    assert_eq!(
        on_matter(CommunityDirector, Act::Settle, &[set("title", "井盖", 2)]),
        Ok(())
    );
    assert_eq!(
        judge(
            Some(&grant(CommunityDirector)),
            &commit(Act::Decline, vec![]),
            NOW
        ),
        Ok(())
    );
    let other = MemberId::mint(2, [2; 10]);
    assert_eq!(
        on_matter(
            CommunityDirector,
            Act::Adopt,
            &[entry(StepKind::Dispose, other)]
        ),
        Ok(()),
        "takes over another's step"
    );
}

#[test]
fn the_grant() {
    assert_eq!(
        judge(None, &commit(Act::Edit, vec![]), NOW),
        Err(Reason::NoGrant)
    );
    assert_eq!(
        on_edit(|grant, _| grant.device = Key([8; 32])),
        Err(Reason::NoGrant)
    );
    assert_eq!(
        on_edit(|grant, _| grant.until = NOW),
        Err(Reason::GrantExpired)
    );
    assert_eq!(
        on_edit(|grant, _| grant.revoked = Some(NOW)),
        Err(Reason::GrantRevoked)
    );
    assert_eq!(on_edit(|grant, _| grant.revoked = Some(Ms(1_001))), Ok(()));
    assert_eq!(
        on_edit(|_, commit| commit.author = MemberId::mint(5, [5; 10])),
        Err(Reason::NotYourMember)
    );
    assert_eq!(
        on_edit(|grant, _| grant.acts = vec![Act::Create]),
        Err(Reason::ActNotGranted)
    );
    assert_eq!(
        on_edit(|grant, _| grant.kinds = vec![Kind::MATTER]),
        Err(Reason::FacetNotGranted)
    );
    assert_eq!(
        on_edit(|grant, _| grant.facets = vec![Facet::Care]),
        Err(Reason::FacetNotGranted)
    );
    assert_eq!(
        on_edit(|_, commit| commit.area = "410522100202001".parse().unwrap()),
        Err(Reason::OutOfArea)
    );
    assert_eq!(
        on_edit(|_, commit| commit.area = "410522100".parse().unwrap()),
        Err(Reason::OutOfArea),
        "larger than the grant's"
    );
}

#[test]
fn only_directors_decide_even_if_a_grant_says_otherwise() {
    let ops = [set("title", "井盖", 2)];
    let commit = commit(Act::Settle, vec![part(Kind::MATTER, Facet::Open, &ops)]);
    let mut grant = grant(GridMember);
    grant.acts = Act::ALL.to_vec();
    assert_eq!(
        judge(Some(&grant), &commit, NOW),
        Err(Reason::ActNotGranted)
    );
    assert_eq!(
        on_matter(GridMember, Act::Step, &[entry(StepKind::Close, member())]),
        Err(Reason::ActNotGranted)
    );
}

#[test]
fn evidence() {
    assert_eq!(
        on_edit(|_, commit| commit.evidence = Some(CommitId([0; 32]))),
        Err(Reason::BadEvidence)
    );
    assert_eq!(
        on_edit(|_, commit| commit.reason = 64),
        Err(Reason::BadEvidence)
    );
    let director = grant(CommunityDirector);
    for change in [
        |c: &mut CommitView<'_>| c.evidence = None,
        |c: &mut CommitView<'_>| c.reason = 0,
        |c: &mut CommitView<'_>| c.reason = 13,
    ] {
        let mut commit = commit(Act::Decline, vec![]);
        change(&mut commit);
        assert_eq!(
            judge(Some(&director), &commit, NOW),
            Err(Reason::BadEvidence)
        );
    }
    let ops = [set("title", "井盖", 0)];
    let with_parts = commit(Act::Decline, vec![part(Kind::MATTER, Facet::Open, &ops)]);
    assert_eq!(
        judge(Some(&director), &with_parts, NOW),
        Err(Reason::BadChange)
    );
    assert_eq!(
        judge(Some(&director), &commit(Act::Edit, vec![]), NOW),
        Err(Reason::BadChange),
        "an edit of nothing"
    );
}

#[test]
fn fields() {
    assert_eq!(
        on_matter(GridMember, Act::Edit, &[set("shoe_size", 44, 0)]),
        Err(Reason::FieldNotAllowed)
    );
    assert_eq!(
        on_matter(GridMember, Act::Edit, &[set("scale", "99", 0)]),
        Err(Reason::BadValue)
    );
    assert_eq!(
        on_matter(GridMember, Act::Edit, &[entry(StepKind::Report, member())]),
        Err(Reason::FieldNotAllowed)
    );
    assert_eq!(
        on_matter(
            GridMember,
            Act::Step,
            &[entry(StepKind::Dispose, member()), set("title", "改", 1)]
        ),
        Err(Reason::FieldNotAllowed)
    );
    assert_eq!(
        on_matter(CommunityDirector, Act::Settle, &[set("title", "改", 1)]),
        Err(Reason::FieldNotAllowed),
        "nothing to settle"
    );
    let ops = [set("name", "张三", 0)];
    let twice = commit(
        Act::Edit,
        vec![
            part(Kind::RESIDENT, Facet::Open, &ops),
            part(Kind::RESIDENT, Facet::Open, &ops),
        ],
    );
    assert_eq!(
        judge(Some(&grant(GridMember)), &twice, NOW),
        Err(Reason::BadChange)
    );
}

#[test]
fn steps() {
    let other = MemberId::mint(2, [2; 10]);
    let bad = Err(Reason::BadStep);
    assert_eq!(
        on_matter(GridMember, Act::Step, &[set("reply", "x", 0)]),
        bad,
        "no entry"
    );
    assert_eq!(
        on_matter(GridMember, Act::Step, &[entry(StepKind::Dispose, other)]),
        bad,
        "in another's name"
    );
    assert_eq!(
        on_matter(
            GridMember,
            Act::Create,
            &[entry(StepKind::Dispose, member())]
        ),
        bad,
        "does not begin with a report"
    );
}

#[test]
fn an_entry_stands_at_the_place_of_its_commit_and_stays() {
    let bad = Err(Reason::BadStep);
    let foreign = OutlineOp {
        key: log_key(Hlc(8 << 16), &ACTOR),
        ..entry(StepKind::Dispose, member())
    };
    assert_eq!(
        on_matter(GridMember, Act::Step, &[foreign]),
        bad,
        "another commit's place"
    );
    let foreign = OutlineOp {
        key: log_key(HLC, &ActorId([3; 16])),
        ..entry(StepKind::Dispose, member())
    };
    assert_eq!(
        on_matter(GridMember, Act::Step, &[foreign]),
        bad,
        "another actor's place"
    );
    let over = OutlineOp {
        preds: vec![pred(1)],
        ..entry(StepKind::Dispose, member())
    };
    assert_eq!(
        on_matter(GridMember, Act::Step, &[over]),
        bad,
        "writes over an entry"
    );
    let away = OutlineOp {
        action: OpAction::Delete,
        ..entry(StepKind::Dispose, member())
    };
    assert_eq!(
        on_matter(GridMember, Act::Step, &[away]),
        bad,
        "takes an entry away"
    );
    assert_eq!(
        on_matter(
            GridMember,
            Act::Step,
            &[set(&log_key(HLC, &ACTOR), "{}", 0)]
        ),
        bad,
        "no step"
    );
    let ops = [entry(StepKind::Dispose, member())];
    let resident = commit(Act::Step, vec![part(Kind::RESIDENT, Facet::Open, &ops)]);
    assert_eq!(
        judge(Some(&grant(GridMember)), &resident, NOW),
        Err(Reason::FieldNotAllowed),
        "residents have no log"
    );
}

#[test]
fn a_record_begins_with_its_open_facet_and_a_matter_with_its_report() {
    let ops = [set("phone", "12345678", 0)];
    let closed = commit(
        Act::Create,
        vec![part(Kind::RESIDENT, Facet::Contact, &ops)],
    );
    assert_eq!(
        judge(Some(&grant(GridMember)), &closed, NOW),
        Err(Reason::BadChange)
    );
    assert_eq!(
        on_matter(GridMember, Act::Create, &[set("title", "井盖", 0)]),
        Err(Reason::BadChange)
    );
}

/// The verdict on a step that is changed before it is written.
fn on_step(
    role: Role,
    act: Act,
    kind: StepKind,
    change: impl FnOnce(&mut Step),
) -> Result<(), Reason> {
    let mut step = step(kind, member());
    change(&mut step);
    on_matter(role, act, &[written(&step)])
}

#[test]
fn the_office_that_a_step_states_is_the_grants() {
    let stating = |office| move |step: &mut Step| step.detail.office = Some(office);
    let remark = |role, act, office| on_step(role, act, StepKind::Remark, stating(office));
    assert_eq!(remark(GridMember, Act::Step, GridMember), Ok(()));
    assert_eq!(
        remark(GridMember, Act::Step, Role::TownshipHead),
        Err(Reason::ActNotGranted)
    );
    assert_eq!(
        remark(CommunityDirector, Act::Step, GridMember),
        Err(Reason::ActNotGranted),
        "nor is it a lower one"
    );
    assert_eq!(
        remark(CommunityDirector, Act::Adopt, GridMember),
        Ok(()),
        "who adopts vouches for those below"
    );
    assert_eq!(
        remark(CommunityDirector, Act::Adopt, Role::TownshipHead),
        Err(Reason::ActNotGranted)
    );
}

#[test]
fn what_is_written_is_complete_by_todays_rules() {
    let coded = |step: &mut Step| {
        step.detail.reason = Some("not_duty".to_owned());
        step.detail.basis = Some("职责清单".to_owned());
    };
    let back = StepKind::Return;
    assert_eq!(on_step(GridMember, Act::Step, back, coded), Ok(()));
    assert_eq!(
        on_step(GridMember, Act::Step, back, |_| {}),
        Err(Reason::BadStep)
    );
    assert_eq!(
        on_step(CommunityDirector, Act::Adopt, back, |_| {}),
        Ok(()),
        "what an older program wrote can still be taken over"
    );
    assert_eq!(
        on_step(GridMember, Act::Step, StepKind::Whistle, |_| {}),
        Err(Reason::BadStep)
    );
}

#[test]
fn a_matter_may_begin_settled() {
    let create = |kind| on_step(GridMember, Act::Create, kind, |_| {});
    assert_eq!(create(StepKind::SettleOnSpot), Ok(()));
    assert_eq!(create(StepKind::Remark), Err(Reason::BadStep));
}

#[test]
fn a_sensor_reports_what_it_measured_and_nothing_else() {
    let sensor = grant(Role::Sensor);
    let said = |without: &str, source: &str| -> Vec<OutlineOp> {
        let values = [
            set("title", "井盖倾斜", 0),
            set("source", source, 0),
            set("reporter", "JG-017", 0),
            set("class", "C0101", 0),
            set("measure", "height_cm", 0),
            set("measured", 12, 0),
            set("place", "解放路12号", 0),
            entry(StepKind::Report, member()),
        ];
        values.into_iter().filter(|op| op.key != without).collect()
    };
    let judged = |ops: &[OutlineOp]| {
        judge(
            Some(&sensor),
            &commit(Act::Create, vec![part(Kind::MATTER, Facet::Open, ops)]),
            NOW,
        )
    };
    assert_eq!(judged(&said("", "sensor")), Ok(()));
    assert_eq!(judged(&said("", "leader")), Err(Reason::BadValue));
    for key in [
        "source", "reporter", "class", "measure", "measured", "place",
    ] {
        assert_eq!(judged(&said(key, "sensor")), Err(Reason::BadValue), "{key}");
    }
    let step = [entry(StepKind::ConfirmClose, member())];
    let step = commit(Act::Step, vec![part(Kind::MATTER, Facet::Open, &step)]);
    assert_eq!(judge(Some(&sensor), &step, NOW), Err(Reason::ActNotGranted));
    // Not even where a grant would say so.
    let wide = GrantView {
        acts: Act::ALL.to_vec(),
        ..sensor.clone()
    };
    assert_eq!(judge(Some(&wide), &step, NOW), Err(Reason::ActNotGranted));
    let edit = [set("place", "别处", 1)];
    let edit = commit(Act::Edit, vec![part(Kind::MATTER, Facet::Open, &edit)]);
    assert_eq!(judge(Some(&wide), &edit, NOW), Err(Reason::ActNotGranted));
}

#[test]
fn a_participant_writes_only_what_its_sort_may() {
    let judged = |role: Role, act: Act, kind: Kind, ops: &[OutlineOp]| {
        judge(
            Some(&grant(role)),
            &commit(act, vec![part(kind, Facet::Open, ops)]),
            NOW,
        )
    };
    let service = [set("title", "代购药品", 0)];
    let given = |role| judged(role, Act::Create, Kind::SERVICE, &service);
    assert_eq!(given(Role::Volunteer), Ok(()));
    assert_eq!(given(Role::Resident), Err(Reason::ActNotGranted));
    let resident = [set("name", "王芳", 0)];
    assert_eq!(
        judged(Role::Social, Act::Create, Kind::RESIDENT, &resident),
        Err(Reason::FacetNotGranted)
    );
    let survey = [set("title", "问卷", 0)];
    assert_eq!(
        judged(Role::Resident, Act::Create, Kind::SURVEY, &survey),
        Err(Reason::ActNotGranted),
        "what is read is not yet written"
    );
    let step = |kind| {
        let mut step = step(kind, member());
        step.detail.office = Some(Role::Resident);
        judged(Role::Resident, Act::Step, Kind::MATTER, &[written(&step)])
    };
    assert_eq!(step(StepKind::ConfirmClose), Ok(()));
    for kind in [
        StepKind::Accept,
        StepKind::Dispose,
        StepKind::VerifyPass,
        StepKind::Support,
    ] {
        assert_eq!(step(kind), Err(Reason::ActNotGranted), "{kind}");
    }
    let report = [
        set("title", "漏水", 0),
        entry(StepKind::SettleOnSpot, member()),
    ];
    assert_eq!(
        judged(Role::Resident, Act::Create, Kind::MATTER, &report),
        Err(Reason::ActNotGranted)
    );
}

#[test]
fn nobody_signs_with_anothers_name() {
    let judged = |act: Act, kind: Kind, key: &str, value: &str, overwrites: u64| {
        judge(
            Some(&grant(Role::CommunityDirector)),
            &commit(
                act,
                vec![part(kind, Facet::Open, &[set(key, value, overwrites)])],
            ),
            NOW,
        )
    };
    for (kind, key) in [
        (Kind::DIVISION, "checked_by"),
        (Kind::DIVISION, "approved_by"),
        (Kind::GRID, "approved_by"),
        (Kind::REQUEST, "decided_by"),
        (Kind::APPEAL, "decided_by"),
        (Kind::EXEMPTION, "approved_by"),
    ] {
        let own = judged(Act::Edit, kind, key, "李主任", 0);
        assert_eq!(own, Ok(()), "{kind} {key}");
        for (act, overwrites) in [
            (Act::Edit, 0),
            (Act::Create, 0),
            (Act::Settle, 2),
            (Act::Adopt, 0),
        ] {
            let held = judged(act, kind, key, "周镇长", overwrites);
            assert_eq!(held, Err(Reason::NotYourHand), "{act} {kind} {key}");
        }
    }
    assert_eq!(
        judged(Act::Edit, Kind::DIVISION, "note", "周镇长", 0),
        Ok(())
    );
}
