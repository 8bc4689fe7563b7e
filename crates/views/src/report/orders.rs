//! On what each order rests (R56): the basis printed on it, held against the policies that are here.

use wangge_model::id::RecordId;
use wangge_model::kind::Kind;
use wangge_model::time::Ms;

use super::{Cells, Scope, Sheet};
use crate::error::Result;
use crate::ground;
use crate::list::title_of;
use crate::rows::CellForm::{Coded, Record, Text};
use crate::rows::{Coded as Word, ReportRow};
use crate::source;
use crate::text::{self, word};
use crate::values::Values;

pub(super) const SHEET: Sheet = Sheet {
    name: "order_basis",
    label: ("指令依据", "Basis of orders"),
    tells: (
        "每件指令写明的法律依据,对应本地政策库中的哪一件、是否现行;没有对上的标明",
        "the legal basis that each order states, the policy of the library that it names and whether that is in force; what names none is told",
    ),
    about: None,
    columns: &[
        ("order", "指令", "Order", Record),
        ("sort", "类型", "Sort", Coded),
        ("to", "承办单位", "To whom", Text),
        ("due", "答复时限", "Due", Text),
        ("basis", "法律依据", "Legal basis", Text),
        ("policy", "对应政策", "Policy", Record),
        ("state", "依据状态", "State of the basis", Coded),
    ],
    rows,
};

/// A policy as orders name it.
struct Policy {
    id: RecordId,
    title: String,
    number: String,
    holds: bool,
}

fn rows(scope: &Scope<'_>) -> Result<Vec<ReportRow>> {
    let policies = policies(scope)?;
    let orders = scope.issued(Kind::ORDER)?;
    let row = |order| row(scope, order, &policies);
    orders.iter().map(row).collect()
}

fn policies(scope: &Scope<'_>) -> Result<Vec<Policy>> {
    let rows = scope.all(Kind::POLICY)?;
    let policies = rows.iter().map(|row| Policy {
        id: row.id,
        title: row.text("title").to_owned(),
        number: row.text("number").to_owned(),
        holds: scope.in_force(row),
    });
    Ok(policies.collect())
}

fn row(scope: &Scope<'_>, order: &ground::Row, policies: &[Policy]) -> Result<ReportRow> {
    let content = source::content(scope.conn, order.id)?;
    let basis = Values(&content.facets).text("basis");
    let names = |policy: &&Policy| {
        let mut called = [&policy.number, &policy.title].into_iter();
        called.any(|name| !name.is_empty() && basis.contains(name.as_str()))
    };
    let named = policies.iter().filter(names);
    // Of several of one name the one in force.
    let named = named.max_by_key(|policy| policy.holds);
    let title = title_of(scope.conn, &order.id.to_string())?.unwrap_or_default();
    let due = order.int("due_ms").map(|ms| Ms(ms).to_minutes());
    let cells = Cells::default()
        .record(order.id, &title)
        .coded(text::coded_or("order_sort", order.text("sort")))
        .text(order.text("to"))
        .text(due.unwrap_or_default())
        .text(basis);
    let cells = match named {
        Some(policy) => cells.record(policy.id, &policy.title),
        None => cells.text(""),
    };
    Ok(cells.coded(state(basis, named)).row())
}

fn state(basis: &str, named: Option<&Policy>) -> Word {
    match named {
        Some(policy) if policy.holds => word("in_force", "现行", "In force"),
        Some(_) => word("ended", "依据已失效", "No longer in force"),
        None if basis.trim().is_empty() => word("none", "没有依据", "No basis"),
        None => word("not_here", "政策库中没有", "Not in the library"),
    }
}
