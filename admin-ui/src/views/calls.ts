import { queryOptions } from '@tanstack/react-query';
import { answer, client, upon } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type View = Schemas['View'];
export type KeepView = Schemas['KeepView'];
export type Tell = Schemas['Tell'];

/** A new id for a view. */
export function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(12));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

export const viewCalls = {
  /** Keeps a view; one that is there only in the state `tag`. */
  keep: (id: string, body: KeepView, tag?: string) =>
    answer(client.PUT('/api/v1/views/{id}', { params: { path: { id } }, body, ...upon(tag) })),
  drop: ({ id, tag }: View) =>
    answer(client.DELETE('/api/v1/views/{id}', { params: { path: { id } }, ...upon(tag) })),
  mark: (id: string) => answer(client.GET('/api/v1/marks/{id}', { params: { path: { id } } })),
  setMark: (id: string, at: string | null) =>
    answer(client.PUT('/api/v1/marks/{id}', { params: { path: { id } }, body: { at } })),
};

export const viewQueries = {
  all: () =>
    queryOptions({ queryKey: ['views'], queryFn: () => answer(client.GET('/api/v1/views')) }),
  mark: (id: string) => queryOptions({ queryKey: ['mark', id], queryFn: () => viewCalls.mark(id) }),
};

/** What a view holds, as it is kept. */
export function kept({ name, team, order, queue, search, tell }: View): KeepView {
  return { name, team, order, queue, search, tell };
}
