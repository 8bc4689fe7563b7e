//! Real messages of citizens as matters that phones report.

use wangge_core::{Draft, FieldEdit, NewStep, Phone};

use super::crew::DemoPhone;
use crate::error::Result;
use crate::import::Message;

/// Reports a phone's messages: each with its own time and, where it was answered, the answer and its time.
pub(crate) fn report(phone: &Phone, member: &mut DemoPhone) -> Result<()> {
    let messages = std::mem::take(&mut member.plan.messages);
    let matters: Vec<_> = messages.iter().map(matter).collect();
    let saved = member.save(phone, &matters)?;
    let replies = messages
        .iter()
        .zip(&saved)
        .filter_map(|(message, saved)| reply(message, &saved.record));
    let replies: Vec<_> = replies.collect();
    member
        .matters
        .extend(saved.into_iter().map(|saved| saved.record));
    member.save(phone, &replies).map(drop)
}

/// A message as a new matter.
pub(crate) fn matter(message: &Message) -> Draft {
    let mut fields = vec![
        FieldEdit::set("title", &message.subject),
        FieldEdit::set("description", &message.text),
        FieldEdit::set("external_id", &message.id),
        FieldEdit::set("reporter", &message.sender),
        FieldEdit::set("occurred_ms", message.sent_ms.to_string()),
    ];
    if !message.class.is_empty() {
        fields.push(FieldEdit::set("class", &message.class));
    }
    for (key, number) in [("supports", message.supports), ("opposes", message.opposes)] {
        fields.extend(number.map(|number| FieldEdit::set(key, number.to_string())));
    }
    Draft::New {
        kind: "matter".to_owned(),
        area: String::new(),
        fields,
        step: None,
        stated_ms: Some(message.sent_ms),
    }
}

/// The step by which the reporter was answered.
pub(crate) fn reply(message: &Message, record: &str) -> Option<Draft> {
    let (text, replied_ms) = message.reply.as_ref()?;
    let step = NewStep {
        step: "reply".to_owned(),
        at_ms: Some(*replied_ms),
        fields: vec![
            FieldEdit::set("reply", text),
            FieldEdit::set("replied_ms", replied_ms.to_string()),
        ],
        ..NewStep::default()
    };
    Some(Draft::Step {
        record: record.to_owned(),
        step,
    })
}
