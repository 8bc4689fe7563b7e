//! Records that move: placements, what is told anew, what leaves.

use super::*;

const OLD: &str = "410522001001001";
const NEW: &str = "410522001001002";

fn placed(n: u8, code: &str, hlc: u64) -> Placement {
    Placement {
        record: record(n),
        area: area(code),
        hlc,
        moved_by: commit_id(70),
    }
}

fn row(n: u8, code: &str) -> RecordRow {
    RecordRow {
        id: record(n),
        kind: Kind::MATTER,
        area: area(code),
        created_by: commit_id(n),
        paused: false,
    }
}

fn document(n: u8) -> DocRow {
    DocRow {
        id: doc(n),
        save: vec![n; 30],
        heads: vec![hash(n)],
        branch: 0,
    }
}

fn admitted(n: u8, place: u64) -> CommitRow {
    CommitRow {
        state: CommitState::Admitted,
        verdict: Some(judged(n, None)),
        place: Some(place),
        ..commit(n)
    }
}

/// A commit that changes two documents.
fn on_two(n: u8, place: u64, other: u8) -> CommitRow {
    let mut row = admitted(n, place);
    row.parts.push(commit(other).parts.remove(0));
    row
}

fn fed(place: u8, n: u8) -> FeedRow {
    FeedRow {
        place: place.into(),
        statement: statement_id(place),
        commit: Some(commit_id(n)),
        device: Some(key(1)),
        area: area(OLD),
        scope: Scope::Area,
        origin: None,
        past: None,
    }
}

fn append(tx: &mut dyn Tx, rows: &[FeedRow]) {
    let statements: Vec<_> = rows
        .iter()
        .map(|row| StatementRow {
            id: row.statement,
            bytes: vec![1; 120],
            signature: vec![1; 64],
            hub: key(99),
        })
        .collect();
    tx.append_statements(&statements).unwrap();
    tx.append_feed(rows).unwrap();
}

fn read_by(tx: &mut dyn Tx, code: &str) -> Vec<u64> {
    let area = area(code);
    let filter = FeedFilter::Device {
        device: key(50),
        above: std::iter::successors(area.parent(), Area::parent).collect(),
        area,
    };
    let page = tx.load_feed(0, &filter, WHOLE).unwrap();
    page.entries.iter().map(|entry| entry.row.place).collect()
}

pub(super) fn a_placement_moves_its_record(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.save_records(&[row(1, OLD), row(2, OLD)]).unwrap();
        tx.save_placements(&[placed(1, NEW, u64::MAX), placed(3, NEW, 4)])
            .unwrap();
        let found = tx
            .load_placements(&[record(3), record(2), record(1)])
            .unwrap();
        let expected = [
            Some(placed(3, NEW, 4)),
            None,
            Some(placed(1, NEW, u64::MAX)),
        ];
        assert_eq!(found, expected);
        let rows = tx.load_records(&[record(1), record(2), record(3)]).unwrap();
        assert_eq!(rows, [Some(row(1, NEW)), Some(row(2, OLD)), None]);
        tx.save_placements(&[placed(1, OLD, 9)]).unwrap();
        let again = tx.load_placements(&[record(1)]).unwrap();
        assert_eq!(again, [Some(placed(1, OLD, 9))]);
        let outside = tx.load_records_outside(&area(NEW)).unwrap();
        assert_eq!(outside, [row(1, OLD), row(2, OLD)]);
        assert_eq!(tx.load_records_outside(&area("410522")).unwrap(), []);
    });
}

