import { expect, test } from 'vitest';
import { de } from './de';
import { en } from './en';

test('shipped sentences of the service are German for a German reader, others stay', () => {
  expect(de.served('Overdue response')).toBe('Antwort überfällig');
  expect(de.served('Our own queue')).toBe('Our own queue');
  expect(de.served('moved 2 message(s) here: another matter')).toBe(
    '2 Nachrichten hierher verschoben: another matter',
  );
  expect(en.served('moved 1 message(s) here: another matter')).toBe(
    'moved 1 message here: another matter',
  );
});
