import { infiniteQueryOptions, queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import { queryClient } from '../api/queries';
import type { components } from '../api/schema';
import { viewCalls, viewQueries } from '../views/calls';

type Schemas = components['schemas'];
export type CaseChanges = Schemas['CaseChanges'];

/** What the address of the page asks for; `since` is an instant, or `read` for the reader's mark. */
export type ChangeSearch = { since?: string; owner?: string; account?: string; team?: string };

const DAY = 86_400_000;

/** Since when a reader who never marked anything as read is told. */
export const yesterday = () =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 - DAY).toISOString();

/** Up to when the reader has read what changed, on whichever machine; nothing until that is known. */
export function useReadMark(): [string | undefined, (at: string) => Promise<unknown>] {
  const found = useQuery(viewQueries.mark('changes'));
  const set = useMutation({
    mutationFn: (at: string) => viewCalls.setMark('changes', at),
    onSuccess: (mark) => queryClient.setQueryData(viewQueries.mark('changes').queryKey, mark),
  });
  const known = found.data ?? (found.isError ? { at: null } : undefined);
  return [known && (known.at ?? yesterday()), set.mutateAsync];
}

export const changeQueries = {
  since: (since: string | undefined, { owner, account, team }: Omit<ChangeSearch, 'since'>) =>
    infiniteQueryOptions({
      queryKey: ['changes', since, owner, account, team],
      queryFn: ({ pageParam }) =>
        answer(
          client.GET('/api/v1/changes', {
            params: {
              query: { since: since ?? '', owner, account, team, cursor: pageParam, limit: 25 },
            },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      enabled: since !== undefined,
    }),
  count: (since: string | undefined) =>
    queryOptions({
      queryKey: ['changes', 'count', since],
      queryFn: () =>
        answer(
          client.GET('/api/v1/changes', { params: { query: { since: since ?? '', limit: 1 } } }),
        ),
      enabled: since !== undefined,
    }),
};
