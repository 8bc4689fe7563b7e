//! What an office may do unless its grant says otherwise.

use wangge_model::kind::{Act, Facet, Kind, Level, Reach, Role};
use wangge_model::step::StepKind;

/// What a grant of an office holds by default.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Defaults {
    /// The kinds of records.
    pub kinds: Vec<Kind>,
    /// The facets.
    pub facets: &'static [Facet],
    /// The acts.
    pub acts: &'static [Act],
}

/// The defaults of an office. A grid member records and deals with matters, and sees nothing of special groups; directors also decide.
#[must_use]
pub fn defaults(role: Role) -> Defaults {
    match role {
        Role::GridMember => Defaults {
            kinds: Kind::all().collect(),
            facets: &[Facet::Open, Facet::Contact, Facet::Identity, Facet::Care],
            acts: &[Act::Create, Act::Edit, Act::Step],
        },
        Role::CommunityDirector | Role::TownshipHead | Role::CountyHead => Defaults {
            kinds: Kind::all().collect(),
            facets: Facet::ALL,
            acts: Act::ALL,
        },
    }
}

/// Whether an office may ever have an act, whatever its grant says: only directors decide over others' work.
#[must_use]
pub const fn may_act(role: Role, act: Act) -> bool {
    match act {
        Act::Create | Act::Edit | Act::Step => true,
        Act::Settle | Act::Adopt | Act::Decline | Act::Move => role.directs(),
    }
}

/// Whether an office may write records of a kind. What reaches every replica below is issued by directing offices, and so is what supervises
/// (paper: separation of supervision and disposal).
#[must_use]
pub fn may_write(role: Role, kind: Kind) -> bool {
    let directed = kind.reach() == Reach::Down || matches!(kind, Kind::REVIEW | Kind::CORRECTION);
    role.directs() || !directed
}

/// Whether an office may take a step. Directors decide; facts are checked near the site, by grid or community; an objection to a return is
/// the grid member's own right. What depends on the matter as well (who reported it, how far it was passed up) is judged in its fold.
#[must_use]
pub const fn may_step(role: Role, step: StepKind) -> bool {
    match step {
        StepKind::Check => matches!(role, Role::GridMember | Role::CommunityDirector),
        StepKind::Object => matches!(role, Role::GridMember),
        _ => role.directs() || !step.directs(),
    }
}

/// The level at which an office stands.
#[must_use]
pub const fn level(role: Role) -> Level {
    match role {
        Role::GridMember => Level::Grid,
        Role::CommunityDirector => Level::Community,
        Role::TownshipHead => Level::Township,
        Role::CountyHead => Level::County,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_default_grants_what_the_office_may_never_do() {
        for &role in Role::ALL {
            assert!(
                defaults(role).acts.iter().all(|&act| may_act(role, act)),
                "{role}"
            );
        }
        assert!(
            !may_act(Role::GridMember, Act::Settle)
                && may_act(Role::CommunityDirector, Act::Settle)
        );
        assert!(may_write(Role::GridMember, Kind::HOUSEHOLD));
        for kind in [Kind::CLASS, Kind::ORDER, Kind::GRID, Kind::REVIEW] {
            assert!(!may_write(Role::GridMember, kind) && may_write(Role::TownshipHead, kind));
        }
        assert!(
            !may_step(Role::GridMember, StepKind::Close)
                && may_step(Role::GridMember, StepKind::VerifyPass)
        );
        assert!(
            !may_step(Role::GridMember, StepKind::Approve)
                && may_step(Role::CountyHead, StepKind::Approve)
        );
        assert!(
            may_step(Role::CommunityDirector, StepKind::Check)
                && !may_step(Role::TownshipHead, StepKind::Check),
            "facts are checked near the site"
        );
        assert!(
            may_step(Role::GridMember, StepKind::Object)
                && !may_step(Role::CommunityDirector, StepKind::Object)
        );
    }
}
