import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

export type AccountHealth = components['schemas']['AccountHealth'];
export type AccountPerson = components['schemas']['AccountPerson'];

/** How an account stands; asked for again with the account whenever one of its cases changes. */
export const healthQuery = (id: string) =>
  queryOptions({
    queryKey: ['account', id, 'health'],
    queryFn: () => answer(client.GET('/api/v1/accounts/{id}/health', { params: { path: { id } } })),
  });
