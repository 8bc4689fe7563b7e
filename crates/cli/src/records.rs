//! Records of every kind from the shell: the same commands on a phone and on a hub.

use std::path::Path;

use serde::Serialize;
use wangge_core::rows::{
    Check, EscalationRow, FieldFilter, Figures, HistoryRow, Order, Query, Record, RecordRow,
    Report, ReportAsk,
};
use wangge_core::{Draft, FieldEdit, NewStep, PackageFinding, PackageTable};
use wangge_hub::admin::{RecordAsk, Reply, Saved};
use wangge_model::kind::Kind;

use crate::args::{HubRecordArgs, ListArgs, PageArgs, RecordCommand, ReportArgs};
use crate::error::{CliError, Result};
use crate::output::Output;
use crate::words;

mod automate;
mod hub;
mod moves;
mod report;
mod show;

pub(crate) use hub::HubLedger;

/// Where the records are.
pub(crate) enum Ledger {
    /// On a phone, offline.
    Phone(Box<wangge_core::Phone>),
    /// At a hub, running or not; what is written is a director's.
    Hub(Box<HubLedger>),
}

/// An act that is saved.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Done {
    pub(crate) record: String,
    pub(crate) commit: String,
}

#[derive(Serialize)]
pub(crate) struct Shown {
    #[serde(flatten)]
    pub(crate) record: Record,
    pub(crate) history: Vec<HistoryRow>,
}

#[derive(Serialize)]
struct Listed {
    rows: Vec<RecordRow>,
    total: u64,
}

impl Ledger {
    fn ask(&self, what: RecordAsk) -> Result<Option<Reply>> {
        match self {
            Self::Phone(_) => Ok(None),
            Self::Hub(hub) => hub.ask(what).map(Some),
        }
    }

    /// Saves acts; each succeeds or fails for itself.
    pub(crate) fn save(&self, acts: &[Draft]) -> Result<Vec<Result<Done>>> {
        let director = match self {
            Self::Phone(phone) => {
                return Ok(phone
                    .save_all(acts)?
                    .into_iter()
                    .map(|saved| Ok(done_of_phone(saved?)))
                    .collect());
            }
            Self::Hub(hub) => hub.director.clone(),
        };
        let acts = acts.to_vec();
        let Some(Reply::Saved(saved)) = self.ask(RecordAsk::Save { director, acts })? else {
            return Err(CliError::Nothing);
        };
        Ok(saved.into_iter().map(done_of_hub).collect())
    }

    fn save_one(&self, act: Draft) -> Result<Done> {
        let mut saved = self.save(std::slice::from_ref(&act))?;
        saved.pop().ok_or(CliError::Nothing)?
    }

    /// A page of a kind.
    pub(crate) fn list(&self, kind: &str, query: Query) -> Result<(Vec<RecordRow>, u64)> {
        if let Self::Phone(phone) = self {
            let page = phone.list(kind, &query)?;
            return Ok((page.rows, page.total));
        }
        let kind = kind.to_owned();
        match self.ask(RecordAsk::List { kind, query })? {
            Some(Reply::Listed(page)) => Ok((page.rows, page.total)),
            _ => Err(CliError::Nothing),
        }
    }

    fn show(&self, record: String) -> Result<Shown> {
        if let Self::Phone(phone) = self {
            let commits = Query {
                limit: 100,
                ..Query::default()
            };
            return Ok(Shown {
                record: phone.record(&record, true)?,
                history: phone.history(&record, &commits)?,
            });
        }
        match self.ask(RecordAsk::Show { record })? {
            Some(Reply::Shown(shown)) => Ok(Shown {
                record: shown.record,
                history: shown.history,
            }),
            _ => Err(CliError::Nothing),
        }
    }

    fn figures(&self, area: String, from: String, until: String) -> Result<Figures> {
        if let Self::Phone(phone) = self {
            return Ok(phone.figures(&area, &from, &until)?);
        }
        match self.ask(RecordAsk::Figures { area, from, until })? {
            Some(Reply::Figures(figures)) => Ok(figures),
            _ => Err(CliError::Nothing),
        }
    }

    fn report(&self, ask: ReportAsk) -> Result<Report> {
        if let Self::Phone(phone) = self {
            return Ok(phone.report(&ask)?);
        }
        match self.ask(RecordAsk::Report(ask))? {
            Some(Reply::Report(report)) => Ok(report),
            _ => Err(CliError::Nothing),
        }
    }

    /// Prints a report.
    pub(crate) fn tell_report(&self, ask: ReportAsk, output: Output) -> Result<()> {
        report::report(&self.report(ask)?, output)
    }

    /// Judges a package with what is in force at a hub.
    pub(crate) fn check_package(&self, tables: &[PackageTable]) -> Result<Vec<PackageFinding>> {
        let tables = tables.to_vec();
        match self.ask(RecordAsk::CheckPackage { tables })? {
            Some(Reply::PackageChecked(found)) => Ok(found),
            _ => Err(no_hub()),
        }
    }

