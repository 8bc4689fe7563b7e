//! What a person types beside a step, made into its details.

use std::collections::BTreeMap;

use super::detail::{Judgement, StepDetail};
use crate::time::Ms;

/// What is wrong with what was typed beside a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DetailProblem {
    /// Steps have no such detail.
    #[error("steps have no such detail")]
    Unknown,
    /// It is not of the form that the detail has.
    #[error("not {0}")]
    Form(&'static str),
}

impl DetailProblem {
    /// What is wrong, in Chinese.
    #[must_use]
    pub const fn zh(self) -> &'static str {
        match self {
            Self::Unknown => "办理步骤没有该项",
            Self::Form(_) => "格式不正确",
        }
    }
}

impl StepDetail {
    /// The keys that [`Self::set`] takes. `office` is not among them: it is the grant's.
    pub const KEYS: &'static [&'static str] = &[
        "auto",
        "flow",
        "urgent",
        "re",
        "part",
        "reason",
        "basis",
        "due_ms",
        "until_ms",
        "level",
        "record",
        "cause",
        "factors",
        "parties",
        "solved_at",
        "decision",
        "resources",
        "checks",
        "done",
        "of",
        "score",
        "remeasured",
    ];

    /// Sets a detail from text: words and codes as in JSON, instants as dates or milliseconds, lists with `;` between, the items of a check
    /// list as `item=yes;item=no`. `cause` to `resources` are the judgement's, with `solved_at` for its level.
    ///
    /// # Errors
    /// What is wrong with it; nothing is set then.
    pub fn set(&mut self, key: &str, typed: &str) -> Result<(), DetailProblem> {
        let typed = typed.trim();
        match key {
            "auto" => self.auto = Some(typed.to_owned()),
            "flow" => self.flow = Some(word(typed, "a flow")?),
            "urgent" => self.urgent = Some(truth(typed)?),
            "re" => self.re = Some(typed.to_owned()),
            "part" => self.part = Some(word(typed, "lead or assist")?),
            "reason" => self.reason = Some(typed.to_owned()),
            "basis" => self.basis = Some(typed.to_owned()),
            "due_ms" => self.due_ms = Some(instant(typed)?),
            "until_ms" => self.until_ms = Some(instant(typed)?),
            "level" => self.level = Some(word(typed, "a level")?),
            "record" => self.record = Some(word(typed, "a record's id")?),
            "checks" => self.checks = checks(typed)?,
            "done" => self.done = Some(word(typed, "a number")?),
            "of" => self.of = Some(word(typed, "a number")?),
            "score" => self.score = Some(word(typed, "a number")?),
            "remeasured" => self.remeasured = Some(word(typed, "a number")?),
            _ => return self.set_judgement(key, typed),
        }
        Ok(())
    }

    fn set_judgement(&mut self, key: &str, typed: &str) -> Result<(), DetailProblem> {
        let mut judgement: Judgement = self.judgement.take().unwrap_or_default();
        let set = match key {
            "cause" => {
                typed.clone_into(&mut judgement.cause);
                Ok(())
            }
            "decision" => {
                typed.clone_into(&mut judgement.decision);
                Ok(())
            }
            "factors" => {
                judgement.factors = list(typed);
                Ok(())
            }
            "parties" => {
                judgement.parties = list(typed);
                Ok(())
            }
            "resources" => {
                judgement.resources = list(typed);
                Ok(())
            }
            "solved_at" => word(typed, "a level").map(|level| judgement.level = Some(level)),
            _ => Err(DetailProblem::Unknown),
        };
        if set.is_ok() || judgement != Judgement::default() {
            self.judgement = Some(judgement);
        }
        set
    }
}

fn word<T: std::str::FromStr>(typed: &str, form: &'static str) -> Result<T, DetailProblem> {
    typed.parse().map_err(|_| DetailProblem::Form(form))
}

fn truth(typed: &str) -> Result<bool, DetailProblem> {
    match typed {
        "是" | "true" | "yes" | "1" => Ok(true),
        "否" | "false" | "no" | "0" => Ok(false),
        _ => Err(DetailProblem::Form("yes or no")),
    }
}

fn instant(typed: &str) -> Result<Ms, DetailProblem> {
    match typed.parse::<i64>() {
        Ok(ms) if typed.len() > 8 => Ok(Ms(ms)),
        _ => word(typed, "an instant"),
    }
}

