import { Problem, problemOf } from './problem';
import type {
  Account,
  AccountRecord,
  CaseRecord,
  CaseRow,
  MessageRecord,
  Page,
  QuarantineRecord,
  QueueInfo,
  ReviewRecord,
  SearchRecord,
  Session,
  SourceRecord,
  StatusRecord,
  UnknownDomain,
} from './types';

type Asked = { query?: Record<string, string | number | undefined>; body?: unknown };

async function ask<T>(method: string, path: string, { query, body }: Asked = {}): Promise<T> {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {})) {
    if (value !== undefined && value !== '') search.set(name, String(value));
  }
  const suffix = search.size > 0 ? `?${search}` : '';
  let answer: Response;
  try {
    answer = await fetch(`/api/v1${path}${suffix}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? null : JSON.stringify(body),
    });
  } catch {
    throw new Problem(0, '');
  }
  const text = await answer.text();
  const json = text.length > 0 ? JSON.parse(text) : undefined;
  if (!answer.ok) throw problemOf(answer.status, json);
  return json as T;
}

const at = encodeURIComponent;

/** The reader's zone, in which the dates of a query are read. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;

export type QueueFilters = { account?: string; owner?: string; level?: string; team?: string };
export type Moved = { case: string };

export const calls = {
  session: () => ask<Session>('GET', '/session'),
  signIn: (body: { name: string; password: string }) => ask<Session>('POST', '/session', { body }),
  signOut: () => ask<void>('DELETE', '/session'),
  setUpNeeded: () => ask<{ needed: boolean }>('GET', '/setup'),
  setUp: (body: { code: string; name: string; password: string }) =>
    ask<Session>('POST', '/setup', { body }),
  status: () => ask<StatusRecord>('GET', '/status'),
  queues: () => ask<QueueInfo[]>('GET', '/queues'),
  queueCases: (queue: string, filters: QueueFilters, cursor: string | undefined) =>
    ask<Page<CaseRow>>('GET', `/queues/${at(queue)}/cases`, {
      query: { ...filters, cursor, limit: 100 },
    }),
  case: (id: string) => ask<CaseRecord>('GET', `/cases/${at(id)}`),
  setField: (id: string, body: { field: string; value: string | null; reason: string }) =>
    ask<unknown>('PATCH', `/cases/${at(id)}`, { body }),
  addNote: (id: string, body: { text: string; visibility: 'internal' | 'managers' }) =>
    ask<unknown>('POST', `/cases/${at(id)}/notes`, { body }),
  merge: (id: string, body: { into: string; reason: string }) =>
    ask<unknown>('POST', `/cases/${at(id)}/merge`, { body }),
  move: (body: { messages: string[]; to: string; reason: string }) =>
    ask<Moved>('POST', '/messages/move', { body }),
  undo: (act: number) => ask<unknown>('POST', `/acts/${act}/undo`, { body: {} }),
  message: (key: string) => ask<MessageRecord>('GET', `/messages/${at(key)}`),
  search: (q: string, sort: string, cursor: string | undefined) =>
    ask<SearchRecord>('GET', '/search', {
      query: { q, sort, cursor, limit: 30, timezone: zone },
    }),
  accounts: () => ask<Page<Account>>('GET', '/accounts'),
  account: (id: string) => ask<AccountRecord>('GET', `/accounts/${at(id)}`),
  unknownDomains: () => ask<Page<UnknownDomain>>('GET', '/unknown-domains'),
  sources: () => ask<SourceRecord[]>('GET', '/sources'),
  quarantine: () => ask<Page<QuarantineRecord>>('GET', '/quarantine'),
  retry: (evidence: string) =>
    ask<unknown>('POST', `/quarantine/${at(evidence)}/retry`, { body: {} }),
  reviews: () => ask<Page<ReviewRecord>>('GET', '/reviews'),
  decide: (message: string, join: string | null) =>
    ask<unknown>('POST', `/reviews/${at(message)}`, { body: { join } }),
};

/** Addresses of what the browser itself loads. */
export const addresses = {
  html: (message: string) => `/api/v1/messages/${at(message)}/html`,
  attachment: (message: string, part: number) =>
    `/api/v1/messages/${at(message)}/attachments/${part}`,
  original: (evidence: string) => `/api/v1/evidence/${at(evidence)}`,
  events: '/api/v1/events',
};
