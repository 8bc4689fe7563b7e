// What a director has typed to find: kept while going to a detail and back, never in the address, gone with the session.

import type { FieldFilter, Kind } from './rows';

class Lists {
  #texts = $state<Record<Kind, string>>({});
  #filters = $state.raw<Record<Kind, FieldFilter[]>>({});

  text(kind: Kind): string {
    return this.#texts[kind] ?? '';
  }

  find(kind: Kind, text: string): void {
    this.#texts[kind] = text;
  }

  filters(kind: Kind): FieldFilter[] {
    return this.#filters[kind] ?? [];
  }

  /** Narrows by a field, or no longer where nothing is asked of it. */
  filter(kind: Kind, filter: FieldFilter): void {
    const others = this.filters(kind).filter((one) => one.key !== filter.key);
    const asks = filter.value !== '' || filter.from !== '' || filter.until !== '';
    this.#filters = { ...this.#filters, [kind]: asks ? [...others, filter] : others };
  }

  reset(kind: Kind): void {
    this.find(kind, '');
    this.#filters = { ...this.#filters, [kind]: [] };
  }

  forget(): void {
    this.#texts = {};
    this.#filters = {};
  }
}

export const lists = new Lists();
