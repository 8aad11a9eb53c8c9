import { expect, test } from 'vitest';
import { suggest } from './complete';

const known = {
  accounts: ['Northwind Traders', 'Vitrine'],
  levels: ['S1', 'S2'],
  signals: ['overdue_response', 'outage'],
};
const whole = (query: string) => suggest(query, known).map((one) => one.whole);

test('an operator is completed from its first letters, at the end of a query', () => {
  expect(whole('acc')).toEqual(['account:']);
  expect(whole('broken -fr')).toEqual(['broken -from:']);
  expect(whole('a')).toEqual([]);
  expect(whole('export fails ')).toEqual([]);
});

test('a value is completed from what is known, and quoted where it has a space', () => {
  expect(whole('late account:nor')).toEqual(['late account:"Northwind Traders" ']);
  expect(whole('account:"Northwind T')).toEqual(['account:"Northwind Traders" ']);
  expect(whole('severity:')).toEqual(['severity:S1 ', 'severity:S2 ']);
  expect(whole('signal:out')).toEqual(['signal:outage ']);
  expect(whole('from:anna')).toEqual([]);
});
