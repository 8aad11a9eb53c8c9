import { expect, test } from 'vitest';
import { bytesBefore, fromBytes, rangesFromBytes } from './bytes';

const text = 'a é € 😕 z';
const bytes = (part: string) => new TextEncoder().encode(part).length;

test('offsets behind letters of one to four bytes fall where the letters stand', () => {
  for (const letter of ['a', 'é', '€', '😕', 'z']) {
    const unit = text.indexOf(letter);
    const start = bytes(text.slice(0, unit));
    const [range] = rangesFromBytes(text, [{ start, end: start + bytes(letter) }]);
    expect(text.slice(range?.start, range?.end)).toBe(letter);
  }
});

test('an offset within a letter falls on its start, one behind the end on the end', () => {
  expect(fromBytes(text, [3, 999])).toEqual([2, text.length]);
});

test('ranges keep their order, and empty ones mark nothing', () => {
  const ranges = rangesFromBytes(text, [
    { start: 5, end: 8 },
    { start: 0, end: 1 },
    { start: 4, end: 4 },
  ]);
  expect(ranges.map(({ start, end }) => text.slice(start, end))).toEqual(['€', 'a']);
});

test('an offset comes back from where it was sent', () => {
  const text = 'Grüße 🙂 bis Freitag';
  for (const unit of [0, 4, 6, 8, text.length]) {
    expect(fromBytes(text, [bytesBefore(text, unit)])).toEqual([unit]);
  }
});
