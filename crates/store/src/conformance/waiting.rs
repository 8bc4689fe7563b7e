use super::*;

fn numbers(page: &[Waiting]) -> Vec<u64> {
    page.iter().map(|waiting| waiting.number).collect()
}

fn ids(page: &[Waiting]) -> Vec<CommitId> {
    page.iter().map(|waiting| waiting.row.id).collect()
}

pub(super) fn the_inbox_is_paged_by_number(storage: &mut impl Storage) {
    within(storage, |tx| {
        // Ids fall while numbers grow: the line is the order of arrival.
        let rows: Vec<_> = (1..=9).rev().map(commit).collect();
        tx.append_commits(&rows).unwrap();
        tx.append_commits(&[CommitRow {
            state: CommitState::Own,
            ..commit(20)
        }])
        .unwrap();
        let all = tx.load_inbox(false, WHOLE).unwrap();
        assert_eq!(
            all.iter()
                .map(|waiting| waiting.row.clone())
                .collect::<Vec<_>>(),
            rows
        );
        assert!(numbers(&all).is_sorted());

        let three = PageLimit {
            items_max: 3,
            ..WHOLE
        };
        assert_eq!(tx.load_inbox(false, three).unwrap(), all[..3]);
        let two = PageLimit {
            bytes_max: COMMIT_BYTES * 3 - 1,
            ..WHOLE
        };
        assert_eq!(tx.load_inbox(false, two).unwrap(), all[..2]);
        let exactly_three = PageLimit {
            bytes_max: COMMIT_BYTES * 3,
            ..WHOLE
        };
        assert_eq!(tx.load_inbox(false, exactly_three).unwrap(), all[..3]);
        assert_eq!(tx.load_inbox(true, WHOLE).unwrap(), []);
        tx.save_verdicts(&[VerdictRow {
            commit: all[4].row.id,
            state: CommitState::Inbox,
            verdict: judged(5, None),
            place: None,
        }])
        .unwrap();
        // What another hub has judged is found apart from the rest.
        assert_eq!(ids(&tx.load_inbox(true, WHOLE).unwrap()), [all[4].row.id]);
    });
}

pub(super) fn a_page_holds_at_least_one(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[
            CommitRow {
                owed: true,
                ..commit(1)
            },
            commit(2),
        ])
        .unwrap();
        let tiny = PageLimit {
            bytes_max: 0,
            ..WHOLE
        };
        assert_eq!(ids(&tx.load_inbox(false, tiny).unwrap()), [commit_id(1)]);
        assert_eq!(ids(&tx.load_outbox(0, tiny).unwrap()), [commit_id(1)]);
    });
}

pub(super) fn parked_commits_come_back_under_their_number(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[commit(1), commit(2), commit(3)])
            .unwrap();
        let before = tx.load_inbox(false, WHOLE).unwrap();
        tx.save_parked(
            &[
                (commit_id(1), vec![hash(50), hash(51)]),
                (commit_id(2), vec![hash(51)]),
            ],
            7,
        )
        .unwrap();
        assert_eq!(ids(&tx.load_inbox(false, WHOLE).unwrap()), [commit_id(3)]);
        assert_eq!(
            tx.load_commit_states(&[commit_id(1)]).unwrap(),
            [Some(CommitState::Parked)]
        );

        assert_eq!(tx.wake_parked(&[hash(52)]).unwrap(), 0);
        assert_eq!(tx.wake_parked(&[hash(50)]).unwrap(), 1);
        assert_eq!(
            ids(&tx.load_inbox(false, WHOLE).unwrap()),
            [commit_id(1), commit_id(3)]
        );
        // The first is forgotten: only the second waited on for this one.
        assert_eq!(tx.wake_parked(&[hash(51), hash(51)]).unwrap(), 1);
        assert_eq!(tx.load_inbox(false, WHOLE).unwrap(), before);
    });
}

