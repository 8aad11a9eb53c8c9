import { expect, test } from 'vitest';
import { calendarOf } from './calendar';
import { whenOf } from './due';
import type { Promised } from './promises';

// A Wednesday at noon.
const now = new Date(2026, 0, 14, 12, 0).getTime();
const at = (day: number, hour: number) => new Date(2026, 0, day, hour).toISOString();

test('a promise stands in the section of its day; a broken one is late whenever it was due', () => {
  expect(whenOf({ state: 'open', due: at(14, 11) }, now)).toBe('late');
  expect(whenOf({ state: 'open', due: at(14, 17) }, now)).toBe('today');
  expect(whenOf({ state: 'open', due: at(18, 17) }, now)).toBe('week');
  expect(whenOf({ state: 'open', due: at(19, 9) }, now)).toBe('later');
  expect(whenOf({ state: 'open', due: null }, now)).toBe('undated');
  expect(whenOf({ state: 'disputed', due: null }, now)).toBe('late');
});

test('a calendar has an event for each promise with a time, with commas and long lines kept', () => {
  const promise = {
    id: 'a1',
    case: '7F3K2-M9QAB',
    title: 'Export fails; since 4.1, twice',
    account: { name: 'Northwind' },
    who: 'a.keller@support.example',
    due: '2026-01-15T16:00:00Z',
    quote: { text: `I will send it${' and more of it'.repeat(8)}\nby Thursday` },
  } as unknown as Promised;
  const undated = { ...promise, id: 'a2', due: null };
  const text = calendarOf([promise, undated], now, 'https://watch.example');
  expect(text.match(/BEGIN:VEVENT/g)).toHaveLength(1);
  expect(text).toContain('DTSTART:20260115T160000Z\r\n');
  const unfolded = text.replace(/\r\n /g, '');
  expect(unfolded).toContain('SUMMARY:Northwind: Export fails\\; since 4.1\\, twice\r\n');
  expect(unfolded).toContain('\\nby Thursday');
  expect(text.split('\r\n').every((line) => new TextEncoder().encode(line).length <= 75)).toBe(
    true,
  );
});
