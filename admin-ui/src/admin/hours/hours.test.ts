import { expect, test } from 'vitest';
import { dayAfter, dayIn, inOrder, intervals, readable, typed } from './hours';

test('hours are read as people type them', () => {
  expect(intervals(' 09:00 – 12:30 ,13:30-17:00')).toEqual(['09:00-12:30', '13:30-17:00']);
  expect(intervals('')).toEqual([]);
  expect(intervals(typed(['09:00-17:00']))).toEqual(['09:00-17:00']);
});

test('what cannot be hours is marked before anything is sent', () => {
  expect(['', '9:00-17:00', '00:00-24:00', '08:00-12:00; 13:00-17:00'].every(readable)).toBe(true);
  for (const text of ['9-17', 'all day', '17:00-09:00', '09:00-24:30', '09:61-10:00']) {
    expect(readable(text), text).toBe(false);
  }
});

test('a day is that of the calendar, not that of the reader', () => {
  const at = Date.parse('2026-01-14T20:00:00Z');
  expect(dayIn('Asia/Tokyo', at)).toBe('2026-01-15');
  expect(dayIn('America/New_York', at)).toBe('2026-01-14');
  expect(dayAfter('2026-02-28', 1)).toBe('2026-03-01');
  expect(inOrder(['2026-12-26', '2026-01-01', '2026-12-26'])).toEqual(['2026-01-01', '2026-12-26']);
});
