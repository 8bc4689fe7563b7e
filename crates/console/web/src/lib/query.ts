// What a list is asked, read from the address and from what was typed.

import { addDays, today } from './days';
import { lists } from './lists.svelte';
import { router } from './router.svelte';
import type { Kind, Order, Query } from './rows';

const ROWS = 50;
/** Records that nobody has changed for so many days count as stale. */
export const STALE_DAYS = 180;

const ORDERS: Order[] = ['newest', 'register', 'due', 'oldest'];

function truth(name: string): boolean | null {
  const value = router.now.params.get(name);
  return value === null ? null : value === 'true';
}

/** The instant before which a change is stale, the same all day so that the question stays the same. */
export function staleBefore(): number {
  return Date.parse(`${addDays(today(), -STALE_DAYS)}T00:00:00+08:00`);
}

/** The question of a ledger, or of a list that is none. */
export function listed(kind: Kind = ''): Query {
  const { params } = router.now;
  return {
    text: lists.text(kind),
    filters: lists.filters(kind),
    changed_before_ms: truth('stale') ? staleBefore() : null,
    now_ms: null,
    overdue: truth('overdue'),
    due_before_ms: null,
    area: params.get('area') ?? '',
    stage: params.get('stage') ?? '',
    closed: truth('closed'),
    conflicts_only: truth('conflicts') ?? false,
    order: ORDERS.find((order) => order === params.get('order')) ?? 'newest',
    offset: Math.max(0, Number(params.get('offset')) || 0),
    limit: ROWS,
  };
}

/** Whether anything narrows the list. */
export function narrowed(query: Query): boolean {
  const { text, area, stage, filters } = query;
  const named = text !== '' || area !== '' || stage !== '' || filters.length > 0;
  return named || query.closed !== null || query.overdue !== null || query.conflicts_only || query.changed_before_ms !== null;
}