    /// What is in force here, as a package.
    pub(crate) fn package(&self) -> Result<Vec<PackageTable>> {
        let area = String::new();
        match self.ask(RecordAsk::Package { area })? {
            Some(Reply::Package(tables)) => Ok(tables),
            _ => Err(no_hub()),
        }
    }

    fn check(&self, area: String, findings_max: u32) -> Result<Check> {
        if let Self::Phone(phone) = self {
            return Ok(phone.check(&area, findings_max)?);
        }
        match self.ask(RecordAsk::Check { area, findings_max })? {
            Some(Reply::Check(check)) => Ok(check),
            _ => Err(CliError::Nothing),
        }
    }

    fn escalations(&self, area: String, rows_max: u32) -> Result<Vec<EscalationRow>> {
        if let Self::Phone(phone) = self {
            return Ok(phone.escalations(&area, rows_max)?);
        }
        match self.ask(RecordAsk::Escalations { area, rows_max })? {
            Some(Reply::Escalations(rows)) => Ok(rows),
            _ => Err(CliError::Nothing),
        }
    }

    /// A record by its id or enough of its last digits.
    fn find(&self, text: &str) -> Result<String> {
        if text.len() == 36 {
            return Ok(text.to_owned());
        }
        let records = match self {
            Self::Phone(phone) => phone.ending(text)?,
            Self::Hub(_) => match self.ask(RecordAsk::Find {
                tail: text.to_owned(),
            })? {
                Some(Reply::Found { records }) => records,
                _ => Vec::new(),
            },
        };
        match records.as_slice() {
            [one] => Ok(one.clone()),
            [] if text.len() >= 4 => Err(CliError::Nothing),
            _ => Err(CliError::Word {
                zh: format!("「{text}」不足以认出一条记录,请多写几位"),
                en: format!("{text} does not name one record: give more digits"),
            }),
        }
    }

    /// Lets the store go.
    pub(crate) fn close(self) -> Result<()> {
        match self {
            Self::Phone(phone) => Ok(phone.close()?),
            Self::Hub(hub) => {
                hub.close();
                Ok(())
            }
        }
    }
}

/// Packages are a hub's.
fn no_hub() -> CliError {
    CliError::Word {
        zh: "基础数据由节点发布:请用 --hub 代码 --dir 目录".to_owned(),
        en: "a hub issues reference data: give --hub CODE --dir DIR".to_owned(),
    }
}

fn done_of_hub(saved: Saved) -> Result<Done> {
    match saved {
        Saved::Done { record, commit } => Ok(Done { record, commit }),
        Saved::Wrong(wrong) => Err(CliError::Refused {
            code: wrong.code,
            field: wrong.field,
            zh: wrong.zh,
            en: wrong.en,
        }),
    }
}

fn done_of_phone(saved: wangge_core::Saved) -> Done {
    Done {
        record: saved.record,
        commit: saved.commit,
    }
}

/// `wangge hub record …`
pub(crate) fn of_hub(dir: &Path, args: HubRecordArgs, output: Output) -> Result<()> {
    // What there is to be asked is the same everywhere: no hub is needed for it.
    match &args.command {
        RecordCommand::Kinds => return show::kinds(output),
        RecordCommand::Fields { kind } => return show::fields(kind, output),
        RecordCommand::Report(report) if report.name.is_empty() => {
            return report::names(&wangge_core::reports(), output);
        }
        _ => {}
    }
    let hub = HubLedger::new(dir, args.hub.as_deref(), args.director)?;
    run(Ledger::Hub(Box::new(hub)), args.command, output)
}

/// Runs one of the commands and lets the ledger go.
pub(crate) fn run(ledger: Ledger, command: RecordCommand, output: Output) -> Result<()> {
    let done = act(&ledger, command, output);
    ledger.close()?;
    done
}

fn act(ledger: &Ledger, command: RecordCommand, output: Output) -> Result<()> {
    match command {
        RecordCommand::Kinds => show::kinds(output),
        RecordCommand::Fields { kind } => show::fields(&kind, output),
        RecordCommand::New {
            kind,
            fields,
            area,
            step,
            note,
        } => {
            let fields = parse_pairs(&fields)?;
            print_saved(
                &ledger.save_one(begin(kind, area, fields, step, note))?,
                output,
            )
        }
        RecordCommand::Set { record, fields } => {
            let act = Draft::Edit {
                record: ledger.find(&record)?,
                fields: parse_pairs(&fields)?,
                stated_ms: None,
            };
            print_saved(&ledger.save_one(act)?, output)
        }
        RecordCommand::Step {
            record,
            step,
            fields,
            note,
            to,
        } => {
            let act = Draft::Step {
                record: ledger.find(&record)?,
                step: NewStep {
                    step,
                    note,
                    to,
                    fields: parse_pairs(&fields)?,
                    at_ms: None,
                },
            };
            print_saved(&ledger.save_one(act)?, output)
        }
        RecordCommand::Move(args) => moves::run(ledger, &args, output),
        RecordCommand::Figures { from, until, area } => {
            // As for reports: the last thirty days.
            let until = until.unwrap_or_else(|| words::today().plus(1));
            let from = from.unwrap_or_else(|| until.plus(-30));
            show::figures(
                &ledger.figures(area, from.to_string(), until.to_string())?,
                output,
            )
        }
        RecordCommand::Report(args) => report(ledger, args, output),
        RecordCommand::Automate { area, dry_run } => {
            automate::automate(ledger, &area, dry_run, output)
        }
        RecordCommand::Check { area, rows } => check(ledger, area, rows, output),
        RecordCommand::Escalations { area, rows } => {
            show::escalations(&ledger.escalations(area, rows)?, output)
        }
        RecordCommand::List(args) => list(ledger, args, output),
        RecordCommand::Show { record } => {
            let record = ledger.find(&record)?;
            show::record(&ledger.show(record)?, output)
        }
    }
}

