use super::*;

pub(super) fn a_commit_comes_back_as_it_went_in(storage: &mut impl Storage) {
    let mut row = commit(1);
    row.owed = true;
    row.place = Some(17);
    row.verdict = Some(Judged {
        blocked_by: Some(commit_id(77)),
        ..judged(1, Some(Reason::BuildsOnHeld))
    });
    row.parts.push(PartRow {
        salt: vec![],
        change: vec![],
        outline: None,
        ..row.parts[0].clone()
    });
    within(storage, |tx| {
        tx.append_commits(std::slice::from_ref(&row)).unwrap()
    });
    let found = within(storage, |tx| tx.load_commits(&[commit_id(1)]).unwrap());
    assert_eq!(found, [Some(row)]);
}

pub(super) fn what_could_not_be_read_comes_back_too(storage: &mut impl Storage) {
    within(storage, |tx| tx.append_commits(&[unreadable(1)]).unwrap());
    let found = within(storage, |tx| tx.load_commits(&[commit_id(1)]).unwrap());
    assert_eq!(found, [Some(unreadable(1))]);
}

pub(super) fn answers_stand_in_the_order_of_the_ids(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[commit(1), commit(2)]).unwrap()
    });
    let ids = [commit_id(2), commit_id(3), commit_id(1), commit_id(2)];
    within(storage, |tx| {
        let found: Vec<_> = tx
            .load_commits(&ids)
            .unwrap()
            .into_iter()
            .map(|row| row.map(|row| row.id))
            .collect();
        assert_eq!(
            found,
            [
                Some(commit_id(2)),
                None,
                Some(commit_id(1)),
                Some(commit_id(2))
            ]
        );
        let inbox = Some(CommitState::Inbox);
        assert_eq!(
            tx.load_commit_states(&ids).unwrap(),
            [inbox, None, inbox, inbox]
        );
        assert_eq!(tx.load_commits(&[]).unwrap(), []);
    });
}

pub(super) fn a_second_commit_of_an_id_is_an_error(storage: &mut impl Storage) {
    within(storage, |tx| tx.append_commits(&[commit(1)]).unwrap());
    let again = storage.transact(|tx| tx.append_commits(&[commit(2), commit(1)]));
    assert!(matches!(again, Err(TxError::Exists { .. })), "{again:?}");
    within(storage, |tx| {
        assert_eq!(tx.load_commits(&[commit_id(2)]).unwrap(), [None])
    });
}

pub(super) fn a_verdict_changes_state_and_place_only(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[commit(1)]).unwrap();
        tx.save_verdicts(&[VerdictRow {
            commit: commit_id(1),
            state: CommitState::Held,
            verdict: judged(5, Some(Reason::BadStep)),
            place: Some(12),
        }])
        .unwrap();
    });
    let expected = CommitRow {
        state: CommitState::Held,
        verdict: Some(judged(5, Some(Reason::BadStep))),
        place: Some(12),
        ..commit(1)
    };
    within(storage, |tx| {
        assert_eq!(tx.load_commits(&[commit_id(1)]).unwrap(), [Some(expected)])
    });
}

pub(super) fn a_verdict_on_an_unknown_commit_is_an_error(storage: &mut impl Storage) {
    let row = VerdictRow {
        commit: commit_id(1),
        state: CommitState::Admitted,
        verdict: judged(5, None),
        place: None,
    };
    assert!(storage.transact(|tx| tx.save_verdicts(&[row])).is_err());
}

pub(super) fn a_change_belongs_to_the_commit_that_brought_it_first(storage: &mut impl Storage) {
    let mut second = commit(2);
    second.parts = commit(1).parts;
    within(storage, |tx| {
        tx.append_commits(&[commit(1), second.clone()]).unwrap();
        let known = Some(ChangeState {
            commit: commit_id(1),
            state: CommitState::Inbox,
        });
        let asked = [(doc(1), hash(2)), (doc(1), hash(1)), (doc(2), hash(1))];
        assert_eq!(tx.load_changes(&asked).unwrap(), [None, known, None]);
        assert_eq!(tx.load_commits(&[commit_id(2)]).unwrap(), [Some(second)]);
    });
}

pub(super) fn history_leaves_out_what_waits(storage: &mut impl Storage) {
    let rows: Vec<_> = CommitState::ALL
        .into_iter()
        .zip(1..)
        .map(|(state, n)| {
            let mut row = CommitRow { state, ..commit(n) };
            row.parts[0].named = commit(50).parts[0].named;
            row
        })
        .collect();
    within(storage, |tx| {
        tx.append_commits(&rows).unwrap();
        tx.append_commits(&[commit(60)]).unwrap();
        let told = tx.load_history(&doc(50)).unwrap();
        let expected: Vec<_> = rows
            .into_iter()
            .filter(|row| !matches!(row.state, CommitState::Inbox | CommitState::Parked))
            .collect();
        assert_eq!(told, expected);
    });
}
