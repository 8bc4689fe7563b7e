use std::path::PathBuf;

use clap::Args;

/// `wangge demo`
#[derive(Debug, Args)]
#[command(next_help_heading = "选项 Options")]
pub(crate) struct DemoArgs {
    /// 汇总完成后退出,不再提供页面 · Leave when the county holds all; serve no console
    #[arg(long)]
    pub(crate) exit: bool,
    /// 真实区划 (code,name,level,parent_code);与 --messages 一起 · Real divisions; with --messages
    #[arg(long, value_name = "FILE", requires = "messages")]
    pub(crate) divisions: Option<PathBuf>,
    /// 真实群众来信,作为离线上报的事件 · Real messages of citizens, as matters reported offline
    #[arg(long, value_name = "FILE", requires = "divisions")]
    pub(crate) messages: Option<PathBuf>,
    /// 真实区划里的哪个县 · Which county of the real divisions
    #[arg(long, value_name = "CODE", default_value = "410522")]
    pub(crate) county: String,
    /// 数据目录;不给则用临时目录 · The folder for the stores; else a temporary one
    #[arg(long, value_name = "DIR")]
    pub(crate) dir: Option<PathBuf>,
    /// 页面的地址 · Where the consoles are served
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) console: std::net::SocketAddr,
    /// 随机数种子:同一种子生成同样的居民和编辑 · The seed of the made-up data
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(crate) seed: u64,
}
