//! A step's details as people read them: the other way round from [`StepDetail::set`].

use super::detail::{Judgement, StepDetail};
use super::kind::{Flow, Part};
use crate::kind::Level;

/// What a detail is called, in the order of [`StepDetail::KEYS`].
const NAMES: &[(&str, &str, &str)] = &[
    ("auto", "自动化规则", "Rule"),
    ("flow", "流程", "Flow"),
    ("urgent", "紧急", "Urgent"),
    ("re", "针对的步骤", "About the entry"),
    ("part", "主办或协办", "Lead or assist"),
    ("reason", "退回理由", "Reason"),
    ("basis", "依据", "Basis"),
    ("due_ms", "时限", "Due"),
    ("until_ms", "截止时间", "Until"),
    ("level", "提级到", "To the level"),
    ("record", "另一事件", "The other matter"),
    ("cause", "成因", "Cause"),
    ("factors", "因素", "Factors"),
    ("parties", "当事各方", "Parties"),
    ("solved_at", "解决层级", "To be solved at"),
    ("decision", "处理意见", "Decision"),
    ("resources", "所需资源", "Resources"),
    ("checks", "检查清单", "Check list"),
    ("done", "完成数", "Done"),
    ("of", "应完成数", "Out of"),
    ("score", "评分", "Score"),
    ("remeasured", "复测值", "Measured again"),
];

impl StepDetail {
    /// What a detail is called in Chinese and English; its key where it is none.
    #[must_use]
    pub fn name(key: &str) -> (&str, &str) {
        NAMES
            .iter()
            .find(|(known, _, _)| *known == key)
            .map_or((key, key), |&(_, zh, en)| (zh, en))
    }

    /// What is said, by key, each as [`StepDetail::set`] takes it; what is not said is left out, and so is the office.
    #[must_use]
    pub fn told(&self) -> Vec<(&'static str, String)> {
        let said = |key: &str| -> Option<String> {
            match key {
                "auto" => self.auto.clone(),
                "flow" => self.flow.map(|flow| Flow::word(flow).to_owned()),
                "urgent" => self.urgent.map(|urgent| urgent.to_string()),
                "re" => self.re.clone(),
                "part" => self.part.map(|part| Part::word(part).to_owned()),
                "reason" => self.reason.clone(),
                "basis" => self.basis.clone(),
                "due_ms" => self.due_ms.map(|ms| ms.0.to_string()),
                "until_ms" => self.until_ms.map(|ms| ms.0.to_string()),
                "level" => self.level.map(|level| Level::word(level).to_owned()),
                "record" => self.record.map(|record| record.to_string()),
                "checks" => self.checks_told(),
                "done" => self.done.map(|done| done.to_string()),
                "of" => self.of.map(|of| of.to_string()),
                "score" => self.score.map(|score| score.to_string()),
                "remeasured" => self.remeasured.map(|value| value.to_string()),
                _ => self.judgement.as_ref().and_then(|said| judged(said, key)),
            }
        };
        let keys = Self::KEYS.iter();
        keys.filter_map(|key| said(key).map(|text| (*key, text)))
            .collect()
    }

    fn checks_told(&self) -> Option<String> {
        let items = self.checks.iter();
        let items: Vec<String> = items
            .map(|(item, found)| format!("{item}={}", if *found { "是" } else { "否" }))
            .collect();
        some(items.join("；"))
    }
}

fn judged(said: &Judgement, key: &str) -> Option<String> {
    match key {
        "cause" => some(said.cause.clone()),
        "factors" => some(said.factors.join("；")),
        "parties" => some(said.parties.join("；")),
        "solved_at" => said.level.map(|level| Level::word(level).to_owned()),
        "decision" => some(said.decision.clone()),
        "resources" => some(said.resources.join("；")),
        _ => None,
    }
}

fn some(text: String) -> Option<String> {
    (!text.is_empty()).then_some(text)
}
