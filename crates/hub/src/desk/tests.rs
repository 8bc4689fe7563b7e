//! Three hubs of a site over real links, and what directors of this and that area are shown.

use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use wangge_engine::ActBody;
use wangge_model::area::{Area, Level};
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
        let page = self.desk.residents(&self.director, Query::default());
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

#[tokio::test(flavor = "multi_thread")]
async fn a_director_is_shown_nothing_of_the_community_next_door() {
    let room = Room::open().await;
    let record = room.resident().await;
    let (desk, own, neighbour) = (&room.desk, &room.director, &room.neighbour());
    let history = |who| desk.history(who, record, Query::default());
    assert_eq!(desk.resident(own, record).await.unwrap().row.name, "张三");
    assert_eq!(history(own).await.unwrap().total, 1);
    // By its id as by a list; and a record that is nowhere is answered alike.
    let nowhere = RecordId::mint(1, [1; 10]);
    for record in [record, nowhere] {
        let history = desk.history(neighbour, record, Query::default()).await;
        assert!(matches!(history, Err(DeskError::NoRecord)), "{history:?}");
        let resident = desk.resident(neighbour, record).await;
        assert!(matches!(resident, Err(DeskError::NoRecord)), "{resident:?}");
        let matter = desk.matter(neighbour, record).await;
        assert!(matches!(matter, Err(DeskError::NoRecord)), "{matter:?}");
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
    assert_eq!(
        desk.residents(neighbour, wide.clone()).await.unwrap().total,
        0
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
