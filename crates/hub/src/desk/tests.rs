//! Three hubs of a site over real links, and what directors of this and that area are shown.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wangge_engine::ActBody;
use wangge_model::area::{Area, Level};
use wangge_model::draft::{Draft, FieldEdit, NewStep};
use wangge_model::id::{CommitId, RecordId};
use wangge_model::kind::{Kind, Role};
use wangge_model::value::Edit;
use wangge_views::rows::StatusWord;

use super::*;
use crate::admin::{Request, Secret};
use crate::{Host, HostOptions, NewHub, Parent, Proving, Site, init_tree};

const COUNTY: &str = "410522";
const TOWNSHIP: &str = "410522001";
const COMMUNITY: &str = "410522001001";
const GRID: &str = "410522001001001";

struct Room {
    _folder: TempDir,
    host: Arc<Host>,
    desk: HubDesk,
    director: Director,
}

fn area(code: &str) -> Area {
    code.parse().unwrap()
}

impl Room {
    /// A county, a township and a community, linked, and a director in the community.
    async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let site = Site::create(folder.path()).unwrap();
        let hub = |code: &str, parent: Option<&str>| NewHub {
            area: area(code),
            name: code.to_owned(),
            parent: parent.map(|parent| Parent::Here(area(parent))),
        };
        let hubs = vec![
            hub(COUNTY, None),
            hub(TOWNSHIP, Some(COUNTY)),
            hub(COMMUNITY, Some(TOWNSHIP)),
        ];
        init_tree(&site, hubs, || {}).await.unwrap();
        let lock = site.lock().unwrap();
        let options = HostOptions {
            listen: Some(([127, 0, 0, 1], 0).into()),
            proving: Proving::Threads,
            ..HostOptions::offline()
        };
        let host = Host::open(site, lock, options).await.unwrap();
        let request = Request::Director {
            hub: Some(area(COMMUNITY)),
            name: "王主任".to_owned(),
            passphrase: Secret("a long passphrase".to_owned()),
        };
        host.answer(request).await.unwrap();
        let hub = Arc::clone(host.hub(Some(&area(COMMUNITY))).unwrap());
        let entry = hub.directors()[0].clone();
        Self {
            _folder: folder,
            host,
            desk: HubDesk::new(hub),
            director: Director {
                member: entry.member,
                name: entry.name,
                role: entry.role,
                area: COMMUNITY.to_owned(),
            },
        }
    }

    /// The director of the community next door.
    fn neighbour(&self) -> Director {
        Director {
            role: Role::CommunityDirector,
            area: "410522001002".to_owned(),
            ..self.director.clone()
        }
    }

    /// A resident of the grid, in the rows.
    async fn resident(&self) -> RecordId {
        let what = ActBody::Create {
            kind: Kind::RESIDENT,
            area: Some(area(GRID)),
            edits: vec![Edit::set(Facet::Open, "name", "张三")],
            step: None,
        };
        self.desk.decide(&self.director, what).await.unwrap();
        let page = self
            .desk
            .records(&self.director, Kind::RESIDENT, Query::default());
        page.await.unwrap().rows[0].record.parse().unwrap()
    }
}