pub(super) fn who_reads_what_of_a_record_that_moved(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[admitted(1, 1), on_two(2, 2, 5), admitted(6, 3)])
            .unwrap();
        tx.save_records(&[row(1, OLD), row(2, OLD), row(5, OLD), row(6, OLD)])
            .unwrap();
        append(tx, &[fed(1, 1), fed(2, 2), fed(3, 6)]);
        let told = tx
            .load_admitted_of(&[record(2), record(1), record(5)])
            .unwrap();
        let commits: Vec<_> = told.iter().map(|told| told.commit).collect();
        assert_eq!(commits, [commit_id(1), commit_id(2)]);
        assert_eq!(told[0].device, key(1));
        // 1 and 5 move; 2, of the same commit as 5, stays.
        tx.save_placements(&[placed(1, NEW, 1), placed(5, NEW, 1)])
            .unwrap();
        let left = Some(area(OLD));
        let again = |place, n| FeedRow {
            area: area(NEW),
            past: left.clone(),
            ..fed(place, n)
        };
        let order = FeedRow {
            scope: Scope::Move,
            commit: None,
            ..again(4, 1)
        };
        append(tx, &[order, again(5, 1), again(6, 2)]);
        tx.save_present(&[record(1), record(5)], &area(NEW))
            .unwrap();
        assert_eq!(read_by(tx, OLD), [2, 3, 4]);
        assert_eq!(read_by(tx, NEW), [4, 5, 6]);
        // Who answers for both has everything where it was.
        assert_eq!(read_by(tx, "410522001001"), [1, 2, 3, 4]);
        assert_eq!(read_by(tx, "410522001001003"), [0; 0]);
        // And back: the old entries stand again.
        tx.save_placements(&[placed(1, OLD, 2)]).unwrap();
        tx.save_present(&[record(1)], &area(OLD)).unwrap();
        assert_eq!(read_by(tx, OLD), [1, 2, 3, 4]);
        assert_eq!(read_by(tx, NEW), [4, 6]);
    });
}

pub(super) fn an_entry_tells_where_its_parts_stand(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[on_two(2, 1, 5)]).unwrap();
        tx.save_records(&[row(2, OLD), row(5, NEW)]).unwrap();
        append(tx, &[fed(1, 2)]);
        let up = FeedFilter::Up { parent: key(98) };
        let page = tx.load_feed(0, &up, WHOLE).unwrap();
        let commit = page.entries[0].commit.as_ref().unwrap();
        let areas: Vec<_> = commit.parts.iter().map(|part| part.area.clone()).collect();
        assert_eq!(areas, [Some(area(OLD)), Some(area(NEW))]);
    });
}

pub(super) fn what_leaves_is_gone_but_for_ones_own(storage: &mut impl Storage) {
    let own = CommitRow {
        device: key(7),
        incarnation: Incarnation([7; 8]),
        origin: None,
        ..commit(3)
    };
    within(storage, |tx| {
        let mut of_one = own.clone();
        of_one.parts[0].named = commit(1).parts[0].named;
        tx.append_commits(&[admitted(1, 1), on_two(2, 2, 1), of_one.clone()])
            .unwrap();
        tx.save_parked(&[(commit_id(1), vec![hash(77)])], 5)
            .unwrap();
        tx.save_records(&[row(1, OLD), row(2, OLD)]).unwrap();
        tx.save_documents(&[document(1), document(2)]).unwrap();
        tx.save_placements(&[placed(1, NEW, 1)]).unwrap();
        tx.drop_records(&[record(1)]).unwrap();
        tx.drop_commits(&key(7), &[record(1)]).unwrap();
        let rows = tx.load_records(&[record(1), record(2)]).unwrap();
        assert_eq!(rows, [None, Some(row(2, OLD))]);
        let docs = tx.load_documents(&[doc(1), doc(2)]).unwrap();
        assert_eq!(docs, [None, Some(document(2))]);
        let found = tx
            .load_commits(&[commit_id(1), commit_id(2), of_one.id])
            .unwrap();
        let [gone, half, kept] = <[_; 3]>::try_from(found).unwrap();
        assert_eq!((gone, kept), (None, Some(of_one)));
        let mut half = half.unwrap();
        let whole = on_two(2, 2, 1);
        assert_eq!(half.parts[0], whole.parts[0]);
        assert!(half.parts[1].change.is_empty() && half.parts[1].outline.is_none());
        assert_eq!(half.parts[1].named, whole.parts[1].named);
        // It comes whole again.
        half.parts = whole.parts.clone();
        half.origin = Some(Origin {
            chain: chain(9),
            place: 4,
        });
        tx.save_again(std::slice::from_ref(&half)).unwrap();
        let again = tx.load_commits(&[commit_id(2)]).unwrap();
        assert_eq!(again, [Some(half)]);
        assert_eq!(
            tx.load_branches(&[doc(2), doc(9)]).unwrap(),
            [Some(3), None]
        );
        assert_eq!(
            tx.load_placements(&[record(1)]).unwrap(),
            [Some(placed(1, NEW, 1))]
        );
    });
}
