//! The county of the demo while it stands: its hubs, its phones, the ways between them.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::Handle;
use tokio::time::timeout;
use wangge_core::Phone;
use wangge_hub::admin::{Reply, Request, Secret, Whom};
use wangge_hub::relay::{Quality as Shape, Relay};
use wangge_hub::{Host, HostOptions, NewHub, Parent, Site, init_tree, mint_passphrase};
use wangge_model::area::Area;
use wangge_model::kind::Role;

use super::crew::{DemoPhone, each};
use super::figures::Figures;
use super::made::Dice;
use super::plan::{Plan, Quality};
use super::{day, letters};
use crate::error::{CliError, Result};
use crate::output::Output;

/// So long the county may take to get everything once the phones are back.
const MERGE_MAX: Duration = Duration::from_secs(600);
/// How long an enrolment may take.
const ENROL_MS: u64 = 60_000;
/// The name with which to sign in at every console of the demo.
const DIRECTOR: &str = "demo";

/// The ways from phones to hubs.
struct Ways {
    good: String,
    far: Relay,
    lossy: Relay,
}

/// The county while it stands.
pub(crate) struct Stage {
    pub(crate) host: Arc<Host>,
    pub(crate) phones: Vec<DemoPhone>,
    dir: PathBuf,
    ways: Arc<Ways>,
    passphrase: Option<String>,
}

/// Where a hub's store is, below the demo's folder.
pub(crate) fn store_of(area: &Area) -> PathBuf {
    Path::new("site").join(area.as_str()).join("hub.db")
}

impl Stage {
    /// Makes the hubs and the phones' folders and opens the hubs. With `console` their pages are served and directors can sign in.
    pub(crate) async fn set(
        dir: &Path,
        plan: Plan,
        console: Option<std::net::SocketAddr>,
        output: Output,
    ) -> Result<Self> {
        let site = Site::create(&dir.join("site"))?;
        let bar = output.bar(count(plan.hubs.len()), "新建节点 making hubs");
        let news = plan.hubs.into_iter().map(|hub| NewHub {
            area: hub.area,
            name: hub.name,
            parent: hub.parent.map(Parent::Here),
        });
        let step = bar.clone();
        init_tree(&site, news.collect(), move || step.inc(1)).await?;
        bar.finish_and_clear();
        let listen = Some(([127, 0, 0, 1], 0).into());
        let lock = site.lock()?;
        let host = Host::open(
            site,
            lock,
            HostOptions {
                listen,
                console,
                ..HostOptions::offline()
            },
        )
        .await?;
        let phones_dir = dir.join("phones");
        std::fs::create_dir_all(&phones_dir).map_err(|source| CliError::Write {
            path: phones_dir.clone(),
            source,
        })?;
        let phones = plan
            .phones
            .into_iter()
            .enumerate()
            .map(|(number, plan)| DemoPhone::new(&phones_dir, number, plan));
        let phones = phones.collect::<Result<Vec<_>>>()?;
        let ways = Arc::new(Ways::open(&host)?);
        let passphrase = if console.is_some() {
            Some(seat_directors(&host).await?)
        } else {
            None
        };
        Ok(Self {
            host,
            phones,
            dir: dir.to_path_buf(),
            ways,
            passphrase,
        })
    }

    /// Every phone enrols, reports its messages offline, and comes back. Answers how long the merging took.
    pub(crate) async fn play_letters(&mut self, output: Output) -> Result<Duration> {
        let bar = output.bar(
            count(self.phones.len()),
            "登记与上报 enrolling and reporting",
        );
        let begun = Instant::now();
        self.each_phone(bar.clone(), move |phone, member, _| {
            letters::report(phone, member)?;
            member.sync(phone).map(drop)
        })
        .await?;
        bar.finish_and_clear();
        self.wait_for_county(output).await?;
        Ok(begun.elapsed())
    }

