use super::*;

/// Entry `place` about nothing but its statement.
fn entry(place: u8) -> FeedRow {
    FeedRow {
        place: place.into(),
        statement: statement_id(place),
        commit: None,
        device: None,
        area: area("410522"),
        scope: Scope::Area,
        origin: None,
        past: None,
    }
}

fn from(n: u8, place: u64) -> Option<Origin> {
    Some(Origin {
        chain: chain(n),
        place,
    })
}

fn fill(tx: &mut dyn Tx, rows: &[FeedRow]) {
    let statements: Vec<_> = rows
        .iter()
        .map(|row| statement(u8::try_from(row.place).unwrap()))
        .collect();
    tx.append_statements(&statements).unwrap();
    tx.append_feed(rows).unwrap();
}

fn places(page: &FeedPage) -> Vec<u64> {
    page.entries.iter().map(|entry| entry.row.place).collect()
}

const UP: FeedFilter = FeedFilter::Up {
    parent: Key([99; 32]),
};

pub(super) fn statements_stay_as_they_were_first(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_statements(&[statement(1), statement(2)]).unwrap();
        tx.append_statements(&[StatementRow {
            bytes: vec![0],
            ..statement(1)
        }])
        .unwrap();
        let found = tx
            .load_statements(&[statement_id(2), statement_id(3), statement_id(1)])
            .unwrap();
        assert_eq!(found, [Some(statement(2)), None, Some(statement(1))]);
    });
}

pub(super) fn grants_come_back_as_they_went_in(storage: &mut impl Storage) {
    let grant = GrantRow {
        statement: statement_id(1),
        hub: key(200),
        device: key(1),
        member: member(1),
        name: "网格员".into(),
        role: Role::GridMember,
        area: area("410522001001001"),
        from_ms: 1,
        until_ms: i64::MAX,
        kinds: vec![Kind::MATTER, Kind::RESIDENT],
        facets: vec![Facet::Open, Facet::Special],
        acts: vec![Act::Create, Act::Decline],
    };
    within(storage, |tx| {
        tx.append_grants(std::slice::from_ref(&grant)).unwrap();
        tx.append_grants(&[GrantRow {
            until_ms: 0,
            ..grant.clone()
        }])
        .unwrap();
        let found = tx.load_grants(&[statement_id(9), statement_id(1)]).unwrap();
        assert_eq!(found, [None, Some(grant)]);
    });
}

pub(super) fn a_place_is_filled_once(storage: &mut impl Storage) {
    within(storage, |tx| {
        fill(tx, &[entry(1), entry(2)]);
        let fed = tx
            .load_fed(&[statement_id(2), statement_id(7), statement_id(1)])
            .unwrap();
        assert_eq!(fed, [true, false, true]);
    });
    let again = storage.transact(|tx| {
        tx.append_statements(&[statement(3)])?;
        tx.append_feed(&[FeedRow {
            statement: statement_id(3),
            ..entry(2)
        }])
    });
    assert!(matches!(again, Err(TxError::Exists { .. })), "{again:?}");
}

pub(super) fn an_entry_needs_its_statement(storage: &mut impl Storage) {
    assert!(storage.transact(|tx| tx.append_feed(&[entry(1)])).is_err());
}

pub(super) fn up_goes_all_and_what_came_from_there_is_bare(storage: &mut impl Storage) {
    within(storage, |tx| {
        fill(
            tx,
            &[
                FeedRow {
                    origin: from(99, 1),
                    ..entry(1)
                },
                FeedRow {
                    origin: from(1, 1),
                    scope: Scope::Device,
                    ..entry(2)
                },
                FeedRow {
                    scope: Scope::Wide,
                    area: area("41"),
                    ..entry(3)
                },
            ],
        );
        let page = tx.load_feed(0, &UP, WHOLE).unwrap();
        assert_eq!(places(&page), [1, 2, 3]);
        // What came from there is a place and nothing else.
        let bare: Vec<bool> = page
            .entries
            .iter()
            .map(|entry| entry.statement.is_empty() && entry.commit.is_none())
            .collect();
        assert_eq!(bare, [true, false, false]);
    });
}

