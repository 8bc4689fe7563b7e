// Short notices of what has been done, read out by screen readers as well.

export interface Notice {
  id: number;
  text: string;
  bad: boolean;
}

const SHOWN_MS = 8_000;

class Notices {
  list = $state.raw<Notice[]>([]);
  #last = 0;

  say(text: string, bad = false): void {
    const id = ++this.#last;
    this.list = [...this.list.slice(-2), { id, text, bad }];
    // What went wrong stays until it is closed.
    if (!bad) setTimeout(() => this.close(id), SHOWN_MS);
  }

  /** What went wrong on a page that is left is no longer of use. */
  leave(): void {
    this.list = this.list.filter((notice) => !notice.bad);
  }

  close(id: number): void {
    this.list = this.list.filter((notice) => notice.id !== id);
  }
}

export const notices = new Notices();
