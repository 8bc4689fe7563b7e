use clap::{Args, Subcommand};
use wangge_model::time::Date;

use super::{PageArgs, TEMPLATE};

/// What is done with the records of every kind, on a phone and on a hub alike.
#[derive(Debug, Subcommand)]
pub(crate) enum RecordCommand {
    /// 列出记录类型:居民、家庭户、房屋、部件、组织、事件等 · List the kinds of records
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record kinds\n  wangge hub record --hub 410522100001 kinds")]
    Kinds,
    /// 列出一类记录的字段、可选代码与办理步骤 · List a kind's fields, codes and steps
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record fields household\n  wangge hub record --hub 410522100001 fields household")]
    Fields {
        /// 记录类型,见 kinds · The kind, see kinds
        kind: String,
    },
    /// 新建一条记录 · Make a record
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record new resident name=王芳 sex=2 phone=13900000000\n  wangge phone record new matter title=路灯不亮 place=东街\n  wangge phone record new matter title=楼道堆物 sort=hazard --step settle_on_spot --note 当场清走\n  wangge hub record --hub 410522100001 new resident name=王芳 sex=2 phone=13900000000")]
    New {
        /// 记录类型,见 kinds · The kind, see kinds
        kind: String,
        /// 字段=值,见 fields;事件还可写第一步的内容,如 flow=service、urgent=是 · field=value, see fields; of a matter also what its first step says, such as flow=service, urgent=yes
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// 所属网格或区域的代码;不写即自己的 · Its grid or area; without it your own
        #[arg(long, value_name = "CODE", default_value = "")]
        area: String,
        /// 事件:第一步,上报(不写即是)或自办自结 settle_on_spot · Matters: the first step, report (without it) or settle_on_spot
        #[arg(long, value_name = "STEP")]
        step: Option<String>,
        /// 第一步的说明 · A note on the first step
        #[arg(long, default_value = "", requires = "step")]
        note: String,
    },
    /// 修改字段;值为空即清除 · Edit fields; an empty value clears
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record set 0123456789ab phone=13900000001\n  wangge hub record --hub 410522100001 set 0123456789ab phone=13900000001")]
    Set {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
        /// 字段=值 · field=value
        #[arg(required = true, value_name = "FIELD=VALUE")]
        fields: Vec<String>,
    },
    /// 为一件事办理一步 · Take a step of a matter
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record step 0123456789ab dispose --note 已更换灯泡\n  wangge hub record step 0123456789ab return reason=not_duty basis=职责清单第3条\n  wangge hub record step 0123456789ab ask_suspend until_ms=2026-12-31T00:00:00+08:00 --note 等待配件")]
    Step {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
        /// 哪一步,见 fields matter · Which step, see fields matter
        step: String,
        /// 随这一步填写的字段与步骤内容,如 reply=…、reason=… · What the step sets and says, such as reply=…, reason=…
        #[arg(value_name = "FIELD=VALUE")]
        fields: Vec<String>,
        /// 说明 · A note
        #[arg(long, default_value = "")]
        note: String,
        /// 交给谁 · To whom it is handed
        #[arg(long, default_value = "")]
        to: String,
    },
    /// 划转到另一个网格(仅在节点上):原网格的手机清除,新网格的手机取得 · Move to another grid, at a hub: the old grid's phones let go, the new one's get them
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge hub record --hub 410522100001 move 0123456789ab 0123456789cd --to 410522100001002\n  wangge hub record --hub 410522100001 move --division 0123456789ab --dry-run\n  wangge hub record --hub 410522100001 move --division 0123456789ab")]
    Move(MoveArgs),
    /// 列出一类记录,可按字段筛选、按文字查找 · List a kind, filtered by fields, searched by words
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record list resident --find 王芳\n  wangge phone record list component --where state=破损 --where checked=2026-01-01..2026-04-01\n  wangge phone record list matter --open\n  wangge hub record --hub 410522100001 list resident --find 王芳")]
    List(ListArgs),
    /// 查看一条记录:字段、来源与时间、关联、经过、冲突、提交 · Show one: fields, who said so and when, links, log, conflicts, commits
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record show 0123456789ab\n  wangge hub record --hub 410522100001 show 0123456789ab")]
    Show {
        /// 记录编号,或能认出它的末几位 · The record, or enough of its last digits
        record: String,
    },
    /// 考核指标:上报、受理、按期处置、结案、满意等,按区域与时段 · Indicators by area and period
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record figures\n  wangge phone record figures --from 2026-10-01 --until 2026-11-01\n  wangge hub record figures --area 410522100 --from 2026-01-01 --until 2027-01-01")]
    Figures {
        /// 第一天;不写则为最后一天之前的30天 · The first day; else thirty days before the end
        #[arg(long, value_name = "DATE")]
        from: Option<Date>,
        /// 最后一天的次日;不写则到今天 · The day after the last; else up to today
        #[arg(long, value_name = "DATE")]
        until: Option<Date>,
        /// 只看这个区域 · Only this area
        #[arg(long, value_name = "CODE", default_value = "")]
        area: String,
    },
    /// 报表:由台账当场生成,不需填报;不写名称则列出全部报表 · A table made from the ledgers; without a name, which there are
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record report\n  wangge phone record report owners\n  wangge hub record report policies --area 410522")]
    Report(ReportArgs),
    /// 检查数据:列出不合规则之处及规则代码 · Check the data: every broken rule, with its code
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record check\n  wangge hub record check --area 410522100001 --rows 500")]
    Check {
        /// 只看这个区域 · Only this area
        #[arg(long, value_name = "CODE", default_value = "")]
        area: String,
        /// 最多列出的条数 · Findings listed at most
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=10_000))]
        rows: u32,
    },
    /// 按已启用的自动化规则办理:受理、派遣、提醒、生成任务、结案;每一步注明规则,负责人可以撤销;重复运行不会重复办理 · Do what the enabled rules say: accept, dispatch, remind, make tasks, close; each step names its rule, a director can revert it, and running again does nothing twice
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record automate --dry-run\n  wangge hub record automate --dry-run\n  wangge hub record automate --area 410522100")]
    Automate {
        /// 只看这个区域 · Only this area
        #[arg(long, value_name = "CODE", default_value = "")]
        area: String,
        /// 只列出,不办理 · List it, do nothing
        #[arg(long)]
        dry_run: bool,
    },
    /// 应当提级的事件:给哪一级、从何时起(离线也能计算) · Matters of which a level above must be told (reckoned offline as well)
    #[command(help_template = TEMPLATE, next_help_heading = "选项 Options",
        after_help = "示例 Example:\n  wangge phone record escalations\n  wangge hub record escalations --area 410522100")]
    Escalations {
        /// 只看这个区域 · Only this area
        #[arg(long, value_name = "CODE", default_value = "")]
        area: String,
        /// 最多列出的条数 · Rows at most
        #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(1..=500))]
        rows: u32,
    },
}

