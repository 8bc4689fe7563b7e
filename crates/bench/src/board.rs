//! A community's board: a hub's store, asked as the console and the program ask.

use tokio::runtime::Runtime;
use wangge_core::rows::{Order, Query};
use wangge_hub::Site;
use wangge_hub::admin::{Line, RecordAsk, Reply, Request, Saved};
use wangge_tests::Room;

use crate::Result;
use crate::ground::COMMUNITY;
use crate::people;
use crate::spread::{Answer, Timed};

const ACTS_AT_ONCE: usize = 512;
/// A board opens within so much, milliseconds.
const BOARD_MS: u128 = 200;

pub(crate) fn measure(records: usize, rounds: usize) -> Result<Answer> {
    let room = Room::new();
    room.init(COMMUNITY, "东街社区", None);
    room.director(COMMUNITY, "李主任");
    let desk = Desk::open(room.path())?;
    desk.fill(records)?;
    // Whatever is still to be counted is counted now.
    desk.ask(list("resident", Query::default()))?;
    let timed = desk.questions(rounds)?;
    desk.close();
    Ok(Answer {
        what: "board",
        records,
        timed,
    })
}

struct Desk {
    runtime: Runtime,
    line: Line,
}

impl Desk {
    fn open(dir: &str) -> Result<Self> {
        let runtime = Runtime::new()?;
        let site = Site::open(dir.as_ref())?;
        let line = runtime.block_on(Line::open(&site))?;
        Ok(Self { runtime, line })
    }

    fn close(self) {
        self.runtime.block_on(self.line.close());
    }

    fn ask(&self, ask: RecordAsk) -> Result<Reply> {
        Ok(self
            .runtime
            .block_on(self.line.ask(Request::Records { hub: None, ask }))?)
    }

    fn fill(&self, records: usize) -> Result<()> {
        let numbers: Vec<usize> = (0..records).collect();
        for part in numbers.chunks(ACTS_AT_ONCE) {
            let grid = |number: usize| format!("{COMMUNITY}{:03}", 1 + number % 9);
            let acts = part
                .iter()
                .map(|number| people::draft(*number, grid(*number)));
            let acts = acts.collect();
            let Reply::Saved(saved) = self.ask(RecordAsk::Save {
                director: None,
                acts,
            })?
            else {
                return Err("the hub answered something else".into());
            };
            if let Some(Saved::Wrong(wrong)) = saved
                .into_iter()
                .find(|saved| matches!(saved, Saved::Wrong(_)))
            {
                return Err(wrong.en.into());
            }
        }
        Ok(())
    }

    fn questions(&self, rounds: usize) -> Result<Vec<Timed>> {
        let month = || RecordAsk::Figures {
            area: String::new(),
            from: "2026-11-01".to_owned(),
            until: "2026-12-01".to_owned(),
        };
        let rising = || RecordAsk::Escalations {
            area: String::new(),
            rows_max: 50,
        };
        let due = || {
            let open = Query {
                order: Order::Due,
                closed: Some(false),
                ..Query::default()
            };
            list("matter", open)
        };
        let found = |round: usize| {
            let named = Query {
                text: people::name(round * 7),
                ..Query::default()
            };
            list("resident", named)
        };
        let page = || list("resident", Query::default());
        let one = |name, ask: &dyn Fn(usize) -> RecordAsk| {
            Timed::of(name, rounds, |round| self.ask(ask(round)).map(drop))
        };
        let board = Timed::of("the board, all of it", rounds, |_| {
            for ask in [month(), rising(), due(), page()] {
                self.ask(ask)?;
            }
            Ok::<_, Box<dyn std::error::Error>>(())
        })?;
        Ok(vec![
            one("figures of a month", &|_| month())?,
            one("what must rise", &|_| rising())?,
            one("matters by due date", &|_| due())?,
            one("residents, a page", &|_| page())?,
            one("residents, a name", &found)?,
            board.within("p99", BOARD_MS),
        ])
    }
}

fn list(kind: &str, query: Query) -> RecordAsk {
    RecordAsk::List {
        kind: kind.to_owned(),
        query,
    }
}
