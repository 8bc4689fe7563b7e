//! The commands that ask the hubs, whether a process runs them or not.

use std::io::BufRead;
use std::path::Path;

use serde::Serialize;
use wangge_hub::admin::{
    Broken, Decision, HubStatus, Invited, Reply, Request, Review, Secret, Whom, Whose, ask,
};
use wangge_hub::{Site, mint_passphrase};
use wangge_model::area::Area;
use wangge_model::id::{CommitId, Key, MemberId};
use wangge_model::kind::Role;
use wangge_model::reason::Reason;

use super::{parse_area, parse_day};
use crate::args::{
    DeclineArg, DirectorArgs, InviteArgs, ReviewAct, ReviewArgs, RevokeArgs, RoleArg, StatusArgs,
};
use crate::error::{CliError, Result};
use crate::output::{Output, table};
use crate::words;

/// `wangge hub invite`
pub(crate) async fn invite(dir: &Path, args: InviteArgs, output: Output) -> Result<()> {
    let hub = parse_hub(args.hub.as_deref())?;
    let until = args.until.as_deref().map(parse_day).transpose()?;
    let whom = match (args.member, args.child) {
        (Some(name), _) => {
            let area = args
                .grid
                .as_deref()
                .or(args.hub.as_deref())
                .ok_or_else(|| CliError::Word {
                    zh: "请用 --grid 指明成员的网格代码".to_owned(),
                    en: "name the member's grid with --grid".to_owned(),
                })?;
            Whom::Member {
                name,
                role: role(args.role),
                area: parse_area(area)?,
                until_ms: until.map(|last| last.plus(1).start().0),
            }
        }
        (None, child) => {
            let area = parse_area(&child.unwrap_or_default())?;
            Whom::Hub {
                name: args.name.unwrap_or_else(|| area.to_string()),
                area,
            }
        }
    };
    let request = Request::Invite {
        hub,
        whom,
        days: args.days,
        address: args.address,
    };
    let Reply::Invited(invited) = ask(&Site::open(dir)?, request).await? else {
        return Err(CliError::Nothing);
    };
    output.print(
        &invited,
        |Invited {
             invitation,
             until_ms,
         }| {
            format!(
                "{invitation}\n一次有效,至 good once, until {}",
                words::date(*until_ms)
            )
        },
    )
}

/// `wangge hub revoke`
pub(crate) async fn revoke(dir: &Path, args: RevokeArgs, output: Output) -> Result<()> {
    #[derive(Serialize)]
    struct Revoked {
        device: Key,
    }
    let whose = match (args.member, args.device) {
        (_, Some(key)) => Whose::Device(key.parse().map_err(|error| bad_word(&key, &error))?),
        (member, None) => Whose::Member(member.unwrap_or_default()),
    };
    let request = Request::Revoke {
        hub: parse_hub(args.hub.as_deref())?,
        whose,
    };
    let Reply::Revoked { device } = ask(&Site::open(dir)?, request).await? else {
        return Err(CliError::Nothing);
    };
    output.print(&Revoked { device }, |revoked| {
        format!("已收回授权 the right is taken away from {}", revoked.device)
    })
}

/// `wangge hub director`
pub(crate) async fn director(dir: &Path, args: DirectorArgs, output: Output) -> Result<()> {
    #[derive(Serialize)]
    struct Made {
        name: String,
        member: MemberId,
        #[serde(skip_serializing_if = "Option::is_none")]
        passphrase: Option<String>,
    }
    let (passphrase, minted) = if args.passphrase_stdin {
        let mut line = String::new();
        std::io::stdin()
            .lock()
            .read_line(&mut line)
            .map_err(|source| CliError::Read {
                path: "-".into(),
                source,
            })?;
        (line.trim_end_matches(['\r', '\n']).to_owned(), None)
    } else {
        let minted = mint_passphrase()?;
        (minted.clone(), Some(minted))
    };
    let request = Request::Director {
        hub: parse_hub(args.hub.as_deref())?,
        name: args.name.clone(),
        passphrase: Secret(passphrase),
    };
    let Reply::Director { member } = ask(&Site::open(dir)?, request).await? else {
        return Err(CliError::Nothing);
    };
    output.print(&Made { name: args.name, member, passphrase: minted }, |made| {
        let shown = made.passphrase.as_deref().unwrap_or("(已设置 set)");
        format!("登录名 name        {}\n口令 passphrase    {shown}\n口令只显示这一次 it is shown this once", made.name)
    })
}

