import { queryOptions } from '@tanstack/react-query';
import { answer, client, MOST, upon } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type AttachedFile = Schemas['AttachedFile'];
export type DueLedger = Schemas['DueLedger'];
export type FieldValue = Schemas['FieldValue'];
export type DecideField = Schemas['DecideField'];
export type JudgeSignal = Schemas['JudgeSignal'];
export type NewMiss = Schemas['NewMiss'];
export type PluginReading = Schemas['PluginReading'];
export type Scale = Schemas['Scale'];

export const moreCalls = {
  judge: (id: string, signal: string, body: JudgeSignal) =>
    answer(
      client.POST('/api/v1/cases/{id}/signals/{signal}', {
        params: { path: { id, signal } },
        body,
      }),
    ),
  decideField: ({ id, tag }: FieldValue, body: DecideField) =>
    answer(
      client.POST('/api/v1/fields/values/{id}', { params: { path: { id } }, body, ...upon(tag) }),
    ),
  missed: (id: string, body: NewMiss) =>
    answer(client.POST('/api/v1/cases/{id}/missed', { params: { path: { id } }, body })),
  title: (email: string, title: string | null, reason: string) =>
    answer(
      client.PUT('/api/v1/people/{email}/title', {
        params: { path: { email } },
        body: { title, reason },
      }),
    ),
};

/** What a case shows beyond its record, asked only where it is looked at. */
export const moreQueries = {
  files: (id: string) =>
    queryOptions({
      queryKey: ['case-files', id],
      queryFn: () => answer(client.GET('/api/v1/cases/{id}/files', { params: { path: { id } } })),
    }),
  replyDue: (id: string) =>
    queryOptions({
      queryKey: ['reply-due', id],
      queryFn: () =>
        answer(client.GET('/api/v1/cases/{id}/reply-due', { params: { path: { id } } })),
    }),
  whyNot: (id: string, message: string) =>
    queryOptions({
      queryKey: ['why-not', id, message],
      queryFn: () =>
        answer(
          client.GET('/api/v1/cases/{id}/messages/{message}/why-not', {
            params: { path: { id, message } },
          }),
        ),
    }),
  readings: (id: string) =>
    queryOptions({
      queryKey: ['plugin-readings', id],
      queryFn: () =>
        answer(client.GET('/api/v1/cases/{id}/plugin-readings', { params: { path: { id } } })),
    }),
  levels: () =>
    queryOptions({
      queryKey: ['levels'],
      queryFn: () => answer(client.GET('/api/v1/levels')),
      staleTime: 300_000,
    }),
  rules: () =>
    queryOptions({
      queryKey: ['rules', 'signals'],
      queryFn: () => answer(client.GET('/api/v1/rules')),
      staleTime: 300_000,
    }),
  fieldsToReview: () =>
    queryOptions({
      queryKey: ['field-values', 'found'],
      queryFn: () =>
        answer(
          client.GET('/api/v1/fields/values', {
            params: { query: { state: 'found', limit: MOST } },
          }),
        ),
    }),
};

/** The levels that a case of `team` can have, the gravest first. */
export function levelsOf(scales: readonly Scale[] | undefined, team: string | null | undefined) {
  const own = scales?.find((scale) => team != null && scale.team === team);
  const common = scales?.find((scale) => scale.team == null);
  return (own ?? common)?.levels ?? [];
}
