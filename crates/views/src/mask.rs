//! Hiding what a list need not show.

/// An id number with its middle hidden: the division (6) and the last 4 stay, `410522********1234`. Shorter
/// ones keep less than half of themselves.
pub(crate) fn mask_id_number(number: &str) -> String {
    let length = number.chars().count();
    if length >= 15 {
        mask_middle(number, 6, 4)
    } else {
        mask_middle(number, length / 4, length / 5)
    }
}

/// A telephone number with its middle hidden, `138****5678`.
pub(crate) fn mask_phone(number: &str) -> String {
    let length = number.chars().count();
    if length >= 11 {
        mask_middle(number, 3, 4)
    } else {
        mask_middle(number, 0, length / 3)
    }
}

fn mask_middle(text: &str, head: usize, tail: usize) -> String {
    let length = text.chars().count();
    text.chars()
        .enumerate()
        .map(|(at, c)| {
            let shown = at < head || at >= length.saturating_sub(tail);
            if shown { c } else { '*' }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{mask_id_number, mask_phone};

    #[test]
    fn middles_are_hidden() {
        assert_eq!(mask_id_number("11010519491231002X"), "110105********002X");
        assert_eq!(mask_id_number("E12345678"), "E1******8");
        assert_eq!(mask_id_number(""), "");
        assert_eq!(mask_phone("13812345678"), "138****5678");
        assert_eq!(mask_phone("2345678"), "*****78");
    }
}
