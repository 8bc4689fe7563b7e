//! What people go through, by the program alone: phones and hubs of three levels as processes of their own, over real links.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};

use rusqlite::{Connection, OpenFlags};
use serde_json::Value;
use wangge_tests::{Phone, Room, Saved, field, status, until};

const COUNTY: &str = "410522";
const TOWNSHIP: &str = "410522100";
const COMMUNITY: &str = "410522100001";
const NEIGHBOUR: &str = "410522100002";

/// A county, a township and two communities, each level a process of its own.
struct Town {
    county: Room,
    township: Room,
    communities: Room,
}

impl Town {
    fn new() -> Self {
        let (mut county, mut township, mut communities) = (Room::new(), Room::new(), Room::new());
        county.init(COUNTY, "某县", None);
        county.run();
        township.init(TOWNSHIP, "某镇", Some(&county.invite_hub(COUNTY, TOWNSHIP)));
        township.run();
        for (area, name) in [(COMMUNITY, "东关社区"), (NEIGHBOUR, "西关社区")] {
            communities.init(area, name, Some(&township.invite_hub(TOWNSHIP, area)));
        }
        communities.director(COMMUNITY, "李主任");
        communities.run();
        Self {
            county,
            township,
            communities,
        }
    }

    /// The phone of a member of a grid, `002` being the community's second.
    fn phone(&self, member: &str, community: &str, grid: &str) -> Phone {
        let grid = format!("{community}{grid}");
        Phone::enrolled(&self.communities.invite(community, member, &grid))
    }

    /// The phone of a community's director.
    fn director(&self, member: &str) -> Phone {
        let invited = self.communities.ask(&[
            "invite",
            "--hub",
            COMMUNITY,
            "--member",
            member,
            "--grid",
            COMMUNITY,
            "--role",
            "community-director",
            "--address",
            self.communities.address(),
        ]);
        Phone::enrolled(invited.json()["invitation"].as_str().unwrap())
    }

    /// Waits until the county has so many commits.
    fn rise(&self, commits: u64) {
        self.county.wait_count(COUNTY, "commits", commits);
    }

