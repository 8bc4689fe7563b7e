// Times and names as people read them. Times are Beijing's, wherever the browser stands.

import { i18n, t } from './i18n.svelte';
import type { Level, Person, Status } from './rows';

const BEIJING_MS = 8 * 60 * 60 * 1000;
const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** `2026-11-24 08:05` */
export function time(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return t('none');
  const iso = new Date(ms + BEIJING_MS).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 16)}`;
}

/** `08:05`, with the date where it is not today's. */
export function timeShort(ms: number, now: number): string {
  const text = time(ms);
  return text.slice(0, 10) === time(now).slice(0, 10) ? text.slice(11) : text;
}

/** `2026-11-24` */
export function date(ms: number | null): string {
  return time(ms).slice(0, 10);
}

export function ago(ms: number, now: number): string {
  const past = now - ms;
  if (past < MINUTE) return t('time.now');
  if (past < HOUR) return t('time.minutes', { n: Math.floor(past / MINUTE) });
  if (past < DAY) return t('time.hours', { n: Math.floor(past / HOUR) });
  if (past < 30 * DAY) return t('time.days', { n: Math.floor(past / DAY) });
  return date(ms);
}

export function span(ms: number): string {
  if (ms < HOUR) return t('time.span.minutes', { n: Math.max(0, Math.floor(ms / MINUTE)) });
  if (ms < DAY) return t('time.span.hours', { n: Math.floor(ms / HOUR) });
  return t('time.span.days', { n: Math.floor(ms / DAY) });
}

export function level(level: Level): string {
  return t(`level.${level}`);
}

/** `王芳（网格员）` */
export function person(who: Person | null): string {
  if (!who?.name) return t('review.unknown_author');
  if (!who.role) return who.name;
  const role = t(`role.${who.role}`);
  return i18n.language === 'zh' ? `${who.name}（${role}）` : `${who.name} (${role})`;
}

export function status(status: Status): string {
  if (status.word === 'merged' && status.level) return t('status.merged', { level: level(status.level) });
  if (status.word === 'merged') return t('status.admitted');
  return t(`status.${status.word}`);
}

/** The first digits of an id, enough to tell commits apart on a screen. */
export function short(id: string): string {
  return id.slice(0, 10);
}
