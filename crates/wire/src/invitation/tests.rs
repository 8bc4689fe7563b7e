use super::{Invitation, InvitationError};

fn invitation() -> Invitation {
    Invitation {
        address: "hub.example.cn:7443".to_owned(),
        hub: [7; 32],
        secret: [9; 16],
    }
}

fn parse(text: &str) -> Result<Invitation, InvitationError> {
    text.parse()
}

#[test]
fn what_is_written_is_read() {
    let text = invitation().to_string();
    assert!(text.starts_with("WANGGE:"));
    assert!(
        text.chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == ':')
    );
    assert_eq!(parse(&text), Ok(invitation()));
}

#[test]
fn the_text_is_golden() {
    assert_eq!(
        invitation().to_string(),
        "WANGGE:AEDQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOBYHA4DQOCIJBEEQSCIJBEEQSCIJBEEQSCLIOVRC4ZLYMFWXA3DFFZRW4ORXGQ2DGBNAHOKQ"
    );
}

#[test]
fn case_blanks_hyphens_and_wrapping_do_not_matter() {
    let text = invitation().to_string().to_lowercase();
    let grouped: String = text
        .chars()
        .enumerate()
        .flat_map(|(at, c)| [c].into_iter().chain((at % 5 == 4).then_some('-')))
        .collect();
    assert_eq!(
        parse(&format!("  {}\r\n{}", &grouped[..40], &grouped[40..])),
        Ok(invitation())
    );
}

#[test]
fn each_mistake_is_named() {
    let text = invitation().to_string();
    assert_eq!(parse("https://example.cn"), Err(InvitationError::Scheme));
    assert_eq!(parse(""), Err(InvitationError::Scheme));
    assert_eq!(parse("WANGGE:"), Err(InvitationError::Truncated));
    assert_eq!(parse(&text[..60]), Err(InvitationError::Truncated));
    assert_eq!(
        parse(&text.replace(':', ":1")),
        Err(InvitationError::Character { at: 8 })
    );
    for address in [
        "nowhere",
        ":7443",
        "host:0",
        "host:99999",
        "ho st:1",
        "fe80::1:7443",
    ] {
        let bad = Invitation {
            address: address.to_owned(),
            ..invitation()
        };
        assert_eq!(
            parse(&bad.to_string()),
            Err(InvitationError::Address),
            "{address}"
        );
    }
}

#[test]
fn no_single_mistyped_character_passes() {
    let text = invitation().to_string();
    for at in "WANGGE:".len()..text.len() {
        for wrong in ['A', 'Q', '7'] {
            let mut typed: Vec<char> = text.chars().collect();
            if typed[at] == wrong {
                continue;
            }
            typed[at] = wrong;
            assert!(
                parse(&typed.into_iter().collect::<String>()).is_err(),
                "place {at}"
            );
        }
        let mut lost = text.clone();
        lost.remove(at);
        // Of two equal neighbours either may be lost: the checksum still tells.
        assert!(parse(&lost).is_err(), "place {at}");
    }
}

#[test]
fn the_secret_is_not_in_the_debug_text() {
    assert!(!format!("{:?}", invitation()).contains('9'));
}
