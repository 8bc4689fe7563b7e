// The live stream: a bell that rings when there is something new. What is shown is then fetched again.

import { LIVE } from './api';
import { session } from './session.svelte';

export type LiveState = 'on' | 'waiting' | 'off';

const RETRY_MS_FIRST = 1_000;
const RETRY_MS_LONGEST = 30_000;

class Live {
  /** Grows with every bell; who shows rows depends on it. */
  rung = $state(0);
  state = $state<LiveState>('waiting');

  #source: EventSource | null = null;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #delay = RETRY_MS_FIRST;
  #wanted = false;

  constructor() {
    // A page that nobody looks at holds no stream; it catches up when it is looked at again.
    document.addEventListener('visibilitychange', () => this.#decide());
    addEventListener('online', () => this.#decide());
  }

  want(wanted: boolean): void {
    this.#wanted = wanted;
    this.#decide();
  }

  #decide(): void {
    if (this.#wanted && !document.hidden) {
      if (!this.#source) this.#open();
    } else {
      this.#close();
      this.state = 'waiting';
    }
  }

  #open(): void {
    clearTimeout(this.#retry);
    const source = new EventSource(LIVE);
    this.#source = source;
    source.onopen = () => {
      this.state = 'on';
      this.#delay = RETRY_MS_FIRST;
      this.rung += 1;
    };
    source.addEventListener('bell', () => (this.rung += 1));
    source.addEventListener('ended', () => {
      this.#lost();
      void session.ask();
    });
    // A stream that cannot be opened may mean that nobody is signed in any more.
    source.onerror = () => {
      this.#lost();
      void session.ask();
    };
  }

  #lost(): void {
    this.#close();
    this.state = 'off';
    if (!this.#wanted) return;
    this.#retry = setTimeout(() => this.#decide(), this.#delay);
    this.#delay = Math.min(this.#delay * 2, RETRY_MS_LONGEST);
  }

  #close(): void {
    clearTimeout(this.#retry);
    this.#source?.close();
    this.#source = null;
  }
}

export const live = new Live();
