// What a director is writing: the values of a form, what is wrong with them, and the way to the hub. A draft stays until it is saved.

import { tick } from 'svelte';
import { api, ApiError } from './api';
import { i18n } from './i18n.svelte';
import type { FieldRow, FormField, Problem, Write, FieldEdit, Written } from './rows';

/** A stored value as a form's input holds it. What is masked cannot be edited, only replaced. */
function typed(field: FormField, row: FieldRow | undefined): string {
  if (!row || row.masked) return '';
  return field.form === 'instant' ? row.shown.zh.replace(' ', 'T') : row.value;
}

export class Draft {
  values = $state<Record<string, string>>({});
  problem = $state.raw<Problem | null>(null);
  busy = $state(false);
  readonly #first: Record<string, string>;

  constructor(fields: FormField[], rows: FieldRow[] = []) {
    const stored = (field: FormField) => rows.find((row) => row.key === field.key);
    this.#first = Object.fromEntries(fields.map((field) => [field.key, typed(field, stored(field))]));
    this.values = { ...this.#first };
  }

  /** What is to be written: only what differs from what stood there. */
  get changes(): FieldEdit[] {
    const changed = Object.entries(this.values).filter(([key, value]) => value.trim() !== (this.#first[key] ?? ''));
    return changed.map(([key, value]) => ({ key, value: value.trim() === '' ? null : value.trim().replace(/^(\d{4}-\d\d-\d\d)T/, '$1 ') }));
  }

  /** The problem of one field, for the place beside it. */
  of(key: string): string {
    return this.problem?.field === key ? this.said : '';
  }

  get said(): string {
    if (!this.problem) return '';
    return i18n.language === 'zh' ? this.problem.message_zh : this.problem.message_en;
  }

  /** Saves it; on a mistake the draft stays, and the focus goes to the field that is to blame. */
  async save(write: Write, form: HTMLElement | undefined): Promise<Written | null> {
    [this.busy, this.problem] = [true, null];
    try {
      return await api.write(write);
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      this.problem = error.problem;
      await tick();
      const place = form?.querySelector<HTMLElement>(`[data-key="${CSS.escape(error.problem.field)}"]`);
      (place?.querySelector<HTMLElement>('input, select, textarea, button') ?? form?.querySelector<HTMLElement>('[role="alert"]'))?.focus();
      return null;
    } finally {
      this.busy = false;
    }
  }
}