/// Which records of a kind are listed.
#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// 记录类型,见 kinds · The kind, see kinds
    pub(crate) kind: String,
    /// 要找的字:姓名、地址、标题;完整的证件号码 · Words to find: a name, an address, a title; a whole identity number
    #[arg(long, value_name = "TEXT", default_value = "")]
    pub(crate) find: String,
    /// 字段=值,或 字段=从..到(不含),或 字段=(没有值) · field=value, field=from..until (without until), or field= (has none)
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    pub(crate) filters: Vec<String>,
    /// 只看这个区域 · Only this area
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) area: String,
    /// 只看有冲突的 · Only those with a conflict
    #[arg(long)]
    pub(crate) conflicts: bool,
    /// 只看这么多天没有更新的 · Only those that nobody has changed for so many days
    #[arg(long, value_name = "N")]
    pub(crate) stale_days: Option<u32>,
    /// 事件:只看已超期的 · Matters: only overdue ones
    #[arg(long)]
    pub(crate) overdue: bool,
    /// 事件:按到期时间排列 · Matters: in the order in which they are due
    #[arg(long)]
    pub(crate) by_due: bool,
    /// 事件:只看未办结的 · Matters: only open ones
    #[arg(long, conflicts_with = "closed")]
    pub(crate) open: bool,
    /// 事件:只看已办结的 · Matters: only closed ones
    #[arg(long)]
    pub(crate) closed: bool,
    /// 事件:只看这个阶段 · Matters: only this stage
    #[arg(long, value_name = "STAGE", default_value = "")]
    pub(crate) stage: String,
    #[command(flatten)]
    pub(crate) page: PageArgs,
}

/// What goes where.
#[derive(Debug, Args)]
pub(crate) struct MoveArgs {
    /// 记录编号,或能认出它的末几位 · The records, or enough of their last digits
    #[arg(required_unless_present = "division", requires = "to")]
    pub(crate) records: Vec<String>,
    /// 划入的网格或区域的代码 · The grid or area where they go
    #[arg(long, value_name = "CODE", requires = "records")]
    pub(crate) to: Option<String>,
    /// 按这个已生效的网格调整方案划转:楼栋、家庭户、组织及其名下的房屋、居民、走访、服务等一并划转;可重复执行 · What this division plan in force assigns elsewhere: buildings, households, organisations, and what belongs to them; may be called again
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["records", "to"])]
    pub(crate) division: Option<String>,
    /// 只统计,不划转 · Count only, move nothing
    #[arg(long, requires = "division")]
    pub(crate) dry_run: bool,
}

/// Which report is made, of where and when.
#[derive(Debug, Args)]
pub(crate) struct ReportArgs {
    /// 报表名称 · The report
    #[arg(default_value = "")]
    pub(crate) name: String,
    /// 只看这个区域 · Only this area
    #[arg(long, value_name = "CODE", default_value = "")]
    pub(crate) area: String,
    /// 第一天;不写则为最后一天前三十日 · The first day; thirty days before the last by default
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) from: String,
    /// 最后一天的次日;不写则为明天 · The day after the last; tomorrow by default
    #[arg(long, value_name = "DATE", default_value = "")]
    pub(crate) until: String,
    /// 关于哪条记录(有的报表需要) · The record that it is about, where it needs one
    #[arg(long, value_name = "RECORD")]
    pub(crate) about: Option<String>,
    /// 最多列出的行数 · Rows at most
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    pub(crate) rows: u32,
}

/// `wangge phone record`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct PhoneRecordArgs {
    #[command(subcommand)]
    pub(crate) command: RecordCommand,
}

/// `wangge hub record`
#[derive(Debug, Args)]
#[command(subcommand_help_heading = "命令 Commands")]
pub(crate) struct HubRecordArgs {
    /// 哪个节点;只有一个时可以不写 · Which hub; needed where there are several
    #[arg(long, value_name = "CODE", global = true)]
    pub(crate) hub: Option<String>,
    /// 以哪位负责人的名义;只有一位时可以不写 · As which director; needed where there are several
    #[arg(long = "as", value_name = "NAME", global = true)]
    pub(crate) director: Option<String>,
    #[command(subcommand)]
    pub(crate) command: RecordCommand,
}
