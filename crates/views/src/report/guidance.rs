//! What to know before the next step of a matter (R33, R38, R68): what its class says, what its standard asks for, what may follow.

use wangge_model::step::StepKind;
use wangge_rules::matter::may_follow;

use super::subject::{Subject, word};
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Text};
use crate::rows::{Coded as Topic, ReportRow};
use crate::text;

pub(super) const SHEET: Sheet = Sheet {
    name: "guidance",
    label: ("办理指引", "Guidance"),
    tells: (
        "办理这件事之前要知道的:类别的定义与办理提示,立案、结案条件与取证要求,接下来可以办理的步骤",
        "what to know before the matter's next step: its class's definition and guidance, the conditions for filing and closing, the evidence to take, the steps that may follow",
    ),
    about: Some(wangge_model::kind::Kind::MATTER),
    columns: &[
        ("topic", "项目", "Topic", Coded),
        ("text", "内容", "Text", Text),
        ("step", "步骤", "Step", Coded),
    ],
    rows,
};

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let subject = Subject::of(scope)?;
    let taxonomy = subject.local.taxonomy();
    let mut told: Vec<(Topic, String)> = Vec::new();
    let mut tell = |code: &str, zh: &str, en: &str, text: &str| {
        if !text.is_empty() {
            told.push((word(code, zh, en), text.to_owned()));
        }
    };
    let path = taxonomy.path(subject.class_code());
    let names: Vec<&str> = path.iter().map(|class| class.name.as_str()).collect();
    tell("class", "类别", "Class", &names.join(" / "));
    if let Some(class) = subject.class() {
        tell("definition", "定义", "Definition", &class.definition);
        tell("example", "正例", "Examples", &class.examples.join("；"));
        let counter = class.counter_examples.join("；");
        tell("counter_example", "反例", "Counter-examples", &counter);
        tell(
            "class_basis",
            "类别依据",
            "Basis of the class",
            &class.basis,
        );
    }
    // A class without guidance of its own has that of the class above.
    let guidance = path
        .iter()
        .rev()
        .find(|class| !class.guidance.is_empty())
        .map_or("", |class| class.guidance.as_str());
    tell("guidance", "办理提示", "Guidance", guidance);
    subject.filing(|_, judged| {
        let Some(standard) = judged.map(|judged| judged.standard) else {
            return;
        };
        tell(
            "condition",
            "立案条件",
            "Filing condition",
            &standard.condition,
        );
        tell(
            "closing",
            "结案条件",
            "Closing condition",
            &standard.closing,
        );
        tell("evidence", "取证要求", "Evidence", &standard.evidence);
        tell(
            "responsible",
            "责任单位",
            "Responsible",
            &standard.responsible,
        );
        tell(
            "supervisor",
            "监督单位",
            "Supervised by",
            &standard.supervisor,
        );
        tell(
            "basis",
            "标准依据",
            "Basis of the standard",
            &standard.basis,
        );
    });
    let none = || word("", "", "");
    let told = told.into_iter().map(|(topic, said)| {
        let cells = Cells::default().coded(topic).text(said);
        cells.coded(none()).row()
    });
    let steps = may_follow(&subject.state).into_iter().map(step);
    Ok(told.chain(steps).collect())
}

/// A step that may follow, and what it must say.
fn step(kind: StepKind) -> ReportRow {
    let needs = [
        (kind.needs_recipient(), "须写明交给谁"),
        (kind.needs_note(), "须写明理由"),
        (kind.needs_entry(), "须指明所针对的步骤"),
        (kind.directs(), "由负责人办理"),
    ];
    let needs: Vec<&str> = needs
        .iter()
        .filter_map(|(needed, said)| needed.then_some(*said))
        .collect();
    Cells::default()
        .coded(word("step", "可办步骤", "Step"))
        .text(needs.join("，"))
        .coded(text::step_coded(kind))
        .row()
}
