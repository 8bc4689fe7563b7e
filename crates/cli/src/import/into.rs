//! Where imported rows go.

use wangge_core::{Draft, Phone};
use wangge_hub::{NewHub, Parent, Site, init_tree};

use super::{Imported, RowProblem, Rows, Wrong, load, read_divisions, read_messages};
use crate::args::ImportArgs;
use crate::demo::letters;
use crate::error::{CliError, Result};
use crate::hub::parse_area;
use crate::output::Output;

/// Rows that are saved at once.
const ROWS_AT_ONCE: usize = 256;

/// A hub for each division of a county, from the county down to its communities.
pub(super) fn divisions(args: &ImportArgs, output: Output) -> Result<Imported> {
    let Rows { good, bad } = load(&args.file, read_divisions)?;
    let county = args.county.as_deref().map(parse_area).transpose()?;
    let within = |code: &wangge_model::area::Area| {
        (6..=12).contains(&code.as_str().len())
            && county.as_ref().is_none_or(|county| county.contains(code))
    };
    let chosen: Vec<_> = good
        .into_iter()
        .filter(|(_, division)| within(&division.code))
        .collect();
    let codes: Vec<_> = chosen
        .iter()
        .map(|(_, division)| division.code.clone())
        .collect();
    let news: Vec<_> = chosen
        .into_iter()
        .map(|(_, division)| {
            let above = codes
                .iter()
                .filter(|code| code.contains(&division.code) && **code != division.code);
            let parent = above
                .max_by_key(|code| code.as_str().len())
                .cloned()
                .map(Parent::Here);
            NewHub {
                area: division.code,
                name: division.name,
                parent,
            }
        })
        .collect();
    let taken = u64::try_from(news.len()).unwrap_or(u64::MAX);
    if !args.dry_run {
        let site = Site::create(args.place.folder()?)?;
        let bar = output.bar(taken, "新建节点 making hubs");
        let step = bar.clone();
        crate::on_runtime(async move { Ok(init_tree(&site, news, move || step.inc(1)).await?) })?;
        bar.finish_and_clear();
    }
    Ok(Imported {
        taken,
        new: taken,
        ..rejected(bad)
    })
}

/// Citizens' messages as matters of a phone.
pub(super) fn messages(args: &ImportArgs, output: Output) -> Result<Imported> {
    let Rows { good, bad } = load(&args.file, read_messages)?;
    let drafts: Vec<_> = good
        .iter()
        .map(|(line, message)| (*line, letters::matter(message)))
        .collect();
    let mut imported = rejected(bad);
    if args.dry_run {
        imported.taken = u64::try_from(drafts.len()).unwrap_or(u64::MAX);
        imported.new = imported.taken;
        return Ok(imported);
    }
    let phone = crate::phone::open(args.place.folder()?)?;
    let records = save(&phone, &drafts, &mut imported, output)?;
    let replies: Vec<_> = good
        .iter()
        .zip(&records)
        .filter_map(|((line, message), record)| {
            Some((*line, letters::reply(message, record.as_deref()?)?))
        })
        .collect();
    let taken = imported.taken;
    save(&phone, &replies, &mut imported, output)?;
    imported.taken = taken;
    imported.new = taken;
    phone.close()?;
    Ok(imported)
}

/// Saves drafts, some at once; what a phone does not take is listed with its line. Answers the records, none where a row was not taken.
fn save(
    phone: &Phone,
    drafts: &[(u64, Draft)],
    imported: &mut Imported,
    output: Output,
) -> Result<Vec<Option<String>>> {
    let bar = output.bar(
        u64::try_from(drafts.len()).unwrap_or(u64::MAX),
        "导入 importing",
    );
    let mut records = Vec::with_capacity(drafts.len());
    for part in drafts.chunks(ROWS_AT_ONCE) {
        let of: Vec<Draft> = part.iter().map(|(_, draft)| draft.clone()).collect();
        for ((line, _), saved) in part.iter().zip(phone.save_all(&of)?) {
            records.push(match saved {
                Ok(saved) => {
                    imported.taken += 1;
                    Some(saved.record)
                }
                Err(wangge_core::Error::FixDraft(trouble)) => {
                    imported.reject([Wrong::new(trouble.code, trouble.zh, trouble.en).at(*line)]);
                    None
                }
                Err(error) => return Err(CliError::Phone(error)),
            });
            bar.inc(1);
        }
    }
    bar.finish_and_clear();
    imported.bad.sort_by_key(|problem| problem.line);
    Ok(records)
}

/// An import so far: what was left out of the file.
fn rejected(bad: Vec<RowProblem>) -> Imported {
    let mut imported = Imported::default();
    for problem in bad {
        imported.reject([problem]);
    }
    imported
}
