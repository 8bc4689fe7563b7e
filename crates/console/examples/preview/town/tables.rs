//! What is counted in the made-up community.

use wangge_views::rows::{
    Cell, CellForm, Check, Column, CountedIn, Figures, FindingRow, Indicator, Label, Report,
    ReportAsk, ReportRow, Split,
};

use super::now_ms;

fn both(zh: &str, en: &str) -> Label {
    Label {
        zh: zh.into(),
        en: en.into(),
    }
}

/// Other numbers each month.
pub(crate) fn indicators(month: i64) -> Vec<Indicator> {
    let indicator = |code: &str, label, unit, n: i64, of: Option<i64>, value| Indicator {
        code: code.into(),
        label,
        unit,
        n,
        of,
        value,
        split: Vec::new(),
    };
    let (reported, closed) = (100 + month * 7, 80 + month * 5);
    let mut reports = indicator(
        "reported",
        both("上报事件", "Matters reported"),
        CountedIn::Count,
        reported,
        None,
        Some(reported),
    );
    reports.split = vec![Split {
        key: "event".into(),
        label: both("一般事件", "Event"),
        n: reported,
        of: None,
        value: Some(reported),
    }];
    vec![
        reports,
        indicator(
            "closed_share",
            both("结案率", "Share closed"),
            CountedIn::Permille,
            closed,
            Some(reported),
            Some(1000 * closed / reported),
        ),
        indicator(
            "response",
            both("平均响应时间", "Mean time to respond"),
            CountedIn::Ms,
            closed * 5_400_000,
            Some(closed),
            Some(5_400_000),
        ),
    ]
}

/// The grids of the community.
pub(crate) fn below() -> Vec<Figures> {
    let grids = (1..5).map(|n| Figures {
        area: format!("41052210000100{n}"),
        from: "2026-11-01".into(),
        until: "2026-12-01".into(),
        now_ms: now_ms(),
        indicators: indicators(n * 3),
    });
    grids.collect()
}

/// One row of every form.
pub(crate) fn report(ask: &ReportAsk) -> Report {
    let column = |key: &str, zh: &str, en: &str, form| Column {
        key: key.into(),
        label: both(zh, en),
        form,
    };
    let share = Cell {
        value: "3/4".into(),
        n: Some(3),
        of: Some(4),
        ..Cell::default()
    };
    let word = Cell {
        value: "community".into(),
        label: Some(both("社区（村）", "Community")),
        ..Cell::default()
    };
    Report {
        name: ask.name.clone(),
        label: both("政策法规分布", "Policies by level"),
        area: ask.area.clone(),
        from: "2026-11-01".into(),
        until: "2026-12-01".into(),
        now_ms: now_ms(),
        columns: vec![
            column("level", "层级", "Level", CellForm::Coded),
            column("in_force", "现行占比", "In force", CellForm::Share),
        ],
        rows: vec![ReportRow {
            cells: vec![word, share],
        }],
        total: 1,
    }
}

/// One broken rule.
pub(crate) fn check(record: &str) -> Check {
    Check {
        findings: vec![FindingRow {
            code: "sizing.households_low".into(),
            hard: true,
            zh: "网格户数低于下限".into(),
            en: "fewer households than a grid has".into(),
            records: vec![record.into()],
        }],
        hard: 1,
        soft: 0,
        cut: false,
    }
}
