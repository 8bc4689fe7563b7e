//! One table for the numbered words that `proto/` and the screens share.

/// Declares an enum whose variants have the number of `proto/`, a snake_case word, and a name in Chinese and English. They are in the order of
/// their numbers, or of what the method after `by` answers.
macro_rules! numbered {
    (@order $it:ident) => { $it.to_u32() };
    (@order $it:ident $rank:ident) => { $it.$rank() };
    (
        $(#[$meta:meta])*
        pub enum $name:ident ($what:literal $(by $rank:ident)?) {
            $( $(#[$vmeta:meta])* $variant:ident = $number:literal, $word:literal, $zh:literal, $en:literal; )+
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum $name {
            $( $(#[$vmeta])* $variant = $number, )+
        }

        impl $name {
            /// Every value, in the order of their numbers.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];

            /// The value with this number in `proto/`; `None` for 0 and for numbers of a later version.
            #[must_use]
            pub const fn from_u32(number: u32) -> Option<Self> {
                match number {
                    $( $number => Some(Self::$variant), )+
                    _ => None,
                }
            }

            /// The number in `proto/`.
            #[must_use]
            pub const fn to_u32(self) -> u32 {
                self as u32
            }

            /// The snake_case word, as in JSON and on the command line.
            #[must_use]
            pub const fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }

            /// The name in Chinese, as screens show it.
            #[must_use]
            pub const fn zh(self) -> &'static str {
                match self { $( Self::$variant => $zh, )+ }
            }

            /// The name in English, as screens show it.
            #[must_use]
            pub const fn en(self) -> &'static str {
                match self { $( Self::$variant => $en, )+ }
            }
        }

        impl Ord for $name {
            fn cmp(&self, other: &Self) -> std::cmp::Ordering {
                $crate::words::numbered!(@order self $($rank)?).cmp(&$crate::words::numbered!(@order other $($rank)?))
            }
        }

        impl PartialOrd for $name {
            fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
                Some(self.cmp(other))
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::Error;

            fn from_str(word: &str) -> Result<Self, Self::Err> {
                match word {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err($crate::Error::Word { what: $what }),
                }
            }
        }
    };
}

pub(crate) use numbered;
