//! `wangge demo` with divisions and messages: the county ends with every message, word for word.

#![cfg(test)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use wangge_model::time::Ms;
use wangge_tests::{Said, export, wangge};

const COUNTY: &str = "410522";

/// A file's row: column → cell.
type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader.deserialize().map(Result::unwrap).collect()
}

/// The county's hubs, and how many of them are communities'.
fn tree(divisions: &Path) -> (usize, usize) {
    let codes = rows(divisions).into_iter().map(|row| row["code"].clone());
    let within: Vec<_> = codes.filter(|code| code.starts_with(COUNTY)).collect();
    let communities = within.iter().filter(|code| code.len() == 12).count();
    (within.len(), communities)
}

/// Runs the demo and holds what it tells against the files, and the county's store against each message.
fn check(divisions: &Path, messages: &Path) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let path = |path: &Path| path.to_str().unwrap().to_owned();
    let mut demo = wangge(&["demo", "--exit", "--json", "--dir", &path(folder.path())]);
    demo.args([
        "--divisions",
        &path(divisions),
        "--messages",
        &path(messages),
    ]);
    let said = Said::of(&mut demo);
    let told = said.json();
    assert_eq!(
        said.err, "",
        "nothing is held, and no progress is shown where nobody reads it"
    );
    let messages = rows(messages);
    check_figures(&told, tree(divisions), &messages);
    let store = PathBuf::from(told["county_store"].as_str().unwrap());
    let grids = check_words(&store, &messages);
    // Each level holds what lies below it, and nothing else.
    let township = &grids.keys().next().unwrap()[..9];
    let below = grids.iter().filter(|(grid, _)| grid.starts_with(township));
    let below: usize = below.map(|(_, count)| count).sum();
    let site = store.parent().and_then(Path::parent).unwrap();
    check_response_times(site, &messages);
    let held = export(&site.join(township).join("hub.db"), "matters");
    assert_eq!(held.len(), below, "{township}");
    told
}

/// The equalities that the last line must show.
fn check_figures(told: &Value, (hubs, communities): (usize, usize), messages: &[Row]) {
    let replies = messages
        .iter()
        .filter(|row| !row["reply"].is_empty())
        .count();
    for (figure, number) in [
        ("hubs", hubs),
        ("phones", communities),
        ("residents", 0),
        ("matters_in", messages.len()),
        ("matters_at_county", messages.len()),
        ("commits", messages.len() + replies),
        ("commits_at_county", messages.len() + replies),
        ("parallel", 0),
        ("conflicts", 0),
        ("held", 0),
    ] {
        assert_eq!(told[figure], number, "{figure}: {told}");
    }
    for figure in ["bytes_up", "bytes_down", "seconds", "peak_rss_bytes"] {
        assert!(told[figure].as_f64().unwrap() > 0.0, "{figure}: {told}");
    }
}

/// Holds a store's matters against the messages, one by one. Answers how many each grid has.
fn check_words(store: &Path, messages: &[Row]) -> BTreeMap<String, usize> {
    let mut held: BTreeMap<String, Value> = BTreeMap::new();
    for matter in export(store, "matters") {
        let id = matter["id"].as_str().unwrap().to_owned();
        assert_eq!(held.insert(id, matter), None, "a message stands once");
    }
    assert_eq!(held.len(), messages.len());
    let mut grids = BTreeMap::new();
    for message in messages {
        let id = &message["id"];
        let matter = &held[id];
        let field = |key: &str| matter["fields"][key].as_str().unwrap_or_default();
        assert_eq!(matter["text"], *message["text"], "{id}");
        assert_eq!(field("title"), message["subject"], "{id}");
        assert_eq!(field("reporter"), message["sender"], "{id}");
        assert_eq!(field("reply"), message["reply"], "{id}");
        let steps = matter["log"].as_array().unwrap();
        let replied = usize::from(!message["reply"].is_empty());
        assert_eq!(steps.len(), 1 + replied, "{id}");
        assert!(steps.iter().all(|step| step["void"].is_null()), "{id}");
        let grid = matter["area"].as_str().unwrap();
        assert!(grid.len() == 15 && grid.starts_with(COUNTY), "{id}: {grid}");
        *grids.entry(grid.to_owned()).or_default() += 1;
    }
    grids
}

/// The county's figures of how long reporters waited are those of the file.
fn check_response_times(site: &Path, messages: &[Row]) {
    let ms = |text: &str| text.parse::<Ms>().unwrap().0;
    let mut waited: Vec<i64> = messages
        .iter()
        .filter(|row| !row["reply"].is_empty())
        .map(|row| ms(&row["replied_at"]) - ms(&row["sent_at"]))
        .collect();
    waited.sort_unstable();
    let all = ["--from", "1970-01-01", "--until", "2100-01-01"];
    let asked = ["hub", "record", "figures", "--hub", COUNTY, "--json"];
    let mut figures = wangge(&[asked.as_slice(), all.as_slice()].concat());
    figures.arg("--dir").arg(site);
    let figures = Said::of(&mut figures).json();
    let value = |code: &str| {
        let mut indicators = figures["indicators"].as_array().unwrap().iter();
        let found = indicators.find(|indicator| indicator["code"] == code);
        found.and_then(|indicator| indicator["value"].as_i64())
    };
    let count = i64::try_from(waited.len()).unwrap();
    assert_eq!(value("answered"), Some(count));
    // The least value that is not below so many of ten.
    let least = |tenths: usize| {
        waited
            .get((waited.len() * tenths).div_ceil(10) - 1)
            .copied()
    };
    assert_eq!(value("response_median"), least(5));
    assert_eq!(value("response_p90"), least(9));
    let mean = waited.iter().sum::<i64>().div_euclid(count);
    assert_eq!(value("response_mean"), Some(mean));
}

