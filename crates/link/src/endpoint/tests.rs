//! Peers that do not play by the rules; they need what the public face does not offer.

use wangge_wire::{KeySigner, WireError};

use super::*;

fn key(name: u8) -> Arc<dyn Signer> {
    Arc::new(KeySigner::from_seed(&[name; 32]))
}

fn loopback() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 0))
}

fn machine() -> (Endpoint, Acceptor, SocketAddr) {
    let (endpoint, acceptor) = Endpoint::bind(loopback(), Config::default()).unwrap();
    let addr = endpoint.local_addr().unwrap();
    (endpoint, acceptor, addr)
}

fn dialler() -> Endpoint {
    Endpoint::bind_dialler(loopback(), Config::default()).unwrap()
}

/// Shows one key and signs with another.
struct Impostor {
    shown: [u8; 32],
    held: KeySigner,
}

impl Signer for Impostor {
    fn public(&self) -> [u8; 32] {
        self.shown
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.held.sign(message)
    }
}

#[tokio::test]
async fn another_key_than_the_pinned_one_is_named_so() {
    let (endpoint, mut acceptor, addr) = machine();
    endpoint.hosts.add_as(key(1).public(), key(2));
    tokio::spawn(async move { acceptor.accept().await });
    let error = dialler()
        .dial(addr, key(1).public(), key(9))
        .await
        .unwrap_err();
    assert!(matches!(error, LinkError::WrongKey { .. }), "{error:?}");
}

#[tokio::test]
async fn a_hub_that_shows_a_key_must_hold_it() {
    let (endpoint, mut acceptor, addr) = machine();
    endpoint.add_host(Arc::new(Impostor {
        shown: key(1).public(),
        held: KeySigner::from_seed(&[2; 32]),
    }));
    tokio::spawn(async move { acceptor.accept().await });
    let error = dialler()
        .dial(addr, key(1).public(), key(9))
        .await
        .unwrap_err();
    assert!(matches!(error, LinkError::Lost { .. }), "{error:?}");
}

#[tokio::test]
async fn a_child_that_shows_a_key_must_hold_it() {
    let (endpoint, mut acceptor, addr) = machine();
    endpoint.add_host(key(1));
    let impostor = Arc::new(Impostor {
        shown: key(9).public(),
        held: KeySigner::from_seed(&[8; 32]),
    });
    let phone = dialler();
    let knocking = async {
        let mut link = phone.dial(addr, key(1).public(), impostor).await?;
        link.send(b"hello".to_vec()).await?;
        link.recv().await
    };
    tokio::select! {
        answer = knocking => assert!(matches!(answer, Err(LinkError::Lost { .. })), "{answer:?}"),
        incoming = acceptor.accept() => panic!("an impostor came in: {incoming:?}"),
    }
}

/// Sends `bytes`, compressed as agreed, in place of frames, and ends the stream if asked to; gives what each end says of it.
async fn say(bytes: &[u8], end: bool) -> (Result<Option<Vec<u8>>, LinkError>, LinkError) {
    let (endpoint, mut acceptor, addr) = machine();
    endpoint.add_host(key(1));
    let phone = dialler();
    let saying = async {
        let connection = phone.connect(addr, key(1).public(), key(9)).await.unwrap();
        let (mut stream, answers) = connection.open_bi().await.unwrap();
        let mut said = Vec::new();
        let mut compressor = crate::compress::Compressor::new().unwrap();
        compressor.push(bytes, &mut said).unwrap();
        compressor.flush(&mut said).unwrap();
        stream.write_all(&said).await.unwrap();
        if end {
            stream.finish().unwrap();
        }
        (connection, stream, answers)
    };
    let ((connection, _stream, _answers), incoming) = tokio::join!(saying, acceptor.accept());
    let mut incoming = incoming.unwrap();
    let hubs = incoming.link.recv().await;
    (hubs, lost(connection.closed().await))
}

#[tokio::test]
async fn a_frame_that_is_too_long_closes_the_link_with_a_reason_at_both_ends() {
    let (ours, theirs) = say(&[0x00, 0x10, 0x00, 0x01, 1, 2, 3], false).await;
    assert!(
        matches!(
            &ours,
            Err(LinkError::Frame {
                source: WireError::TooLong {
                    len: 0x0010_0001,
                    ..
                }
            })
        ),
        "{ours:?}"
    );
    let LinkError::Closed { code, text } = theirs else {
        panic!("{theirs:?}")
    };
    assert_eq!(code, CloseCode(2));
    assert_eq!(
        text,
        "frame is 1048577 bytes long, at most 1048576 are allowed"
    );
}

#[tokio::test]
async fn a_stream_that_ends_within_a_frame_closes_the_link_with_a_reason_at_both_ends() {
    let (ours, theirs) = say(&[0, 0, 0, 9, 1, 2, 3], true).await;
    assert!(
        matches!(
            &ours,
            Err(LinkError::Frame {
                source: WireError::Truncated { len: 7 }
            })
        ),
        "{ours:?}"
    );
    let LinkError::Closed { code, text } = theirs else {
        panic!("{theirs:?}")
    };
    assert_eq!(code, CloseCode(1));
    assert_eq!(text, "the stream ended within a frame, after 7 bytes of it");
}
