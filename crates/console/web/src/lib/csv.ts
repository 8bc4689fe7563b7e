// A report as a file for a spreadsheet.

import { span } from './format';
import { pick } from './i18n.svelte';
import type { Cell, CellForm, Report } from './rows';

/** A cell as words. */
export function words(form: CellForm, cell: Cell): string {
  if (form === 'share') return cell.n === null || !cell.of ? '' : `${((100 * cell.n) / cell.of).toFixed(1)}%`;
  if (form === 'span') return cell.n === null ? '' : span(cell.n);
  if (form === 'count') return cell.n === null ? cell.value : String(cell.n);
  return cell.label ? pick(cell.label) : cell.value;
}

function quoted(text: string): string {
  // What begins like a formula would be one in a spreadsheet.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

export function csv(report: Report): string {
  const head = report.columns.map((column) => quoted(pick(column.label)));
  const rows = report.rows.map((row) => report.columns.map((column, n) => {
    const cell = row.cells[n];
    const text = cell ? words(column.form, cell) : '';
    return column.form === 'count' ? text : quoted(text);
  }));
  // The mark at the beginning tells spreadsheets that it is UTF-8.
  return `\ufeff${[head, ...rows].map((row) => row.join(',')).join('\r\n')}\r\n`;
}

export function download(name: string, text: string): void {
  const address = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }));
  const link = document.createElement('a');
  [link.href, link.download] = [address, name];
  link.click();
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}
