//! The steps that may be taken next.

use wangge_model::id::RecordId;
use wangge_model::kind::{Kind, Role};
use wangge_model::step::StepKind;

use super::{DIRECTOR, LI, ZHAO, community, open};
use crate::tests::world::{GRID, World, Writer};

fn next(world: &World, record: RecordId, who: Writer, office: Role) -> Vec<String> {
    world.views().fold_all().unwrap();
    let views = world.views();
    let next = views.next_steps(record, who.member(), office, world.now());
    next.unwrap()
        .into_iter()
        .map(|next| next.step.code)
        .collect()
}

#[test]
fn what_the_rules_would_count_is_offered_and_nothing_else() {
    let (mut world, _) = community();
    let matter = world.report(LI, GRID, &[]);
    let director = next(&world, matter, DIRECTOR, Role::CommunityDirector);
    for step in ["accept", "reject", "reply", "remark"] {
        assert!(
            director.iter().any(|one| one == step),
            "{step}: {director:?}"
        );
    }
    for step in [
        "report",
        "dispose",
        "close",
        "verify_pass",
        "answer",
        "archive",
    ] {
        assert!(
            director.iter().all(|one| one != step),
            "{step}: {director:?}"
        );
    }
    let member = next(&world, matter, ZHAO, Role::GridMember);
    assert!(member.iter().all(|one| one != "accept"), "{member:?}");
    world.take(DIRECTOR, matter, StepKind::Accept, None);
    world.take(DIRECTOR, matter, StepKind::Dispatch, Some("李四"));
    world.take(LI, matter, StepKind::Dispose, None);
    // Who disposed may not verify; who did not may.
    let same = next(&world, matter, LI, Role::GridMember);
    assert!(same.iter().all(|one| one != "verify_pass"), "{same:?}");
    let other = next(&world, matter, ZHAO, Role::GridMember);
    assert!(other.iter().any(|one| one == "verify_pass"), "{other:?}");
    let names = world
        .views()
        .names(&[matter.to_string(), "nothing".to_owned()])
        .unwrap();
    assert_eq!((names.len(), names[0].kind), (1, Kind::MATTER));
    let edits = [open("name", "3号楼")];
    let building = world.create(LI, Kind::BUILDING, GRID, &edits);
    assert!(next(&world, building, DIRECTOR, Role::CommunityDirector).is_empty());
}