/// Words that files of this kind are known for: line breaks, quotes, the marks that spreadsheets leave, both widths, rare characters.
const TEXTS: &[&str] = &[
    "路灯不亮,晚上看不见",
    "第一行\n第二行\r\n第三行",
    "他说:\"马上来\",没来",
    "一_x000D_\n二&nbsp;<b>三</b>",
    "𠮷野家门前占道 🚧",
    "中间  有　空格\t和制表",
    "=1+1",
    "ＡＢＣ１２３ abc123",
];

/// A tree of the same shape as the real one, with a neighbour that is not ours.
const DIVISIONS: &str = "code,name,level,parent_code
41,某省,province,
4105,某市,city,41
410522,某县,county,4105
410523,邻县,county,4105
410522100,东镇,township,410522
410522101,西镇,township,410522
410523100,邻镇,township,410523
410522100001,东一社区,village,410522100
410522100002,东二社区,village,410522100
410522100003,东三社区,village,410522100
410522101001,西一社区,village,410522101
410522101002,西二社区,village,410522101
410523100001,邻社区,village,410523100
";
const HEAD: &str = "id,sender,subject,sent_at,text,supports,opposes,reply,replied_at,class_level1";

/// Divisions, and 120 messages of which every third was answered.
fn generated(folder: &Path) -> (PathBuf, PathBuf) {
    let (divisions, messages) = (folder.join("divisions.csv"), folder.join("messages.csv"));
    fs::write(&divisions, DIVISIONS).unwrap();
    let mut letters = csv::Writer::from_path(&messages).unwrap();
    letters.write_record(HEAD.split(',')).unwrap();
    for n in 0..120 {
        let text = TEXTS[n % TEXTS.len()].repeat(if n % 40 == 39 { 300 } else { 1 });
        let (supports, reply, at) = match n % 3 {
            0 => ("2", "已经处理,\n感谢来信", "2017-11-01T09:00:00+08:00"),
            _ => ("", "", ""),
        };
        let (year, month, day) = (2010 + n % 11, 1 + n % 12, 1 + n % 28);
        let sent = format!("{year}-{month:02}-{day:02}T14:25:{:02}+08:00", n % 60);
        let (id, sender) = (format!("m-{n}"), format!("A{n:08}"));
        let about = [&id, &sender, "路灯", &sent, &text];
        let answer = [supports, "", reply, at, "城乡建设"];
        letters
            .write_record(about.into_iter().chain(answer))
            .unwrap();
    }
    letters.flush().unwrap();
    (divisions, messages)
}

#[test]
fn the_county_has_every_message_of_generated_files() {
    let folder = tempfile::tempdir().unwrap();
    let (divisions, messages) = generated(folder.path());
    let told = check(&divisions, &messages);
    assert_eq!((&told["hubs"], &told["phones"]), (&8.into(), &5.into()));
}

/// A year's letters to a real county's 498 hubs.
#[test]
#[ignore = "needs WANGGE_DATA"]
fn the_county_has_every_message_of_the_real_data() {
    let data =
        std::env::var_os("WANGGE_DATA").expect("WANGGE_DATA names the folder of the real data");
    let data = PathBuf::from(data);
    let told = check(
        &data.join("divisions_anyang.csv"),
        &data.join("citizen_messages.csv"),
    );
    println!("{told}");
    assert_eq!(told["hubs"], 498);
    assert_eq!(told["matters_at_county"], 4_551);
    // 979 links with both their ends in one process, each end with a compressed stream of its own.
    assert!(
        told["peak_rss_bytes"].as_u64().unwrap() < 900 * 1024 * 1024,
        "{told}"
    );
    if let Some(artefacts) = std::env::var_os("WANGGE_ARTEFACTS") {
        fs::write(Path::new(&artefacts).join("demo.json"), told.to_string()).unwrap();
    }
}

#[test]
fn the_countys_own_day_ends_with_every_commit_at_the_county() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let told = Said::of(&mut wangge(&[
        "demo", "--exit", "--json", "--seed", "7", "--dir", dir,
    ]))
    .json();
    assert_eq!((&told["hubs"], &told["phones"]), (&7.into(), &24.into()));
    assert_eq!(told["matters_in"], told["matters_at_county"], "{told}");
    assert_eq!(told["commits"], told["commits_at_county"], "{told}");
    // Two phones of each of 12 grids write the same field of three residents.
    assert_eq!(
        (&told["conflicts"], &told["held"]),
        (&36.into(), &0.into()),
        "{told}"
    );
    assert!(told["parallel"].as_u64().unwrap() >= 36, "{told}");
    let store = PathBuf::from(told["county_store"].as_str().unwrap());
    assert_eq!(told["residents"], export(&store, "residents").len());
    assert_eq!(told["matters_at_county"], export(&store, "matters").len());
}
