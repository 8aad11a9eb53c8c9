import { expect, test } from 'vitest';
import { gradeOf } from './Level';

test('levels of any scale get a shape: by their number, else by their rank', () => {
  expect(['S1', 'S4', 'P2', 'P5', 'none'].map((level) => gradeOf(level))).toEqual([1, 4, 2, 4, 0]);
  expect(gradeOf('Red', 90)).toBe(1);
  expect(gradeOf('Amber', 55)).toBe(2);
  expect(gradeOf('Watch', 10)).toBe(4);
});
