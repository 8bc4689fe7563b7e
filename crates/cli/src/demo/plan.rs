//! Which hubs and phones there are, before anything is made.

use wangge_model::area::Area;

use super::made::{COUNTY, Dice, TOWNSHIPS, name};
use crate::error::{CliError, Result};
use crate::import::{Division, Message};

/// How good a phone's way to its hub is, in the evening.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Quality {
    /// As good as this machine's.
    Good,
    /// 150 ms each way.
    Far,
    /// 60 ms each way, and one datagram in twenty is lost.
    Lossy,
}

/// A hub to make.
#[derive(Debug, Clone)]
pub(crate) struct PlannedHub {
    pub(crate) area: Area,
    pub(crate) name: String,
    /// Which of the planned hubs stands above.
    pub(crate) parent: Option<Area>,
}

/// A phone to enrol.
#[derive(Debug, Clone)]
pub(crate) struct PlannedPhone {
    /// The community whose hub it belongs to.
    pub(crate) community: Area,
    pub(crate) grid: Area,
    pub(crate) member: String,
    pub(crate) quality: Quality,
    /// What it reports while it is offline.
    pub(crate) messages: Vec<Message>,
}

/// A county, from the top down.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    pub(crate) hubs: Vec<PlannedHub>,
    pub(crate) phones: Vec<PlannedPhone>,
}

/// Phones of a made-up grid, so that two hands work on the same residents.
pub(crate) const PHONES_PER_GRID: usize = 2;
const GRIDS_PER_COMMUNITY: u32 = 3;

/// The demo's own county: 7 hubs, 24 phones.
pub(crate) fn made(dice: &mut Dice) -> Result<Plan> {
    let county = area(COUNTY.0)?;
    let mut plan = Plan {
        hubs: vec![hub(&county, COUNTY.1, None)],
        phones: Vec::new(),
    };
    for (township, township_name, communities) in TOWNSHIPS {
        let township = area(township)?;
        plan.hubs.push(hub(&township, township_name, Some(&county)));
        for (community, community_name) in communities {
            let community = area(community)?;
            plan.hubs
                .push(hub(&community, community_name, Some(&township)));
            for grid in 1..=GRIDS_PER_COMMUNITY {
                for _ in 0..PHONES_PER_GRID {
                    let quality = match plan.phones.len() % 3 {
                        0 => Quality::Good,
                        1 => Quality::Far,
                        _ => Quality::Lossy,
                    };
                    plan.phones.push(PlannedPhone {
                        community: community.clone(),
                        grid: area(&format!("{community}{grid:03}"))?,
                        member: name(dice),
                        quality,
                        messages: Vec::new(),
                    });
                }
            }
        }
    }
    Ok(plan)
}

/// A real county: a hub for each division, a grid and a phone for each community, the messages spread over the phones by a stable hash of
/// their ids.
pub(crate) fn real(county: &Area, divisions: &[Division], messages: Vec<Message>) -> Result<Plan> {
    let mut within: Vec<_> = divisions
        .iter()
        .filter(|division| county.contains(&division.code))
        .collect();
    within.sort_by(|a, b| (a.code.as_str().len(), &a.code).cmp(&(b.code.as_str().len(), &b.code)));
    if within
        .first()
        .is_none_or(|division| division.code != *county)
    {
        return Err(CliError::Word {
            zh: format!("区划文件里没有县 {county}"),
            en: format!("the divisions have no county {county}"),
        });
    }
    let mut dice = Dice::new(0);
    let mut plan = Plan {
        hubs: Vec::new(),
        phones: Vec::new(),
    };
    for division in within {
        let parent = plan
            .hubs
            .iter()
            .rev()
            .find(|hub| hub.area.contains(&division.code))
            .map(|hub| hub.area.clone());
        plan.hubs
            .push(hub(&division.code, &division.name, parent.as_ref()));
        if division.code.as_str().len() == 12 {
            plan.phones.push(PlannedPhone {
                community: division.code.clone(),
                grid: area(&format!("{}001", division.code))?,
                member: name(&mut dice),
                quality: Quality::Good,
                messages: Vec::new(),
            });
        }
    }
    spread(&mut plan.phones, messages)?;
    Ok(plan)
}

fn spread(phones: &mut [PlannedPhone], messages: Vec<Message>) -> Result<()> {
    let count = u64::try_from(phones.len()).unwrap_or(u64::MAX);
    for message in messages {
        let at = fnv1a(message.id.as_bytes())
            .checked_rem(count)
            .and_then(|at| usize::try_from(at).ok());
        match at.and_then(|at| phones.get_mut(at)) {
            Some(phone) => phone.messages.push(message),
            None => return Err(CliError::Nothing),
        }
    }
    Ok(())
}

/// FNV-1a, 64 bits: the same on every machine and for ever.
fn fnv1a(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

fn hub(area: &Area, name: &str, parent: Option<&Area>) -> PlannedHub {
    PlannedHub {
        area: area.clone(),
        name: name.to_owned(),
        parent: parent.cloned(),
    }
}

fn area(code: &str) -> Result<Area> {
    crate::hub::parse_area(code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_made_county_is_as_announced() {
        let plan = made(&mut Dice::new(1)).unwrap();
        assert_eq!((plan.hubs.len(), plan.phones.len()), (7, 24));
        let parents: Vec<_> = plan
            .hubs
            .iter()
            .filter_map(|hub| hub.parent.as_ref())
            .collect();
        assert_eq!(parents.len(), 6);
        assert!(plan.hubs.iter().all(|hub| {
            hub.parent
                .as_ref()
                .is_none_or(|parent| parent.contains(&hub.area))
        }));
    }

    #[test]
    fn the_hash_is_the_published_one() {
        assert_eq!(fnv1a(b""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(fnv1a(b"foobar"), 0x8594_4171_f739_67e8);
    }
}
