import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { forgetSearch, savedSearches, saveSearch } from './saved';

let stored: string | null = null;
beforeEach(() => {
  vi.stubGlobal('localStorage', {
    getItem: () => stored,
    setItem: (_key: string, value: string) => {
      stored = value;
    },
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  stored = null;
});

test('searches are kept by name, replaced and forgotten', () => {
  saveSearch({ name: 'Invoices', q: 'file:invoice' });
  saveSearch({ name: 'Exports', q: '"export fails"' });
  saveSearch({ name: 'Invoices', q: 'file:invoice.pdf' });
  expect(savedSearches()).toEqual([
    { name: 'Exports', q: '"export fails"' },
    { name: 'Invoices', q: 'file:invoice.pdf' },
  ]);
  expect(forgetSearch('Exports').map((one) => one.name)).toEqual(['Invoices']);
});

test('what is no list of searches counts as none', () => {
  stored = '{"a":';
  expect(savedSearches()).toEqual([]);
  stored = '[1, {"name": "x"}, {"name": "y", "q": "z"}]';
  expect(savedSearches()).toEqual([{ name: 'y', q: 'z' }]);
});