    /// The hubs on the way up.
    fn levels(&self) -> [(&Room, &'static str); 3] {
        [
            (&self.communities, COMMUNITY),
            (&self.township, TOWNSHIP),
            (&self.county, COUNTY),
        ]
    }

    fn stop(&mut self) {
        for room in [&mut self.communities, &mut self.township, &mut self.county] {
            room.stop();
        }
    }
}

/// The commits of a hub's store in their very bytes: id → header, signature, and each part's salt and change.
fn commits(room: &Room, hub: &str) -> BTreeMap<Vec<u8>, Vec<Vec<u8>>> {
    let store =
        Connection::open_with_flags(room.store(hub), OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    let mut heads = store
        .prepare("SELECT number, id, header, signature FROM commits")
        .unwrap();
    let mut parts = store
        .prepare("SELECT salt, change FROM part WHERE commit_number = ?1 ORDER BY position")
        .unwrap();
    let heads = heads.query_map([], |row| {
        Ok((
            row.get::<_, i64>(0)?,
            row.get(1)?,
            vec![row.get(2)?, row.get(3)?],
        ))
    });
    let mut commits = BTreeMap::new();
    for head in heads.unwrap() {
        let (number, id, mut bytes): (_, Vec<u8>, Vec<Vec<u8>>) = head.unwrap();
        let rows = parts.query_map([number], |row| Ok([row.get(0)?, row.get(1)?]));
        bytes.extend(
            rows.unwrap()
                .flat_map(|row: Result<[Vec<u8>; 2], _>| row.unwrap()),
        );
        assert_eq!(commits.insert(id, bytes), None, "a commit stands once");
    }
    commits
}

fn values(candidates: &Value) -> Vec<(&str, &str)> {
    let candidates = candidates.as_array().unwrap().iter();
    let mut values: Vec<_> = candidates
        .map(|candidate| {
            let author = candidate["author"]["name"].as_str().unwrap();
            (candidate["value"].as_str().unwrap(), author)
        })
        .collect();
    values.sort_unstable();
    values
}

#[test]
fn two_offline_edits_of_one_resident_reach_the_county_and_the_decision_comes_down() {
    let mut town = Town::new();
    let one = town.phone("王芳", COMMUNITY, "001");
    let two = town.phone("赵伟", COMMUNITY, "001");
    let new = ["record", "new", "resident"];
    let Saved { record, commit } =
        one.save(&[new.as_slice(), &["name=张秀英", "phone=19900000000"]].concat());
    one.sync();
    two.sync();

    // Offline, each for themselves: the same field, and others.
    let set = ["record", "set", &record];
    one.save(&[set.as_slice(), &["phone=19900000001", "address=东街一号"]].concat());
    two.save(&[set.as_slice(), &["phone=19900000002", "note=腿脚不便"]].concat());
    one.sync();
    // The hubs go away in between, one by one, one of them without a goodbye.
    town.communities.stop();
    town.township.kill();
    town.communities.run();
    two.sync();
    town.township.run();

    town.communities.wait_count(COMMUNITY, "conflicts", 1);
    let review = town.communities.review(COMMUNITY).unwrap();
    let conflict = &review["conflicts"][0];
    assert_eq!(conflict["record"], *record);
    assert_eq!(conflict["field"]["key"], "phone");
    let candidates = &conflict["field"]["candidates"];
    assert_eq!(
        values(candidates),
        [("19900000001", "王芳"), ("19900000002", "赵伟")]
    );
    assert_eq!(town.communities.status(COMMUNITY)["counts"]["parallel"], 1);
    // Both phones show it as well, and which one stands meanwhile is the same everywhere.
    one.sync();
    for phone in [&one, &two] {
        let shown = phone.show(&record);
        assert_eq!(field(&shown, "phone")["value"], candidates[0]["value"]);
        assert_eq!(
            values(&field(&shown, "phone")["candidates"]),
            values(candidates)
        );
        assert_eq!(field(&shown, "address")["value"], "东街一号");
        assert_eq!(field(&shown, "note")["value"], "腿脚不便");
    }

    // The director takes the other one.
    town.rise(3);
    let other = candidates[1]["value"].as_str().unwrap();
    town.communities
        .decide(COMMUNITY, &["settle", &record, "contact", "phone", "2"]);
    town.communities.wait_count(COMMUNITY, "conflicts", 0);
    assert_eq!(town.communities.review(COMMUNITY), None);
    for phone in [&one, &two] {
        phone.sync();
        let shown = phone.show(&record);
        assert_eq!(field(&shown, "phone")["value"], other);
        assert_eq!(values(&field(&shown, "phone")["candidates"]), []);
    }
    town.rise(4);
    until("the phone knows it merged at the county", || {
        one.sync();
        (status(&one.show(&record), &commit) == "merged county").then_some(())
    });

    town.stop();
    let community = commits(&town.communities, COMMUNITY);
    assert_eq!(community.len(), 4);
    for (room, hub) in town.levels() {
        assert!(commits(room, hub) == community, "other bytes at {hub}");
        let held = room.export(hub, "residents");
        assert_eq!(held.len(), 1, "{hub}");
        assert_eq!(held[0]["fields"]["phone"], other, "{hub}");
        assert_eq!(held[0]["fields"]["address"], "东街一号", "{hub}");
        assert_eq!(held[0]["fields"]["note"], "腿脚不便", "{hub}");
    }
}

/// One after the other syncs.
fn hand_over(phones: &[&Phone]) {
    for phone in phones {
        phone.sync();
    }
}

/// The log in words: each step, who took it, and whether it is void.
fn log(matter: &Value) -> Vec<String> {
    let steps = matter["log"].as_array().unwrap().iter();
    steps
        .map(|step| {
            let void = if step["void"].is_null() {
                ""
            } else {
                " (void)"
            };
            let (what, by) = (&step["step"]["code"], &step["by"]["name"]);
            format!("{} {}{void}", what.as_str().unwrap(), by.as_str().unwrap())
        })
        .collect()
}

#[test]
fn a_matter_goes_through_the_hands_of_several_and_stands_the_same_everywhere() {
    let mut town = Town::new();
    let (reporter, worker) = (
        town.phone("王芳", COMMUNITY, "001"),
        town.phone("赵伟", COMMUNITY, "001"),
    );
    let (first, second) = (town.director("李主任"), town.director("周主任"));
    let matter = reporter
        .save(&["record", "new", "matter", "title=路灯不亮", "place=东街"])
        .record;
    let step = ["record", "step", matter.as_str()];
    let take = |phone: &Phone, words: &[&str]| phone.save(&[&step, words].concat());
    let refused = |phone: &Phone, words: &[&str]| {
        let said = phone.ask(&[&step, words].concat());
        assert_eq!(said.code, Some(1), "{words:?} {said:?}");
        said.err
    };

    hand_over(&[&reporter, &first]);
    // What a grid member may not do is refused on the phone at once.
    assert!(refused(&reporter, &["accept"]).contains("无权"));
    take(&first, &["accept", "--note", "今天去看"]);
    take(&first, &["dispatch", "--to", "赵伟"]);
    hand_over(&[&first, &worker]);
    take(&worker, &["dispose", "--note", "换了灯泡"]);
    assert!(refused(&worker, &["verify_pass"]).contains("处置人不得核实"));
    hand_over(&[&worker, &reporter]);
    take(&reporter, &["verify_pass"]);
    take(&reporter, &["reply", "reply=已经修好"]);
    hand_over(&[&reporter, &first, &second]);
    // Both close it while they are offline: one of the two stands, the other is void, everywhere alike.
    take(&first, &["close"]);
    take(&second, &["close"]);
    hand_over(&[&first, &second, &first, &reporter]);
    town.rise(8);

    let shown = reporter.show(&matter);
    assert_eq!(shown["row"]["stage"]["code"], "closed");
    assert_eq!(field(&shown, "reply")["value"], "已经修好");
    let told = log(&shown);
    assert_eq!(
        told[..6],
        [
            "report 王芳",
            "accept 李主任",
            "dispatch 李主任",
            "dispose 赵伟",
            "verify_pass 王芳",
            "reply 王芳"
        ]
    );
    let closed: BTreeSet<_> = told[6..].iter().map(String::as_str).collect();
    assert!(
        closed == BTreeSet::from(["close 李主任", "close 周主任 (void)"])
            || closed == BTreeSet::from(["close 周主任", "close 李主任 (void)"]),
        "{closed:?}"
    );
    for phone in [&first, &second] {
        assert_eq!(log(&phone.show(&matter)), told);
    }
    town.stop();
    for (room, hub) in town.levels() {
        let held = room.export(hub, "matters");
        assert_eq!(held.len(), 1, "{hub}");
        assert_eq!(held[0]["stage"], "closed", "{hub}");
        assert_eq!(log(&held[0]), told, "{hub}");
    }
}

#[test]
fn a_phone_sees_its_grid_and_nothing_beside_it() {
    let mut town = Town::new();
    let mut phones = BTreeMap::new();
    for (name, community, grid) in [
        ("王芳", COMMUNITY, "001"),
        ("赵伟", COMMUNITY, "002"),
        ("孙丽", NEIGHBOUR, "001"),
    ] {
        let phone = town.phone(name, community, grid);
        let resident = phone
            .save(&["record", "new", "resident", &format!("name={name}家")])
            .record;
        let matter = phone
            .save(&["record", "new", "matter", "title=占道"])
            .record;
        phone.sync();
        phones.insert(name, (phone, resident, matter));
    }
    let director = town.director("李主任");
    director.sync();
    town.rise(6);
    for (phone, resident, matter) in phones.values() {
        phone.sync();
        assert_eq!(phone.list("resident"), [resident.as_str()]);
        assert_eq!(phone.list("matter"), [matter.as_str()]);
        // Nothing else lies in its store either, be it in a list or not.
        for (_, other, _) in phones.values().filter(|(_, other, _)| other != resident) {
            assert_eq!(phone.ask(&["record", "show", other]).code, Some(1));
            let edited = phone.ask(&["record", "set", other, "note=x"]);
            assert_eq!(edited.code, Some(1), "{edited:?}");
        }
    }
    let of = |names: &[&str]| {
        let mut records: Vec<_> = names.iter().map(|name| phones[name].1.clone()).collect();
        records.sort();
        records
    };
    assert_eq!(director.list("resident"), of(&["王芳", "赵伟"]));
    town.stop();
    let held = |room: &Room, hub: &str| {
        let rows = room.export(hub, "residents").into_iter();
        let mut records: Vec<_> = rows
            .map(|row| row["record"].as_str().unwrap().to_owned())
            .collect();
        records.sort();
        records
    };
    assert_eq!(held(&town.communities, COMMUNITY), of(&["王芳", "赵伟"]));
    assert_eq!(held(&town.communities, NEIGHBOUR), of(&["孙丽"]));
    assert_eq!(held(&town.county, COUNTY), of(&["王芳", "赵伟", "孙丽"]));
}
