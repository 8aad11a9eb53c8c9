import type { DefinedSource, SourceDraft } from './calls';

export type Kind = DefinedSource['kind'];

/** What somebody has filled in, every field as it stands in its box. */
export type Form = {
  kind: Kind;
  name: string;
  host: string;
  port: string;
  tls: string;
  ca: string;
  user: string;
  way: 'password' | 'token';
  password: string;
  tokenUrl: string;
  clientId: string;
  clientSecret: string;
  refreshToken: string;
  scope: string;
  expires: string;
  folders: string[];
  since: string;
  owner: string;
  place: 'url' | 'secret' | 'path';
  url: string;
  secretUrl: string;
  path: string;
  selector: string;
  every: string;
  allowPrivate: boolean;
  account: string;
  listen: string;
  addresses: string;
  journal: boolean;
};

export const EMPTY: Form = {
  kind: 'imap',
  name: '',
  host: '',
  port: '',
  tls: 'tls',
  ca: '',
  user: '',
  way: 'password',
  password: '',
  tokenUrl: '',
  clientId: '',
  clientSecret: '',
  refreshToken: '',
  scope: '',
  expires: '',
  folders: [],
  since: '',
  owner: '',
  place: 'url',
  url: '',
  secretUrl: '',
  path: '',
  selector: '',
  every: '',
  allowPrivate: false,
  account: '',
  listen: '',
  addresses: '',
  journal: false,
};

/** What a name may be made of. */
export const NAME = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,59}$/;

/** What separates addresses in a box of several. */
const BETWEEN = /[\s,;]+/;

const words = (text: string) => text.split(BETWEEN).filter(Boolean);

/** A name for what is filled in so far, where none is chosen. */
export function nameFor(form: Form): string {
  if (form.name) return form.name;
  const hint: Record<Kind, string> = {
    imap: form.user.split('@')[0] || form.host.split('.')[0] || 'mailbox',
    smtp: words(form.addresses)[0]?.split('@')[0] || 'mail',
    lmtp: words(form.addresses)[0]?.split('@')[0] || 'mail',
    page: /\/\/([^/:]+)/.exec(form.url)?.[1] || 'page',
    folder: form.path.split('/').filter(Boolean).at(-1) || 'folder',
    calendar: form.path.split('/').filter(Boolean).at(-1) || 'calendar',
  };
  const plain = hint[form.kind].toLowerCase().replaceAll(/[^a-z0-9._-]+/g, '-');
  return plain.replace(/^[.-]+/, '').slice(0, 60) || form.kind;
}

/** What is filled in, as the service takes it; boxes of other kinds do not count. */
export function draftOf(form: Form): SourceDraft {
  const { kind } = form;
  const settings: NonNullable<SourceDraft['settings']> = {};
  const secrets: Record<string, string> = {};
  const secret = (key: string, value: string) => {
    if (value.trim()) secrets[key] = value.trim();
  };
  const text = (value: string) => value.trim() || undefined;
  if (kind === 'imap') {
    settings.host = text(form.host);
    settings.port = Number(form.port) || undefined;
    settings.tls = form.tls;
    settings.user = text(form.user);
    settings.expires = text(form.expires);
    settings.since = text(form.since);
    settings.owner = text(form.owner);
    if (form.folders.length > 0) settings.folders = form.folders;
    if (form.way === 'password') {
      if (form.password) secrets.password = form.password;
    } else {
      settings.oauth = {
        token_url: text(form.tokenUrl),
        client_id: text(form.clientId),
        scope: text(form.scope),
      };
      secret('oauth.client_secret', form.clientSecret);
      secret('oauth.refresh_token', form.refreshToken);
    }
    secret('ca', form.ca);
  } else if (kind === 'smtp' || kind === 'lmtp') {
    settings.owner = text(form.owner);
    settings.intake = {
      listen: text(form.listen),
      addresses: words(form.addresses),
      journal: form.journal || undefined,
    };
  } else {
    settings.account = text(form.account);
    settings.every = text(form.every);
    const net = kind === 'page' || (kind === 'calendar' && form.place === 'url');
    if (net) settings.url = text(form.url);
    if (kind === 'page') settings.selector = text(form.selector);
    if (kind === 'folder' || (kind === 'calendar' && form.place === 'path'))
      settings.path = text(form.path);
    if (kind === 'calendar' && form.place === 'secret') secret('secret_url', form.secretUrl);
    if (kind !== 'folder' && form.place !== 'path' && form.allowPrivate)
      settings.allow_private = true;
    if (kind !== 'folder' && form.place !== 'path') secret('ca', form.ca);
  }
  return { name: nameFor(form), kind, settings, secrets };
}

/** What is written down of a source, as it stands in the boxes. */
export function formOf(defined: DefinedSource): Form {
  const { settings } = defined;
  const oauth = settings.oauth ?? undefined;
  const intake = settings.intake ?? undefined;
  return {
    ...EMPTY,
    kind: defined.kind,
    name: defined.name,
    host: settings.host ?? '',
    port: settings.port ? String(settings.port) : '',
    tls: settings.tls ?? 'tls',
    user: settings.user ?? '',
    way: oauth ? 'token' : 'password',
    tokenUrl: oauth?.token_url ?? '',
    clientId: oauth?.client_id ?? '',
    scope: oauth?.scope ?? '',
    expires: settings.expires ?? '',
    folders: settings.folders ?? [],
    since: settings.since ?? '',
    owner: settings.owner ?? '',
    place: settings.path ? 'path' : defined.has.includes('secret_url') ? 'secret' : 'url',
    url: settings.url ?? '',
    path: settings.path ?? '',
    selector: settings.selector ?? '',
    every: settings.every ?? '',
    allowPrivate: settings.allow_private ?? false,
    account: settings.account ?? '',
    listen: intake?.listen ?? '',
    addresses: intake?.addresses?.join('\n') ?? '',
    journal: intake?.journal ?? false,
  };
}
