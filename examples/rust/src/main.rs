//! A grid member's phone embedded in a Rust program.
//!
//! ```sh
//! cargo run --package wangge-example -- FOLDER INVITATION
//! ```
//!
//! The invitation is what `wangge hub invite` prints. What is typed is durable before the link is asked for; then one slice of
//! syncing after the other, until the hub has judged everything.

use std::error::Error as StdError;
use std::fs;
use std::io::Read;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Arc, mpsc};
use std::time::Duration;

use wangge_core::rows::StatusWord;
use wangge_core::{Error, FieldEdit, NewStep, OpenOptions, Phone, Query, Watcher};

type Result<T> = std::result::Result<T, Box<dyn StdError>>;

/// Hears that something changed. Called from a thread of the phone's own.
struct Screen {
    linked: mpsc::Sender<()>,
}

impl Watcher for Screen {
    fn on_change(&self) {
        println!("有变化 · something changed");
    }

    fn on_link(&self, up: bool) {
        println!(
            "{}",
            if up {
                "已连接 · linked"
            } else {
                "已断开 · link down"
            }
        );
        if up {
            // Nobody listens any more once the first link was heard of.
            let _ = self.linked.send(());
        }
    }

    fn on_trouble(&self, error: Error) {
        println!("出错 · trouble: {error}");
    }
}

/// The store's key. An app asks the system's key store; here it is a file, so the folder is as safe as the file is.
fn kept_key(folder: &Path) -> Result<[u8; 32]> {
    let file = folder.join("store.key");
    if !file.exists() {
        let mut key = [0; 32];
        fs::File::open("/dev/urandom")?.read_exact(&mut key)?;
        fs::write(&file, key)?;
    }
    Ok(fs::read(&file)?.as_slice().try_into()?)
}

fn work(folder: &Path, invitation: &str) -> Result<()> {
    fs::create_dir_all(folder)?;
    let options = OpenOptions::new(folder.join("records.db"), kept_key(folder)?);
    let phone = Phone::open(&options)?;
    if phone.status()?.member.is_none() {
        let status = phone.enrol(invitation, 10_000)?;
        if let Some(member) = status.member {
            let (hub, name, area) = (status.hub, member.name, member.area);
            println!("已登记 · enrolled with {hub} as {name}, grid {area}");
        }
    }

    // Nothing below needs a link.
    let resident = phone.create(
        "resident",
        vec![FieldEdit::set("name", "王芳"), FieldEdit::set("sex", "2")],
    )?;
    let edited = phone.edit(
        &resident.record,
        vec![FieldEdit::set("phone", "13900000000")],
    )?;
    let matter = phone.create(
        "matter",
        vec![
            FieldEdit::set("title", "路灯不亮"),
            FieldEdit::set("place", "东街"),
        ],
    )?;
    let on_spot = NewStep {
        step: "settle_on_spot".into(),
        note: "已更换灯泡".into(),
        ..NewStep::default()
    };
    let step = phone.step(&matter.record, on_spot)?;
    if let Err(Error::FixDraft(trouble)) = phone.edit(
        &resident.record,
        vec![FieldEdit::set("id_number", "110105194912310021")],
    ) {
        println!(
            "请改 · fix the draft, field {}: {}",
            trouble.field.as_deref().unwrap_or("-"),
            trouble.zh
        );
    }

    let commits = [&resident, &edited, &matter, &step].map(|saved| saved.commit.clone());
    println!("已保存 · saved: {:?}", words(&phone, &commits)?);
    while !words(&phone, &commits)?
        .iter()
        .all(|word| matches!(word, StatusWord::Admitted | StatusWord::Merged))
    {
        let report = phone.sync_once(5_000)?;
        println!(
            "同步 · synced: {} sent, {} received, {} waiting",
            report.sent, report.received, report.waiting
        );
    }
    println!("已采纳 · admitted: {:?}", words(&phone, &commits)?);

    let (linked, link) = mpsc::channel();
    let watch = phone.watch(Arc::new(Screen { linked }))?;
    link.recv_timeout(Duration::from_secs(30))?;
    watch.stop();

    let named = Query {
        text: "王芳".into(),
        ..Query::default()
    };
    let found = phone.list("resident", &named)?.total;
    phone.close()?;
    println!(
        r#"{{"resident":"{}","matter":"{}","found":{found}}}"#,
        resident.record, matter.record
    );
    Ok(())
}

fn words(phone: &Phone, commits: &[String]) -> Result<Vec<StatusWord>> {
    Ok(phone
        .statuses(commits)?
        .into_iter()
        .flatten()
        .map(|status| status.word)
        .collect())
}

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [folder, invitation] = args.as_slice() else {
        eprintln!("usage: wangge-example FOLDER INVITATION");
        return ExitCode::from(2);
    };
    match work(Path::new(folder), invitation) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