/// `wangge hub status`
pub(crate) async fn status(dir: &Path, args: StatusArgs, output: Output) -> Result<()> {
    #[derive(Serialize)]
    #[serde(untagged)]
    enum Line {
        Hub(Box<HubStatus>),
        Broken(Broken),
    }
    let request = Request::Status {
        hub: parse_hub(args.hub.as_deref())?,
    };
    let Reply::Status { hubs, broken } = ask(&Site::open(dir)?, request).await? else {
        return Err(CliError::Nothing);
    };
    let count = broken.len();
    let lines: Vec<_> = hubs
        .into_iter()
        .map(|hub| Line::Hub(Box::new(hub)))
        .chain(broken.into_iter().map(Line::Broken))
        .collect();
    output.print(&lines, |lines| {
        let hubs: Vec<_> = lines
            .iter()
            .filter_map(|line| {
                if let Line::Hub(hub) = line {
                    Some(&**hub)
                } else {
                    None
                }
            })
            .collect();
        let mut text = hubs_table(&hubs);
        for hub in hubs.iter().filter(|_| hubs.len() <= 8) {
            text.push_str(&peers_table(hub));
        }
        for line in lines {
            if let Line::Broken(Broken {
                area,
                what,
                remedy_zh,
                remedy_en,
            }) = line
            {
                text.push_str(&format!(
                    "\n\n{area} 无法打开 cannot be opened: {what}\n  {remedy_zh} · {remedy_en}"
                ));
            }
        }
        text
    })?;
    if count == 0 {
        Ok(())
    } else {
        Err(CliError::BrokenHubs { hubs: count })
    }
}

fn hubs_table(hubs: &[&HubStatus]) -> String {
    let head = [
        "节点 hub",
        "名称 name",
        "居民 residents",
        "事件 matters",
        "提交 commits",
        "冲突 conflicts",
        "暂存 held",
        "截至 as of",
        "运行 runs",
    ];
    table(
        head,
        hubs.iter().map(|hub| {
            [
                hub.area.to_string(),
                hub.name.clone(),
                hub.counts.residents.to_string(),
                hub.counts.matters.to_string(),
                hub.counts.commits.to_string(),
                hub.counts.conflicts.to_string(),
                hub.counts.held.to_string(),
                hub.as_of.admitted_ms.map(words::date).unwrap_or_default(),
                words::yes(hub.running).to_owned(),
            ]
        }),
    )
}

fn peers_table(hub: &HubStatus) -> String {
    if hub.peers.is_empty() {
        return String::new();
    }
    let head = [
        "对方 peer",
        "名称 name",
        "区域 area",
        "最近联系 last contact",
        "待传 waiting",
        "版本 version",
    ];
    let rows = hub.peers.iter().map(|peer| {
        [
            words::side(peer.side).to_owned(),
            peer.name.clone(),
            peer.area.clone(),
            peer.last_contact_ms.map(words::date).unwrap_or_default(),
            peer.waiting.to_string(),
            peer.agent.clone(),
        ]
    });
    format!("\n\n{} {}\n{}", hub.area, hub.name, table(head, rows))
}

