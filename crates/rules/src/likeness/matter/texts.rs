//! Which texts are worth comparing: those that share rare runs. Linear in the number of texts, for each is held against few.

use crate::likeness::text::{Alike, Frequencies, Runs};

/// How many of a title's rarest runs are keys, however many texts they stand in: an affair may be a thousand's.
const TITLE_KEYS_MAX: usize = 24;
/// A run of the text is a key if it stands in no more texts than this.
const TEXT_KEY_TEXTS_MAX: u32 = 64;
/// How many of a text's rarest runs are keys.
const TEXT_KEYS_MAX: usize = 24;
/// How many earlier texts with a key are looked at, the latest first.
const KEY_REACH: usize = 16;
/// How many keys two texts share before they are compared.
const SHARED_KEYS_MIN: u32 = 2;

/// Each text with at most `partners` earlier ones, those that share most with it, and how alike they are.
pub(super) fn candidates(texts: &[Runs], partners: usize) -> Vec<(usize, usize, Alike)> {
    let in_texts = Frequencies::count(texts.iter().map(|runs| runs.text.as_slice()));
    let in_titles = Frequencies::count(texts.iter().map(|runs| runs.title.as_slice()));
    let lengths: Vec<(u64, u64)> = texts
        .iter()
        .map(|runs| (in_texts.norm2(&runs.text), in_titles.norm2(&runs.title)))
        .collect();
    let postings = Postings::of(texts, &in_texts);
    let mut shared = vec![0_u32; texts.len()];
    let mut found = Vec::new();
    for (later, runs) in texts.iter().enumerate() {
        for earlier in postings.partners(later, partners, &mut shared) {
            let (Some(other), Some(a), Some(b)) =
                (texts.get(earlier), lengths.get(later), lengths.get(earlier))
            else {
                continue;
            };
            let alike = Alike {
                text: in_texts.cosine(&runs.text, a.0, &other.text, b.0),
                title: in_titles.cosine(&runs.title, a.1, &other.title, b.1),
            };
            found.push((later, earlier, alike));
        }
    }
    found
}

/// Which texts have which keys.
struct Postings {
    /// Key and text, sorted.
    entries: Vec<(u32, u32)>,
    /// For each text, the places of its entries.
    places: Vec<Vec<u32>>,
}

impl Postings {
    fn of(texts: &[Runs], frequencies: &Frequencies) -> Self {
        let mut entries = Vec::new();
        for (at, runs) in (0_u32..).zip(texts) {
            entries.extend(keys(runs, frequencies).into_iter().map(|key| (key, at)));
        }
        entries.sort_unstable();
        let mut places = vec![Vec::new(); texts.len()];
        for (place, (_, text)) in (0_u32..).zip(&entries) {
            if let Some(places) = places.get_mut(*text as usize) {
                places.push(place);
            }
        }
        Self { entries, places }
    }

    /// The earlier texts that share most keys with one, at most `most`. `shared` is room for counting, all 0 before and after.
    fn partners(&self, later: usize, most: usize, shared: &mut [u32]) -> Vec<usize> {
        let mut touched: Vec<usize> = Vec::new();
        for place in self.places.get(later).into_iter().flatten() {
            let place = *place as usize;
            let key = self.entries.get(place).map(|(key, _)| *key);
            let before = self.entries.get(..place).unwrap_or_default().iter().rev();
            for (_, earlier) in before
                .take(KEY_REACH)
                .take_while(|(other, _)| Some(*other) == key)
            {
                let earlier = *earlier as usize;
                if let Some(count) = shared.get_mut(earlier) {
                    if *count == 0 {
                        touched.push(earlier);
                    }
                    *count += 1;
                }
            }
        }
        let count = |at: &usize| shared.get(*at).copied().unwrap_or(0);
        let mut partners: Vec<(u32, usize)> = touched.iter().map(|at| (count(at), *at)).collect();
        for at in touched {
            if let Some(count) = shared.get_mut(at) {
                *count = 0;
            }
        }
        partners.retain(|(count, _)| *count >= SHARED_KEYS_MIN);
        partners.sort_unstable_by(|a, b| b.cmp(a));
        partners.truncate(most);
        partners.into_iter().map(|(_, at)| at).collect()
    }
}

/// A text's keys: the rarest runs of its title, and its rarest others, that another text has as well.
fn keys(runs: &Runs, frequencies: &Frequencies) -> Vec<u32> {
    let rarest = |runs: &[u32], texts_max: u32, most: usize| {
        let counted = runs.iter().map(|run| (frequencies.of(*run), *run));
        let mut rare: Vec<(u32, u32)> = counted
            .filter(|(count, _)| (2..=texts_max).contains(count))
            .collect();
        rare.sort_unstable();
        rare.truncate(most);
        rare
    };
    let title = rarest(&runs.title_long, u32::MAX, TITLE_KEYS_MAX);
    let text = rarest(&runs.text, TEXT_KEY_TEXTS_MAX, TEXT_KEYS_MAX);
    let mut keys: Vec<u32> = title.into_iter().chain(text).map(|(_, run)| run).collect();
    keys.sort_unstable();
    keys.dedup();
    keys
}
