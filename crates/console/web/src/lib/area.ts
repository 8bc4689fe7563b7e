// Codes of areas, shortened to what tells them apart here.

import { session } from './session.svelte';

/** A code without the part that every area of this hub begins with: `410522100001003` is `003` in community 410522100001. */
export function within(area: string): string {
  const own = session.hub?.area ?? '';
  return area.length > own.length && area.startsWith(own) ? area.slice(own.length) : area;
}
