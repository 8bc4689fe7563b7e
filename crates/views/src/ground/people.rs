//! Members and their posts, by name.

use std::collections::BTreeMap;

use rusqlite::Connection;
use wangge_model::id::{MemberId, RecordId};
use wangge_model::kind::Kind;
use wangge_model::time::Date;
use wangge_rules::people::roster::Member;
use wangge_rules::people::{Office, Post, PostSort};

use super::{Row, member, posts, rows};
use crate::error::Result;
use crate::source;

/// The members of an area and every post that is here: who works elsewhere for a time is known by a post there.
#[derive(Debug)]
pub(crate) struct People {
    pub(crate) members: Vec<Member>,
    pub(crate) posts: Vec<Post>,
    /// The rows of all members, those of other areas as well.
    rows: BTreeMap<RecordId, Row>,
}

impl People {
    pub(crate) fn load(conn: &Connection, area: &str) -> Result<Self> {
        let rows = rows(conn, Kind::MEMBER, "")?;
        let inside = rows.iter().filter(|row| row.area.starts_with(area));
        Ok(Self {
            members: inside.filter_map(member).collect(),
            posts: posts(conn, "")?,
            rows: rows.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    pub(crate) fn row(&self, member: RecordId) -> Option<&Row> {
        self.rows.get(&member)
    }

    /// What a member is called; empty where their record is not here.
    pub(crate) fn name(&self, member: RecordId) -> &str {
        self.row(member).map_or("", |row| row.title.as_str())
    }

    /// The only member of a name; `None` where nobody or several are called so.
    pub(crate) fn only(&self, name: &str) -> Option<RecordId> {
        let mut called = self
            .rows
            .iter()
            .filter(|(_, row)| !name.is_empty() && row.title == name);
        let (id, _) = called.next()?;
        called.next().is_none().then_some(*id)
    }

    /// What a member's record says under a key.
    pub(crate) fn text(&self, member: RecordId, key: &str) -> &str {
        self.row(member).map_or("", |row| row.text(key))
    }

    /// The posts in an area that somebody holds on a day, invitations left out, in the order of areas and posts.
    pub(crate) fn held(&self, area: &str, on: Date) -> Vec<&Post> {
        let here = |post: &&Post| {
            post.area.as_str().starts_with(area)
                && post.sort != PostSort::Invited
                && post.held_on(on)
        };
        let mut held: Vec<&Post> = self.posts.iter().filter(here).collect();
        held.sort_by(|a, b| (&a.area, a.id).cmp(&(&b.area, b.id)));
        held
    }

    /// The areas that a member works in on a day.
    pub(crate) fn areas(&self, member: RecordId, on: Date) -> Vec<String> {
        let posts = self.held("", on).into_iter();
        let own = posts.filter(|post| post.member == member && works(post.office));
        let mut areas: Vec<String> = own.map(|post| post.area.to_string()).collect();
        areas.dedup();
        areas
    }

    /// By which id a member's commits are signed: their record says it, or one grant alone bears their name.
    pub(crate) fn signs_as(&self, conn: &Connection, member: RecordId) -> Result<Option<MemberId>> {
        let Some(row) = self.row(member) else {
            return Ok(None);
        };
        if let Some(id) = row.read("member_id") {
            return Ok(Some(id));
        }
        let named = source::members_named(conn, &row.title)?;
        let only = named.first().filter(|_| named.len() == 1);
        Ok(only.copied())
    }
}

/// Whether an office does a grid's daily work.
pub(crate) const fn works(office: Office) -> bool {
    matches!(office, Office::Member | Office::Assistant)
}
