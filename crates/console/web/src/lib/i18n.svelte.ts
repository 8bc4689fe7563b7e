// The language of the page. Chinese unless the director chose otherwise on this machine.

import type { Key, PlainKey, Values } from './i18n/check';
import { en } from './i18n/en';
import { zh } from './i18n/zh';
import type { Label } from './rows';

export type Language = 'zh' | 'en';
export type { PlainKey };

const KEPT = 'wangge.language';
const DICTIONARIES: Record<Language, Record<Key, string>> = { zh, en };

class I18n {
  language = $state<Language>(localStorage.getItem(KEPT) === 'en' ? 'en' : 'zh');

  switch(): void {
    this.language = this.language === 'zh' ? 'en' : 'zh';
    localStorage.setItem(KEPT, this.language);
  }

  get tag(): string {
    return this.language === 'zh' ? 'zh-CN' : 'en';
  }
}

export const i18n = new I18n();

export function t<K extends Key>(key: K, ...[values]: Values<K>): string {
  const text = DICTIONARIES[i18n.language][key];
  if (!values) return text;
  const named = values as Record<string, string | number>;
  return text.replace(/\{(\w+)\}/g, (place, name: string) => {
    const value = named[name];
    return value === undefined ? place : typeof value === 'number' ? count(value) : value;
  });
}

/** What the server sends in both languages. */
export function pick(label: Label): string {
  return i18n.language === 'zh' ? label.zh : label.en;
}

export function count(number: number): string {
  return number.toLocaleString(i18n.tag);
}
