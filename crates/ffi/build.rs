//! Tells UniFFI the plain types of core's face as they stand in their source, names, fields and docstrings, so that nothing is
//! written twice. UniFFI could read them in place, but binds each crate as a module of its own: an app would import our rooms.

use std::error::Error;
use std::path::Path;
use std::{env, fs};

use quote::quote;
use syn::{Attribute, Expr, ExprLit, Item, ItemEnum, ItemStruct, Lit, Meta, Type, parse_quote};

/// Where the plain types stand, and which of them cross. A name that core does not hand out does not compile.
const FACE: &[(&str, &[&str])] = &[
    ("../model/src/draft.rs", &["FieldEdit", "NewStep"]),
    (
        "../core/src/face.rs",
        &[
            "Form",
            "FormField",
            "PhoneStatus",
            "RecordPage",
            "Saved",
            "SyncEnd",
            "SyncReport",
        ],
    ),
    (
        "../core/src/suggest.rs",
        &["Suggested", "SuggestedClass", "UrgencyHint"],
    ),
    (
        "../views/src/rows.rs",
        &[
            "Candidate",
            "CellRow",
            "ChangeRow",
            "Coded",
            "FieldFilter",
            "FieldRow",
            "HeldAnswer",
            "HeldRow",
            "HistoryRow",
            "Label",
            "LinkRow",
            "Order",
            "Person",
            "Query",
            "ReasonText",
            "Record",
            "RecordRow",
            "Status",
            "StatusWord",
            "StepRow",
        ],
    ),
    (
        "../views/src/rows/clocks.rs",
        &["ClockRow", "EscalationRow", "Light"],
    ),
    (
        "../views/src/rows/figures.rs",
        &["Figures", "Indicator", "Split", "CountedIn"],
    ),
    ("../views/src/rows/findings.rs", &["Check", "FindingRow"]),
    (
        "../views/src/rows/matters.rs",
        &["DetailRow", "HeldByRow", "PartRow", "PhaseRow", "Standing"],
    ),
    (
        "../views/src/rows/report.rs",
        &[
            "Cell",
            "CellForm",
            "Column",
            "Report",
            "ReportAsk",
            "ReportName",
            "ReportRow",
        ],
    ),
];

/// The types whose default every language has.
const PLAIN: &[&str] = &["String", "Vec", "bool", "i64", "u32", "u64"];

fn main() -> Result<(), Box<dyn Error>> {
    let mut told = String::new();
    for (path, names) in FACE {
        println!("cargo::rerun-if-changed={path}");
        let source = syn::parse_file(&fs::read_to_string(path)?)?;
        let mut missing = names.to_vec();
        for item in source.items {
            let (name, item) = match item {
                Item::Struct(item) => (item.ident.to_string(), record(item)),
                Item::Enum(item) => (item.ident.to_string(), choice(item)),
                _ => continue,
            };
            if names.contains(&name.as_str()) {
                missing.retain(|missing| *missing != name);
                told.push_str(&item);
            }
        }
        if !missing.is_empty() {
            return Err(format!("{path} has no {}", missing.join(", ")).into());
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("face.rs"), told)?;
    Ok(())
}

/// A struct. One that has a default may be made in the other languages from what differs from it.
fn record(item: ItemStruct) -> String {
    let has_default = derives(&item.attrs, "Default");
    let (name, docs) = (&item.ident, docs(&item.attrs));
    let fields = item.fields.iter().map(|field| {
        let (key, ty, docs) = (&field.ident, &field.ty, self::docs(&field.attrs));
        let default: Option<Attribute> = (is(ty, &["Option"]) || has_default && is(ty, PLAIN))
            .then(|| parse_quote!(#[uniffi(default)]));
        quote!(#(#docs)* #default pub #key: #ty)
    });
    quote!(#(#docs)* #[uniffi::remote(Record)] pub struct #name { #(#fields),* }).to_string()
}

/// An enum of words.
fn choice(item: ItemEnum) -> String {
    let (name, docs) = (&item.ident, docs(&item.attrs));
    let words = item.variants.iter().map(|word| {
        let (name, docs) = (&word.ident, self::docs(&word.attrs));
        quote!(#(#docs)* #name)
    });
    quote!(#(#docs)* #[uniffi::remote(Enum)] pub enum #name { #(#words),* }).to_string()
}

/// The docstrings, with rustdoc's links as plain names.
fn docs(attrs: &[Attribute]) -> Vec<Attribute> {
    let lines = attrs.iter().filter_map(|attr| match &attr.meta {
        Meta::NameValue(meta) if meta.path.is_ident("doc") => Some(&meta.value),
        _ => None,
    });
    let plain = |line: &Expr| match line {
        Expr::Lit(ExprLit {
            lit: Lit::Str(line),
            ..
        }) => {
            let line = line
                .value()
                .replace("[`", "`")
                .replace("`]", "`")
                .replace("crate::", "");
            Some(parse_quote!(#[doc = #line]))
        }
        _ => None,
    };
    lines.filter_map(plain).collect()
}

fn derives(attrs: &[Attribute], name: &str) -> bool {
    attrs.iter().any(|attr| {
        let mut found = false;
        if attr.path().is_ident("derive") {
            let parsed = attr.parse_nested_meta(|meta| {
                found |= meta.path.is_ident(name);
                Ok(())
            });
            found &= parsed.is_ok();
        }
        found
    })
}

/// Whether a type has one of these names.
fn is(ty: &Type, names: &[&str]) -> bool {
    let Type::Path(path) = ty else {
        return false;
    };
    let last = path.path.segments.last();
    last.is_some_and(|last| names.iter().any(|name| last.ident == name))
}
