import { expect, test } from 'vitest';
import type { TimelineItem } from '../api/types';
import { entriesOf } from './timeline';

const at = '2026-01-12T09:14:00Z';
const from = { name: 'Jane Doe', email: 'jane@northwind.example' };
const message: TimelineItem = {
  type: 'message',
  at,
  noticed: at,
  message: 'aa',
  from,
  side: 'customer',
  subject: 'Export',
  preview: 'still nothing',
  class: 'human',
  attachments: 0,
};
const signal = (when: string): TimelineItem => ({
  type: 'signal',
  at: when,
  signal: 'frustration',
  title: 'Frustration',
  evidence: [{ message: 'aa', part: 'body', start: 0, end: 5, text: 'still', from, at }],
});

test('a signal that a message raised stands beneath it, one that time raised on its own', () => {
  const entries = entriesOf([message, signal(at), signal('2026-01-13T09:00:00Z')]);
  expect(entries.map((entry) => entry.kind)).toEqual(['message', 'other']);
  expect(entries[0]?.kind === 'message' && entries[0].signals.length).toBe(1);
});
