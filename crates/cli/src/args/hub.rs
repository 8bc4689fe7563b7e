use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{HubRecordArgs, TEMPLATE};

/// `wangge hub`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct HubArgs {
    /// 存放节点的目录 · The folder that holds the hubs
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        env = "WANGGE_SITE",
        default_value = "site"
    )]
    pub(crate) dir: PathBuf,
    #[command(subcommand)]
    pub(crate) command: HubCommand,
}

impl HubArgs {
    /// Whether the command is a server, whose log is read.
    pub(crate) fn serves(&self) -> bool {
        matches!(self.command, HubCommand::Run(_))
    }
}

/// What a person does with the hubs of a folder.
#[derive(Debug, Subcommand)]
pub(crate) enum HubCommand {
    /// 新建一个节点;一个目录可以放一个或许多节点 · Make a hub; a folder holds one or many
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub init --dir site --area 410522 --name 安阳县\n  wangge hub init --dir site --area 410522100 --name 水冶镇 --parent 410522")]
    Init(InitArgs),
    /// 运行目录里的全部节点,直到 Ctrl-C · Run all hubs of a folder until Ctrl-C
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub run --dir site --listen 0.0.0.0:4433 --console 127.0.0.1:8080\n  wangge hub run --dir site --automate-every 60")]
    Run(RunArgs),
    /// 发一张一次性邀请:给网格员的手机,或给下级节点 · Make a one-time invitation for a member's phone or a child hub
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub invite --dir site --hub 410522100001 --member 王芳 --grid 410522100001001\n  wangge hub invite --dir site --hub 410522100001 --member 张医生 --role volunteer --until 2027-06-30\n  wangge hub invite --dir site --hub 410522 --child 410522101")]
    Invite(InviteArgs),
    /// 收回一部手机的授权:之后的提交会暂存,等负责人处理 · Take a phone's right away: what it sends afterwards is held
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub revoke --dir site --hub 410522100001 --member 王芳")]
    Revoke(RevokeArgs),
    /// 设置一位负责人的登录口令 · Give a director a passphrase for the console
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub director --dir site --hub 410522100001 --name 李主任")]
    Director(DirectorArgs),
    /// 各节点的数量、下级的最近联系、上级的连接 · What the hubs hold, and when they last heard from whom
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub status --dir site")]
    Status(StatusArgs),
    /// 列出等待负责人处理的冲突与暂存的提交,并处理 · List what waits for a director, and settle it
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub review --dir site --hub 410522100001\n  wangge hub review --dir site --hub 410522100001 settle 0190a7e4-5c7e-7cc0-8a4e-0123456789ab open phone 2")]
    Review(ReviewArgs),
    /// 各类记录:新建、修改、办理、列出、查看;以负责人的名义 · Records of every kind: make, edit, step, list, show; as a director
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub record --dir site --hub 410522100001 list matter --open\n  wangge hub record --dir site --hub 410522 --as 张县长 new notice title=汛期值守 text=…")]
    Record(HubRecordArgs),
}

/// `wangge hub init`
#[derive(Debug, Args)]
pub(crate) struct InitArgs {
    /// 区划代码:县 6 位,乡镇 9 位,社区 12 位 · Division code: 6 digits for a county, 9 a township, 12 a community
    #[arg(long, value_name = "CODE")]
    pub(crate) area: String,
    /// 节点名称 · The hub's name
    #[arg(long)]
    pub(crate) name: String,
    /// 上级:同一目录里节点的代码,或上级发来的邀请 · The parent: the code of a hub in the same folder, or its invitation
    #[arg(long, value_name = "CODE|INVITATION")]
    pub(crate) parent: Option<String>,
}

/// `wangge hub run`
#[derive(Debug, Args)]
pub(crate) struct RunArgs {
    /// 手机与下级节点连接的地址 (UDP) · Where phones and child hubs connect (UDP)
    #[arg(long, value_name = "ADDR", default_value = "0.0.0.0:4433")]
    pub(crate) listen: SocketAddr,
    /// 管理页面的地址 (HTTP);对外开放请放在 HTTPS 反向代理之后 · Where the console is served (HTTP); put an HTTPS proxy before it
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080")]
    pub(crate) console: SocketAddr,
    /// 每隔多少秒自动办理一次已启用的规则;0 为关闭 · Seconds between doing what the enabled rules say; 0 turns it off
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    pub(crate) automate_every: u64,
}

/// `wangge hub invite`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("whom").required(true).args(["member", "child"])))]
pub(crate) struct InviteArgs {
    /// 由哪个节点邀请;目录里只有一个时可省略 · The hub that invites; may be left out where there is one
    #[arg(long, value_name = "CODE")]
    pub(crate) hub: Option<String>,
    /// 成员姓名:邀请此人的手机 · A member's name: invites that person's phone
    #[arg(long, value_name = "NAME")]
    pub(crate) member: Option<String>,
    /// 成员的网格代码 (15 位) · The member's grid code (15 digits)
    #[arg(long, value_name = "CODE", requires = "member")]
    pub(crate) grid: Option<String>,
    /// 成员的角色 · The member's role
    #[arg(long, value_enum, default_value = "grid-member", requires = "member")]
    pub(crate) role: RoleArg,
    /// 授权到哪天为止(含当天);默认一年 · The last day on which the right holds; a year where none is given
    #[arg(long, value_name = "DATE", requires = "member")]
    pub(crate) until: Option<String>,
    /// 下级节点的区划代码:邀请一个下级节点 · A child hub's division code: invites a child hub
    #[arg(long, value_name = "CODE")]
    pub(crate) child: Option<String>,
    /// 下级节点的名称 · The child hub's name
    #[arg(long, value_name = "NAME", requires = "child")]
    pub(crate) name: Option<String>,
    /// 有效天数 · Days until it expires
    #[arg(long, value_name = "N", default_value_t = 7, value_parser = clap::value_parser!(u16).range(1..=365))]
    pub(crate) days: u16,
    /// 对方看到的本机地址(主机:端口) · This machine's address as the invited will reach it
    #[arg(long, value_name = "HOST:PORT", default_value = "127.0.0.1:4433")]
    pub(crate) address: String,
}

