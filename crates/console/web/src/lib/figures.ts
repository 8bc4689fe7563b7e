// Indicators as people read them.

import { span } from './format';
import { count, i18n, t } from './i18n.svelte';
import type { Figures, Indicator, CountedIn } from './rows';

function decimal(value: number, digits: number): string {
  return value.toLocaleString(i18n.tag, { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

/** A figure in its unit; a dash where the denominator is 0. */
export function figure(unit: CountedIn, value: number | null): string {
  if (value === null) return t('none');
  if (unit === 'permille') return `${decimal(value / 10, 1)}%`;
  if (unit === 'milli') return decimal(value / 1000, 2);
  return unit === 'ms' ? span(value) : count(value);
}

/** By how much it differs from the period before: of shares in percentage points. */
export function change(unit: CountedIn, now: number | null, before: number | null): string {
  if (now === null || before === null || now === before) return '';
  const sign = now > before ? '+' : '−';
  const by = Math.abs(now - before);
  return sign + (unit === 'permille' ? t('figures.points', { n: decimal(by / 10, 1) }) : figure(unit, by));
}

export function indicator(figures: Figures, code: string): Indicator | undefined {
  return figures.indicators.find((one) => one.code === code);
}
