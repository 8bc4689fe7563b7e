use super::*;

pub(super) fn nothing_of_a_failed_transaction_stays(storage: &mut impl Storage) {
    let failed = storage.transact(|tx| {
        tx.save_meta(&[("a", vec![1])])?;
        tx.append_commits(&[commit(1)])?;
        Err::<(), _>(TxError::Exists {
            what: "the end of this transaction",
        })
    });
    assert!(failed.is_err());
    within(storage, |tx| {
        assert_eq!(tx.load_meta(&["a"]).unwrap(), [None]);
        assert_eq!(tx.load_commits(&[commit_id(1)]).unwrap(), [None]);
    });
}

pub(super) fn nothing_of_a_panicked_transaction_stays(storage: &mut impl Storage) {
    let panicked = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        within(storage, |tx| {
            tx.save_meta(&[("a", vec![1])]).unwrap();
            panic!("on purpose");
        })
    }));
    assert!(panicked.is_err());
    within(storage, |tx| {
        assert_eq!(tx.load_meta(&["a"]).unwrap(), [None]);
        tx.save_meta(&[("a", vec![2])]).unwrap();
    });
    within(storage, |tx| {
        assert_eq!(tx.load_meta(&["a"]).unwrap(), [Some(vec![2])])
    });
}

pub(super) fn a_transaction_reads_its_own_writes(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.save_meta(&[("a", vec![1])]).unwrap();
        assert_eq!(tx.load_meta(&["a"]).unwrap(), [Some(vec![1])]);
        tx.append_commits(&[commit(1)]).unwrap();
        assert_eq!(tx.load_inbox(false, WHOLE).unwrap().len(), 1);
    });
}

pub(super) fn named_values_are_replaced(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.save_meta(&[("a", vec![1]), ("b", vec![])]).unwrap();
        tx.save_meta(&[("a", vec![2; 65_536])]).unwrap();
        let found = tx.load_meta(&["b", "c", "a"]).unwrap();
        assert_eq!(found, [Some(vec![]), None, Some(vec![2; 65_536])]);
    });
}

pub(super) fn chains_are_found_by_id_and_by_key(storage: &mut impl Storage) {
    let row = |id, through| ChainRow {
        id,
        through,
        last: commit_id(3),
        hlc: u64::MAX,
    };
    let second = ChainId {
        epoch: Incarnation([0; 8]),
        ..chain(1)
    };
    within(storage, |tx| {
        tx.save_chains(&[row(chain(1), 1), row(second, 2), row(chain(2), 3)])
            .unwrap();
        tx.save_chains(&[row(chain(1), 9)]).unwrap();
        // A commit of an unheard-of chain names it, and says nothing of how far it was received.
        tx.append_commits(&[CommitRow {
            device: key(5),
            ..commit(1)
        }])
        .unwrap();
        let unheard = ChainId {
            key: key(5),
            ..chain(1)
        };
        let found = tx.load_chains(&[chain(2), unheard, chain(1)]).unwrap();
        assert_eq!(
            found,
            [Some(row(chain(2), 3)), None, Some(row(chain(1), 9))]
        );
        assert_eq!(
            tx.load_chains_of(&[key(1), key(5)]).unwrap(),
            [row(second, 2), row(chain(1), 9)]
        );
    });
}

pub(super) fn records_are_replaced_whole(storage: &mut impl Storage) {
    let row = |n, paused| RecordRow {
        id: record(n),
        kind: Kind::RESIDENT,
        area: area("410522001001001"),
        created_by: commit_id(n),
        paused,
    };
    within(storage, |tx| {
        tx.save_records(&[row(1, false), row(2, false)]).unwrap();
        tx.save_records(&[row(1, true)]).unwrap();
        let found = tx.load_records(&[record(2), record(3), record(1)]).unwrap();
        assert_eq!(found, [Some(row(2, false)), None, Some(row(1, true))]);
    });
}

