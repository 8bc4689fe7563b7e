//! Trains the dictionary with which compressed sessions begin, on the frames of a hub with made-up records of every kind.
//!
//! The texts are characters of chance: what the dictionary learns is the shape of frames, the keys of fields, codes and steps, and nothing of
//! the workload that syncing is measured with.

use std::path::Path;

use tempfile::TempDir;
use wangge_core::{Draft, FieldEdit, FormField, NewStep, OpenOptions, Phone};
use wangge_tests::Room;
use wangge_tests::stranger::Stranger;
use wangge_wire::frame::{FrameKind, encode_frame};
use wangge_wire::v1;

use crate::Result;
use crate::client::KEY;
use crate::dice::Dice;
use crate::ground::{COMMUNITY, GRID};
use crate::workload::Birth;

/// Records that it learns from, and changes of each.
const RECORDS: usize = 400;
const CHANGES: usize = 3;
/// Frequent characters of Chinese texts.
const CHARACTERS: &str = "的一是在不了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员革位入常文总次品式活设及管特件长求老头基资边流路级少图山统接知较将组见计别她手角期根论运农指几九区强放决西被干做必战先回则任取据处队南给色光门即保治北造百规热领七海口东导器压志世金增争济阶油思术极交受联什认六共权收证改清己美再采转更单风切打白教速花带安场身车例真务具万每目至达走积示议声报斗完类八离华名确才科张信马节话米整空元况今集温传土许步群广石记需段研界拉林律叫且究观越织装";

/// Writes the dictionary, and says how many samples it was made of.
pub(crate) fn train(to: &Path, bytes_max: usize, seed: u64) -> Result<usize> {
    let mut room = Room::new();
    room.init(COMMUNITY, "西街社区", None);
    room.director(COMMUNITY, "赵主任");
    room.run();
    write(&room, &mut Dice::new(seed))?;
    let samples = hear(&room.invite(COMMUNITY, "学习者", GRID))?;
    let dictionary = zstd::dict::from_samples(&samples, bytes_max)?;
    std::fs::write(to, dictionary)?;
    Ok(samples.len())
}

/// A phone's records of every kind, residents and matters most, and their changes.
fn write(room: &Room, dice: &mut Dice) -> Result<()> {
    let folder = TempDir::with_prefix("wangge-dictionary-")?;
    let phone = Phone::open(&OpenOptions::new(folder.path().join("phone.db"), KEY))?;
    phone.enrol(&room.invite(COMMUNITY, "书写者", GRID), 60_000)?;
    let kinds = phone.kinds()?;
    let kind = |number: usize| match number % 10 {
        0..=4 => "resident".to_owned(),
        5..=8 => "matter".to_owned(),
        _ => kinds
            .get((number / 10) % kinds.len().max(1))
            .map_or_else(String::new, |kind| kind.code.clone()),
    };
    for number in 0..RECORDS {
        let kind = kind(number);
        let form = phone.form(&kind)?;
        let fields = form
            .fields
            .iter()
            .filter(|field| field.needed || dice.below(3) > 0);
        let fields: Vec<FormField> = fields.cloned().collect();
        let typed = fields
            .iter()
            .filter_map(|field| typed(dice, field))
            .collect();
        // What a kind asks beyond its fields' forms, chance does not meet: such a record is left out.
        let Ok(made) = phone.create(&kind, typed) else {
            continue;
        };
        for _ in 0..CHANGES {
            let draft = change(dice, &form.fields, &made.record, !form.steps.is_empty());
            for saved in phone.save_all(&[draft])? {
                drop(saved);
            }
        }
    }
    while phone.status()?.waiting > 0 {
        phone.sync_once(60_000)?;
    }
    Ok(phone.close()?)
}

