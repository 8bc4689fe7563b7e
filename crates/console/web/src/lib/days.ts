// Days as `YYYY-MM-DD`, Beijing's wherever the browser stands.

import { date } from './format';

/** How long the periods are that figures are compared by. */
export type Step = 'week' | 'month' | 'quarter' | 'year';
export const STEPS: Step[] = ['week', 'month', 'quarter', 'year'];

const MONTHS: Record<Step, number> = { week: 0, month: 1, quarter: 3, year: 12 };

export function today(): string {
  return date(Date.now());
}

export function isDay(text: string | null): text is string {
  return text !== null && /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text));
}

function written(at: Date): string {
  return at.toISOString().slice(0, 10);
}

export function addDays(day: string, days: number): string {
  const at = new Date(day);
  at.setUTCDate(at.getUTCDate() + days);
  return written(at);
}

/** The first day of the period that a day lies in. Weeks begin on Mondays. */
export function firstOf(step: Step, day: string): string {
  const at = new Date(day);
  if (step === 'week') return addDays(day, -((at.getUTCDay() + 6) % 7));
  const month = at.getUTCMonth();
  return written(new Date(Date.UTC(at.getUTCFullYear(), month - (month % MONTHS[step]), 1)));
}

/** The first day of the period so many after the one that begins on a day. */
export function along(step: Step, first: string, periods: number): string {
  if (step === 'week') return addDays(first, 7 * periods);
  const at = new Date(first);
  return written(new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + MONTHS[step] * periods, 1)));
}
