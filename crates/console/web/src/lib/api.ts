// Every request of the page. Addresses are relative to the page, so that the console may be mounted below a prefix;
// what a director looks for travels in bodies, because it may name a person.

import type * as R from './rows';

/** Who makes a request: a hand keeps the session awake, what the page fetches by itself does not. */
export type Doing = 'hand' | 'page';

export class ApiError extends Error {
  readonly status: number;
  readonly problem: R.Problem;

  constructor(status: number, problem: R.Problem) {
    super(problem.code);
    this.status = status;
    this.problem = problem;
  }
}

const UNREACHABLE: R.Problem = {
  code: 'unreachable',
  message_zh: '无法连接服务器',
  message_en: 'The server cannot be reached',
  remedy_zh: '请检查网络；恢复后页面会自动更新',
  remedy_en: 'Check the network; the page updates by itself once it is back',
  field: '',
};

const UNREADABLE: R.Problem = {
  code: 'unreadable',
  message_zh: '服务器的答复无法识别',
  message_en: 'The answer of the server cannot be read',
  remedy_zh: '请刷新页面后重试',
  remedy_en: 'Reload the page and try again',
  field: '',
};

export interface Call {
  doing?: Doing;
  signal?: AbortSignal;
}

let onSignedOut: () => void = () => undefined;

/** What to do when the server says that the session is over. */
export function whenSignedOut(then: () => void): void {
  onSignedOut = then;
}

async function call<T>(method: string, path: string, body: unknown, { doing = 'hand', signal }: Call = {}): Promise<T> {
  const headers: Record<string, string> = { 'x-wangge': doing };
  const init: RequestInit = { method, headers, credentials: 'same-origin', cache: 'no-store' };
  if (signal) init.signal = signal;
  if (body !== undefined) {
    headers['content-type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  let response: Response;
  try {
    response = await fetch(`./api/v1/${path}`, init);
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(0, UNREACHABLE);
  }
  if (response.status === 204) return undefined as T;
  const answer: unknown = await response.json().catch(() => {
    if (signal?.aborted) throw new DOMException('aborted', 'AbortError');
    throw new ApiError(response.status, UNREADABLE);
  });
  if (response.ok) return answer as T;
  const problem = answer as R.Problem;
  if (problem.code === 'signed_out') onSignedOut();
  throw new ApiError(response.status, problem);
}

export const LIVE = './api/v1/live';

export const api = {
  hub: (c?: Call) => call<R.HubInfo>('GET', 'hub', undefined, c),
  session: (c?: Call) => call<R.Session | null>('GET', 'session', undefined, c),
  signIn: (name: string, passphrase: string) => call<R.Session>('POST', 'session', { name, passphrase }),
  signOut: () => call<void>('DELETE', 'session', undefined),
  overview: (c?: Call) => call<R.Overview>('GET', 'overview', undefined, c),
  catalogue: (c?: Call) => call<R.Catalogue>('GET', 'catalogue', undefined, c),
  form: (kind: R.Kind, c?: Call) => call<R.Form>('GET', `forms/${kind}`, undefined, c),
  records: (kind: R.Kind, query: Partial<R.Query>, c?: Call) =>
    call<R.Page<R.RecordRow>>('POST', `ledgers/${kind}`, query, c),
  record: (record: string, c?: Call) => call<R.Shown>('GET', `records/${record}`, undefined, c),
  escalations: (query: Partial<R.Query>, c?: Call) => call<R.Page<R.EscalationRow>>('POST', 'escalations', query, c),
  figures: (area: string, days: string[], c?: Call) => call<R.Board>('POST', 'figures', { area, days }, c),
  report: (ask: Partial<R.ReportAsk>, c?: Call) => call<R.Report>('POST', 'report', ask, c),
  check: (area: string, c?: Call) => call<R.Checked>('POST', 'check', { area }, c),
  write: (write: R.Write) => call<R.Written>('POST', 'write', write),
  history: (record: string, query: Partial<R.Query>, c?: Call) =>
    call<R.Page<R.HistoryRow>>('POST', `history/${record}`, query, c),
  problems: (query: Partial<R.Query>, c?: Call) => call<R.Page<R.ProblemRow>>('POST', 'problems', query, c),
  areas: (c?: Call) => call<R.AreaName[]>('GET', 'areas', undefined, c),
  peers: (query: Partial<R.Query>, c?: Call) => call<R.Page<R.PeerRow>>('POST', 'peers', query, c),
  conflicts: (query: Partial<R.Query>, c?: Call) => call<R.Page<R.ConflictRow>>('POST', 'conflicts', query, c),
  held: (query: Partial<R.Query>, c?: Call) => call<R.Page<R.HeldRow>>('POST', 'held', query, c),
  settle: (settle: R.Settle) => call<R.Done>('POST', 'settle', settle),
  adopt: (commit: string) => call<R.Done>('POST', 'adopt', { commit }),
  decline: (commit: string, reason: R.DeclineReason) => call<R.Done>('POST', 'decline', { commit, reason }),
};
