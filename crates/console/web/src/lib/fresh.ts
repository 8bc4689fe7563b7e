// Which rows of a list have just arrived or changed, so that they can be marked for a moment.

export interface Row {
  record: string;
  changed_ms: number;
}

export class Fresh {
  #question = '';
  #seen = new Map<string, number>();
  #marked = new Set<string>();
  #rows: readonly Row[] = [];

  /** The rows that differ from what the same question was answered with before. */
  of(question: string, rows: readonly Row[]): ReadonlySet<string> {
    if (rows === this.#rows) return this.#marked;
    this.#rows = rows;
    this.#marked = new Set();
    if (question === this.#question) {
      for (const row of rows) {
        if (this.#seen.get(row.record) !== row.changed_ms) this.#marked.add(row.record);
      }
    }
    this.#question = question;
    this.#seen = new Map(rows.map((row) => [row.record, row.changed_ms]));
    return this.#marked;
  }
}
