//! Who may sign in at a hub's console: names, hashed passphrases, and the key with which the hub acts for each.

use std::sync::LazyLock;

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use serde::{Deserialize, Serialize};
use wangge_model::area::Area;
use wangge_model::id::MemberId;
use wangge_model::kind::Role;
use wangge_wire::KeySigner;

use crate::error::{HubError, Result};
use crate::file;
use crate::limits::PASSPHRASE_CHARS_MIN;
use crate::site::HubFolder;
use crate::system::now_ms;

/// One director of a hub.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DirectorEntry {
    /// The name to sign in with, and to show.
    pub name: String,
    /// Whose commits the acts will be.
    pub member: MemberId,
    /// The role of the grant.
    pub role: Role,
    /// The area of the grant.
    pub area: Area,
    /// Argon2id, as a PHC string.
    passphrase: String,
    /// The seed of the desk's key, in hex.
    desk: String,
}

impl std::fmt::Debug for DirectorEntry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("DirectorEntry")
            .field("member", &self.member)
            .field("role", &self.role)
            .finish_non_exhaustive()
    }
}

impl DirectorEntry {
    /// A new director with a desk key of their own.
    pub fn mint(name: &str, role: Role, area: Area, passphrase: &str) -> Result<Self> {
        let (mut seed, mut dice) = ([0; 32], [0; 10]);
        getrandom::fill(&mut seed)
            .and_then(|()| getrandom::fill(&mut dice))
            .map_err(|_| HubError::NoRandomness)?;
        let member = MemberId::mint(now_ms(), dice);
        let passphrase = hash_passphrase(passphrase)?;
        Ok(Self {
            name: name.to_owned(),
            member,
            role,
            area,
            passphrase,
            desk: hex::encode(seed),
        })
    }

    /// The same director with another passphrase; the desk stays.
    pub fn with_passphrase(mut self, passphrase: &str) -> Result<Self> {
        self.passphrase = hash_passphrase(passphrase)?;
        Ok(self)
    }

    /// The key that signs what this director decides.
    pub fn load_signer(&self) -> Result<KeySigner> {
        let mut seed = [0; 32];
        hex::decode_to_slice(&self.desk, &mut seed).map_err(|_| HubError::BadDeskKey {
            member: self.member,
        })?;
        Ok(KeySigner::from_seed(&seed))
    }
}

/// Reads `directors.json`; a hub without the file has none.
pub(crate) fn load_directors(folder: &HubFolder) -> Result<Vec<DirectorEntry>> {
    let path = folder.directors_path();
    if path.exists() {
        file::load_json(&path)
    } else {
        Ok(Vec::new())
    }
}

/// Writes `directors.json`, readable by its owner only.
pub(crate) fn save_directors(folder: &HubFolder, directors: &[DirectorEntry]) -> Result<()> {
    file::save_json(&folder.directors_path(), &directors, file::Who::Owner)
}

/// Who this is. A wrong name costs as much time as a wrong passphrase. Takes some 30 ms of CPU and 19 MiB.
#[must_use]
pub(crate) fn check_passphrase<'a>(
    directors: &'a [DirectorEntry],
    name: &str,
    passphrase: &str,
) -> Option<&'a DirectorEntry> {
    let entry = directors.iter().find(|entry| entry.name == name);
    let hash = entry.map_or(NOBODY.as_str(), |entry| entry.passphrase.as_str());
    let parsed = PasswordHash::new(hash).ok()?;
    let right = Argon2::default()
        .verify_password(passphrase.as_bytes(), &parsed)
        .is_ok();
    entry.filter(|_| right)
}

/// A passphrase made for someone: 5 groups of 4 letters and digits that are not mistaken for one another, 100 bits.
pub fn mint_passphrase() -> Result<String> {
    const LETTERS: &[u8; 32] = b"abcdefghjkmnpqrstuvwxyz023456789";
    let mut dice = [0; 20];
    getrandom::fill(&mut dice).map_err(|_| HubError::NoRandomness)?;
    let letters: Vec<char> = dice
        .iter()
        .filter_map(|die| LETTERS.get(usize::from(die % 32)))
        .map(|&letter| char::from(letter))
        .collect();
    Ok(letters
        .chunks(4)
        .map(|group| group.iter().collect::<String>())
        .collect::<Vec<_>>()
        .join("-"))
}

fn hash_passphrase(passphrase: &str) -> Result<String> {
    if passphrase.chars().count() < PASSPHRASE_CHARS_MIN {
        return Err(HubError::ShortPassphrase {
            chars_min: PASSPHRASE_CHARS_MIN,
        });
    }
    let hash = Argon2::default()
        .hash_password(passphrase.as_bytes())
        .map_err(|_| HubError::NoRandomness)?;
    Ok(hash.to_string())
}

/// The hash that a wrong name is checked against.
static NOBODY: LazyLock<String> =
    LazyLock::new(|| hash_passphrase("nobody has this passphrase").unwrap_or_default());

#[cfg(test)]
mod tests {
    use super::*;

    fn director(name: &str, passphrase: &str) -> DirectorEntry {
        DirectorEntry::mint(
            name,
            Role::CommunityDirector,
            "410522100001".parse().unwrap(),
            passphrase,
        )
        .unwrap()
    }

    #[test]
    fn only_the_right_name_with_the_right_passphrase_signs_in() {
        let directors = [
            director("李主任", "correct horse battery"),
            director("王主任", "another long one"),
        ];
        let who = check_passphrase(&directors, "李主任", "correct horse battery");
        assert_eq!(who.map(|entry| entry.name.as_str()), Some("李主任"));
        assert!(check_passphrase(&directors, "李主任", "another long one").is_none());
        assert!(check_passphrase(&directors, "nobody", "nobody has this passphrase").is_none());
        assert!(check_passphrase(&directors, "", "").is_none());
    }

    #[test]
    fn short_passphrases_are_refused_and_minted_ones_are_long() {
        assert!(matches!(
            hash_passphrase("short"),
            Err(HubError::ShortPassphrase { .. })
        ));
        let minted = mint_passphrase().unwrap();
        assert_eq!(minted.len(), 24);
        assert_ne!(minted, mint_passphrase().unwrap());
    }

    #[test]
    fn nothing_secret_is_printed() {
        let printed = format!("{:?}", director("李主任", "correct horse battery"));
        assert!(
            !printed.contains("argon2") && !printed.contains("李主任"),
            "{printed}"
        );
    }
}
