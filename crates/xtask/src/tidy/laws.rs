//! The laws on the page and the laws of the simulated world, each with its mutant.

use serde_json::Value;

use super::architecture::Law;
use crate::error::XtaskError;
use crate::house::House;
use crate::run::Run;

/// What `wangge-sim --list --json` tells: `[{"law": …, "mutant": …}, …]`.
pub(crate) fn laws_of_sim(house: &House) -> Result<Vec<Law>, XtaskError> {
    let ended = Run::new(house, "list of laws", house.program("wangge-sim"))
        .args(["--list", "--json"])
        .capture()?;
    parse(&ended.stdout).ok_or_else(|| XtaskError::Unreadable {
        what: "wangge-sim --list --json".to_owned(),
        why: format!("not a list of laws and mutants: {:?}", ended.stdout),
    })
}

fn parse(told: &str) -> Option<Vec<Law>> {
    let told: Value = serde_json::from_str(told.trim()).ok()?;
    let text = |law: &Value, name: &str| law.get(name).and_then(Value::as_str).map(str::to_owned);
    told.as_array()?
        .iter()
        .map(|law| {
            Some(Law {
                name: text(law, "law")?,
                mutant: text(law, "mutant")?,
            })
        })
        .collect()
}

/// Complaints about laws that only one side knows, and mutants that differ.
pub(super) fn check(page: &[Law], sim: &[Law]) -> Vec<String> {
    let missing = |laws: &[Law], law: &Law| !laws.iter().any(|other| other == law);
    let unchecked = page.iter().filter(|law| missing(sim, law));
    let unwritten = sim.iter().filter(|law| missing(page, law));
    let unchecked = unchecked.map(|law| {
        format!(
            "{} («{}») is on the page, not in the simulator",
            law.name, law.mutant
        )
    });
    let unwritten = unwritten.map(|law| {
        format!(
            "{} («{}») is in the simulator, not on the page",
            law.name, law.mutant
        )
    });
    unchecked.chain(unwritten).collect()
}

#[cfg(test)]
mod tests {
    use super::{Law, check, parse};

    #[test]
    fn the_simulators_list_is_read() {
        let law = Law {
            name: "no_loss".to_owned(),
            mutant: "release effects before commit".to_owned(),
        };
        let told = r#"[{"law":"no_loss","mutant":"release effects before commit"}]"#;
        assert_eq!(parse(told), Some(vec![law]));
        assert_eq!(parse("[{}]"), None);
    }

    #[test]
    fn each_side_is_held_against_the_other() {
        let law = |name: &str, mutant: &str| Law {
            name: name.to_owned(),
            mutant: mutant.to_owned(),
        };
        let (loss, bound) = (law("no_loss", "a"), law("bounded", "b"));
        assert_eq!(
            check(
                &[loss.clone(), bound.clone()],
                &[bound.clone(), loss.clone()]
            ),
            Vec::<String>::new()
        );
        assert_eq!(
            check(&[loss.clone(), bound.clone()], std::slice::from_ref(&loss)).len(),
            1
        );
        assert_eq!(
            check(std::slice::from_ref(&loss), &[loss.clone(), bound.clone()]).len(),
            1
        );
        assert_eq!(check(&[loss], &[law("no_loss", "another")]).len(), 2);
    }
}