pub(super) fn a_verdict_forgets_parking(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[commit(1)]).unwrap();
        tx.save_parked(&[(commit_id(1), vec![hash(50)])], 7)
            .unwrap();
        tx.save_verdicts(&[VerdictRow {
            commit: commit_id(1),
            state: CommitState::Held,
            verdict: judged(5, Some(Reason::MissingDependency)),
            place: None,
        }])
        .unwrap();
        assert_eq!(tx.wake_parked(&[hash(50)]).unwrap(), 0);
        assert_eq!(tx.load_parked(i64::MAX, 10).unwrap(), []);
        assert_eq!(
            tx.load_commit_states(&[commit_id(1)]).unwrap(),
            [Some(CommitState::Held)]
        );
    });
}

pub(super) fn parked_are_counted_and_listed_by_age(storage: &mut impl Storage) {
    within(storage, |tx| {
        let other_incarnation = CommitRow {
            incarnation: Incarnation([9; 8]),
            ..commit(3)
        };
        let other_device = CommitRow {
            device: key(2),
            ..commit(4)
        };
        tx.append_commits(&[commit(1), commit(2), other_incarnation, other_device])
            .unwrap();
        let until = vec![hash(90)];
        tx.save_parked(
            &[(commit_id(1), until.clone()), (commit_id(3), until.clone())],
            30,
        )
        .unwrap();
        tx.save_parked(&[(commit_id(2), until.clone())], 10)
            .unwrap();
        tx.save_parked(&[(commit_id(4), until)], 20).unwrap();
        assert_eq!(
            tx.load_parked_counts(&[key(2), key(3), key(1)]).unwrap(),
            [1, 0, 3]
        );
        let parked = |tx: &mut dyn Tx, before, most| -> Vec<CommitId> {
            tx.load_parked(before, most)
                .unwrap()
                .into_iter()
                .map(|row| row.id)
                .collect()
        };
        assert_eq!(
            parked(tx, 30, 10),
            [commit_id(2), commit_id(4), commit_id(1), commit_id(3)]
        );
        assert_eq!(parked(tx, 29, 10), [commit_id(2), commit_id(4)]);
        assert_eq!(parked(tx, 30, 1), [commit_id(2)]);
        assert_eq!(parked(tx, 9, 10), []);
    });
}

pub(super) fn held_bytes_are_summed_by_origin(storage: &mut impl Storage) {
    within(storage, |tx| {
        let held = |n, origin| CommitRow {
            state: CommitState::Held,
            origin: Some(Origin {
                chain: origin,
                place: 1,
            }),
            ..commit(n)
        };
        let other_epoch = ChainId {
            epoch: Incarnation([5; 8]),
            ..chain(1)
        };
        tx.append_commits(&[
            held(1, chain(1)),
            held(2, other_epoch),
            held(3, chain(2)),
            commit(4),
        ])
        .unwrap();
        let sums = tx.load_held_bytes(&[key(2), key(7), key(1)]).unwrap();
        let one = COMMIT_BYTES as u64;
        assert_eq!(sums, [one, 0, 2 * one]);
    });
}

pub(super) fn counts_tell_what_stands_open(storage: &mut impl Storage) {
    within(storage, |tx| {
        assert_eq!(tx.load_counts().unwrap(), Counts::default());
        let own = |n, owed| CommitRow {
            state: CommitState::Own,
            origin: None,
            owed,
            ..commit(n)
        };
        tx.append_commits(&[
            own(1, true),
            own(2, false),
            commit(3),
            commit(4),
            commit(5),
            unreadable(6),
        ])
        .unwrap();
        tx.save_parked(&[(commit_id(4), vec![hash(90)])], 1)
            .unwrap();
        let inbox_bytes = 3 * COMMIT_BYTES as u64;
        let expected = Counts {
            owed: 1,
            unjudged: 2,
            inbox: 2,
            inbox_bytes,
            parked: 1,
        };
        assert_eq!(tx.load_counts().unwrap(), expected);
    });
}