    /// The made-up county's day: in the morning at the office with a network, then each phone alone, in the evening back over its own way.
    pub(crate) async fn play_day(&mut self, dice: Dice, output: Output) -> Result<Duration> {
        let phones = count(self.phones.len());
        let bar = output.bar(phones * 3, "早晨 morning");
        let seeds: Arc<Vec<Dice>> = Arc::new((0..phones).map(|number| dice.fork(number)).collect());
        let mine = Arc::clone(&seeds);
        self.each_phone(bar.clone(), move |phone, member, number| {
            if day::place(number) == 0 {
                day::enter_residents(phone, member, &mut fork(&mine, number, 1))?;
            }
            member.sync(phone).map(drop)
        })
        .await?;
        // The second phone of a grid meets what the first has entered.
        self.each_phone(bar.clone(), move |phone, member, _| {
            member.sync(phone)?;
            member.look_residents_up(phone)
        })
        .await?;
        bar.set_message("白天,没有网络 the day, without a network");
        let mine = Arc::clone(&seeds);
        self.each_phone(bar.clone(), move |phone, member, number| {
            day::work(
                phone,
                member,
                day::place(number),
                &mut fork(&mine, number, 2),
            )
        })
        .await?;
        bar.finish_and_clear();
        let bar = output.bar(phones, "傍晚,恢复联网 the evening, back on the network");
        let begun = Instant::now();
        self.each_phone(bar.clone(), |phone, member, _| member.sync(phone).map(drop))
            .await?;
        bar.finish_and_clear();
        self.wait_for_county(output).await?;
        Ok(begun.elapsed())
    }

    /// Opens each phone, enrols it the first time, and has it do a job; a few at a time.
    async fn each_phone(
        &mut self,
        bar: indicatif::ProgressBar,
        job: impl Fn(&Phone, &mut DemoPhone, usize) -> Result<()> + Send + Sync + 'static,
    ) -> Result<()> {
        let mut phones = std::mem::take(&mut self.phones);
        let (host, ways, handle) = (
            Arc::clone(&self.host),
            Arc::clone(&self.ways),
            Handle::current(),
        );
        let work = tokio::task::spawn_blocking(move || {
            let done = each(&mut phones, |member| {
                let phone = member.open()?;
                if !member.enrolled {
                    let invitation = handle.block_on(invite(&host, &ways, member))?;
                    phone.enrol(&invitation, ENROL_MS)?;
                    member.enrolled = true;
                }
                let number = member.number;
                job(&phone, member, number)?;
                bar.inc(1);
                Ok(phone.close()?)
            });
            (phones, done)
        });
        let (phones, done) = work.await.map_err(|_| CliError::Stuck {
            what: "a phone's thread panicked",
        })?;
        self.phones = phones;
        done
    }

    /// Waits until the county holds every commit that a phone made.
    async fn wait_for_county(&self, output: Output) -> Result<()> {
        let hub = self.host.hub(Some(&self.county()?))?;
        let due: u64 = self.phones.iter().map(|phone| phone.commits).sum();
        let bar = output.bar(due, "逐级汇总 merging upward");
        let mut bell = hub.bell();
        let area = hub.area().to_string();
        let all = async {
            loop {
                bell.mark_unchanged();
                let of = area.clone();
                let (counts, as_of) = hub
                    .read(move |views| Ok((views.counts(&of)?, views.as_of()?)))
                    .await?;
                bar.set_position(counts.commits + counts.held);
                if counts.commits + counts.held >= due && as_of.behind == 0 {
                    return Ok(());
                }
                bell.changed().await.map_err(|_| CliError::Stuck {
                    what: "the county's hub stopped",
                })?;
            }
        };
        let waited = timeout(MERGE_MAX, all).await;
        bar.finish_and_clear();
        waited.map_err(|_| CliError::Stuck {
            what: "the county did not get everything in time",
        })?
    }

    fn county(&self) -> Result<Area> {
        let mut areas: Vec<_> = self.host.hubs().map(|hub| hub.area().clone()).collect();
        areas.sort_by_key(|area| area.as_str().len());
        areas.into_iter().next().ok_or(CliError::Nothing)
    }

