import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import type { components } from '../api/schema';

type Schemas = components['schemas'];
export type Brief = Schemas['Brief'];
export type BriefLine = Schemas['BriefLine'];
export type BriefSection = Schemas['BriefSection'];
export type Handoff = Schemas['Handoff'];

export const handoffCalls = {
  offer: (id: string, body: Schemas['HandOff']) =>
    answer(client.POST('/api/v1/cases/{id}/handoff', { params: { path: { id } }, body })),
  accept: (id: string) =>
    answer(client.POST('/api/v1/cases/{id}/handoff/accept', { params: { path: { id } } })),
};

export const handoffQueries = {
  brief: (id: string) =>
    queryOptions({
      queryKey: ['brief', id],
      queryFn: () => answer(client.GET('/api/v1/cases/{id}/brief', { params: { path: { id } } })),
    }),
  waiting: () =>
    queryOptions({
      queryKey: ['handoffs'],
      queryFn: () => answer(client.GET('/api/v1/handoffs')),
    }),
};
