// Who has signed in, and for how long. The page warns before the session ends for lack of a hand.

import { api, ApiError, whenSignedOut } from './api';
import { lists } from './lists.svelte';
import type { HubInfo, Session } from './rows';

/** How long before the end the page warns. */
const WARN_MS = 60_000;
/** How often a hand that makes no request is told to the server. */
const TOUCH_MS = 60_000;

class SessionState {
  hub = $state.raw<HubInfo | null>(null);
  open = $state.raw<Session | null>(null);
  /** Before the first answer nothing is known. */
  known = $state(false);
  /** The problem that kept the page from starting. */
  failed = $state.raw<ApiError | null>(null);
  /** Seconds until the session ends, once the warning is due. */
  endsIn = $state<number | null>(null);
  /** Whether it ended without the director's doing. */
  ended = $state(false);

  #idleEnd = 0;
  #absoluteEnd = 0;
  #touched = 0;

  constructor() {
    whenSignedOut(() => this.#close(true));
    setInterval(() => this.#tick(), 1000);
    for (const kind of ['pointerdown', 'keydown', 'wheel'] as const) {
      addEventListener(kind, () => void this.#hand(), { passive: true, capture: true });
    }
  }

  async start(): Promise<void> {
    this.failed = null;
    try {
      this.hub = await api.hub({ doing: 'page' });
      this.#opened(await api.session({ doing: 'hand' }));
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.failed = error;
    }
    this.ended = false;
    this.known = true;
  }

  async signIn(name: string, passphrase: string): Promise<void> {
    this.#opened(await api.signIn(name, passphrase));
    this.ended = false;
  }

  async signOut(): Promise<void> {
    await api.signOut();
    this.#close(false);
  }

  /** The director wants to go on. */
  async stay(): Promise<void> {
    this.#opened(await api.session({ doing: 'hand' }));
  }

  /** The live stream says that the session is over, or that the hub is closing: ask which. */
  async ask(): Promise<void> {
    try {
      if (!(await api.session({ doing: 'page' }))) this.#close(true);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  #opened(session: Session | null): void {
    if (!session) {
      this.#close(true);
      return;
    }
    const now = Date.now();
    this.open = session;
    this.endsIn = null;
    this.#touched = now;
    this.#idleEnd = now + session.idle_left_ms;
    this.#absoluteEnd = now + session.absolute_left_ms;
  }

  #close(ended: boolean): void {
    this.ended = ended && this.open !== null;
    this.open = null;
    lists.forget();
    this.endsIn = null;
  }

  #tick(): void {
    if (!this.open) return;
    const left = Math.min(this.#idleEnd, this.#absoluteEnd) - Date.now();
    if (left <= 0) void this.ask();
    this.endsIn = left < WARN_MS ? Math.max(0, Math.ceil(left / 1000)) : null;
  }

  /** The hand that rests on the page counts as well, but is told at most once a minute. */
  async #hand(): Promise<void> {
    if (!this.open || this.endsIn !== null || Date.now() - this.#touched < TOUCH_MS) return;
    this.#touched = Date.now();
    try {
      await this.stay();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
    }
  }

  /** The absolute end cannot be moved, so the warning offers no more time for it. */
  get final(): boolean {
    return this.#absoluteEnd <= this.#idleEnd;
  }
}

export const session = new SessionState();
