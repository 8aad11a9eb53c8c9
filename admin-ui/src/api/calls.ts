import { all, answer, client, MOST, ROWS, upon } from './client';
import type { components } from './schema';
import type { SearchSort } from './types';

type Schemas = components['schemas'];
const at = encodeURIComponent;

/** The reader's zone, in which the dates of a query are read. */
const timezone = Intl.DateTimeFormat().resolvedOptions().timeZone;

const HITS = 20;

export type QueueFilters = { account?: string; owner?: string; level?: string; team?: string };

/** What the service can be asked, one function a route that the page uses. */
export const calls = {
  session: () => answer(client.GET('/api/v1/session')),
  signIn: (body: Schemas['SignIn']) => answer(client.POST('/api/v1/session', { body })),
  signOut: () => answer(client.DELETE('/api/v1/session')),
  signOutEverywhere: () => answer(client.DELETE('/api/v1/session/everywhere')),
  changePassword: (body: Schemas['NewPassword']) =>
    answer(client.PUT('/api/v1/session/password', { body })),
  setUpNeeded: () => answer(client.GET('/api/v1/setup')),
  setUp: (body: Schemas['SetUp']) => answer(client.POST('/api/v1/setup', { body })),
  status: () => answer(client.GET('/api/v1/status')),
  queues: () => answer(client.GET('/api/v1/queues')),
  queueCases: (id: string, filters: QueueFilters, cursor: string | undefined) =>
    answer(
      client.GET('/api/v1/queues/{id}/cases', {
        params: { path: { id }, query: { ...filters, cursor, limit: ROWS } },
      }),
    ),
  case: (id: string) => answer(client.GET('/api/v1/cases/{id}', { params: { path: { id } } })),
  caseAt: (id: string, at: string) =>
    answer(client.GET('/api/v1/cases/{id}', { params: { path: { id }, query: { at } } })),
  /** Sets a field; with `seen`, only upon that sequence of the case. */
  setField: (id: string, body: Schemas['SetField'], seen?: number) =>
    answer(client.PATCH('/api/v1/cases/{id}', { params: { path: { id } }, body, ...upon(seen) })),
  similar: (id: string) =>
    answer(client.GET('/api/v1/cases/{id}/similar', { params: { path: { id } } })),
  look: (id: string) =>
    answer(client.PUT('/api/v1/cases/{id}/viewers', { params: { path: { id } } })),
  leave: (id: string) =>
    answer(
      client.DELETE('/api/v1/cases/{id}/viewers', { params: { path: { id } }, keepalive: true }),
    ),
  addNote: (id: string, body: Schemas['CaseNote']) =>
    answer(client.POST('/api/v1/cases/{id}/notes', { params: { path: { id } }, body })),
  merge: (id: string, body: Schemas['Merge']) =>
    answer(client.POST('/api/v1/cases/{id}/merge', { params: { path: { id } }, body })),
  move: (body: Schemas['Move']) => answer(client.POST('/api/v1/messages/move', { body })),
  undo: (seq: number) =>
    answer(client.POST('/api/v1/acts/{seq}/undo', { params: { path: { seq } } })),
  message: (key: string) =>
    answer(client.GET('/api/v1/messages/{key}', { params: { path: { key } } })),
  search: (q: string, sort: SearchSort, cursor: string | undefined) =>
    answer(
      client.GET('/api/v1/search', {
        params: { query: { q, sort, cursor, limit: HITS, timezone } },
      }),
    ),
  accounts: () =>
    all((cursor) =>
      answer(client.GET('/api/v1/accounts', { params: { query: { cursor, limit: MOST } } })),
    ),
  account: (id: string) =>
    answer(client.GET('/api/v1/accounts/{id}', { params: { path: { id } } })),
  unknownDomains: () =>
    answer(client.GET('/api/v1/unknown-domains', { params: { query: { limit: MOST } } })),
  sources: () => answer(client.GET('/api/v1/sources')),
  quarantine: () =>
    answer(client.GET('/api/v1/quarantine', { params: { query: { limit: MOST } } })),
  retry: (id: string) =>
    answer(client.POST('/api/v1/quarantine/{id}/retry', { params: { path: { id } } })),
  reviews: () => answer(client.GET('/api/v1/reviews', { params: { query: { limit: MOST } } })),
  decide: (message: string, join: string | null) =>
    answer(
      client.POST('/api/v1/reviews/{message}', { params: { path: { message } }, body: { join } }),
    ),
};

/** Addresses of what the browser itself loads. */
export const addresses = {
  html: (message: string) => `/api/v1/messages/${at(message)}/html`,
  attachment: (message: string, part: number) =>
    `/api/v1/messages/${at(message)}/attachments/${part}`,
  original: (evidence: string) => `/api/v1/evidence/${at(evidence)}`,
  events: '/api/v1/events',
};