pub(super) fn the_outbox_owes_what_lies_beyond(storage: &mut impl Storage) {
    within(storage, |tx| {
        let own = |n| CommitRow {
            state: CommitState::Own,
            origin: None,
            owed: true,
            ..commit(n)
        };
        let other_chain = CommitRow {
            incarnation: Incarnation([8; 8]),
            ..own(9)
        };
        tx.append_commits(&[own(1), own(2), own(3), own(4), other_chain, commit(5)])
            .unwrap();
        let owed = |tx: &mut dyn Tx| ids(&tx.load_outbox(0, WHOLE).unwrap());
        assert_eq!(owed(tx), [1, 2, 3, 4, 9].map(commit_id));

        tx.save_owed(&[(chain(1), 3), (chain(44), 9)]).unwrap();
        assert_eq!(owed(tx), [4, 9].map(commit_id));
        assert_eq!(tx.load_counts().unwrap().owed, 2);
        // The hub came back from an old copy: it is owed again.
        tx.save_owed(&[(chain(1), 1)]).unwrap();
        assert_eq!(owed(tx), [2, 3, 4, 9].map(commit_id));
        let page = tx
            .load_outbox(
                0,
                PageLimit {
                    items_max: 2,
                    ..WHOLE
                },
            )
            .unwrap();
        assert_eq!(ids(&page), [2, 3].map(commit_id));
        assert_eq!(
            ids(&tx.load_outbox(page[1].number, WHOLE).unwrap()),
            [4, 9].map(commit_id)
        );
        tx.save_owed(&[(chain(1), u64::MAX >> 1)]).unwrap();
        assert_eq!(owed(tx), [commit_id(9)]);
    });
}

pub(super) fn a_verdict_ends_what_is_owed(storage: &mut impl Storage) {
    within(storage, |tx| {
        let own = CommitRow {
            state: CommitState::Own,
            origin: None,
            owed: true,
            ..commit(1)
        };
        tx.append_commits(&[own]).unwrap();
        tx.save_verdicts(&[VerdictRow {
            commit: commit_id(1),
            state: CommitState::Admitted,
            verdict: judged(5, None),
            place: None,
        }])
        .unwrap();
        assert_eq!(tx.load_outbox(0, WHOLE).unwrap(), []);
    });
}

pub(super) fn own_commits_are_found_by_their_place(storage: &mut impl Storage) {
    within(storage, |tx| {
        let own = CommitRow {
            origin: None,
            ..commit(1)
        };
        tx.append_commits(&[own, commit(2)]).unwrap();
        let places = [(chain(1), 9), (chain(1), 1), (chain(2), 1), (chain(1), 2)];
        let made = tx.load_made(&places).unwrap();
        // The second came from elsewhere.
        assert_eq!(made, [None, Some(commit_id(1)), None, None]);
    });
}

pub(super) fn what_is_owed_ends_up_to_a_place(storage: &mut impl Storage) {
    within(storage, |tx| {
        let own = |n, owed| CommitRow {
            state: CommitState::Own,
            origin: None,
            owed,
            ..commit(n)
        };
        let other_chain = CommitRow {
            incarnation: Incarnation([8; 8]),
            ..own(2, true)
        };
        let other_chain = CommitRow {
            id: commit_id(9),
            ..other_chain
        };
        tx.append_commits(&[own(1, true), own(2, true), own(3, false), own(4, true)])
            .unwrap();
        tx.append_commits(&[other_chain]).unwrap();
        tx.clear_owed(&[(chain(1), 3), (chain(44), 9)]).unwrap();
        // What was not owed before is not owed now.
        let owed = ids(&tx.load_outbox(0, WHOLE).unwrap());
        assert_eq!(owed, [4, 9].map(commit_id));
        tx.clear_owed(&[(chain(1), 1)]).unwrap();
        assert_eq!(ids(&tx.load_outbox(0, WHOLE).unwrap()), owed);
    });
}
