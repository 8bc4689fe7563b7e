//! Checks of single fields, shared by headers, statements and frames.

use crate::WireError;

/// A field of exactly `N` bytes.
///
/// # Errors
/// [`WireError::Length`] for any other length.
pub fn fixed<const N: usize>(what: &'static str, bytes: &[u8]) -> Result<[u8; N], WireError> {
    bytes.try_into().map_err(|_| WireError::Length {
        what,
        len: bytes.len(),
        want: N,
    })
}

/// A field of `N` bytes, or empty.
///
/// # Errors
/// [`WireError::Length`] for any other length.
pub fn optional<const N: usize>(
    what: &'static str,
    bytes: &[u8],
) -> Result<Option<[u8; N]>, WireError> {
    if bytes.is_empty() {
        Ok(None)
    } else {
        fixed(what, bytes).map(Some)
    }
}

/// The id of the previous of a chain: `N` bytes, and empty exactly at the chain's first place.
///
/// # Errors
/// [`WireError::Missing`], [`WireError::Unexpected`] or [`WireError::Length`].
pub(crate) fn previous<const N: usize>(
    what: &'static str,
    first: bool,
    bytes: &[u8],
) -> Result<Option<[u8; N]>, WireError> {
    match (first, bytes.is_empty()) {
        (true, false) => Err(WireError::Unexpected { what }),
        (false, true) => Err(WireError::Missing { what }),
        _ => optional(what, bytes),
    }
}

pub(crate) fn at_most(what: &'static str, len: usize, max: usize) -> Result<(), WireError> {
    if len > max {
        Err(WireError::TooLong { what, len, max })
    } else {
        Ok(())
    }
}

/// A division or grid code: 6, 9, 12 or 15 digits.
pub(crate) fn area(what: &'static str, text: &str) -> Result<(), WireError> {
    if matches!(text.len(), 6 | 9 | 12 | 15) && text.bytes().all(|byte| byte.is_ascii_digit()) {
        Ok(())
    } else {
        Err(WireError::Form {
            what,
            want: "a division or grid code of 6, 9, 12 or 15 digits",
        })
    }
}

/// The number of a kind, 1 to 255. Which kinds there are, a table says that grows without a new format.
pub(crate) fn kind_number(value: u32) -> Result<u8, WireError> {
    match u8::try_from(value) {
        Ok(0) => Err(WireError::Missing { what: "kind" }),
        Ok(number) => Ok(number),
        Err(_) => Err(WireError::UnknownValue {
            what: "kind",
            value: i32::try_from(value).unwrap_or(i32::MAX),
        }),
    }
}

/// An enumeration's value that is known and is not the unspecified one.
pub(crate) fn known<E: TryFrom<i32>>(what: &'static str, value: i32) -> Result<E, WireError> {
    if value == 0 {
        return Err(WireError::Missing { what });
    }
    E::try_from(value).map_err(|_| WireError::UnknownValue { what, value })
}
