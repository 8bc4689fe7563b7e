// Chromium, and what every page must stand.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium } from 'playwright-core';

const ARTEFACTS = process.env.WANGGE_ARTEFACTS ?? new URL('../../artefacts', import.meta.url).pathname;
const WCAG = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

export const WIDE = { width: 1280, height: 860 };
export const NARROW = { width: 390, height: 844 };

export async function open() {
  await mkdir(ARTEFACTS, { recursive: true });
  return chromium.launch({
    executablePath: process.env.WANGGE_CHROMIUM ?? '/usr/bin/chromium',
    args: [
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  });
}

/** A window that remembers what it must not do. */
export async function window(browser, viewport = WIDE) {
  const context = await browser.newContext({ viewport, locale: 'zh-CN' });
  const page = await context.newPage();
  const seen = { hosts: new Set(), errors: [] };
  page.on('request', (request) => seen.hosts.add(new URL(request.url()).host));
  page.on('pageerror', (error) => seen.errors.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') seen.errors.push(message.text());
  });
  return { page, seen };
}

/** No violation of WCAG 2.2 A and AA, no sideways scrolling; a picture is kept. */
export async function inspect(page, name) {
  // What moves is judged where it comes to rest.
  await page.evaluate(() => Promise.all(document.getAnimations().map((one) => (one.effect.getTiming().iterations === Infinity ? null : one.finished))));
  const { violations } = await new AxeBuilder({ page }).withTags(WCAG).analyze();
  const told = violations.map(({ id, help, nodes }) => `${id}: ${help}\n  ${nodes.map((node) => node.html).join('\n  ')}`);
  assert.deepEqual(told, [], `axe on ${name}`);
  const over = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert.equal(over, 0, `${name} scrolls sideways by ${over} px`);
  await page.screenshot({ path: join(ARTEFACTS, `console-${name}.png`), fullPage: true });
}
