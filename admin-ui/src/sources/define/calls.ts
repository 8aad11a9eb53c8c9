import { queryOptions } from '@tanstack/react-query';
import { answer, client } from '../../api/client';
import type { components } from '../../api/schema';

type Schemas = components['schemas'];

export type DefinedSource = Schemas['DefinedSource'];
export type Found = Schemas['FoundSource'];
export type SourceDraft = Schemas['SourceDraft'];

const ROUTE = '/api/v1/source-definitions';
const seen = (name: string, version: string) => ({
  path: { name },
  header: { 'If-Match': `"${version}"` },
});

/** What administrators ask of the sources that are defined. */
export const definitionCalls = {
  list: () => answer(client.GET(ROUTE)),
  test: (body: SourceDraft) => answer(client.POST(`${ROUTE}/try`, { body })),
  add: (body: SourceDraft) => answer(client.POST(ROUTE, { body })),
  change: (version: string, body: SourceDraft) =>
    answer(client.PUT(`${ROUTE}/{name}`, { params: seen(body.name, version), body })),
  remove: ({ name, version }: DefinedSource) =>
    answer(client.DELETE(`${ROUTE}/{name}`, { params: seen(name, version) })),
};

/** The sources that are defined, by the name under which they are cached. */
export const definitions = () =>
  queryOptions({ queryKey: ['sources', 'definitions'], queryFn: definitionCalls.list });
