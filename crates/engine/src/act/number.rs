//! Numbers that people read to each other, given offline (R107): `410522100001001-D7KQ-0012`, the area, the device's block, the serial.
//!
//! No two can be the same. The block's beginning is the number of the statement by which the hub granted the device: a hub says each number
//! once. The serial is the place of the commit in the device's chain, and a chain has each place once. A device or hub whose store came back
//! from a copy counts anew from what the copy knew; it has another incarnation then, and the three signs at the block's end say which: they
//! are read from a digest of hub, epoch, device and incarnation, and keep lives apart that would otherwise give the same numbers again.

use sha2::{Digest, Sha256};
use wangge_model::area::Area;
use wangge_wire::statement::parse_statement;

use crate::context::Context;
use crate::error::EngineError;
use crate::tx::GrantRow;

/// Digits and letters without I, L, O and U, which are misread.
const SIGNS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The block of a device under its grant.
pub(super) fn block(context: &mut Context<'_>, grant: &GrantRow) -> Result<String, EngineError> {
    let rows = context.tx.load_statements(&[grant.statement])?;
    let statement = rows
        .into_iter()
        .flatten()
        .next()
        .and_then(|row| parse_statement(&row.bytes).ok())
        .ok_or(EngineError::Corrupt {
            what: "the statement of a grant",
        })?;
    let life: [u8; 32] = Sha256::new()
        .chain_update("wangge/number/1\0")
        .chain_update(statement.hub)
        .chain_update(statement.epoch)
        .chain_update(grant.device.0)
        .chain_update(context.node.epoch.0)
        .finalize()
        .into();
    let [first, second, third, ..] = life;
    let mut block = base32(statement.hub_seq);
    block.extend([first, second, third].map(|byte| sign(u64::from(byte))));
    Ok(block)
}

/// The number that stands at a place of the author's chain.
pub(super) fn number(area: &Area, block: &str, place: u64) -> String {
    format!("{area}-{block}-{place:04}")
}

fn sign(value: u64) -> char {
    let at = usize::try_from(value % 32).unwrap_or_default();
    SIGNS.get(at).copied().map_or('0', char::from)
}

fn base32(mut value: u64) -> String {
    let mut signs = Vec::new();
    loop {
        signs.push(sign(value));
        value /= 32;
        if value == 0 {
            return signs.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_without_signs_that_are_misread() {
        for (value, written) in [(0, "0"), (13, "D"), (32, "10"), (1_000, "Z8")] {
            assert_eq!(base32(value), written);
        }
        let grid: Area = "410522100001001".parse().unwrap();
        assert_eq!(number(&grid, "D7KQ", 12), "410522100001001-D7KQ-0012");
        // The longest fits the field.
        let longest = number(
            &grid,
            &format!("{}ZZZ", base32(u32::MAX.into())),
            u32::MAX.into(),
        );
        assert!(longest.len() <= 40, "{longest}");
    }
}