/// `wangge hub review`
pub(crate) async fn review(dir: &Path, args: ReviewArgs, output: Output) -> Result<()> {
    let site = Site::open(dir)?;
    let hub = parse_hub(args.hub.as_deref())?;
    let Some(act) = args.act else {
        let Reply::Review(review) = ask(&site, Request::Review { hub }).await? else {
            return Err(CliError::Nothing);
        };
        let found = review.conflicts_total + review.held_total > 0;
        output.print(&review, review_text)?;
        return if found {
            Ok(())
        } else {
            Err(CliError::Nothing)
        };
    };
    let request = Request::Decide {
        hub,
        director: args.director,
        decision: parse_decision(act)?,
    };
    let Reply::Decided { commit } = ask(&site, request).await? else {
        return Err(CliError::Nothing);
    };
    output.print(&Decided { commit }, |done| {
        format!("已处理 decided, by commit {}", done.commit)
    })
}

#[derive(Serialize)]
struct Decided {
    commit: CommitId,
}

fn review_text(review: &Review) -> String {
    let mut text = String::new();
    for row in &review.conflicts {
        text.push_str(&format!(
            "冲突 conflict  {} {}  {} · {}\n  {} {} {}\n",
            row.area,
            row.title,
            row.field.label.zh,
            row.field.label.en,
            row.record,
            row.field.facet,
            row.field.key
        ));
        for (at, candidate) in row.field.candidates.iter().enumerate() {
            let author = candidate
                .author
                .as_ref()
                .map(|person| person.name.as_str())
                .unwrap_or_default();
            let when = candidate.stated_ms.map(words::date).unwrap_or_default();
            let mark = if candidate.chosen { "*" } else { " " };
            text.push_str(&format!(
                "  {mark}{}  {}  {author} {when}\n",
                at + 1,
                candidate.shown.zh
            ));
        }
    }
    for row in &review.held {
        let author = row
            .author
            .as_ref()
            .map(|person| person.name.as_str())
            .unwrap_or_default();
        text.push_str(&format!(
            "暂存 held  {}  {author} {}\n  {} · {}\n  {} · {}\n",
            row.commit,
            row.area,
            row.reason.why.zh,
            row.reason.why.en,
            row.reason.remedy.zh,
            row.reason.remedy.en
        ));
    }
    text.push_str(&format!(
        "共 {} 个冲突,{} 条暂存 · {} conflicts, {} held",
        review.conflicts_total, review.held_total, review.conflicts_total, review.held_total
    ));
    text
}

fn parse_decision(act: ReviewAct) -> Result<Decision> {
    Ok(match act {
        ReviewAct::Settle {
            record,
            facet,
            key,
            choice,
        } => Decision::Settle {
            record: record.parse().map_err(|error| bad_word(&record, &error))?,
            facet: facet.parse().map_err(|error| bad_word(&facet, &error))?,
            key,
            choice,
        },
        ReviewAct::Adopt { commit } => Decision::Adopt { commit },
        ReviewAct::Decline { commit, reason } => Decision::Decline {
            commit,
            reason: match reason {
                DeclineArg::Wrong => Reason::DeclinedWrong,
                DeclineArg::Duplicate => Reason::DeclinedDuplicate,
                DeclineArg::NotOurs => Reason::DeclinedNotOurs,
            },
        },
    })
}

fn bad_word(word: &str, error: &dyn std::fmt::Display) -> CliError {
    CliError::Word {
        zh: format!("「{word}」写法有误"),
        en: format!("{word}: {error}"),
    }
}

fn parse_hub(text: Option<&str>) -> Result<Option<Area>> {
    text.map(parse_area).transpose()
}

fn role(arg: RoleArg) -> Role {
    match arg {
        RoleArg::GridMember => Role::GridMember,
        RoleArg::CommunityDirector => Role::CommunityDirector,
        RoleArg::TownshipHead => Role::TownshipHead,
        RoleArg::CountyHead => Role::CountyHead,
        RoleArg::Enterprise => Role::Enterprise,
        RoleArg::Institution => Role::Institution,
        RoleArg::Social => Role::Social,
        RoleArg::Volunteer => Role::Volunteer,
        RoleArg::Resident => Role::Resident,
        RoleArg::Deputy => Role::Deputy,
        RoleArg::Sensor => Role::Sensor,
    }
}
