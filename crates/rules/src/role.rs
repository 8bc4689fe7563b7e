//! What an office may do unless its grant says otherwise.
//!
//! Who takes part from outside has little: the open facet of the few kinds below, nothing of others' records but surveys and deliberations,
//! and no act that changes what stands.
//!
//! | kind | is sent | is written by |
//! |---|---|---|
//! | matter | their own | every participant: the report, and later whether it was done and how well; a sensor: the report |
//! | reply sheet, opinion, rating | their own | every participant |
//! | service | their own | enterprises, institutions, social organisations, volunteers |
//! | survey, deliberation | all of the area | nobody of them |

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
        Role::Enterprise
        | Role::Institution
        | Role::Social
        | Role::Volunteer
        | Role::Resident
        | Role::Deputy => Defaults {
            kinds: Kind::all()
                .filter(|&kind| sight(role, kind) != Sight::Nothing)
                .collect(),
            facets: &[Facet::Open],
            acts: &[Act::Create, Act::Step],
        },
        Role::Sensor => Defaults {
            kinds: vec![Kind::MATTER],
            facets: &[Facet::Open],
            acts: &[Act::Create],
        },
    }
}

/// Whose records of a kind are sent to an office's device, of those that its grant names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sight {
    /// All of its area.
    All,
    /// Those that the member made.
    Own,
    /// None.
    Nothing,
}

/// Whose records of a kind an office is sent.
#[must_use]
pub fn sight(role: Role, kind: Kind) -> Sight {
    if !role.outside() {
        return Sight::All;
    }
    match kind {
        Kind::MATTER => Sight::Own,
        Kind::REPLY_SHEET | Kind::OPINION | Kind::RATING | Kind::SERVICE if role.participates() => {
            Sight::Own
        }
        Kind::SURVEY | Kind::DELIBERATION if role.participates() => Sight::All,
        _ => Sight::Nothing,
    }
}

/// What a new record of a kind must say when an office makes it, beside what the kind needs: keys of the open facet, and the value where only
/// one will do. A sensor's report says which sensor measured what, and where.
#[must_use]
pub fn needs(role: Role, kind: Kind) -> &'static [(&'static str, Option<&'static str>)] {
    match (role, kind) {
        (Role::Sensor, Kind::MATTER) => &[
            ("source", Some("sensor")),
            ("reporter", None),
            ("class", None),
            ("measure", None),
            ("measured", None),
            ("place", None),
        ],
        _ => &[],
    }
}

/// Whether an office may ever have an act, whatever its grant says: only directors decide over others' work, and nobody from outside changes
/// what stands.
#[must_use]
pub const fn may_act(role: Role, act: Act) -> bool {
    match act {
        Act::Create => true,
        Act::Step => !matches!(role, Role::Sensor),
        Act::Edit => !role.outside(),
        Act::Settle | Act::Adopt | Act::Decline | Act::Move => role.directs(),
    }
}

/// Whether an office may write records of a kind. What reaches every replica below is issued by directing offices, and so is what supervises
/// (paper: separation of supervision and disposal).
#[must_use]
pub fn may_write(role: Role, kind: Kind) -> bool {
    if role.outside() {
        return match kind {
            Kind::MATTER => true,
            Kind::REPLY_SHEET | Kind::OPINION | Kind::RATING => role.participates(),
            Kind::SERVICE => matches!(
                role,
                Role::Enterprise | Role::Institution | Role::Social | Role::Volunteer
            ),
            _ => false,
        };
    }
    let directed = kind.reach() == Reach::Down || matches!(kind, Kind::REVIEW | Kind::CORRECTION);
    role.directs() || !directed
}

/// Whether an office may take a step. Directors decide; facts are checked near the site, by grid or community; an objection to a return is
/// the grid member's own right. A participant says of their own matter whether it was done and how well; a sensor reports, and nothing that it
/// says moves a matter. What depends on the matter as well (who reported it, how far it was passed up) is judged in its fold.
#[must_use]
pub const fn may_step(role: Role, step: StepKind) -> bool {
    match step {
        StepKind::Report => true,
        _ if matches!(role, Role::Sensor) => false,
        StepKind::ConfirmClose | StepKind::RefuseClose | StepKind::Rate => true,
        _ if role.participates() => false,
        StepKind::Check => matches!(role, Role::GridMember | Role::CommunityDirector),
        StepKind::Object => matches!(role, Role::GridMember),
        _ => role.directs() || !step.directs(),
    }
}

/// The level at which an office stands.
#[must_use]
pub const fn level(role: Role) -> Level {
    match role {
        Role::GridMember
        | Role::Enterprise
        | Role::Institution
        | Role::Social
        | Role::Volunteer
        | Role::Resident
        | Role::Deputy
        | Role::Sensor => Level::Grid,
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

    #[test]
    fn who_takes_part_from_outside_reads_little_and_changes_nothing() {
        for &role in Role::ALL.iter().filter(|role| role.outside()) {
            let defaults = defaults(role);
            assert_eq!(defaults.facets, [Facet::Open], "{role}");
            for kind in Kind::all() {
                let granted = defaults.kinds.contains(&kind);
                assert_eq!(
                    granted,
                    sight(role, kind) != Sight::Nothing,
                    "{role} {kind}"
                );
                assert!(granted || !may_write(role, kind), "{role} {kind}");
            }
            for act in [Act::Edit, Act::Settle, Act::Adopt, Act::Decline] {
                assert!(!may_act(role, act), "{role} {act}");
            }
            let moves = StepKind::ALL.iter().filter(|step| may_step(role, **step));
            let moves: Vec<_> = moves.map(|step| step.word()).collect();
            let of_a_reporter = ["report", "confirm_close", "refuse_close", "rate"];
            let expected: &[&str] = if role.participates() {
                &of_a_reporter
            } else {
                &["report"]
            };
            assert_eq!(moves, expected, "{role}");
        }
        assert!(!may_write(Role::Resident, Kind::SERVICE));
        assert!(may_write(Role::Volunteer, Kind::SERVICE));
        assert_eq!(sight(Role::Resident, Kind::RESIDENT), Sight::Nothing);
        assert_eq!(sight(Role::Resident, Kind::MATTER), Sight::Own);
        assert_eq!(sight(Role::Sensor, Kind::SURVEY), Sight::Nothing);
        assert_eq!(sight(Role::GridMember, Kind::RESIDENT), Sight::All);
    }
}