pub(super) fn documents_are_replaced_whole(storage: &mut impl Storage) {
    let row = |id, save: &[u8], heads: &[ChangeHash], branch| DocRow {
        id,
        save: save.to_vec(),
        heads: heads.to_vec(),
        branch,
    };
    let care = DocId {
        facet: Facet::Care,
        ..doc(1)
    };
    within(storage, |tx| {
        tx.save_documents(&[
            row(doc(1), b"one", &[hash(1)], 0),
            row(care, b"care", &[hash(2), hash(3)], 4),
            row(doc(2), b"two", &[], 0),
        ])
        .unwrap();
        tx.save_documents(&[row(doc(1), &[7; 70_000], &[hash(9)], 1)])
            .unwrap();
        let found = tx.load_documents(&[care, doc(3), doc(1)]).unwrap();
        assert_eq!(
            found,
            [
                Some(row(care, b"care", &[hash(2), hash(3)], 4)),
                None,
                Some(row(doc(1), &[7; 70_000], &[hash(9)], 1)),
            ]
        );
    });
}

pub(super) fn peers_come_back(storage: &mut impl Storage) {
    let peer = |n, office: Option<(MemberId, Role)>| PeerRow {
        key: key(n),
        kind: if office.is_some() {
            PeerKind::Phone
        } else {
            PeerKind::Hub
        },
        level: Level::Grid,
        area: area("410522001001001"),
        member: office,
        name: "张三".into(),
        statement: statement_id(n),
        revoked_ms: (n == 2).then_some(7),
        epoch: Incarnation([n; 8]),
        seen_place: 12,
        seen_ms: 1_700_000_000_000,
        agent: "wangge/0.1.0".into(),
    };
    within(storage, |tx| {
        tx.save_peers(&[peer(1, None), peer(2, Some((member(2), Role::GridMember)))])
            .unwrap();
        tx.save_peers(&[PeerRow {
            seen_place: 99,
            ..peer(1, None)
        }])
        .unwrap();
        let found = tx.load_peers(&[key(2), key(3), key(1)]).unwrap();
        let first = PeerRow {
            seen_place: 99,
            ..peer(1, None)
        };
        assert_eq!(
            found,
            [
                Some(peer(2, Some((member(2), Role::GridMember)))),
                None,
                Some(first)
            ]
        );
    });
}

pub(super) fn hubs_above_come_lowest_first(storage: &mut impl Storage) {
    let hub = |n, level, above| HubRow {
        key: key(n),
        area: area("410522"),
        level,
        name: "安阳县".into(),
        parent: key(9),
        statement: statement_id(n),
        above,
    };
    within(storage, |tx| {
        let (county, township) = (hub(1, Level::County, true), hub(2, Level::Township, true));
        let beside = hub(3, Level::Community, false);
        tx.save_hubs(&[county.clone(), beside.clone(), township.clone()])
            .unwrap();
        assert_eq!(
            tx.load_hubs(&[key(3), key(4)]).unwrap(),
            [Some(beside), None]
        );
        assert_eq!(tx.load_hubs_above().unwrap(), [township, county]);
    });
}

pub(super) fn invitations_come_back(storage: &mut impl Storage) {
    let invitation = |n, used_by: Option<Key>| InvitationRow {
        hash: [n; 32],
        role: used_by.map(|_| Role::GridMember),
        area: area("410522001"),
        level: Level::Township,
        member: used_by.map(|_| member(1)),
        name: "某乡".into(),
        made_ms: 1,
        until_ms: 2,
        grant_ms: 3,
        used_by,
    };
    within(storage, |tx| {
        tx.save_invitations(&[invitation(1, None), invitation(2, Some(key(4)))])
            .unwrap();
        tx.save_invitations(&[invitation(1, Some(key(5)))]).unwrap();
        let found = tx.load_invitations(&[[2; 32], [3; 32], [1; 32]]).unwrap();
        assert_eq!(
            found,
            [
                Some(invitation(2, Some(key(4)))),
                None,
                Some(invitation(1, Some(key(5))))
            ]
        );
    });
}