/// Asks until the answer is there; who waits for ever is told what for.
async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let asking = async {
        loop {
            if let Some(found) = ask().await {
                return found;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(60), asking)
        .await
        .unwrap_or_else(|_| panic!("{what}"))
}

#[expect(clippy::too_many_lines, reason = "every question is asked once")]
#[tokio::test(flavor = "multi_thread")]
async fn a_director_is_shown_nothing_of_the_community_next_door() {
    let room = Room::open().await;
    let record = room.resident().await;
    let (desk, own, neighbour) = (&room.desk, &room.director, &room.neighbour());
    let history = |who| desk.history(who, record, Query::default());
    let shown = desk.record(own, record).await.unwrap();
    assert_eq!(shown.record.row.title, "张三");
    assert_eq!(history(own).await.unwrap().total, 1);
    // By its id as by a list; and a record that is nowhere is answered alike.
    let nowhere = RecordId::mint(1, [1; 10]);
    for record in [record, nowhere] {
        let history = desk.history(neighbour, record, Query::default()).await;
        assert!(matches!(history, Err(DeskError::NoRecord)), "{history:?}");
        let shown = desk.record(neighbour, record).await;
        assert!(matches!(shown, Err(DeskError::NoRecord)), "{shown:?}");
        let written = desk.write(neighbour, edit(record, Vec::new())).await;
        assert!(matches!(written, Err(DeskError::NoRecord)), "{written:?}");
        let asked = ReportAsk {
            name: "policies".to_owned(),
            about: record.to_string(),
            ..ReportAsk::default()
        };
        let report = desk.report(neighbour, asked).await;
        assert!(matches!(report, Err(DeskError::NoRecord)), "{report:?}");
        let asked = Settle {
            record,
            facet: Facet::Open,
            key: "name".to_owned(),
            choice: "1@00".to_owned(),
            seen: vec!["1@00".to_owned()],
        };
        let settled = desk.settle(neighbour, asked).await;
        assert!(matches!(settled, Err(DeskError::NoRecord)), "{settled:?}");
    }
    let commit: CommitId = history(own).await.unwrap().rows[0].commit.parse().unwrap();
    for commit in [commit, CommitId([9; 32])] {
        let adopted = desk.adopt(neighbour, commit).await;
        assert!(matches!(adopted, Err(DeskError::NoCommit)), "{adopted:?}");
        let declined = desk.decline(neighbour, commit, Reason::DeclinedWrong).await;
        assert!(matches!(declined, Err(DeskError::NoCommit)), "{declined:?}");
    }
    let wide = Query {
        area: COUNTY.to_owned(),
        ..Query::default()
    };
    let total = async |who, query: &Query| {
        let page = desk.records(who, Kind::RESIDENT, query.clone());
        page.await.unwrap().total
    };
    assert_eq!(
        (total(own, &wide).await, total(neighbour, &wide).await),
        (1, 0)
    );
    let told = desk.escalations(neighbour, wide.clone()).await.unwrap();
    assert_eq!(told.total, 0);
    let days: Vec<Date> = ["2026-10-01", "2026-11-01"]
        .map(|day| day.parse().unwrap())
        .into();
    let board = desk.figures(neighbour, COUNTY.to_owned(), days);
    assert_eq!(board.await.unwrap().periods[0].area, neighbour.area);
    let ask = ReportAsk {
        name: "policies".to_owned(),
        area: COUNTY.to_owned(),
        ..ReportAsk::default()
    };
    let report = desk.report(neighbour, ask).await.unwrap();
    assert_eq!(report.area, neighbour.area);
    let checked = desk.check(neighbour, COUNTY.to_owned()).await.unwrap();
    assert!(
        checked
            .names
            .iter()
            .all(|name| name.area.starts_with(&neighbour.area))
    );
    // The hub above is everybody's; the desk of the director next door is not.
    let seen = async |who, side| {
        let page = desk.peers(who, wide.clone()).await.unwrap();
        page.rows.iter().any(|peer| peer.side == side)
    };
    assert!(seen(own, PeerSide::Desk).await);
    assert!(!seen(neighbour, PeerSide::Desk).await);
    room.host.close().await;
}

fn new(kind: &str, area: &str, fields: &[(&str, &str)]) -> Draft {
    let set = |(key, value): &(&str, &str)| FieldEdit::set(*key, *value);
    Draft::New {
        kind: kind.to_owned(),
        area: area.to_owned(),
        fields: fields.iter().map(set).collect(),
        step: None,
        stated_ms: None,
    }
}

fn edit(record: RecordId, fields: Vec<FieldEdit>) -> Draft {
    Draft::Edit {
        record: record.to_string(),
        fields,
        stated_ms: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_director_writes_records_fields_and_steps_and_is_told_what_is_wrong_where() {
    let room = Room::open().await;
    let (desk, who) = (&room.desk, &room.director);
    let wrong = |error: DeskError| match error {
        DeskError::Wrong(wrong) => (wrong.code, wrong.field),
        other => panic!("{other:?}"),
    };
    let missing = desk.write(who, new("matter", GRID, &[])).await;
    let at = |code: &str, field: &str| (code.to_owned(), field.to_owned());
    assert_eq!(wrong(missing.unwrap_err()), at("field_needed", "title"));
    let fields = [("title", "路灯不亮"), ("persons", "很多")];
    let bad = desk.write(who, new("matter", GRID, &fields)).await;
    assert_eq!(wrong(bad.unwrap_err()), at("bad_value", "persons"));

    let fields = [("title", "路灯不亮")];
    let written = desk.write(who, new("matter", GRID, &fields)).await.unwrap();
    let record = written.record;
    let place = vec![FieldEdit::set("place", "北街")];
    desk.write(who, edit(record, place)).await.unwrap();
    let step = |step: &str| Draft::Step {
        record: record.to_string(),
        step: NewStep {
            step: step.to_owned(),
            ..NewStep::default()
        },
    };
    let next = desk.record(who, record).await.unwrap().next;
    assert!(next.iter().any(|next| next.step.code == "accept"));
    assert!(next.iter().all(|next| next.step.code != "close"));
    let closed = desk.write(who, step("close")).await;
    assert_eq!(wrong(closed.unwrap_err()), at("step_not_possible", "step"));
    let handed = desk.write(who, step("dispatch")).await;
    assert_eq!(wrong(handed.unwrap_err()), at("bad_step", "to"));
    desk.write(who, step("accept")).await.unwrap();
    let shown = desk.record(who, record).await.unwrap().record;
    assert_eq!(shown.log.len(), 2);
    assert_eq!(shown.row.stage.unwrap().code, "accepted");
    let place = shown.fields.iter().find(|field| field.key == "place");
    assert_eq!(place.unwrap().value, "北街");
    // A question that names no field of the kind is the asker's mistake, not the store's.
    let query = Query {
        filters: vec![wangge_views::rows::FieldFilter {
            key: "shoe".to_owned(),
            value: "44".to_owned(),
            ..wangge_views::rows::FieldFilter::default()
        }],
        ..Query::default()
    };
    let asked = desk.records(who, Kind::MATTER, query).await;
    assert_eq!(wrong(asked.unwrap_err()), at("bad_question", ""));
    room.host.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_level_above_issues_is_in_the_ledger_of_the_community() {
    let room = Room::open().await;
    let county = Arc::clone(room.host.hub(Some(&area(COUNTY))).unwrap());
    let request = Request::Director {
        hub: Some(area(COUNTY)),
        name: "李县长".to_owned(),
        passphrase: Secret("a long passphrase".to_owned()),
    };
    room.host.answer(request).await.unwrap();
    let entry = county.directors()[0].clone();
    let above = HubDesk::new(county);
    let head = Director {
        member: entry.member,
        name: entry.name,
        role: entry.role,
        area: COUNTY.to_owned(),
    };
    let fields = [("title", "关于加强网格管理的通知"), ("level", "county")];
    let write = new("policy", "", &fields);
    let record = above.write(&head, write).await.unwrap().record;
    let seen = until("the policy at the community", async || {
        let page = room
            .desk
            .records(&room.director, Kind::POLICY, Query::default());
        let page = page.await.unwrap();
        (page.total == 1).then(|| page.rows[0].record.clone())
    });
    assert_eq!(seen.await, record.to_string());
    room.desk.record(&room.director, record).await.unwrap();
    let elsewhere = Director {
        area: "410523001001".to_owned(),
        ..room.director.clone()
    };
    let shown = room.desk.record(&elsewhere, record).await;
    assert!(matches!(shown, Err(DeskError::NoRecord)), "{shown:?}");
    room.host.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_history_says_how_far_a_commit_was_merged_and_the_parent_when_it_was_heard() {
    let room = Room::open().await;
    let record = room.resident().await;
    let merged = until("merged at the county", async || {
        let page = room.desk.history(&room.director, record, Query::default());
        let status = page.await.unwrap().rows.remove(0).status;
        let all = (status.word, status.level) == (StatusWord::Merged, Some(Level::County));
        all.then_some(())
    });
    merged.await;
    let peers = room.desk.peers(&room.director, Query::default());
    let parent = peers.await.unwrap().rows.remove(0);
    assert_eq!(parent.side, PeerSide::Parent);
    let heard_ms = parent.last_contact_ms.expect("the parent was heard");
    assert!((crate::system::now_ms() - heard_ms).abs() < 60_000);
    room.host.close().await;
}
