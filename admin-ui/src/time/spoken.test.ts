import { expect, test } from 'vitest';
import { de } from '../words/de';
import { en } from '../words/en';
import { clockWords, momentWords } from './spoken';

const now = new Date(2026, 0, 14, 12, 0).getTime();
const minutes = (n: number) => new Date(now + n * 60_000).toISOString();

test('a clock tells how long is left and how late it is', () => {
  expect(clockWords(minutes(40), now, en)).toEqual({ text: 'due in 40 min', tone: 'soon' });
  expect(clockWords(minutes(-125), now, en)).toEqual({ text: 'late by 2 h', tone: 'late' });
  expect(clockWords(minutes(60 * 30), now, en)).toEqual({ text: 'due in 30 h', tone: 'calm' });
  expect(clockWords(minutes(60 * 24 * 3), now, en).text).toBe('due in 3 d');
  expect(clockWords(minutes(0), now, en).text).toBe('due now');
  expect(clockWords(minutes(-60 * 24 * 3), now, de).text).toBe('3 Tage zu spät');
});

test('a moment gets a day once it is not today, and a year once it is long ago', () => {
  expect(momentWords(minutes(-60), now, 'en')).toBe('11:00');
  expect(momentWords(minutes(-60 * 24), now, 'en')).toBe('Tue 12:00');
  expect(momentWords(minutes(-60 * 24 * 20), now, 'en')).toBe('25 Dec 12:00');
  expect(momentWords(minutes(-60 * 24 * 400), now, 'en')).toBe('10 Dec 2024');
});