/// A new record, and the step with which its log begins where one was named.
fn begin(
    kind: String,
    area: String,
    fields: Vec<FieldEdit>,
    step: Option<String>,
    note: String,
) -> Draft {
    let step = step.map(|step| NewStep {
        step,
        note,
        ..NewStep::default()
    });
    Draft::New {
        kind,
        area,
        fields,
        step,
        stated_ms: None,
    }
}

fn check(ledger: &Ledger, area: String, rows: u32, output: Output) -> Result<()> {
    let check = ledger.check(area, rows)?;
    show::check(&check, output)?;
    if check.hard > 0 {
        return Err(CliError::BrokenRules { hard: check.hard });
    }
    Ok(())
}

fn report(ledger: &Ledger, args: ReportArgs, output: Output) -> Result<()> {
    if args.name.is_empty() {
        return report::names(&wangge_core::reports(), output);
    }
    let ask = ReportAsk {
        about: args
            .about
            .map_or(Ok(String::new()), |about| ledger.find(&about))?,
        name: args.name,
        area: args.area,
        from: args.from,
        until: args.until,
        rows_max: args.rows,
    };
    report::report(&ledger.report(ask)?, output)
}

fn list(ledger: &Ledger, args: ListArgs, output: Output) -> Result<()> {
    let query = Query {
        area: args.area,
        text: args.find,
        filters: args
            .filters
            .iter()
            .map(|word| parse_filter(word))
            .collect::<Result<_>>()?,
        changed_before_ms: args.stale_days.map(words::days_ago_ms),
        stage: args.stage,
        closed: (args.open || args.closed).then_some(args.closed),
        conflicts_only: args.conflicts,
        now_ms: Some(words::days_ago_ms(0)),
        overdue: args.overdue.then_some(true),
        order: if args.by_due {
            Order::Due
        } else {
            Order::Newest
        },
        ..query(&args.page)
    };
    let (rows, total) = ledger.list(&args.kind, query)?;
    let found = total > 0;
    let listed = Listed { rows, total };
    output.print(&listed, |listed| {
        show::rows(
            args.kind.parse().unwrap_or(Kind::RESIDENT),
            &listed.rows,
            total,
        )
    })?;
    if found {
        Ok(())
    } else {
        Err(CliError::Nothing)
    }
}

fn query(page: &PageArgs) -> Query {
    Query {
        offset: u64::from(page.page.saturating_sub(1)) * u64::from(page.rows),
        limit: page.rows,
        ..Query::default()
    }
}

/// `field=value`; an empty value clears.
pub(crate) fn parse_pairs(words: &[String]) -> Result<Vec<FieldEdit>> {
    words
        .iter()
        .map(|word| {
            let (key, value) = pair(word)?;
            Ok(if value.is_empty() {
                FieldEdit::remove(key)
            } else {
                FieldEdit::set(key, value)
            })
        })
        .collect()
}

/// `field=value`, `field=from..until`, `field=` for none.
fn parse_filter(word: &str) -> Result<FieldFilter> {
    let (key, value) = pair(word)?;
    let key = key.to_owned();
    let none = FieldFilter {
        key,
        ..FieldFilter::default()
    };
    Ok(match value.split_once("..") {
        Some((from, until)) => FieldFilter {
            from: from.to_owned(),
            until: until.to_owned(),
            ..none
        },
        None if value.is_empty() => FieldFilter {
            missing: true,
            ..none
        },
        None => FieldFilter {
            value: value.to_owned(),
            ..none
        },
    })
}

fn pair(word: &str) -> Result<(&str, &str)> {
    word.split_once('=').ok_or_else(|| CliError::Word {
        zh: format!("「{word}」应写成 字段=值"),
        en: format!("{word}: write field=value"),
    })
}

fn print_saved(done: &Done, output: Output) -> Result<()> {
    output.print(done, |done| format!("已保存 saved  {}", done.record))
}
