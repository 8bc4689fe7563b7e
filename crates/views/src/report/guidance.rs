//! What to know before the next step of a matter (R33, R38, R68): what its class says, what its standard asks for, what may follow.

use wangge_model::step::StepKind;
use wangge_rules::matter::may_follow;

use super::subject::Subject;
use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::rows::CellForm::{Coded, Text};
use crate::rows::ReportRow;
use crate::text::{self, word};

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
    let mut told = of_class(&subject);
    told.extend(of_standard(&subject));
    let told = told.into_iter().filter(|(.., said)| !said.is_empty());
    let told = told.map(|((code, zh, en), said)| {
        let cells = Cells::default().coded(word(code, zh, en)).text(said);
        cells.coded(word("", "", "")).row()
    });
    let steps = may_follow(&subject.state).into_iter().map(step);
    Ok(told.chain(steps).collect())
}

/// A topic by its code, Chinese and English name, and what there is to say.
type Told = ((&'static str, &'static str, &'static str), String);

fn of_class(subject: &Subject) -> Vec<Told> {
    let taxonomy = subject.local.taxonomy();
    let path = taxonomy.path(subject.class_code());
    let names: Vec<&str> = path.iter().map(|class| class.name.as_str()).collect();
    let mut told = vec![(("class", "类别", "Class"), names.join(" / "))];
    if let Some(class) = subject.class() {
        told.extend([
            (
                ("definition", "定义", "Definition"),
                class.definition.clone(),
            ),
            (("example", "正例", "Examples"), class.examples.join("；")),
            (
                ("counter_example", "反例", "Counter-examples"),
                class.counter_examples.join("；"),
            ),
            (
                ("class_basis", "类别依据", "Basis of the class"),
                class.basis.clone(),
            ),
        ]);
    }
    // A class without guidance of its own has that of the class above.
    let guidance = path.iter().rev().find(|class| !class.guidance.is_empty());
    let guidance = guidance.map_or_else(String::new, |class| class.guidance.clone());
    told.push((("guidance", "办理提示", "Guidance"), guidance));
    told
}

fn of_standard(subject: &Subject) -> Vec<Told> {
    subject.filing(|_, judged| {
        let Some(standard) = judged.map(|judged| judged.standard) else {
            return Vec::new();
        };
        vec![
            (
                ("condition", "立案条件", "Filing condition"),
                standard.condition.clone(),
            ),
            (
                ("closing", "结案条件", "Closing condition"),
                standard.closing.clone(),
            ),
            (
                ("evidence", "取证要求", "Evidence"),
                standard.evidence.clone(),
            ),
            (
                ("responsible", "责任单位", "Responsible"),
                standard.responsible.clone(),
            ),
            (
                ("supervisor", "监督单位", "Supervised by"),
                standard.supervisor.clone(),
            ),
            (
                ("basis", "标准依据", "Basis of the standard"),
                standard.basis.clone(),
            ),
        ]
    })
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
