import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type BaselineRow = Schemas['BaselineRow'];
export type Outcomes = Schemas['Outcomes'];
export type OutcomesReport = Schemas['OutcomesReport'];
export type Spread = Schemas['Spread'];

const DAY = 86_400_000;

/** What reports ask of the service, by the names under which it is cached. */
export const reportQueries = {
  outcomes: (days: string) =>
    queryOptions({
      queryKey: ['reports', 'outcomes', days],
      queryFn: () => {
        const since =
          days === 'all' ? undefined : new Date(Date.now() - Number(days) * DAY).toISOString();
        return answer(client.GET('/api/v1/reports/outcomes', { params: { query: { since } } }));
      },
      placeholderData: keepPreviousData,
    }),
  baselines: (week: string | undefined, all: boolean) =>
    queryOptions({
      queryKey: ['reports', 'baselines', week, all],
      queryFn: () =>
        answer(client.GET('/api/v1/reports/baselines', { params: { query: { week, all } } })),
      placeholderData: keepPreviousData,
    }),
};
