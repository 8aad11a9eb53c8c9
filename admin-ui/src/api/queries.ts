import {
  infiniteQueryOptions,
  keepPreviousData,
  QueryClient,
  queryOptions,
} from '@tanstack/react-query';
import { calls, type QueueFilters } from './calls';
import { isSignedOut, Problem } from './problem';
import type { SearchSort } from './types';

/** A refusal is final; silence is worth another try. */
function again(failures: number, error: unknown): boolean {
  return failures < 2 && error instanceof Problem && (error.status === 0 || error.status >= 502);
}

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: { staleTime: 30_000, gcTime: 600_000, retry: again, refetchOnWindowFocus: 'always' },
  },
});

queryClient.getQueryCache().subscribe((event) => {
  if (event.type !== 'updated' || event.action.type !== 'error') return;
  const asked = event.query.queryKey[0];
  if (isSignedOut(event.action.error) && asked !== 'session') {
    void queryClient.invalidateQueries({ queryKey: ['session'] });
  }
});

/** What is asked of the service, by the names under which it is cached. */
export const queries = {
  session: () => queryOptions({ queryKey: ['session'], queryFn: calls.session }),
  setup: () => queryOptions({ queryKey: ['setup'], queryFn: calls.setUpNeeded, staleTime: 0 }),
  status: () => queryOptions({ queryKey: ['status'], queryFn: calls.status }),
  queues: () => queryOptions({ queryKey: ['queues'], queryFn: calls.queues }),
  queue: (queue: string, filters: QueueFilters) =>
    infiniteQueryOptions({
      queryKey: ['queue', queue, filters],
      queryFn: ({ pageParam }) => calls.queueCases(queue, filters, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  case: (id: string) => queryOptions({ queryKey: ['case', id], queryFn: () => calls.case(id) }),
  caseAt: (id: string, at: string) =>
    queryOptions({
      queryKey: ['case', id, at],
      queryFn: () => calls.caseAt(id, at),
      placeholderData: keepPreviousData,
    }),
  message: (key: string) =>
    queryOptions({ queryKey: ['message', key], queryFn: () => calls.message(key) }),
  search: (q: string, sort: SearchSort) =>
    infiniteQueryOptions({
      queryKey: ['search', q, sort],
      queryFn: ({ pageParam }) => calls.search(q, sort, pageParam),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
      enabled: q.trim().length > 0,
      placeholderData: keepPreviousData,
    }),
  accounts: () => queryOptions({ queryKey: ['accounts'], queryFn: calls.accounts }),
  account: (id: string) =>
    queryOptions({ queryKey: ['account', id], queryFn: () => calls.account(id) }),
  unknownDomains: () =>
    queryOptions({ queryKey: ['unknown-domains'], queryFn: calls.unknownDomains }),
  sources: () => queryOptions({ queryKey: ['sources'], queryFn: calls.sources }),
  quarantine: () => queryOptions({ queryKey: ['quarantine'], queryFn: calls.quarantine }),
  reviews: () => queryOptions({ queryKey: ['reviews'], queryFn: calls.reviews }),
};

/** What any change may touch, whichever case it is of. */
const TOUCHED = new Set([
  'account',
  'alerts',
  'changes',
  'field-values',
  'fields',
  'handoffs',
  'message',
  'promise-rates',
  'promises',
  'quarantine',
  'queue',
  'queues',
  'reviews',
  'search',
  'silences',
  'sources',
  'status',
  'unknown-domains',
  'views',
]);

/** What hangs on one case; the second word of the key names it. */
const OF_CASE = new Set(['brief', 'case', 'case-files', 'reply-due', 'why-not', 'plugin-readings']);

/** Asks again for all that an event about these cases may have changed. */
export function refresh(cases: readonly string[] | undefined): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey: [kind, id] }) =>
      TOUCHED.has(String(kind)) ||
      (OF_CASE.has(String(kind)) && (cases === undefined || cases.includes(String(id)))),
  });
}

/** Asks again for everything: after a gap nobody knows what was missed. */
export function refreshAll(): void {
  void queryClient.invalidateQueries();
}
