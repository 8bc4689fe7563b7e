//! Who is worth comparing: those that share a key which two records of one person are likely to share.

use super::Ready;

/// In a block of more than this, each is held only against its next few by name: a telephone that a whole office gives as its own.
const BLOCK_MAX: usize = 64;
/// How many neighbours by name are looked at in a large block.
const NEIGHBOURS: usize = 4;

/// The pairs worth comparing, each once, smaller place first. `ready` is in the order of ids.
pub(super) fn pairs(ready: &[Ready<'_>]) -> Vec<(usize, usize)> {
    let mut entries: Vec<(u64, u32)> = Vec::with_capacity(ready.len() * 8);
    for (at, person) in (0_u32..).zip(ready) {
        keys(person, |key| entries.push((key, at)));
    }
    entries.sort_unstable();
    entries.dedup();
    let mut pairs: Vec<(u32, u32)> = Vec::new();
    for block in entries.chunk_by(|a, b| a.0 == b.0) {
        if block.len() <= BLOCK_MAX {
            for (nth, (_, a)) in block.iter().enumerate() {
                let others = block.get(nth + 1..).unwrap_or_default();
                pairs.extend(others.iter().map(|(_, b)| (*a, *b)));
            }
            continue;
        }
        let mut by_name: Vec<u32> = block.iter().map(|(_, at)| *at).collect();
        by_name.sort_by_key(|at| {
            ready
                .get(*at as usize)
                .map(|person| (&person.ear, person.id))
        });
        for (nth, a) in by_name.iter().enumerate() {
            let others = by_name.iter().skip(nth + 1).take(NEIGHBOURS);
            pairs.extend(others.map(|b| (*a.min(b), *a.max(b))));
        }
    }
    pairs.sort_unstable();
    pairs.dedup();
    pairs
        .into_iter()
        .map(|(a, b)| (a as usize, b as usize))
        .collect()
}

/// Tells a person's keys: the number; what one slip leaves of it; name and year; name and day; surname and birth date; each telephone.
fn keys(person: &Ready<'_>, mut tell: impl FnMut(u64)) {
    let number: Option<String> = match (&person.number, &person.odd_number) {
        (Some(number), _) => Some(number.clone()),
        (None, Some(number)) => Some(number.iter().collect()),
        (None, None) => None,
    };
    if let Some(number) = number.filter(|number| number.is_ascii()) {
        tell(key(1, &number, 0));
        // What one slip leaves whole: division and birth date, or day and sequence, or division and year with the sequence.
        let front = |len| number.get(..len);
        let tail = |len| {
            number
                .len()
                .checked_sub(len)
                .and_then(|from| number.get(from..))
        };
        front(14)
            .into_iter()
            .for_each(|front| tell(key(2, front, 0)));
        tail(8).into_iter().for_each(|tail| tell(key(3, tail, 0)));
        if let (Some(front), Some(tail)) = (front(10), tail(4)) {
            tell(key(8, &format!("{front}{tail}"), 0));
        }
    }
    let surname: String = person.ear.chars().take(1).collect();
    name_keys(person, &person.ear, &mut tell);
    if let Some(former) = &person.former {
        name_keys(person, &crate::likeness::name::sounds(former), &mut tell);
    }
    if let Some(birth) = person.birth.filter(|_| !surname.is_empty()) {
        tell(key(
            6,
            &surname,
            day(birth.year(), birth.month(), birth.day()),
        ));
    }
    for phone in &person.phones {
        tell(key(7, phone, 0));
    }
}

fn name_keys(person: &Ready<'_>, name: &str, tell: &mut impl FnMut(u64)) {
    if name.is_empty() {
        return;
    }
    if let Some(year) = person.year {
        tell(key(4, name, u32::from(year)));
    }
    if let Some(birth) = person.birth {
        let (low, high) = (
            birth.month().min(birth.day()),
            birth.month().max(birth.day()),
        );
        tell(key(5, name, day(0, low, high)));
    }
}

fn day(year: u16, month: u8, day: u8) -> u32 {
    u32::from(year) << 16 | u32::from(month) << 8 | u32::from(day)
}

/// A key as a hash (FNV-1a). Two keys with one hash cost a comparison, no more.
fn key(sort: u8, text: &str, number: u32) -> u64 {
    let bytes = [sort]
        .into_iter()
        .chain(number.to_le_bytes())
        .chain(text.bytes());
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