fn list(typed: &str) -> Vec<String> {
    typed
        .split([';', '；'])
        .map(str::trim)
        .filter(|item| !item.is_empty())
        .map(str::to_owned)
        .collect()
}

fn checks(typed: &str) -> Result<BTreeMap<String, bool>, DetailProblem> {
    list(typed)
        .into_iter()
        .map(|item| {
            let (name, found) = item
                .rsplit_once(['=', ':', '：'])
                .ok_or(DetailProblem::Form("item=yes;item=no"))?;
            Ok((name.trim().to_owned(), truth(found.trim())?))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::kind::Level;
    use crate::step::{Flow, Part};

    #[test]
    fn each_detail_is_typed_as_people_write_it() {
        let mut detail = StepDetail::default();
        let typed = [
            ("auto", "remind.reply"),
            ("flow", "service"),
            ("urgent", "是"),
            ("re", "log/1"),
            ("part", "assist"),
            ("reason", "not_duty"),
            ("basis", "职责清单"),
            ("due_ms", "1790000000000"),
            ("until_ms", "2026-10-01"),
            ("level", "township"),
            ("record", "01996a2f-2000-7002-8000-726563000001"),
            ("cause", "漏水"),
            ("factors", "楼龄；无物业"),
            ("parties", "楼上;楼下;"),
            ("solved_at", "community"),
            ("decision", "更换"),
            ("resources", ""),
            ("checks", "井盖=否；路灯：是"),
            ("done", "3"),
            ("of", "4"),
            ("score", "5"),
            ("remeasured", "0"),
        ];
        assert_eq!(typed.map(|(key, _)| key).as_slice(), StepDetail::KEYS);
        for (key, text) in typed {
            assert_eq!(detail.set(key, text), Ok(()), "{key}");
        }
        assert_eq!(
            (detail.flow, detail.urgent),
            (Some(Flow::Service), Some(true))
        );
        assert_eq!(
            (detail.part, detail.due_ms),
            (Some(Part::Assist), Some(Ms(1_790_000_000_000)))
        );
        assert_eq!(
            detail.until_ms.map(Ms::to_rfc3339).as_deref(),
            Some("2026-10-01T00:00:00+08:00")
        );
        let judgement = detail.judgement.clone().unwrap();
        assert_eq!(judgement.parties, ["楼上", "楼下"]);
        assert_eq!(judgement.level, Some(Level::Community));
        assert_eq!(
            detail.checks,
            [("井盖".to_owned(), false), ("路灯".to_owned(), true)].into()
        );
    }

    #[test]
    fn what_is_told_of_a_step_can_be_typed_again() {
        let typed = [
            ("flow", "service"),
            ("part", "assist"),
            ("due_ms", "1790000000000"),
            ("level", "township"),
            ("cause", "漏水"),
            ("factors", "楼龄；无物业"),
            ("solved_at", "community"),
            ("checks", "井盖=否；路灯=是"),
            ("score", "5"),
            ("remeasured", "2"),
        ];
        let mut detail = StepDetail::default();
        for (key, text) in typed {
            detail.set(key, text).unwrap();
        }
        let told = detail.told();
        let expected = typed.map(|(key, text)| (key, text.to_owned()));
        assert_eq!(told, expected);
        let mut again = StepDetail::default();
        for (key, text) in &told {
            again.set(key, text).unwrap();
        }
        assert_eq!(again, detail);
        for key in StepDetail::KEYS {
            assert_ne!(StepDetail::name(key).0, *key, "every detail has a name");
        }
    }

    #[test]
    fn what_is_no_detail_is_told() {
        let mut detail = StepDetail::default();
        assert_eq!(
            detail.set("office", "county_head"),
            Err(DetailProblem::Unknown)
        );
        for (key, text) in [
            ("flow", "绿色"),
            ("urgent", "很"),
            ("score", "-1"),
            ("remeasured", "-1"),
            ("until_ms", "明天"),
            ("solved_at", "月球"),
            ("checks", "井盖"),
        ] {
            assert!(
                matches!(detail.set(key, text), Err(DetailProblem::Form(_))),
                "{key}"
            );
        }
        assert_eq!(detail, StepDetail::default(), "nothing is set");
    }
}
