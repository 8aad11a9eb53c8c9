import { expect, test } from 'vitest';
import { leftBehind, lookedBefore } from './left';

test('what the browser kept is taken along whole', () => {
  const kept: Record<string, string> = {
    'watchkeeper.views': JSON.stringify([
      { name: 'Mine', queue: 'escalations', filters: { owner: 'ada', level: '' } },
    ]),
    'watchkeeper.searches': JSON.stringify([{ name: 'Invoices', q: 'file:invoice' }]),
    'watchkeeper.read': '"2026-01-14T08:00:00Z"',
  };
  expect(leftBehind((key) => kept[key] ?? null)).toEqual({
    views: [
      { name: 'Mine', order: 1, queue: { queue: 'escalations', owner: 'ada' } },
      { name: 'Invoices', order: 2, search: { q: 'file:invoice', newest: false } },
    ],
    read: '2026-01-14T08:00:00Z',
  });
});

test('what is no list of views or searches is left out', () => {
  expect(leftBehind(() => '{"a":')).toEqual({ views: [], read: undefined });
  expect(leftBehind(() => '[1, null, {"name": "x"}]')).toEqual({ views: [], read: undefined });
});

test('of cases the ones looked at last are taken along', () => {
  const kept = Object.fromEntries([...Array(40).keys()].map((n) => [`c${n}`, `2026-01-${10 + n}`]));
  const looked = lookedBefore(JSON.stringify(kept));
  expect(looked.length).toBe(30);
  expect(looked[0]).toEqual(['c39', '2026-01-49']);
  expect(lookedBefore('[]')).toEqual([]);
});
