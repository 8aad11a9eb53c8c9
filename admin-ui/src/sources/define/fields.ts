import type { Form, Kind } from './form';

type Text = { [K in keyof Form]: Form[K] extends string ? K : never }[keyof Form];
type Switch = { [K in keyof Form]: Form[K] extends boolean ? K : never }[keyof Form];

/** A box of the form; what it is called stands among the words, under its key. */
export type Field = {
  key: Text | Switch;
  /** How it is filled in; a line of text where nothing is said. */
  as?: 'number' | 'secret' | 'area' | 'day' | 'choice' | 'switch';
  /** What can be chosen. */
  of?: readonly string[];
  placeholder?: string;
  needed?: boolean;
  /** Whether it is asked for at all. */
  when?: (form: Form) => boolean;
  /** The secret that it is, as the service calls it: one that is kept need not be given again. */
  secret?: string;
  /** Hardly ever needed: it stands with its like, folded. */
  rare?: boolean;
};

const password = (form: Form) => form.way === 'password';
const token = (form: Form) => form.way === 'token';
const net = (form: Form) => form.kind === 'page' || form.place !== 'path';
const protectedOne = (form: Form) => form.tls !== 'off';

const ABOUT: Field = { key: 'account', placeholder: 'northwind' };
const EVERY: Field = { key: 'every', placeholder: '15m', rare: true };
const INSIDE: Field = { key: 'allowPrivate', as: 'switch', rare: true, when: net };
const CA: Field = {
  key: 'ca',
  as: 'area',
  rare: true,
  secret: 'ca',
  placeholder: '-----BEGIN CERTIFICATE-----',
};
const HANDED: Field[] = [
  { key: 'addresses', as: 'area', needed: true, placeholder: 'cases@watch.brightwater.example' },
  { key: 'journal', as: 'switch', rare: true },
  { key: 'owner', placeholder: 'support@brightwater.example', rare: true },
];

/** What is asked of each kind: where it is, and whom it concerns. */
export const FIELDS: Record<Kind, { where: Field[]; who: Field[] }> = {
  imap: {
    where: [
      { key: 'host', needed: true, placeholder: 'imap.brightwater.example' },
      { key: 'tls', as: 'choice', of: ['tls', 'starttls', 'off'] },
      { key: 'port', as: 'number', placeholder: '993' },
      { key: 'since', as: 'day', rare: true },
      { ...CA, when: protectedOne },
    ],
    who: [
      { key: 'user', needed: true, placeholder: 'support@brightwater.example' },
      { key: 'way', as: 'choice', of: ['password', 'token'] },
      { key: 'password', as: 'secret', needed: true, secret: 'password', when: password },
      {
        key: 'tokenUrl',
        needed: true,
        when: token,
        placeholder: 'https://login.microsoftonline.com/…/oauth2/v2.0/token',
      },
      { key: 'clientId', needed: true, when: token },
      { key: 'clientSecret', as: 'secret', secret: 'oauth.client_secret', when: token },
      { key: 'refreshToken', as: 'secret', secret: 'oauth.refresh_token', when: token },
      {
        key: 'scope',
        when: token,
        placeholder: 'https://outlook.office.com/IMAP.AccessAsUser.All',
      },
      { key: 'expires', as: 'day', rare: true },
      { key: 'owner', placeholder: 'support@brightwater.example', rare: true },
    ],
  },
  smtp: { where: [{ key: 'listen', needed: true, placeholder: '127.0.0.1:2525' }], who: HANDED },
  lmtp: {
    where: [{ key: 'listen', needed: true, placeholder: 'unix:/run/watchkeeper/lmtp' }],
    who: HANDED,
  },
  page: {
    where: [
      { key: 'url', needed: true, placeholder: 'https://status.northwind.example/' },
      { key: 'selector', placeholder: 'main', rare: true },
      EVERY,
      INSIDE,
      CA,
    ],
    who: [ABOUT],
  },
  folder: {
    where: [{ key: 'path', needed: true, placeholder: '/srv/cases' }, EVERY],
    who: [ABOUT],
  },
  calendar: {
    where: [
      { key: 'place', as: 'choice', of: ['url', 'secret', 'path'] },
      { key: 'url', needed: true, when: (form) => form.place === 'url' },
      {
        key: 'secretUrl',
        as: 'secret',
        needed: true,
        secret: 'secret_url',
        when: (form) => form.place === 'secret',
      },
      {
        key: 'path',
        needed: true,
        placeholder: '/srv/calendars',
        when: (form) => form.place === 'path',
      },
      EVERY,
      INSIDE,
      { ...CA, when: net },
    ],
    who: [ABOUT],
  },
};

/** The boxes that are asked for as things stand. */
export const asked = (fields: Field[], form: Form) =>
  fields.filter((field) => field.when?.(form) ?? true);

/** Whether nothing that is needed is missing; `has` are the secrets that are kept already. */
export const complete = (fields: Field[], form: Form, has: readonly string[]) =>
  asked(fields, form).every(
    ({ key, needed, secret }) =>
      !needed || String(form[key]).trim() !== '' || (secret !== undefined && has.includes(secret)),
  );
