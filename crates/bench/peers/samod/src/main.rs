//! samod (automerge-repo in Rust) as a peer of the benchmark, over TCP, with its store of files. The ids of all documents are known to both sides.
//!
//! `seed DIR WORKLOAD`, `server DIR WORKLOAD PORT KEY`, `client DIR WORKLOAD PORT KEY`, `digest DIR`: as the other peers.

use std::fs;
use std::io::stdin;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use automerge::transaction::{CommitOptions, Transactable};
use automerge::{ActorId, Automerge, ObjId, ObjType, ROOT, ReadDoc, ScalarValue};
use futures::future::join_all;
use samod::storage::{Storage, StorageKey, TokioFilesystemStorage};
use samod::tokio_io::TcpDialer;
use samod::{BackoffConfig, DocHandle, DocumentId, Repo, ShareConfig};
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

type Fields = Map<String, Value>;

fn say(what: &Value) {
    println!("{what}");
}

fn scalar(value: &Value) -> ScalarValue {
    match value {
        Value::String(text) => ScalarValue::Str(text.as_str().into()),
        Value::Number(number) => ScalarValue::Int(number.as_i64().expect("an integer")),
        other => panic!("no scalar: {other}"),
    }
}

fn put(tx: &mut impl Transactable, of: &ObjId, fields: &Fields) {
    for (key, value) in fields {
        tx.put(of, key.as_str(), scalar(value)).expect("a field");
    }
}

fn log(tx: &mut impl Transactable, list: &ObjId, entry: &Value) {
    let end = tx.length(list);
    let entry_id = tx.insert_object(list, end, ObjType::Map).expect("an entry");
    put(tx, &entry_id, entry.as_object().expect("fields"));
}

fn change(tx: &mut impl Transactable, what: &Value) {
    if let Some(set) = what["set"].as_object() {
        put(tx, &ROOT, set);
    }
    if let Some(entry) = what.get("log") {
        let (_, list) = tx.get(ROOT, "log").expect("a look").expect("a log");
        log(tx, &list, entry);
    }
}

fn build(planned: &Value) -> Automerge {
    let actor = |at: u64| {
        let name = format!("{}{at}", planned["id"].as_str().expect("an id"));
        ActorId::from(&Sha256::digest(name)[..16])
    };
    let mut doc = Automerge::new().with_actor(actor(0));
    let mut tx = doc.transaction();
    put(&mut tx, &ROOT, planned["init"].as_object().expect("fields"));
    if let Some(entry) = planned.get("log") {
        let list = tx.put_object(ROOT, "log", ObjType::List).expect("a log");
        log(&mut tx, &list, entry);
    }
    tx.commit_with(CommitOptions::default().with_time(1_769_900_000));
    for (round, what) in planned["changes"]
        .as_array()
        .into_iter()
        .flatten()
        .enumerate()
    {
        doc.set_actor(actor((round as u64 + 1) % 2));
        let mut tx = doc.transaction();
        change(&mut tx, what);
        tx.commit_with(CommitOptions::default().with_time(1_769_900_000 + round as i64));
    }
    doc
}

fn id(planned: &Value) -> DocumentId {
    let bytes = hex::decode(planned["id"].as_str().expect("an id")).expect("hex");
    DocumentId::try_from(bytes).expect("sixteen bytes")
}

async fn open(dir: &str, announce: bool) -> Repo {
    let share = ShareConfig::read_write().with_announce(announce);
    Repo::build_tokio()
        .with_storage(TokioFilesystemStorage::new(dir))
        .with_share_policy(share)
        .load()
        .await
}

async fn find(repo: &Repo, ids: &[DocumentId]) -> Vec<DocHandle> {
    let found = join_all(ids.iter().map(|id| repo.find(id.clone()))).await;
    found
        .into_iter()
        .map(|found| found.expect("a repo").expect("a document"))
        .collect()
}

/// The ids of the documents that a store of files holds.
fn stored(dir: &str) -> Vec<String> {
    let folders = |path: &Path| -> Vec<_> {
        let entries = fs::read_dir(path).into_iter().flatten().flatten();
        entries
            .map(|entry| entry.path())
            .filter(|path| path.is_dir())
            .collect()
    };
    let name = |path: &Path| {
        path.file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .into_owned()
    };
    let mut ids: Vec<String> = folders(Path::new(dir))
        .iter()
        .flat_map(|outer| {
            folders(outer)
                .into_iter()
                .map(|inner| name(outer) + &name(&inner))
        })
        .collect();
    ids.sort();
    ids
}

async fn act(repo: &Repo, handles: &mut Vec<DocHandle>, acts: &Value) {
    for what in acts.as_array().into_iter().flatten() {
        match what["doc"].as_u64() {
            Some(at) => handles[at as usize].with_document(|doc| {
                let mut tx = doc.transaction();
                change(&mut tx, what);
                tx.commit();
            }),
            None => handles.push(repo.create(build(what)).await.expect("a document")),
        }
    }
}

