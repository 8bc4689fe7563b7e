//! Codes that contain others by prefix, and the star that contains them all.

/// How specific a pattern is for a code: the length of the prefix, 0 for `*` or nothing; `None` if it does not cover it.
#[must_use]
pub(crate) fn covers(pattern: &str, code: &str) -> Option<usize> {
    match pattern {
        "" | "*" => Some(0),
        _ => code.starts_with(pattern).then_some(pattern.len()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longer_prefix_is_more_specific() {
        assert_eq!(covers("*", "C0101"), Some(0));
        assert_eq!(covers("", ""), Some(0));
        assert_eq!(covers("C01", "C0101"), Some(3));
        assert_eq!(covers("C0101", "C0101"), Some(5));
        assert_eq!(covers("C0101", "C01"), None);
        assert_eq!(covers("C02", "C0101"), None);
    }
}
