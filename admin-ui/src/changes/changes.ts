import { useLocalStorage } from '@mantine/hooks';
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type CaseChanges = Schemas['CaseChanges'];

/** What the address of the page asks for; `since` is an instant, or `read` for the reader's mark. */
export type ChangeSearch = { since?: string; owner?: string; account?: string; team?: string };

const DAY = 86_400_000;

/** Since when a reader who never marked anything as read is told. */
export const yesterday = () =>
  new Date(Math.floor(Date.now() / 60_000) * 60_000 - DAY).toISOString();

/** Up to when the reader has read what changed; kept in this browser. */
export function useReadMark(): [string, (at: string) => void] {
  const [mark, setMark] = useLocalStorage<string>({
    key: 'watchkeeper.read',
    defaultValue: yesterday(),
    getInitialValueInEffect: false,
  });
  return [mark, setMark];
}

export const changeQueries = {
  since: (since: string, { owner, account, team }: Omit<ChangeSearch, 'since'>) =>
    infiniteQueryOptions({
      queryKey: ['changes', since, owner, account, team],
      queryFn: ({ pageParam }) =>
        answer(
          client.GET('/api/v1/changes', {
            params: { query: { since, owner, account, team, cursor: pageParam, limit: 25 } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  count: (since: string) =>
    queryOptions({
      queryKey: ['changes', 'count', since],
      queryFn: () =>
        answer(client.GET('/api/v1/changes', { params: { query: { since, limit: 1 } } })),
    }),
};