/// The processor time of this process, in the system's ticks of ten milliseconds.
fn cpu_seconds() -> f64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("what the system counts");
    let after_name = stat.rsplit(") ").next().unwrap_or_default();
    let ticks = after_name.split(' ').skip(11).take(2);
    ticks
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum::<f64>()
        / 100.0
}

async fn seed(dir: &str, workload: &Value) {
    let store = TokioFilesystemStorage::new(dir);
    for planned in workload["docs"].as_array().expect("records") {
        let save = build(planned).save();
        let parts = [
            id(planned).to_string(),
            "snapshot".into(),
            hex::encode(Sha256::digest(&save)),
        ];
        store
            .put(StorageKey::from_parts(parts).expect("a key"), save)
            .await;
    }
}

async fn digest(dir: &str) {
    let store = TokioFilesystemStorage::new(dir);
    let (mut hash, ids) = (Sha256::new(), stored(dir));
    for id in &ids {
        let key = StorageKey::from_parts([id.clone()]).expect("a key");
        let mut parts: Vec<_> = store
            .load_range(key)
            .await
            .into_iter()
            .map(|(key, bytes)| (format!("{key:?}"), bytes))
            .collect();
        parts.retain(|(key, _)| key.contains("snapshot") || key.contains("incremental"));
        parts.sort_by_key(|(key, _)| key.contains("incremental"));
        let mut doc = Automerge::new();
        for (_, bytes) in parts {
            doc.load_incremental(&bytes).expect("a part");
        }
        let mut heads: Vec<_> = doc.get_heads().iter().map(ToString::to_string).collect();
        heads.sort();
        hash.update(format!("{id} {heads:?}"));
    }
    say(&json!({"digest": hex::encode(hash.finalize()), "records": ids.len()}));
}

async fn serve(dir: &str, workload: &Value, port: u16, key: &str) {
    let repo = open(dir, false).await;
    let docs = workload["docs"].as_array().expect("records");
    let ids: Vec<DocumentId> = docs.iter().map(id).collect();
    let mut handles = find(&repo, &ids).await;
    act(&repo, &mut handles, &workload[key]).await;
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port))
        .await
        .expect("a port");
    let acceptor = repo
        .make_acceptor(url::Url::parse("tcp://hub").expect("a name"))
        .expect("an acceptor");
    tokio::time::sleep(Duration::from_millis(300)).await;
    say(&json!({"ready": true}));
    let mut term = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())
        .expect("a signal");
    let mut links = Vec::new();
    loop {
        tokio::select! {
            _ = term.recv() => break,
            came = listener.accept() => {
                let (stream, _) = came.expect("a link");
                stream.set_nodelay(true).expect("no delay");
                links.push(acceptor.accept_tokio_io(stream).expect("a link"));
            }
        }
    }
    tokio::time::timeout(Duration::from_secs(10), repo.stop())
        .await
        .ok();
}

async fn sync(dir: &str, workload: &Value, port: u16, key: &str) {
    let ids: Vec<DocumentId> = workload["docs"]
        .as_array()
        .expect("records")
        .iter()
        .map(id)
        .collect();
    let repo = open(dir, true).await;
    let empty = stored(dir).is_empty();
    let mut handles = if empty {
        Vec::new()
    } else {
        find(&repo, &ids).await
    };
    act(&repo, &mut handles, &workload[key]).await;
    tokio::time::sleep(Duration::from_millis(200)).await;
    say(&json!({"ready": true}));
    stdin().read_line(&mut String::new()).expect("the word");
    let (cpu, begun) = (cpu_seconds(), Instant::now());
    let dialler = TcpDialer::new_host_port("127.0.0.1".into(), port);
    let dial = repo
        .dial(BackoffConfig::default(), Arc::new(dialler))
        .expect("a dial");
    dial.established().await.expect("a link");
    let connection = dial.connection_id().expect("its id");
    if empty {
        handles = find(&repo, &ids).await;
    }
    join_all(handles.iter().map(|handle| async move {
        handle.we_have_their_changes(connection).await;
        handle.they_have_our_changes(connection).await;
    }))
    .await;
    repo.stop().await;
    let seconds = begun.elapsed().as_secs_f64();
    say(
        &json!({"seconds": seconds, "cpu_seconds": cpu_seconds() - cpu, "sent": 0, "received": 0, "errors": 0}),
    );
}

#[tokio::main]
async fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let load = |path: &str| -> Value {
        serde_json::from_slice(&fs::read(path).expect("the workload")).expect("JSON")
    };
    match args[..] {
        ["seed", dir, workload] => seed(dir, &load(workload)).await,
        ["digest", dir] => digest(dir).await,
        ["server", dir, workload, port, key] => {
            serve(dir, &load(workload), port.parse().expect("a port"), key).await
        }
        ["client", dir, workload, port, key] => {
            sync(dir, &load(workload), port.parse().expect("a port"), key).await
        }
        _ => panic!("seed, server, client or digest"),
    }
}
