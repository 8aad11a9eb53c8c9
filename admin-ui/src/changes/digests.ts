import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type Digest = Schemas['Digest'];

/** What the address of the preview asks for: whose digest, and as which of the two. */
export type DigestSearch = { to?: string; as?: 'text' };

/** How the reader's own digest is asked for. */
export const MINE = 'mine';

export const digestQueries = {
  all: () =>
    queryOptions({ queryKey: ['digests'], queryFn: () => answer(client.GET('/api/v1/digests')) }),
  one: (to: string) =>
    queryOptions({
      queryKey: ['digests', to],
      queryFn: () => answer(client.GET('/api/v1/digests/{to}', { params: { path: { to } } })),
    }),
  /** Where its HTML is, for the frame alone. */
  html: (to: string) => `/api/v1/digests/${encodeURIComponent(to)}/html`,
};
