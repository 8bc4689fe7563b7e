// What areas are called: people read «青石镇», not 990101100.

import { session } from './session.svelte';

class Areas {
  /** The areas with a name, by code. */
  names = $state.raw(new Map<string, string>());
}

export const areas = new Areas();

/**
 * An area's name; without one what it is in the nearest area that has a name, «上柳村 002»; else its code without the part that every
 * area of this hub begins with.
 */
export function areaName(area: string): string {
  const own = session.hub?.area ?? '';
  if (area === own) return session.hub?.name ?? area;
  for (let length = area.length; length > own.length; length--) {
    const name = areas.names.get(area.slice(0, length));
    if (name) return length === area.length ? name : `${name} ${area.slice(length)}`;
  }
  return area.length > own.length && area.startsWith(own) ? area.slice(own.length) : area;
}
