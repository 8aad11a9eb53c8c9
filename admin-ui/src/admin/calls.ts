import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Backup = Schemas['Backup'];
export type Backups = Schemas['Backups'];
export type JournalEntry = Schemas['JournalEntry'];
export type Organisation = Schemas['Organisation'];
export type Outbound = Schemas['Outbound'];
export type Role = Schemas['Role'];
export type TableChanges = Schemas['TableChanges'];
export type TableOf = 'accounts' | 'contacts';
export type Token = Schemas['Token'];
export type User = Schemas['User'];

/** Roles by how much they may do. */
export const ROLES: readonly Role[] = ['admin', 'ops', 'manager', 'agent', 'viewer'];

/** Hands a CSV table in as it is. */
const asCsv = {
  headers: { 'Content-Type': 'text/csv' },
  bodySerializer: (body: unknown) => body as BodyInit,
};

const named = (name: string) => ({ params: { path: { name } } });

/** The same in the state that was read. */
const read = (name: string, version: string) => ({
  params: { path: { name }, header: { 'If-Match': `"${version}"` } },
});

/** What administrators ask the service. */
export const adminCalls = {
  users: () => answer(client.GET('/api/v1/users')),
  addUser: (body: Schemas['NewUser']) => answer(client.POST('/api/v1/users', { body })),
  changeUser: (name: string, version: string, body: Schemas['UserEdit']) =>
    answer(client.PATCH('/api/v1/users/{name}', { ...read(name, version), body })),
  removeUser: (name: string, version: string) =>
    answer(client.DELETE('/api/v1/users/{name}', read(name, version))),
  signUserOut: (name: string) =>
    answer(client.DELETE('/api/v1/users/{name}/sessions', named(name))),
  tokens: () => answer(client.GET('/api/v1/tokens')),
  issue: (body: Schemas['NewToken']) => answer(client.POST('/api/v1/tokens', { body })),
  revoke: (name: string, version: string) =>
    answer(client.DELETE('/api/v1/tokens/{name}', read(name, version))),
  compareTable: async (of: TableOf, table: File) =>
    answer(
      client.POST('/api/v1/tables', {
        ...asCsv,
        params: { query: { of } },
        body: await table.text(),
      }),
    ),
  applyTable: async (of: TableOf, table: File, version: string) =>
    answer(
      client.POST('/api/v1/tables', {
        params: { query: { of, apply: true } },
        body: await table.text(),
        bodySerializer: asCsv.bodySerializer,
        headers: { ...asCsv.headers, 'If-Match': `"${version}"` },
      }),
    ),
  backups: () => answer(client.GET('/api/v1/backups')),
  backUp: () => answer(client.POST('/api/v1/backups')),
  rehearse: (id: string) =>
    answer(client.POST('/api/v1/backups/{id}/rehearse', { params: { path: { id } } })),
  organisation: () => answer(client.GET('/api/v1/organisation')),
  journal: (from: number, limit: number) =>
    answer(client.GET('/api/v1/journal', { params: { query: { from, limit } } })),
  outbound: () => answer(client.GET('/api/v1/outbound')),
  deadLetters: () => answer(client.GET('/api/v1/dead-letters')),
  replay: (id: string) =>
    answer(client.POST('/api/v1/dead-letters/{id}/replay', { params: { path: { id } } })),
};

/** What administrators ask, by the names under which it is cached. */
export const adminQueries = {
  users: () => queryOptions({ queryKey: ['users'], queryFn: adminCalls.users }),
  tokens: () => queryOptions({ queryKey: ['tokens'], queryFn: adminCalls.tokens }),
  journal: (from: number, limit: number) =>
    queryOptions({
      queryKey: ['journal', from, limit],
      queryFn: () => adminCalls.journal(from, limit),
    }),
  backups: () =>
    queryOptions({
      queryKey: ['backups'],
      queryFn: adminCalls.backups,
      // What goes on is told by nobody else.
      refetchInterval: ({ state }) => (state.data?.running ? 500 : 20_000),
    }),
  organisation: () =>
    queryOptions({ queryKey: ['organisation'], queryFn: adminCalls.organisation }),
  outbound: () => queryOptions({ queryKey: ['outbound'], queryFn: adminCalls.outbound }),
  deadLetters: () => queryOptions({ queryKey: ['dead-letters'], queryFn: adminCalls.deadLetters }),
};
