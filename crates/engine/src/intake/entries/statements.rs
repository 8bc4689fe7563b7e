//! Grants and charters of other hubs.

use wangge_model::area::Area;
use wangge_model::id::{Key, StatementId};
use wangge_model::reason::Reason;
use wangge_wire::statement::{Charter, Grant, Opened};

use super::{Batch, Told};
use crate::codec;
use crate::context::Context;
use crate::tx::{FeedRow, HubRow, Origin, Scope};

impl Batch {
    pub(super) fn take_grant(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        grant: &Grant,
        area: Option<&Area>,
    ) {
        let id = StatementId(opened.id);
        let row = codec::grant_row(id, Key(opened.statement.hub), grant);
        let Some(row) = row.filter(|row| area.is_none_or(|area| area.contains(&row.area))) else {
            self.received
                .alarms
                .push((crate::node::NOTHING, Reason::OutOfArea));
            return;
        };
        let area = row.area.clone();
        self.grants.push(row);
        self.take_statement(context, item, opened, area);
    }

    pub(super) fn take_charter(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        charter: &Charter,
        area: Option<&Area>,
    ) {
        let (Ok(seat), Some(level)) = (charter.area.parse::<Area>(), codec::level(charter.level))
        else {
            return;
        };
        if area.is_some_and(|area| !area.contains(&seat)) {
            self.received
                .alarms
                .push((crate::node::NOTHING, Reason::OutOfArea));
            return;
        }
        let row = HubRow {
            key: Key(charter.hub),
            area: seat.clone(),
            level,
            name: charter.name.clone(),
            parent: Key(opened.statement.hub),
            statement: StatementId(opened.id),
            above: self.above.contains(&Key(charter.hub)),
        };
        let below = self.home.contains(&seat) && row.key != context.node.key;
        if row.above || (below && context.node.is_hub()) {
            self.hubs.insert(row.key, row.clone());
            self.new_hubs.push(row);
        }
        self.take_statement(context, item, opened, seat);
    }

    /// A grant or charter: kept, and passed on.
    fn take_statement(
        &mut self,
        context: &mut Context<'_>,
        item: Told,
        opened: &Opened,
        area: Area,
    ) {
        let id = StatementId(opened.id);
        if context.node.is_hub() && !self.fed.insert(id, true).unwrap_or_default() {
            let place = context.next_place();
            self.feed.push(FeedRow {
                place,
                statement: id,
                commit: None,
                device: None,
                area,
                scope: Scope::Wide,
                origin: Some(Origin {
                    chain: self.sender.chain(),
                    place: item.place,
                }),
                past: None,
            });
        }
        self.statements.push(codec::statement_row(
            opened,
            item.entry.statement,
            item.entry.signature,
        ));
    }
}
