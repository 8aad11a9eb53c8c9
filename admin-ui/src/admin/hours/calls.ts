import { answer, client } from '../../api/client';
import type { Draft } from './hours';

/** What is asked about working hours. */
export const hoursCalls = {
  compare: (body: Draft) => answer(client.POST('/api/v1/calendars/compare', { body })),
  change: (version: string, body: Draft) =>
    answer(
      client.PUT('/api/v1/calendars', {
        params: { header: { 'If-Match': `"${version}"` } },
        body,
      }),
    ),
  reset: (version: string, name: string) =>
    answer(
      client.DELETE('/api/v1/calendars', {
        params: { query: { name }, header: { 'If-Match': `"${version}"` } },
      }),
    ),
  holidays: async (file: File) =>
    answer(
      client.POST('/api/v1/calendars/holidays', {
        headers: { 'Content-Type': 'text/calendar' },
        bodySerializer: (body: unknown) => body as BodyInit,
        body: await file.text(),
      }),
    ),
};