    /// What stands at the end.
    pub(crate) async fn figures(&self) -> Result<Figures> {
        let county = self.county()?;
        let hub = self.host.hub(Some(&county))?;
        let area = county.to_string();
        let counts = hub.read(move |views| views.counts(&area)).await?;
        Ok(Figures {
            hubs: self.host.hubs().count(),
            phones: self.phones.len(),
            residents: counts.residents,
            matters_in: self
                .phones
                .iter()
                .map(|phone| count(phone.matters.len()))
                .sum(),
            matters_at_county: counts.matters,
            commits: self.phones.iter().map(|phone| phone.commits).sum(),
            commits_at_county: counts.commits + counts.held,
            parallel: counts.parallel,
            conflicts: counts.conflicts,
            held: counts.held,
            county_store: self.dir.join(store_of(&county)),
            ..Figures::default()
        })
    }

    /// Why commits are held at the county: the reason, the lowest hub that the grid belongs to, and how many.
    pub(crate) async fn held_reasons(&self) -> Result<BTreeMap<(String, Option<Area>), u64>> {
        let hub = self.host.hub(Some(&self.county()?))?;
        let mut reasons = BTreeMap::new();
        for ((reason, grid), count) in hub.held_counts().await? {
            let hubs = self.host.hubs().map(|hub| hub.area());
            let holder = hubs
                .filter(|hub| grid.starts_with(hub.as_str()))
                .max_by_key(|hub| hub.as_str().len())
                .cloned();
            *reasons.entry((reason, holder)).or_default() += count;
        }
        Ok(reasons)
    }

    /// UDP payload of all links that came in, up and down. Complete once the host is closed.
    pub(crate) fn link_bytes(&self) -> (u64, u64) {
        self.host.link_bytes()
    }

    /// With which name and passphrase the consoles open.
    pub(crate) fn sign_in(&self) -> Option<(&'static str, &str)> {
        self.passphrase
            .as_deref()
            .map(|passphrase| (DIRECTOR, passphrase))
    }

    /// Stops all hubs.
    pub(crate) async fn close(&self) {
        self.host.close().await;
    }
}

impl Ways {
    fn open(host: &Host) -> Result<Self> {
        let hubs = host.listens().ok_or(CliError::Nothing)?;
        let far = Shape {
            delay_us: 150_000,
            rate_bps: 2_000_000,
            ..Shape::default()
        };
        let lossy = Shape {
            delay_us: 60_000,
            rate_bps: 4_000_000,
            loss_permille: 50,
            ..Shape::default()
        };
        let relay = |shape, seed| {
            Relay::spawn(hubs, shape, shape, seed).map_err(|source| CliError::Start { source })
        };
        Ok(Self {
            good: hubs.to_string(),
            far: relay(far, 1)?,
            lossy: relay(lossy, 2)?,
        })
    }

    fn of(&self, quality: Quality) -> String {
        match quality {
            Quality::Good => self.good.clone(),
            Quality::Far => self.far.addr().to_string(),
            Quality::Lossy => self.lossy.addr().to_string(),
        }
    }
}

/// An invitation to a member's phone, from the community's hub.
async fn invite(host: &Host, ways: &Ways, member: &DemoPhone) -> Result<String> {
    let plan = &member.plan;
    let whom = Whom::Member {
        name: plan.member.clone(),
        role: Role::GridMember,
        until_ms: None,
        area: plan.grid.clone(),
    };
    let request = Request::Invite {
        hub: Some(plan.community.clone()),
        whom,
        days: 1,
        address: ways.of(plan.quality),
    };
    match host.answer(request).await? {
        Reply::Invited(invited) => Ok(invited.invitation),
        _ => Err(CliError::Nothing),
    }
}

/// A director at every hub, all with the same passphrase. It is asked for at each console.
async fn seat_directors(host: &Host) -> Result<String> {
    let passphrase = mint_passphrase()?;
    let areas: Vec<_> = host.hubs().map(|hub| hub.area().clone()).collect();
    for area in areas {
        let passphrase = Secret(passphrase.clone());
        host.answer(Request::Director {
            hub: Some(area),
            name: DIRECTOR.to_owned(),
            passphrase,
        })
        .await?;
    }
    Ok(passphrase)
}

fn fork(dice: &[Dice], number: usize, part: u64) -> Dice {
    dice.get(number)
        .map_or_else(|| Dice::new(part), |dice| dice.fork(part))
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
