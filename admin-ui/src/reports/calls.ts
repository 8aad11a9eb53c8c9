import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components, paths } from '../api/schema';

type Schemas = components['schemas'];

export type BaselineRow = Schemas['BaselineRow'];
export type Handoffs = Schemas['Handoffs'];
export type Outcomes = Schemas['Outcomes'];
export type OutcomesReport = Schemas['OutcomesReport'];
export type Spread = Schemas['Spread'];

export type PilotReport = Schemas['PilotReport'];
export type PilotFigures = Schemas['PilotFigures'];
export type PilotCase = Schemas['PilotCase'];
type CasesQuery = paths['/api/v1/reports/pilot/cases']['get']['parameters']['query'];
export type PilotCounted = CasesQuery['counted'];
export type PilotStretch = NonNullable<CasesQuery['stretch']>;

/** Days back, or `all`; and the day that parts before from after. */
export type PilotSearch = { days: string; split?: string };

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

const sinceOf = (days: string) =>
  days === 'all' ? undefined : new Date(Date.now() - Number(days) * DAY).toISOString();

/** The midnight in the reader's zone that a day begins with. */
const begin = (day: string | undefined) =>
  day && !Number.isNaN(Date.parse(`${day}T00:00:00`))
    ? new Date(`${day}T00:00:00`).toISOString()
    : undefined;

/** The instants that a pilot report is asked for. */
export const pilotAsked = ({ days, split }: PilotSearch) => ({
  since: sinceOf(days),
  split: begin(split),
});

/** What the pilot report asks; its cases are asked of the very instants that the report was. */
export const pilotQueries = {
  report: (search: PilotSearch) =>
    queryOptions({
      queryKey: ['reports', 'pilot', search.days, search.split],
      queryFn: () => {
        const query = pilotAsked(search);
        return answer(client.GET('/api/v1/reports/pilot', { params: { query } }));
      },
      placeholderData: keepPreviousData,
    }),
  cases: (
    { since, until, split }: PilotReport,
    search: PilotSearch,
    counted: PilotCounted,
    stretch: PilotStretch,
  ) =>
    infiniteQueryOptions({
      queryKey: ['reports', 'pilot', search.days, search.split, 'cases', counted, stretch, until],
      queryFn: ({ pageParam }) => {
        const asked = { since, until, split: split ?? undefined, counted, stretch };
        const query = { ...asked, cursor: pageParam };
        return answer(client.GET('/api/v1/reports/pilot/cases', { params: { query } }));
      },
      initialPageParam: undefined as string | undefined,
      getNextPageParam: (page) => page.next ?? undefined,
    }),
};
