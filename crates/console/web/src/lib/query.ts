// What a list is asked, read from the address and from what was typed.

import { router } from './router.svelte';
import type { Query } from './rows';

const ROWS = 50;

export function listed(text: string): Query {
  const { params } = router.now;
  const closed = params.get('closed');
  return {
    text,
    filters: [],
    changed_before_ms: null,
    now_ms: null,
    overdue: null,
    due_before_ms: null,
    area: params.get('area') ?? '',
    stage: params.get('stage') ?? '',
    closed: closed === null ? null : closed === 'true',
    conflicts_only: params.get('conflicts') === 'true',
    order: params.get('order') === 'register' ? 'register' : 'newest',
    offset: Math.max(0, Number(params.get('offset')) || 0),
    limit: ROWS,
  };
}

/** Whether anything narrows the list. */
export function narrowed(query: Query): boolean {
  return query.text !== '' || query.area !== '' || query.stage !== '' || query.closed !== null || query.conflicts_only;
}