fn change(dice: &mut Dice, fields: &[FormField], record: &str, steps: bool) -> Draft {
    let record = record.to_owned();
    if steps && dice.below(3) > 0 {
        return Draft::Step {
            record,
            step: NewStep {
                step: "remark".to_owned(),
                note: text(dice, 30),
                to: String::new(),
                fields: Vec::new(),
                at_ms: None,
            },
        };
    }
    let number = 1 + dice.below(3);
    let places = dice.sample(number, fields.len());
    let fields = places.iter().filter_map(|place| fields.get(*place));
    let fields: Vec<FormField> = fields.cloned().collect();
    Draft::Edit {
        record,
        fields: fields
            .iter()
            .filter_map(|field| typed(dice, field))
            .collect(),
        stated_ms: None,
    }
}

/// A value of chance that the field's form takes; none for references.
fn typed(dice: &mut Dice, field: &FormField) -> Option<FieldEdit> {
    let value = match field.form.as_str() {
        "line" => text(dice, 8),
        "prose" => text(dice, 40),
        "date" => format!(
            "20{:02}-{:02}-{:02}",
            dice.within(10, 30),
            dice.within(1, 13),
            dice.within(1, 29)
        ),
        "instant" => (1_600_000_000_000 + dice.within(0, 300_000_000) * 1_000).to_string(),
        "integer" => dice.within(1, 100).to_string(),
        "truth" => dice.of(&["true", "false"]).to_owned(),
        "code" => field.codes.get(dice.below(field.codes.len()))?.code.clone(),
        "id_number" => Birth::roll(dice).number(),
        "phone" => format!("1{:010}", dice.within(3_000_000_000, 10_000_000_000)),
        _ => return None,
    };
    Some(FieldEdit::set(field.key.clone(), value))
}

fn text(dice: &mut Dice, most: usize) -> String {
    let len = 2 + dice.below(most);
    (0..len).map(|_| dice.character(CHARACTERS)).collect()
}

/// What a device hears of the hub's feed, and what one would push of it: a sample each.
fn hear(invitation: &str) -> Result<Vec<Vec<u8>>> {
    let invitation: wangge_wire::invitation::Invitation = invitation.parse()?;
    let key = [11; 32];
    Stranger::dial(&invitation, key).enrol(invitation.secret);
    let mut stranger = Stranger::dial(&invitation, key);
    stranger.say(FrameKind::Hello(v1::Hello {
        version_min: 1,
        version_max: 1,
        epoch: vec![3; 8],
        agent: concat!("wangge/", env!("CARGO_PKG_VERSION")).to_owned(),
        ..v1::Hello::default()
    }));
    let mut samples = Vec::new();
    loop {
        let heard = stranger.wait(Some);
        match heard {
            FrameKind::Feed(feed) => {
                samples.extend(feed.items.iter().flat_map(|item| of_item(item, &feed)));
                stranger.say(FrameKind::Seen(v1::Seen {
                    cursor: feed.cursor,
                }));
                if !feed.more {
                    return Ok(samples);
                }
            }
            other => samples.push(encode_frame(other)),
        }
    }
}

/// An entry as it comes down, its commit as it went up, and its verdict as the author hears it.
fn of_item(item: &v1::FeedItem, feed: &v1::Feed) -> Vec<Vec<u8>> {
    let page = |item: v1::FeedItem| {
        encode_frame(FrameKind::Feed(v1::Feed {
            items: vec![item],
            ..feed.clone()
        }))
    };
    let mut samples = vec![page(item.clone())];
    if let Some(v1::Entry {
        commit: Some(commit),
        ..
    }) = &item.entry
    {
        let what = v1::item::What::Commit(commit.clone());
        let pushed = v1::Item {
            place: item.place,
            what: Some(what),
        };
        samples.push(encode_frame(FrameKind::Push(v1::Push {
            items: vec![pushed],
        })));
        let mut bare = item.clone();
        if let Some(entry) = &mut bare.entry {
            entry.commit = None;
        }
        samples.push(page(bare));
    }
    samples
}
