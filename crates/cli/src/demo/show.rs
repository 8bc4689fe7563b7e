//! The table at the end: who made, who holds, what conflicts, what it cost.

use wangge_hub::admin::{HubStatus, Reply, Request};

use super::figures::Figures;
use super::stage::Stage;
use crate::error::Result;
use crate::hub::level_name;
use crate::output::{Output, table};

/// Hubs that are listed one by one; of more only the upper levels.
const LISTED_MAX: usize = 40;

/// Prints what stands.
pub(crate) async fn show(stage: &Stage, figures: &Figures, output: Output) -> Result<()> {
    if output.is_json() {
        return Ok(());
    }
    let Reply::Status { mut hubs, .. } = stage.host.answer(Request::Status { hub: None }).await?
    else {
        return Ok(());
    };
    hubs.sort_by(|a, b| (a.area.as_str().len(), &a.area).cmp(&(b.area.as_str().len(), &b.area)));
    let made = |hub: &HubStatus| {
        let phones = stage
            .phones
            .iter()
            .filter(|phone| hub.area.contains(&phone.plan.grid));
        phones.map(|phone| phone.commits).sum::<u64>()
    };
    let rows = hubs.iter().take(LISTED_MAX).map(|hub| {
        [
            level_name(hub.level),
            hub.name.clone(),
            made(hub).to_string(),
            (hub.counts.commits + hub.counts.held).to_string(),
            hub.counts.residents.to_string(),
            hub.counts.matters.to_string(),
            hub.counts.parallel.to_string(),
            hub.counts.conflicts.to_string(),
            hub.counts.held.to_string(),
        ]
    });
    let head = [
        "级别 level",
        "名称 name",
        "手机提交 made",
        "已汇总 holds",
        "居民 residents",
        "事件 matters",
        "并行 parallel",
        "冲突 conflicts",
        "暂存 held",
    ];
    output.line(&table(head, rows))?;
    if hubs.len() > LISTED_MAX {
        output.line(&format!(
            "… 另有 {n} 个节点 · and {n} more hubs",
            n = hubs.len() - LISTED_MAX
        ))?;
    }
    output.line(&format!(
        "{} 个节点,{} 部手机 · {} hubs, {} phones\n\
         恢复联网后 {:.1} 秒县级收齐 · the county had all {:.1} s after the phones came back\n\
         上行 up {},下行 down {},内存峰值 peak memory {}",
        figures.hubs,
        figures.phones,
        figures.hubs,
        figures.phones,
        figures.merge_seconds,
        figures.merge_seconds,
        bytes(figures.bytes_up),
        bytes(figures.bytes_down),
        bytes(figures.peak_rss_bytes),
    ))
}

/// Says on the standard error why commits are held, where any are: in the demo nobody does what is held.
pub(crate) async fn tell_held(stage: &Stage, output: Output) -> Result<()> {
    for ((reason, hub), count) in stage.held_reasons().await? {
        let hub = hub.map_or_else(|| "-".to_owned(), |hub| hub.to_string());
        output.warn(&format!("暂存 held: {count} × {reason},节点 at hub {hub}"));
    }
    Ok(())
}

/// Where to look, and with which sign-in.
pub(crate) fn show_consoles(stage: &Stage, output: Output) -> Result<()> {
    let Some((name, passphrase)) = stage.sign_in() else {
        return Ok(());
    };
    output.line(&format!(
        "\n管理页面 consoles\n  {}\n登录名 name {name}  口令 passphrase {passphrase}\nCtrl-C 停止 stops",
        stage.host.consoles().join("\n  ")
    ))
}

fn bytes(number: u64) -> String {
    match number {
        0..1_024 => format!("{number} B"),
        1_024..1_048_576 => format!("{} KiB", number / 1_024),
        _ => format!("{} MiB", number / 1_048_576),
    }
}
