//! `wangge … record automate`: what the enabled rules say is done, each act named by its rule.

use wangge_core::Draft;
use wangge_hub::automate::{Automated, Deed, Rounds};

use super::{Ledger, report};
use crate::error::{CliError, Result};
use crate::output::{Output, table};

pub(super) fn automate(ledger: &Ledger, area: &str, dry_run: bool, output: Output) -> Result<()> {
    let mut rounds = Rounds::over(area);
    if dry_run {
        return report::report(&ledger.report(rounds.ask())?, output);
    }
    loop {
        let pieces = rounds.deeds(&ledger.report(rounds.ask())?);
        if pieces.is_empty() {
            return output.print(&rounds.finish(), told);
        }
        for deeds in pieces {
            carry_out(ledger, deeds, &mut rounds)?;
        }
    }
}

/// Saves the acts; what the rights or the rules do not allow is told with its reason.
fn carry_out(ledger: &Ledger, deeds: Vec<Deed>, rounds: &mut Rounds) -> Result<()> {
    let drafts: Vec<Draft> = deeds.iter().map(Deed::draft).collect();
    for (deed, saved) in deeds.into_iter().zip(ledger.save(&drafts)?) {
        match saved {
            Ok(done) => rounds.note(deed, Ok(done.record)),
            Err(
                error @ (CliError::Refused { .. }
                | CliError::Phone(wangge_core::Error::FixDraft(_))),
            ) => rounds.note(deed, Err(error.to_string())),
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn told(automated: &Automated) -> String {
    let rows = automated.done.iter().chain(&automated.refused).map(|deed| {
        [
            deed.rule.clone(),
            deed.step.clone(),
            deed.record.get(24..).unwrap_or_default().to_owned(),
            deed.to.clone(),
            deed.note.clone(),
            deed.refused.clone().unwrap_or_default(),
        ]
    });
    let head = [
        "规则 rule",
        "动作 step",
        "记录 record",
        "交给 to",
        "说明 why",
        "未办原因 refused",
    ];
    format!(
        "{}\n已办 done {}, 未办 refused {}",
        table(head, rows),
        automated.done.len(),
        automated.refused.len()
    )
}
