import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { all, answer, client, MOST, upon } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type Promised = Schemas['Promise'];
export type PromiseState = Schemas['PromiseState'];
export type DecidePromise = Schemas['DecidePromise'];
export type PromiseRate = Schemas['PromiseRate'];
export type PromiseRates = Schemas['PromiseRates'];

/** What the address of the page narrows it to. */
export type PromiseSearch = { show?: string; by?: string; owner?: string; account?: string };

/** Promises that somebody still has to see to. */
const STANDING: readonly PromiseState[] = ['open', 'missed', 'disputed'];
/** Promises of which all is said. */
const SETTLED: readonly PromiseState[] = ['kept', 'late', 'changed', 'withdrawn'];

type Narrowed = Pick<PromiseSearch, 'owner' | 'account'> & { by?: Schemas['Promisor'] };

function narrowed(search: PromiseSearch): Narrowed {
  const by = search.by === 'us' || search.by === 'customer' ? search.by : undefined;
  return { by, owner: search.owner, account: search.account };
}

export const promiseCalls = {
  /** Decides about a promise in the state in which it was seen. */
  decide: ({ id, tag }: Promised, body: DecidePromise) =>
    answer(client.POST('/api/v1/promises/{id}', { params: { path: { id } }, body, ...upon(tag) })),
  ofCase: (id: string) =>
    answer(client.GET('/api/v1/cases/{id}/promises', { params: { path: { id } } })),
  add: (body: Schemas['NewPromise']) => answer(client.POST('/api/v1/promises', { body })),
};

export const promiseQueries = {
  standing: (search: PromiseSearch) =>
    queryOptions({
      queryKey: ['promises', 'standing', narrowed(search)],
      queryFn: () =>
        all((cursor) =>
          answer(
            client.GET('/api/v1/promises', {
              params: {
                query: { ...narrowed(search), state: STANDING.join(','), cursor, limit: MOST },
              },
            }),
          ),
        ),
    }),
  settled: (search: PromiseSearch) =>
    infiniteQueryOptions({
      queryKey: ['promises', 'settled', narrowed(search)],
      queryFn: ({ pageParam }) =>
        answer(
          client.GET('/api/v1/promises', {
            params: {
              query: {
                ...narrowed(search),
                state: SETTLED.join(','),
                cursor: pageParam,
                limit: 50,
              },
            },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  rates: (search: PromiseSearch) =>
    queryOptions({
      queryKey: ['promise-rates', narrowed(search)],
      queryFn: () =>
        answer(client.GET('/api/v1/promises/rates', { params: { query: narrowed(search) } })),
    }),
};
