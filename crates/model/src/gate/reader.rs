//! Bytes read from the front, every bound checked.

use super::GateError;

/// What is left of some bytes.
#[derive(Clone, Debug)]
pub(super) struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    pub(super) fn rest(&self) -> &'a [u8] {
        self.rest
    }

    pub(super) fn is_empty(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next `len` bytes.
    pub(super) fn take(&mut self, len: usize, what: &'static str) -> Result<&'a [u8], GateError> {
        let (taken, rest) = self
            .rest
            .split_at_checked(len)
            .ok_or(GateError::Truncated { what })?;
        self.rest = rest;
        Ok(taken)
    }

    /// The next `len` bytes, where `len` was read from the input.
    pub(super) fn take_claimed(
        &mut self,
        len: u64,
        what: &'static str,
    ) -> Result<&'a [u8], GateError> {
        let len = usize::try_from(len).map_err(|_| GateError::Truncated { what })?;
        self.take(len, what)
    }

    /// An unsigned LEB128 number in its shortest form.
    pub(super) fn uleb(&mut self, what: &'static str) -> Result<u64, GateError> {
        let mut number = 0_u64;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            let digit = u64::from(byte & 0x7f);
            number |= digit << shift;
            if byte & 0x80 == 0 {
                let fits = digit << shift >> shift == digit;
                let shortest = shift == 0 || byte != 0;
                return if fits && shortest {
                    Ok(number)
                } else {
                    Err(GateError::Number { what })
                };
            }
        }
        Err(GateError::Number { what })
    }

    /// A signed LEB128 number in its shortest form.
    pub(super) fn leb(&mut self, what: &'static str) -> Result<i64, GateError> {
        let mut number = 0_i64;
        let mut before = 0_u8;
        for shift in (0..64).step_by(7) {
            let byte = self.byte(what)?;
            number |= i64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                let negative = byte & 0x40 != 0;
                // The tenth byte has room for the sign only.
                let fits = shift < 63 || byte == 0 || byte == 0x7f;
                // A last byte that only repeats the sign of the one before is one too many.
                let repeats =
                    (byte == 0 && before & 0x40 == 0) || (byte == 0x7f && before & 0x40 != 0);
                if !fits || (shift > 0 && repeats) {
                    return Err(GateError::Number { what });
                }
                if negative && shift < 57 {
                    number |= -1_i64 << (shift + 7);
                }
                return Ok(number);
            }
            before = byte;
        }
        Err(GateError::Number { what })
    }

    fn byte(&mut self, what: &'static str) -> Result<u8, GateError> {
        self.take(1, what)?
            .first()
            .copied()
            .ok_or(GateError::Truncated { what })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn uleb(bytes: &[u8]) -> Option<u64> {
        let mut reader = Reader::new(bytes);
        reader.uleb("x").ok().filter(|_| reader.is_empty())
    }

    fn leb(bytes: &[u8]) -> Option<i64> {
        let mut reader = Reader::new(bytes);
        reader.leb("x").ok().filter(|_| reader.is_empty())
    }

    #[test]
    fn unsigned_numbers_in_shortest_form_only() {
        assert_eq!(uleb(&[0]), Some(0));
        assert_eq!(uleb(&[0x81, 1]), Some(129));
        let most = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 1];
        assert_eq!(uleb(&most), Some(u64::MAX));
        assert_eq!(uleb(&[0x81, 0]), None, "overlong");
        assert_eq!(
            uleb(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 2]),
            None,
            "65 bits"
        );
        assert_eq!(uleb(&[0x80; 11]), None, "endless");
        assert_eq!(uleb(&[0x80]), None, "cut off");
    }

    #[test]
    fn signed_numbers_in_shortest_form_only() {
        assert_eq!(leb(&[0]), Some(0));
        assert_eq!(leb(&[0x7f]), Some(-1));
        assert_eq!(leb(&[0x3f]), Some(63));
        assert_eq!(leb(&[0xc0, 0]), Some(64));
        assert_eq!(leb(&[0xbf, 0x7f]), Some(-65));
        assert_eq!(
            leb(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]),
            Some(i64::MIN)
        );
        assert_eq!(
            leb(&[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0]),
            Some(i64::MAX)
        );
        assert_eq!(leb(&[0x80, 0]), None, "overlong 0");
        assert_eq!(leb(&[0xff, 0x7f]), None, "overlong -1");
        assert_eq!(
            leb(&[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x3f]),
            None,
            "65 bits"
        );
    }
}