/// Places 1 to 9: what a reader in 410522001 gets or not.
fn mixed() -> Vec<FeedRow> {
    let at = |place, code: &str, scope| FeedRow {
        area: area(code),
        scope,
        ..entry(place)
    };
    vec![
        at(1, "410522001", Scope::Area),
        at(2, "410522001001", Scope::Area),
        at(3, "410522002001", Scope::Area),
        at(4, "410522", Scope::Area),
        at(5, "410522", Scope::Wide),
        at(6, "410522001001001", Scope::Wide),
        at(7, "410522002", Scope::Wide),
        FeedRow {
            device: Some(key(1)),
            ..at(8, "410522001001", Scope::Device)
        },
        FeedRow {
            device: Some(key(2)),
            ..at(9, "410522001001", Scope::Device)
        },
    ]
}

fn above() -> Vec<Area> {
    vec![area("410522"), area("4105"), area("41")]
}

pub(super) fn a_device_gets_its_area_and_its_own(storage: &mut impl Storage) {
    let filter = FeedFilter::Device {
        device: key(1),
        area: area("410522001"),
        above: above(),
    };
    within(storage, |tx| {
        fill(tx, &mixed());
        fill(
            tx,
            &[FeedRow {
                device: Some(key(1)),
                area: area("410523"),
                ..entry(10)
            }],
        );
        let page = tx.load_feed(0, &filter, WHOLE).unwrap();
        assert_eq!(places(&page), [1, 2, 5, 6, 8, 10]);
        let without_right = FeedFilter::Own { device: key(1) };
        let page = tx.load_feed(0, &without_right, WHOLE).unwrap();
        assert_eq!(places(&page), [8, 10]);
        assert!(page.entries.iter().all(|entry| entry.commit.is_none()));
    });
}

pub(super) fn a_hub_gets_its_area_but_not_its_own(storage: &mut impl Storage) {
    let filter = FeedFilter::Hub {
        own: chain(3),
        area: area("410522001"),
        above: above(),
    };
    within(storage, |tx| {
        fill(tx, &mixed());
        let own_before = ChainId {
            epoch: Incarnation([77; 8]),
            ..chain(3)
        };
        fill(
            tx,
            &[
                FeedRow {
                    origin: from(3, 4),
                    area: area("410522001"),
                    ..entry(10)
                },
                FeedRow {
                    // Sent before its store came back from a copy: it lacks that now.
                    origin: Some(Origin {
                        chain: own_before,
                        place: 4,
                    }),
                    area: area("410522001"),
                    ..entry(11)
                },
            ],
        );
        assert_eq!(
            places(&tx.load_feed(0, &filter, WHOLE).unwrap()),
            [1, 2, 5, 6, 11]
        );
    });
}

pub(super) fn a_page_tells_how_far_it_reaches(storage: &mut impl Storage) {
    let filter = FeedFilter::Device {
        device: key(1),
        area: area("410522001"),
        above: above(),
    };
    within(storage, |tx| {
        let empty = tx.load_feed(0, &filter, WHOLE).unwrap();
        assert_eq!(
            empty,
            FeedPage {
                entries: vec![],
                through: 0
            }
        );
        fill(tx, &mixed());
        // Nothing more for this reader, but the feed goes on to 9.
        let last = tx.load_feed(8, &filter, WHOLE).unwrap();
        assert_eq!(
            last,
            FeedPage {
                entries: vec![],
                through: 9
            }
        );
        let two = tx
            .load_feed(
                0,
                &filter,
                PageLimit {
                    items_max: 2,
                    ..WHOLE
                },
            )
            .unwrap();
        assert_eq!(places(&two), [1, 2]);
        // What is not for the reader may be passed over or left for the next page.
        assert!((2..5).contains(&two.through), "{}", two.through);
        let next = tx
            .load_feed(
                two.through,
                &filter,
                PageLimit {
                    items_max: 2,
                    ..WHOLE
                },
            )
            .unwrap();
        assert_eq!(places(&next), [5, 6]);
        let one = tx
            .load_feed(
                0,
                &filter,
                PageLimit {
                    bytes_max: 1,
                    ..WHOLE
                },
            )
            .unwrap();
        assert_eq!(places(&one), [1]);
        let sized = tx
            .load_feed(
                0,
                &filter,
                PageLimit {
                    bytes_max: 2 * (120 + 64),
                    ..WHOLE
                },
            )
            .unwrap();
        assert_eq!(places(&sized), [1, 2]);
    });
}

