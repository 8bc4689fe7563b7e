//! `wangge hub run`

use std::path::Path;
use std::time::Duration;

use serde::Serialize;
use wangge_hub::{Host, HostOptions, Site};

use crate::args::RunArgs;
use crate::error::Result;
use crate::output::Output;
use crate::signal;

/// Where the site is reached.
#[derive(Debug, Serialize)]
struct Running {
    listen: String,
    /// The console of the largest area; `/` leads there.
    console: String,
    consoles: Vec<String>,
}

/// Runs all hubs of a folder until Ctrl-C or SIGTERM.
pub(crate) async fn run(dir: &Path, args: RunArgs, output: Output) -> Result<()> {
    let site = Site::open(dir)?;
    let lock = site.lock()?;
    let options = HostOptions {
        listen: Some(args.listen),
        console: Some(args.console),
        automate: (args.automate_every > 0).then(|| Duration::from_secs(args.automate_every)),
        ..HostOptions::offline()
    };
    let host = Host::open(site, lock, options).await?;
    let running = Running {
        listen: host
            .listens()
            .map(|address| address.to_string())
            .unwrap_or_default(),
        console: host.console().unwrap_or_default(),
        consoles: host.consoles(),
    };
    output.print(&running, |running| {
        format!(
            "手机与下级连接 phones and children  {} (UDP)\n管理页面 consoles  {}\nCtrl-C 停止 stops",
            running.listen,
            running.consoles.join("\n                   ")
        )
    })?;
    signal::stop_asked().await;
    output.note("正在停止 stopping …");
    host.close().await;
    Ok(())
}
