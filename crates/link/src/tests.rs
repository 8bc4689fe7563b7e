//! Stories over real QUIC on loopback.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use crate::relay::noise;
use crate::{Acceptor, CloseCode, Config, Endpoint, Incoming, Link, LinkError};
use wangge_wire::v1::FaultCode;
use wangge_wire::{KeySigner, Signer};

fn key(name: u8) -> Arc<dyn Signer> {
    Arc::new(KeySigner::from_seed(&[name; 32]))
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

/// A machine that hosts hubs, and where to find it.
struct Machine {
    endpoint: Endpoint,
    acceptor: Acceptor,
    addr: SocketAddr,
}

impl Machine {
    fn hosting(hubs: &[u8], config: Config) -> Machine {
        let (endpoint, acceptor) = Endpoint::bind(loopback(), config).unwrap();
        for hub in hubs {
            endpoint.add_host(key(*hub));
        }
        let addr = endpoint.local_addr().unwrap();
        Machine {
            endpoint,
            acceptor,
            addr,
        }
    }
}

fn dialler(config: Config) -> Endpoint {
    Endpoint::bind_dialler(loopback(), config).unwrap()
}

/// A phone's link and the hub's end of it, after the phone's first frame.
async fn linked(machine: &mut Machine, phone: &Endpoint, hub: u8, who: u8) -> (Link, Incoming) {
    let dialling = async {
        let link = phone
            .dial(machine.addr, key(hub).public(), key(who))
            .await
            .unwrap();
        link.send(b"hello".to_vec()).await.unwrap();
        link
    };
    let (link, incoming) = tokio::join!(dialling, machine.acceptor.accept());
    let mut incoming = incoming.unwrap();
    assert_eq!(incoming.link.recv().await.unwrap().unwrap(), b"hello");
    (link, incoming)
}

#[tokio::test]
async fn frames_go_both_ways_in_order_between_proven_keys() {
    let mut machine = Machine::hosting(&[1], Config::default());
    let phone = dialler(Config::default());
    let (mut link, mut incoming) = linked(&mut machine, &phone, 1, 9).await;
    assert_eq!(
        (incoming.hub, incoming.peer),
        (key(1).public(), key(9).public())
    );
    for n in 0..50_u8 {
        link.send(vec![n; usize::from(n) * 300]).await.unwrap();
        incoming.link.send(vec![n; 3]).await.unwrap();
    }
    for n in 0..50_u8 {
        assert_eq!(
            incoming.link.recv().await.unwrap().unwrap(),
            vec![n; usize::from(n) * 300]
        );
        assert_eq!(link.recv().await.unwrap().unwrap(), vec![n; 3]);
    }
    // What repeats itself hardly counts: the handshake agreed to compress.
    let said = 300 * 1_225;
    let sent = link.stats().bytes_up;
    assert!(sent < said / 10, "{sent} bytes for {said}");
}

#[tokio::test]
async fn the_largest_frame_passes() {
    let mut machine = Machine::hosting(&[1], Config::default());
    let phone = dialler(Config::default());
    let (link, mut incoming) = linked(&mut machine, &phone, 1, 9).await;
    let frame = vec![7; wangge_wire::limits::FRAME_LEN_MAX];
    link.send(frame.clone()).await.unwrap();
    assert_eq!(incoming.link.recv().await.unwrap().unwrap(), frame);
    let longer = vec![7; wangge_wire::limits::FRAME_LEN_MAX + 1];
    assert!(matches!(
        link.send(longer).await,
        Err(LinkError::OwnFrame { .. })
    ));
}

#[tokio::test]
async fn a_machine_without_the_hub_says_so() {
    let mut machine = Machine::hosting(&[1], Config::default());
    let addr = machine.addr;
    tokio::spawn(async move { machine.acceptor.accept().await });
    let error = dialler(Config::default())
        .dial(addr, key(2).public(), key(9))
        .await
        .unwrap_err();
    assert!(matches!(error, LinkError::NoSuchHub { .. }), "{error:?}");
}

#[tokio::test]
async fn many_hubs_share_one_port_and_a_machine_can_dial_itself() {
    let mut machine = Machine::hosting(&[], Config::default());
    for hub in 1..=40 {
        machine.endpoint.add_host(key(hub));
    }
    let within = machine.endpoint.clone();
    for hub in 1..=40 {
        let (_link, incoming) = linked(&mut machine, &within, hub, 100 + hub).await;
        assert_eq!(
            (incoming.hub, incoming.peer),
            (key(hub).public(), key(100 + hub).public())
        );
    }
}

#[tokio::test]
async fn what_was_sent_before_a_close_is_read_then_the_reason() {
    let mut machine = Machine::hosting(&[1], Config::default());
    let phone = dialler(Config::default());
    let (mut link, incoming) = linked(&mut machine, &phone, 1, 9).await;
    let closing = tokio::spawn(async move {
        incoming.link.send(b"last words".to_vec()).await.unwrap();
        incoming
            .link
            .close(FaultCode::FaultUnknownPeer.into(), "not enrolled here")
            .await;
    });
    assert_eq!(link.recv().await.unwrap().unwrap(), b"last words");
    closing.await.unwrap();
    let error = link.recv().await.unwrap_err();
    let LinkError::Closed { code, text } = error else {
        panic!("{error:?}")
    };
    assert_eq!(code.fault(), Some(FaultCode::FaultUnknownPeer));
    assert_eq!(text, "not enrolled here");
}

#[tokio::test]
async fn a_bye_ends_the_frames_without_an_error() {
    let mut machine = Machine::hosting(&[1], Config::default());
    let phone = dialler(Config::default());
    let (link, mut incoming) = linked(&mut machine, &phone, 1, 9).await;
    link.close(CloseCode::BYE, "").await;
    assert_eq!(incoming.link.recv().await.unwrap(), None);
}

#[tokio::test]
async fn a_third_link_with_one_key_is_busy_until_one_ends() {
    let config = Config {
        links_per_child_max: 2,
        ..Config::default()
    };
    let mut machine = Machine::hosting(&[1], config.clone());
    let phone = dialler(config);
    let (first, first_in) = linked(&mut machine, &phone, 1, 9).await;
    let _second = linked(&mut machine, &phone, 1, 9).await;
    let addr = machine.addr;
    let mut acceptor = machine.acceptor;
    let accepting = tokio::spawn(async move { acceptor.accept().await });
    let mut third = phone.dial(addr, key(1).public(), key(9)).await.unwrap();
    let error = third.recv().await.unwrap_err();
    assert!(
        matches!(&error, LinkError::Closed { code, .. } if code.fault() == Some(FaultCode::FaultBusy)),
        "{error:?}"
    );
    first.close(CloseCode::BYE, "").await;
    drop(first_in);
    let fourth = phone.dial(addr, key(1).public(), key(9)).await.unwrap();
    fourth.send(b"again".to_vec()).await.unwrap();
    assert!(accepting.await.unwrap().is_some());
}

#[tokio::test]
async fn a_child_that_opens_no_stream_is_let_go() {
    let config = Config {
        handshake_ms: 200,
        ..Config::default()
    };
    let mut machine = Machine::hosting(&[1], config);
    let phone = dialler(Config::default());
    let mute = tokio::select! {
        link = phone.dial(machine.addr, key(1).public(), key(9)) => link.unwrap(),
        _ = machine.acceptor.accept() => panic!("nothing was said yet"),
    };
    let (_sender, mut receiver) = mute.split();
    let ended = tokio::select! {
        ended = receiver.recv() => ended,
        _ = machine.acceptor.accept() => panic!("nothing was said yet"),
    };
    assert!(
        matches!(
            ended,
            Ok(None) | Err(LinkError::Lost { .. } | LinkError::Closed { .. })
        ),
        "{ended:?}"
    );
}

#[tokio::test]
async fn a_peer_that_reads_nothing_fills_a_bounded_queue_and_is_let_go() {
    let config = Config {
        stall_ms: 300,
        ..Config::default()
    };
    let mut machine = Machine::hosting(&[1], config);
    let phone = dialler(Config::default());
    let (mut phone_link, incoming) = linked(&mut machine, &phone, 1, 9).await;
    let (sender, _receiver) = incoming.link.split();
    let mut queued = 0_usize;
    while sender.try_send(noise(60_000, queued)).is_ok() {
        queued += 60_000;
        assert!(queued < 2 * 1024 * 1024, "the queue has no end");
    }
    assert!(matches!(
        sender.try_send(noise(60_000, queued)),
        Err(LinkError::Full)
    ));
    let error = loop {
        match sender.send(noise(60_000, queued)).await {
            Ok(()) => queued += 60_000,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, LinkError::ClosedHere), "{error:?}");
    let mut read = 0;
    let error = loop {
        match phone_link.recv().await {
            Ok(Some(frame)) => read += frame.len(),
            Ok(None) => panic!("no reason was given"),
            Err(error) => break error,
        }
    };
    assert!(read <= queued);
    assert!(
        matches!(&error, LinkError::Closed { code, .. } if code.fault() == Some(FaultCode::FaultBusy)),
        "{error:?}"
    );
}

#[tokio::test]
async fn a_silent_address_is_given_up() {
    let hole = std::net::UdpSocket::bind(loopback()).unwrap();
    let phone = dialler(Config {
        handshake_ms: 200,
        ..Config::default()
    });
    let error = phone
        .dial(hole.local_addr().unwrap(), key(1).public(), key(9))
        .await
        .unwrap_err();
    assert!(
        matches!(error, LinkError::Silent { waited_ms: 200, .. }),
        "{error:?}"
    );
    assert!(error.retry());
}

#[tokio::test]
async fn a_lost_peer_is_noticed_after_its_silence() {
    let config = Config {
        idle_ms: 500,
        keep_alive_ms: 100,
        ..Config::default()
    };
    let mut machine = Machine::hosting(&[1], config.clone());
    let perfect = crate::relay::Quality::default();
    let relay = crate::relay::Relay::spawn(machine.addr, perfect, perfect, 1).unwrap();
    let hub_addr = machine.addr;
    machine.addr = relay.addr();
    let phone = dialler(config);
    let (mut link, _incoming) = linked(&mut machine, &phone, 1, 9).await;
    tokio::time::timeout(Duration::from_millis(1_200), link.recv())
        .await
        .unwrap_err();
    relay.cut(true);
    let error = link.recv().await.unwrap_err();
    assert!(matches!(error, LinkError::Lost { .. }), "{error:?}");
    machine.addr = hub_addr;
}

/// A wide bound, so that a busy machine does not matter: what takes every loss for a full link needs three times as long at best.
#[tokio::test]
async fn a_megabyte_passes_a_lossy_link_and_a_word_a_deep_queue() {
    use crate::relay::{Quality, Relay};
    let mut machine = Machine::hosting(&[1], Config::default());
    let hub_addr = machine.addr;
    let phone = dialler(Config::default());
    for (quality, len, limit_s) in [(Quality::LOSSY, 1_000_000, 12), (Quality::SLOW, 60_000, 8)] {
        let relay = Relay::spawn(hub_addr, quality, quality, 7).unwrap();
        machine.addr = relay.addr();
        let begin = std::time::Instant::now();
        let (link, mut incoming) = linked(&mut machine, &phone, 1, 9).await;
        let sending = async {
            for frame in 0..len / 20_000 {
                link.send(noise(20_000, frame)).await.unwrap();
            }
        };
        let receiving = async {
            for _ in 0..len / 20_000 {
                incoming.link.recv().await.unwrap().unwrap();
            }
        };
        tokio::join!(sending, receiving);
        assert!(
            begin.elapsed() < Duration::from_secs(limit_s),
            "{quality:?}: {:?}",
            begin.elapsed()
        );
        let wait_ms = relay.traffic().0.wait_us_max / 1_000;
        assert!(
            wait_ms < 1_000,
            "{quality:?}: the queue grew to {wait_ms} ms"
        );
    }
}

/// As after an outage: whoever gets no answer dials again, as phones do. (Among a thousand about one in ten runs has a handshake that hangs
/// after quinn's Retry, and none has without it.)
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_come_at_once_and_all_are_taken() {
    const PHONES: u16 = 1_000;
    let mut machine = Machine::hosting(&[1], Config::default());
    let config = Config {
        handshake_ms: 3_000,
        ..Config::default()
    };
    let masts: Vec<Endpoint> = (0..10).map(|_| dialler(config.clone())).collect();
    let mut dialling = tokio::task::JoinSet::new();
    for number in 0..PHONES {
        let mast = masts[usize::from(number) % masts.len()].clone();
        dialling.spawn(dial_until_linked(mast, machine.addr, number));
    }
    let (mut taken, mut linked) = (std::collections::BTreeMap::new(), Vec::new());
    while taken.len() < usize::from(PHONES) || linked.len() < usize::from(PHONES) {
        tokio::select! {
            incoming = machine.acceptor.accept() => {
                let incoming = incoming.unwrap();
                taken.insert(incoming.peer, incoming.link);
            }
            Some(link) = dialling.join_next() => linked.push(link.unwrap()),
        }
    }
}

async fn dial_until_linked(mast: Endpoint, addr: SocketAddr, number: u16) -> Link {
    let mut seed = [7; 32];
    seed[..2].copy_from_slice(&number.to_be_bytes());
    let signer = Arc::new(KeySigner::from_seed(&seed));
    loop {
        match mast
            .dial(
                addr,
                key(1).public(),
                Arc::clone(&signer) as Arc<dyn Signer>,
            )
            .await
        {
            Ok(link) => {
                link.send(b"hello".to_vec()).await.unwrap();
                return link;
            }
            Err(error) => assert!(error.retry(), "{error:?}"),
        }
    }
}
