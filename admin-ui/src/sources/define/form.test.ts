import { expect, test } from 'vitest';
import type { DefinedSource } from './calls';
import { complete, FIELDS } from './fields';
import { draftOf, EMPTY, formOf, nameFor } from './form';

const mailbox = { ...EMPTY, host: ' imap.harbour.example ', user: 'Sales@harbour.example' };

test('a secret goes out as one, and boxes of another kind do not go out at all', () => {
  const draft = draftOf({ ...mailbox, password: ' tea ', url: 'https://left.over.example/' });
  expect(draft.secrets).toEqual({ password: ' tea ' });
  expect(draft.settings).toMatchObject({ host: 'imap.harbour.example', tls: 'tls' });
  expect(JSON.stringify(draft)).not.toContain('left.over');
});

test('a source has a name that the service takes, whatever was filled in', () => {
  expect(nameFor(mailbox)).toBe('sales');
  expect(nameFor({ ...EMPTY, kind: 'folder', path: '/srv/Fälle & mehr/' })).toBe('f-lle-mehr');
  expect(nameFor({ ...EMPTY, kind: 'page', url: '' })).toBe('page');
  expect(nameFor({ ...mailbox, name: 'chosen' })).toBe('chosen');
});

test('what is kept need not be typed again, and comes back as it was', () => {
  const draft = draftOf({ ...mailbox, port: '143', folders: ['INBOX'] });
  const defined: DefinedSource = {
    id: 'imap:sales',
    name: draft.name,
    kind: 'imap',
    place: '',
    file: null,
    settings: draft.settings ?? {},
    has: ['password'],
    version: '1',
  };
  const form = formOf(defined);
  expect(draftOf(form)).toEqual(draft);
  expect(complete(FIELDS.imap.who, form, [])).toBe(false);
  expect(complete(FIELDS.imap.who, form, defined.has)).toBe(true);
});