pub(super) fn entries_bring_their_commit(storage: &mut impl Storage) {
    within(storage, |tx| {
        tx.append_commits(&[commit(40), unreadable(41)]).unwrap();
        let about = |place, n, device| FeedRow {
            commit: Some(commit_id(n)),
            device: Some(key(device)),
            origin: from(1, 3),
            ..entry(place)
        };
        fill(tx, &[about(1, 40, 1), about(2, 41, 1), entry(3)]);
        let page = tx.load_feed(0, &UP, WHOLE).unwrap();
        let [first, second, third] = page.entries.try_into().unwrap();
        assert_eq!(first.row, about(1, 40, 1));
        assert_eq!(
            (first.statement, first.signature),
            (vec![1; 120], vec![1; 64])
        );
        let row = commit(40);
        let part = PartBytes {
            area: None,
            facet: Some(Facet::Open),
            salt: vec![40; 16],
            change: vec![40; 150],
        };
        let bytes = CommitBytes {
            header: row.header,
            signature: row.signature,
            parts: vec![part],
        };
        assert_eq!(first.commit, Some(bytes));
        assert_eq!(second.commit.unwrap().parts[0].facet, None);
        assert_eq!(third.commit, None);
    });
}

pub(super) fn marks_never_go_back(storage: &mut impl Storage) {
    let mark = |n, level, through| Mark {
        chain: chain(n),
        level,
        through,
    };
    within(storage, |tx| {
        tx.save_marks(&[
            mark(2, Level::County, 5),
            mark(1, Level::Township, 7),
            mark(1, Level::Community, 9),
        ])
        .unwrap();
        tx.save_marks(&[mark(1, Level::Township, 3), mark(2, Level::County, 6)])
            .unwrap();
        assert_eq!(
            tx.load_marks(&[chain(2), chain(3), chain(1)]).unwrap(),
            [
                mark(1, Level::Community, 9),
                mark(1, Level::Township, 7),
                mark(2, Level::County, 6)
            ]
        );
        // A mark is not a chain that was received.
        assert_eq!(tx.load_chains(&[chain(1)]).unwrap(), [None]);
    });
}

pub(super) fn covered_stops_at_the_first_that_waits(storage: &mut impl Storage) {
    let ask = |place| {
        [Covered {
            chain: chain(1),
            place,
        }]
    };
    within(storage, |tx| {
        assert_eq!(tx.load_covered(&ask(9)).unwrap(), [0]);
        let row = ChainRow {
            id: chain(1),
            through: 6,
            last: commit_id(6),
            hlc: 1,
        };
        tx.save_chains(&[row]).unwrap();
        assert_eq!(tx.load_covered(&ask(9)).unwrap(), [6]);

        let rows: Vec<_> = (1..=6).map(commit).collect();
        tx.append_commits(&rows).unwrap();
        assert_eq!(tx.load_covered(&ask(9)).unwrap(), [0]);
        let verdict = |n, place| VerdictRow {
            commit: commit_id(n),
            state: CommitState::Admitted,
            verdict: judged(n, None),
            place: Some(place),
        };
        // The fifth parks, the others go into the feed, the third before the first.
        tx.save_parked(&[(commit_id(5), vec![hash(90)])], 1)
            .unwrap();
        let fed = |place, n: u8| FeedRow {
            commit: Some(commit_id(n)),
            origin: from(1, n.into()),
            ..entry(place)
        };
        tx.save_verdicts(&[
            verdict(3, 1),
            verdict(1, 2),
            verdict(2, 3),
            verdict(4, 4),
            verdict(6, 5),
        ])
        .unwrap();
        fill(tx, &[fed(1, 3), fed(2, 1), fed(3, 2), fed(4, 4), fed(5, 6)]);
        let reckoned: Vec<_> = (0..=5)
            .map(|place| tx.load_covered(&ask(place)).unwrap()[0])
            .collect();
        assert_eq!(reckoned, [0, 0, 1, 3, 4, 4]);

        tx.save_verdicts(&[verdict(5, 6)]).unwrap();
        fill(tx, &[fed(6, 5)]);
        assert_eq!(tx.load_covered(&ask(5)).unwrap(), [4]);
        assert_eq!(tx.load_covered(&ask(6)).unwrap(), [6]);
    });
}
