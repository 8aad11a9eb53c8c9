import { expect, test } from 'vitest';
import { findLoosely, pieces, placesOf } from './marks';

test('where passages overlap, the one meant is seen', () => {
  const cut = pieces('we were told Thursday', [
    { start: 0, end: 12, strength: 1, label: 'Frustration' },
    { start: 8, end: 21, strength: 2 },
  ]);
  expect(cut.map(({ text, strength }) => [text, strength])).toEqual([
    ['we were ', 1],
    ['told', 2],
    [' Thursday', 2],
  ]);
  expect(cut[0]?.label).toBe('Frustration');
});

test('a part of a text is cut within its own bounds', () => {
  const cut = pieces('0123456789', [{ start: 2, end: 8, strength: 1 }], 4, 6);
  expect(cut.map(({ text }) => text)).toEqual(['45']);
});

test('words are found whatever their case, and never where lowering changes lengths', () => {
  expect(placesOf('Export, EXPORT', ['export'])).toEqual([
    { start: 0, end: 6 },
    { start: 8, end: 14 },
  ]);
  expect(placesOf('İstanbul export', ['export'])).toEqual([]);
});

test('a passage is found across line ends, and its signs are no pattern', () => {
  expect(findLoosely('it fails (again)\n  at night', '(again) at night')).toBe(9);
  expect(findLoosely('nothing', '   ')).toBe(-1);
});
