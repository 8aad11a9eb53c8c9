import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type Alerted = Schemas['Alert'];
export type AlertDelivery = Schemas['AlertDelivery'];
export type AlertForecast = Schemas['AlertForecast'];
export type DeadLetter = Schemas['DeadLetter'];
export type Silence = Schemas['Silence'];
export type SilenceScope = Schemas['SilenceScope'];
export type NewSilence = Schemas['NewSilence'];

/** What the address of the page asks for. */
export type AlertSearch = { tab?: string; state?: string; alert?: string };

/** What the feed can be narrowed to: `open` is what waits for somebody, `untold` what nobody got. */
export const STATES = ['open', 'sent', 'held', 'suppressed', 'snoozed', 'acknowledged'] as const;

export const alertCalls = {
  acknowledge: (id: string, note: string) =>
    answer(
      client.POST('/api/v1/alerts/{id}/acknowledge', { params: { path: { id } }, body: { note } }),
    ),
  snooze: (id: string, until: string) =>
    answer(
      client.POST('/api/v1/alerts/{id}/snooze', { params: { path: { id } }, body: { until } }),
    ),
  silence: (body: NewSilence) => answer(client.POST('/api/v1/silences', { body })),
  lift: (id: string) =>
    answer(client.DELETE('/api/v1/silences/{id}', { params: { path: { id } } })),
  replay: (id: string) =>
    answer(client.POST('/api/v1/dead-letters/{id}/replay', { params: { path: { id } } })),
};

export const alertQueries = {
  feed: (state: string | undefined) =>
    infiniteQueryOptions({
      queryKey: ['alerts', 'feed', state],
      queryFn: ({ pageParam }) =>
        answer(
          client.GET('/api/v1/alerts', {
            params: { query: { state, cursor: pageParam, limit: 50 } },
          }),
        ),
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (last) => last.next ?? undefined,
    }),
  open: () =>
    queryOptions({
      queryKey: ['alerts', 'open'],
      queryFn: () =>
        answer(client.GET('/api/v1/alerts', { params: { query: { state: 'open', limit: 1 } } })),
    }),
  one: (id: string) =>
    queryOptions({
      queryKey: ['alerts', 'one', id],
      queryFn: () => answer(client.GET('/api/v1/alerts/{id}', { params: { path: { id } } })),
    }),
  silences: () =>
    queryOptions({
      queryKey: ['silences'],
      queryFn: () => answer(client.GET('/api/v1/silences')),
    }),
  forecast: () =>
    queryOptions({
      queryKey: ['alerts', 'forecast'],
      queryFn: () => answer(client.GET('/api/v1/alerts/forecast')),
      staleTime: 300_000,
    }),
  deadLetters: () =>
    queryOptions({
      queryKey: ['alerts', 'dead-letters'],
      queryFn: () => answer(client.GET('/api/v1/dead-letters')),
    }),
};

/** Whether somebody can still see to an alert. */
export function isOpen(alert: Alerted): boolean {
  return ['held', 'queued', 'sent', 'grouped', 'snoozed'].includes(alert.state);
}
