//! Territories: division and grid codes, where a prefix contains.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::error::{Error, Result};
pub use crate::kind::Level;

/// A division or grid code: 2 digits name a province, 4 a city, 6 a county (GB/T 2260), 9 a township (GB/T 10114),
/// 12 a community or village (the statistical division code), 15 a grid. A shorter code contains the longer ones that begin with it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Area(Box<str>);

impl Area {
    /// The code's digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Which level it is of.
    #[must_use]
    pub fn level(&self) -> Level {
        match self.0.len() {
            15.. => Level::Grid,
            12..15 => Level::Community,
            9..12 => Level::Township,
            6..9 => Level::County,
            4..6 => Level::City,
            0..4 => Level::Province,
        }
    }

    /// Whether `other` lies in this area; an area contains itself.
    #[must_use]
    pub fn contains(&self, other: &Self) -> bool {
        other.0.starts_with(&*self.0)
    }

    /// The area one level up; a province has none.
    #[must_use]
    pub fn parent(&self) -> Option<Self> {
        let len = match self.level() {
            Level::Grid => 12,
            Level::Community => 9,
            Level::Township => 6,
            Level::County => 4,
            Level::City => 2,
            Level::Province => return None,
        };
        self.0.get(..len).map(|digits| Self(digits.into()))
    }

    /// The area of `level` that contains this one; `None` if this one is larger.
    #[must_use]
    pub fn at(&self, level: Level) -> Option<Self> {
        self.0
            .get(..level.digits())
            .map(|digits| Self(digits.into()))
    }
}

impl Level {
    /// How many digits a code of this level has.
    #[must_use]
    pub const fn digits(self) -> usize {
        match self {
            Self::Grid => 15,
            Self::Community => 12,
            Self::Township => 9,
            Self::County => 6,
            Self::City => 4,
            Self::Province => 2,
        }
    }
}

impl FromStr for Area {
    type Err = Error;

    fn from_str(code: &str) -> Result<Self> {
        if !code.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(Error::Area {
                why: "a division or grid code has only the digits 0 to 9",
            });
        }
        if !matches!(code.len(), 2 | 4 | 6 | 9 | 12 | 15) {
            return Err(Error::Area {
                why: "a division or grid code has 2, 4, 6, 9, 12 or 15 digits",
            });
        }
        Ok(Self(code.into()))
    }
}

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl AsRef<str> for Area {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl Serialize for Area {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de> Deserialize<'de> for Area {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_and_prefixes() {
        let grid: Area = "410522100201003".parse().unwrap();
        assert_eq!(grid.level(), Level::Grid);
        let community = grid.parent().unwrap();
        assert_eq!(
            (community.as_str(), community.level()),
            ("410522100201", Level::Community)
        );
        let county: Area = "410522".parse().unwrap();
        assert!(county.contains(&grid) && county.contains(&county) && !grid.contains(&county));
        assert!(!"410523".parse::<Area>().unwrap().contains(&grid));
        assert_eq!(grid.at(Level::Township).unwrap().as_str(), "410522100");
        assert_eq!(county.at(Level::Grid), None);
        assert_eq!("41".parse::<Area>().unwrap().parent(), None);
    }

    #[test]
    fn other_lengths_and_characters_are_refused() {
        for bad in [
            "",
            "4",
            "41052",
            "4105221",
            "41052210020100",
            "4105221002010031",
            "41052x",
            "４１",
        ] {
            assert!(bad.parse::<Area>().is_err(), "{bad}");
        }
    }
}
