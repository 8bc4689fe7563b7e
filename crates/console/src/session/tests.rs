use wangge_model::id::MemberId;
use wangge_model::kind::Role;

use super::*;

fn director() -> Director {
    Director {
        member: MemberId::mint(0, [7; 10]),
        name: "王主任".into(),
        role: Role::CommunityDirector,
        area: "410522001001".into(),
    }
}

fn token(n: u16) -> Token {
    let mut bytes = [0; 32];
    bytes[..2].copy_from_slice(&n.to_be_bytes());
    Token(bytes)
}

#[test]
fn a_hand_keeps_it_awake_and_the_page_does_not() {
    let mut sessions = Sessions::default();
    let start = Instant::now();
    sessions.open(token(1), director(), start);
    let almost = SESSION_IDLE - Duration::from_secs(1);
    assert!(
        sessions
            .find(&token(1), Doing::Hand, start + almost)
            .is_some()
    );
    let (_, left) = sessions
        .find(&token(1), Doing::Page, start + almost + almost)
        .expect("touched by the hand");
    assert_eq!(left.idle, Duration::from_secs(1));
    assert!(
        sessions
            .find(&token(1), Doing::Hand, start + almost + SESSION_IDLE)
            .is_none()
    );
    assert!(sessions.open.is_empty(), "an ended session is forgotten");
}

#[test]
fn it_ends_after_the_shift_whatever_is_done() {
    let mut sessions = Sessions::default();
    let start = Instant::now();
    sessions.open(token(1), director(), start);
    let mut now = start;
    while now + SESSION_IDLE / 2 < start + SESSION_ABSOLUTE {
        now += SESSION_IDLE / 2;
        assert!(sessions.find(&token(1), Doing::Hand, now).is_some());
    }
    assert!(
        sessions
            .find(&token(1), Doing::Hand, start + SESSION_ABSOLUTE)
            .is_none()
    );
}

#[test]
fn the_longest_idle_makes_room() {
    let mut sessions = Sessions::default();
    let start = Instant::now();
    for n in 0..=SESSIONS_MAX as u16 {
        sessions.open(
            token(n),
            director(),
            start + Duration::from_millis(n.into()),
        );
    }
    assert_eq!(sessions.open.len(), SESSIONS_MAX);
    let now = start + Duration::from_secs(1);
    assert!(sessions.find(&token(0), Doing::Hand, now).is_none());
    assert!(sessions.find(&token(1), Doing::Hand, now).is_some());
}

#[test]
fn a_token_comes_back_from_its_text_and_nothing_else_does() {
    let token = Token::mint().expect("randomness");
    assert!(Token::parse(&token.encode()) == Some(token));
    for text in ["", "00", "zz", &"0".repeat(63), &"0".repeat(66)] {
        assert!(Token::parse(text).is_none());
    }
}
