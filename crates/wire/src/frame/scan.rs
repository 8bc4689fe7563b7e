//! Counts what repeats in a frame before anything is allocated: two bytes on the wire can be an empty message that takes a
//! hundred in memory. What may stand only once is counted too, since decoders merge repetitions of it.

use crate::{WireError, limits};

/// A field that holds messages, how often it may stand in its parent, and what to count within it.
struct Rule {
    number: u32,
    what: &'static str,
    max: usize,
    inner: &'static [Rule],
}

const fn one(number: u32, what: &'static str, inner: &'static [Rule]) -> Rule {
    Rule {
        number,
        what,
        max: 1,
        inner,
    }
}

const fn many(number: u32, what: &'static str, max: usize, inner: &'static [Rule]) -> Rule {
    Rule {
        number,
        what,
        max,
        inner,
    }
}

const COMMIT: &[Rule] = &[many(3, "part", limits::PARTS_MAX, &[])];
const ENTRY: &[Rule] = &[one(3, "commit", COMMIT)];
const ITEM: &[Rule] = &[one(2, "commit", COMMIT), one(3, "entry", ENTRY)];
const FEED_ITEM: &[Rule] = &[one(2, "entry", ENTRY)];

const FRAME: &[Rule] = &[
    one(1, "hello", &[]),
    one(
        2,
        "welcome",
        &[
            many(6, "charter", limits::CHARTERS_MAX, ENTRY),
            one(7, "grant", ENTRY),
        ],
    ),
    one(3, "push", &[many(1, "item", limits::ITEMS_MAX, ITEM)]),
    one(4, "receipts", &[many(1, "entry", limits::ITEMS_MAX, ENTRY)]),
    one(5, "feed", &[many(1, "item", limits::ITEMS_MAX, FEED_ITEM)]),
    one(6, "seen", &[]),
    one(7, "enrol", &[]),
    one(
        8,
        "enrolled",
        &[
            one(1, "entry", ENTRY),
            many(2, "charter", limits::CHARTERS_MAX, ENTRY),
        ],
    ),
    one(9, "fault", &[]),
    one(10, "bye", &[]),
];

/// Exactly one known kind, and nothing within it too often.
pub(super) fn check_counts(frame: &[u8]) -> Result<(), WireError> {
    let mut known = 0_usize;
    let mut unknown = None;
    for field in Fields(frame) {
        let (number, _) = field?;
        if FRAME.iter().any(|rule| rule.number == number) {
            known += 1;
        } else {
            unknown = Some(number);
        }
    }
    match (known, unknown) {
        (1, _) => walk(frame, FRAME),
        (0, Some(number)) => Err(WireError::UnknownFrame { number }),
        (0, None) => Err(WireError::Missing { what: "frame kind" }),
        _ => Err(WireError::TooMany {
            what: "frame kind",
            max: 1,
        }),
    }
}

fn walk(message: &[u8], rules: &[Rule]) -> Result<(), WireError> {
    for rule in rules {
        let mut count = 0;
        for field in Fields(message) {
            let (number, content) = field?;
            if number != rule.number {
                continue;
            }
            if count == rule.max {
                return Err(WireError::TooMany {
                    what: rule.what,
                    max: rule.max,
                });
            }
            let inner = content.ok_or(WireError::Form {
                what: rule.what,
                want: "a message",
            })?;
            walk(inner, rule.inner).map_err(|error| error.within(rule.what, count))?;
            count += 1;
        }
    }
    Ok(())
}

/// The fields of a protobuf message: number, and the content where it is length-delimited. Groups are refused.
struct Fields<'a>(&'a [u8]);

impl<'a> Iterator for Fields<'a> {
    type Item = Result<(u32, Option<&'a [u8]>), WireError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.0.is_empty() {
            return None;
        }
        let field = self.read().ok_or(WireError::Form {
            what: "frame",
            want: "protobuf",
        });
        if field.is_err() {
            self.0 = &[];
        }
        Some(field)
    }
}

impl<'a> Fields<'a> {
    fn read(&mut self) -> Option<(u32, Option<&'a [u8]>)> {
        let key = self.varint()?;
        let number = u32::try_from(key >> 3)
            .ok()
            .filter(|number| (1..1 << 29).contains(number))?;
        let content = match key & 7 {
            0 => self.varint().map(|_| None)?,
            1 => self.take(8).map(|_| None)?,
            2 => {
                let len = usize::try_from(self.varint()?).ok()?;
                Some(self.take(len)?)
            }
            5 => self.take(4).map(|_| None)?,
            _ => return None,
        };
        Some((number, content))
    }

    fn take(&mut self, len: usize) -> Option<&'a [u8]> {
        let (head, tail) = self.0.split_at_checked(len)?;
        self.0 = tail;
        Some(head)
    }

    fn varint(&mut self) -> Option<u64> {
        let mut value = 0_u64;
        for shift in (0..70).step_by(7) {
            let (byte, tail) = self.0.split_first()?;
            self.0 = tail;
            value |= u64::from(byte & 0x7f).checked_shl(shift).unwrap_or(0);
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }
}
