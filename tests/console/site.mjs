// A real site: `wangge` processes in a folder of their own.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const WANGGE = process.env.WANGGE_BIN ?? new URL('../../target/debug/wangge', import.meta.url).pathname;

export const AREA = '410522100001';
export const DIRECTOR = { name: '陈建国', passphrase: '风和日丽-四月-水边' };

/** Runs a command to its end; its answer is one line of JSON. Fails with what the command said. */
async function wangge(args, { input = '' } = {}) {
  // A pipe that nobody reads breaks when the command ends before it is closed.
  const child = spawn(WANGGE, ['--json', ...args], { stdio: [input ? 'pipe' : 'ignore', 'pipe', 'pipe'] });
  let [out, err] = ['', ''];
  child.stdout.on('data', (data) => (out += data));
  child.stderr.on('data', (data) => (err += data));
  child.stdin?.end(input);
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`wangge ${args.slice(0, 3).join(' ')} … ended with ${code}\n${out}${err}`);
  return out.trim() ? JSON.parse(out.trim().split('\n').at(-1)) : null;
}

export class Site {
  #folder;
  #running = null;
  #ports = { listen: '127.0.0.1:0', console: '127.0.0.1:0' };
  /** Where the console is, with a slash at the end. */
  console = '';

  /** A community with one director. */
  static async make() {
    const site = new Site();
    site.#folder = await mkdtemp(join(tmpdir(), 'wangge-console-'));
    await site.#hub('init', '--area', AREA, '--name', '柏庄社区');
    await wangge(
      ['hub', 'director', '--dir', join(site.#folder, 'site'), '--name', DIRECTOR.name, '--passphrase-stdin'],
      { input: `${DIRECTOR.passphrase}\n` },
    );
    return site;
  }

  #hub(command, ...args) {
    return wangge(['hub', command, ...args, '--dir', join(this.#folder, 'site')]);
  }

  /** Starts the hub; the second time on the ports that it had. */
  async run() {
    const { listen, console } = this.#ports;
    const args = ['--json', 'hub', 'run', '--dir', join(this.#folder, 'site'), '--listen', listen, '--console', console];
    const child = spawn(WANGGE, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    this.#running = child;
    let said = '';
    child.stderr.on('data', (data) => (said += data));
    const first = once(createInterface({ input: child.stdout }), 'line');
    const ended = once(child, 'close').then(([code]) => {
      throw new Error(`the hub ended with ${code} before it ran\n${said}`);
    });
    const [line] = await Promise.race([first, ended]);
    ended.catch(() => undefined);
    const running = JSON.parse(line);
    this.console = running.consoles[0].endsWith('/') ? running.consoles[0] : `${running.consoles[0]}/`;
    this.#ports = { listen: running.listen, console: new URL(this.console).host };
  }

  /** Asks the hub to stop and gives the milliseconds that it took. */
  async stop() {
    const child = this.#running;
    if (!child) return 0;
    this.#running = null;
    const begin = performance.now();
    child.kill('SIGTERM');
    const [code] = await once(child, 'close');
    if (code !== 0) throw new Error(`the hub ended with ${code}`);
    return performance.now() - begin;
  }

  /** A page of a ledger, as the hub's own command tells it. */
  records(kind) {
    return this.#hub('record', 'list', kind);
  }

  /** A record, as the hub's own command tells it. */
  record(record) {
    return this.#hub('record', 'show', record);
  }

  /** A phone of a member, enrolled. */
  async phone(member, grid) {
    const { invitation } = await this.#hub('invite', '--member', member, '--grid', grid, '--address', this.#ports.listen);
    const dir = join(this.#folder, `phone-${member}`);
    await wangge(['phone', 'enrol', '--dir', dir, invitation]);
    return this.#at(dir);
  }

  #at(dir) {
    const phone = (...args) => wangge(['phone', ...args, '--dir', dir]);
    /** The whole folder copied, marker and all, as nobody should: both go on with one chain. */
    phone.copied = async (n) => {
      await cp(dir, `${dir}-${n}`, { recursive: true });
      return this.#at(`${dir}-${n}`);
    };
    return phone;
  }

  async close() {
    await this.stop();
    await rm(this.#folder, { recursive: true });
  }
}
