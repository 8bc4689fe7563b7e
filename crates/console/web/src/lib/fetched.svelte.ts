// Something fetched that stays fresh: fetched anew when what is asked for changes, and when the bell rings.

import { untrack } from 'svelte';
import { ApiError, type Doing } from './api';
import { live } from './live.svelte';

type Fetch<T> = (call: { doing: Doing; signal: AbortSignal }) => Promise<T>;

export class Fetched<T> {
  data = $state.raw<T | null>(null);
  error = $state.raw<ApiError | null>(null);
  /** Nothing to show yet, or what is shown answers another question. */
  loading = $state(true);
  /** When the rows were fetched, by this machine's clock. */
  at = $state<number | null>(null);

  #fetch: Fetch<T> = () => Promise.reject(new Error('not asked yet'));
  #running: AbortController | null = null;
  #again = false;

  /**
   * Call while a component is set up. `ask` reads the reactive state that the question depends on and gives back how
   * to fetch the answer, or null where there is nothing to ask.
   */
  constructor(ask: () => Fetch<T> | null) {
    let seen = -1;
    $effect(() => {
      const fetch = ask();
      untrack(() => {
        seen = live.rung;
        this.#running?.abort();
        this.#running = null;
        if (!fetch) return;
        this.#fetch = fetch;
        this.loading = true;
        void this.#run('hand');
      });
    });
    $effect(() => {
      if (live.rung === seen) return;
      seen = live.rung;
      untrack(() => this.refresh('page'));
    });
    $effect(() => () => this.#running?.abort());
  }

  /** Fetches again. While an answer is under way one more fetch follows it, however often this is called. */
  refresh(doing: Doing): void {
    if (this.#running) this.#again = true;
    else void this.#run(doing);
  }

  async #run(doing: Doing): Promise<void> {
    const running = new AbortController();
    this.#running = running;
    this.#again = false;
    try {
      const data = await this.#fetch({ doing, signal: running.signal });
      if (this.#running !== running) return;
      this.data = data;
      this.error = null;
      this.at = Date.now();
    } catch (error) {
      if (this.#running !== running) return;
      if (!(error instanceof ApiError)) throw error;
      this.error = error;
    }
    this.loading = false;
    this.#running = null;
    if (this.#again) void this.#run('page');
  }
}
