//! The server name of a hub: its key in lower-case base32 without padding, then `.hub`. One UDP port can host many hubs by it.

use data_encoding::BASE32_NOPAD;

const SUFFIX: &str = ".hub";

/// `<52 characters>.hub`.
pub fn server_name(hub: &[u8; 32]) -> String {
    let mut name = BASE32_NOPAD.encode(hub).to_ascii_lowercase();
    name.push_str(SUFFIX);
    name
}

/// The key that a server name says, in either case; `None` if it says none.
pub fn parse_server_name(name: &str) -> Option<[u8; 32]> {
    let label = name.to_ascii_uppercase();
    let label = label.strip_suffix(".HUB")?;
    BASE32_NOPAD.decode(label.as_bytes()).ok()?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_its_key_and_fits_a_dns_label() {
        let key: [u8; 32] = std::array::from_fn(|i| u8::try_from(i * 7).unwrap());
        let name = server_name(&key);
        assert_eq!(name.len(), 52 + SUFFIX.len());
        assert_eq!(parse_server_name(&name), Some(key));
        assert_eq!(parse_server_name(&name.to_ascii_uppercase()), Some(key));
    }

    #[test]
    fn what_is_no_hub_says_no_key() {
        for name in [
            "",
            ".hub",
            "localhost",
            "abc.hub",
            "a.b.hub",
            &"a".repeat(56),
        ] {
            assert_eq!(parse_server_name(name), None, "{name}");
        }
    }
}