/// `wangge hub revoke`
#[derive(Debug, Args)]
#[command(group(clap::ArgGroup::new("whose").required(true).args(["member", "device"])))]
pub(crate) struct RevokeArgs {
    /// 授权的节点;目录里只有一个时可省略 · The hub that gave the right; may be left out where there is one
    #[arg(long, value_name = "CODE")]
    pub(crate) hub: Option<String>,
    /// 成员姓名 · The member's name
    #[arg(long, value_name = "NAME")]
    pub(crate) member: Option<String>,
    /// 手机的公钥(wangge phone status 或 hub status --json 给出) · The phone's public key
    #[arg(long, value_name = "KEY")]
    pub(crate) device: Option<String>,
}

/// A member's role, as typed.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum RoleArg {
    /// 网格员 · grid member
    GridMember,
    /// 社区负责人 · director of a community
    CommunityDirector,
    /// 乡镇负责人 · head of a township
    TownshipHead,
    /// 县负责人 · head of a county
    CountyHead,
    /// 受邀企业 · an enterprise that takes part
    Enterprise,
    /// 受邀事业单位 · a public institution that takes part
    Institution,
    /// 受邀社会组织 · a social organisation that takes part
    Social,
    /// 志愿者 · a volunteer
    Volunteer,
    /// 居民 · a resident
    Resident,
    /// 人大代表政协委员 · a deputy
    Deputy,
    /// 物联网感知设备 · a sensor, or the gateway of several
    Sensor,
}

/// `wangge hub director`
#[derive(Debug, Args)]
pub(crate) struct DirectorArgs {
    /// 节点代码;目录里只有一个时可省略 · The hub; may be left out where there is one
    #[arg(long, value_name = "CODE")]
    pub(crate) hub: Option<String>,
    /// 登录名,也是页面上显示的姓名 · The name to sign in with, and to show
    #[arg(long)]
    pub(crate) name: String,
    /// 从标准输入读口令的第一行;不给则生成一个并显示一次 · Read the passphrase from standard input; else one is made and shown once
    #[arg(long)]
    pub(crate) passphrase_stdin: bool,
}

/// `wangge hub status`
#[derive(Debug, Args)]
pub(crate) struct StatusArgs {
    /// 只看这个节点 · Only this hub
    #[arg(long, value_name = "CODE")]
    pub(crate) hub: Option<String>,
}

/// `wangge hub review`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct ReviewArgs {
    /// 节点代码;目录里只有一个时可省略 · The hub; may be left out where there is one
    #[arg(long, global = true, value_name = "CODE")]
    pub(crate) hub: Option<String>,
    /// 以哪位负责人的名义;只有一位时可省略 · As which director; may be left out where there is one
    #[arg(long = "as", alias = "director", global = true, value_name = "NAME")]
    pub(crate) director: Option<String>,
    #[command(subcommand)]
    pub(crate) act: Option<ReviewAct>,
}

/// What a director does with what waits.
#[derive(Debug, Subcommand)]
pub(crate) enum ReviewAct {
    /// 在冲突字段的几个值里选定一个 · Choose among the values of a field in conflict
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub review --dir site settle 0190a7e4-5c7e-7cc0-8a4e-0123456789ab open phone 2")]
    Settle {
        /// 记录编号 · The record
        record: String,
        /// 资料类别:open、contact、identity、care、special · The facet
        facet: String,
        /// 字段 · The field
        key: String,
        /// 选第几个值,从 1 数起 · Which of the listed values, counted from 1
        #[arg(value_parser = clap::value_parser!(u16).range(1..=64))]
        choice: u16,
    },
    /// 采纳一条暂存的提交 · Take a held commit over
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub review --dir site adopt 5f0c2a7be19d4c33")]
    Adopt {
        /// 提交编号,或能认出它的开头几位 · The commit, or enough of its first digits
        commit: String,
    },
    /// 退回一条暂存的提交 · Decline a held commit
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub review --dir site decline 5f0c2a7be19d4c33 --reason duplicate")]
    Decline {
        /// 提交编号,或能认出它的开头几位 · The commit, or enough of its first digits
        commit: String,
        /// 理由 · Why
        #[arg(long, value_enum)]
        reason: DeclineArg,
    },
}

/// Why a director declines.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum DeclineArg {
    /// 内容不实 · it is wrong
    Wrong,
    /// 重复 · it is there already
    Duplicate,
    /// 不归本辖区 · it is not ours
    NotOurs,
}
