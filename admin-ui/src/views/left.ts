import type { KeepView } from './calls';

/** Where browsers kept it. */
export const VIEWS = 'watchkeeper.views';
export const SEARCHES = 'watchkeeper.searches';
export const READ = 'watchkeeper.read';
export const LOOKED = 'watchkeeper.looked';
/** Of so many cases is taken along when they were looked at. */
const LOOKED_MOST = 30;

/** What a browser kept before the service did. */
export type Left = { views: KeepView[]; read?: string };

function parsed(text: string | null): unknown {
  try {
    return JSON.parse(text ?? 'null');
  } catch {
    return null;
  }
}

const list = (value: unknown): Record<string, unknown>[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'object' && one !== null) : [];
const word = (value: unknown) => (typeof value === 'string' && value !== '' ? value : undefined);

/** Reads what the browser kept; what is not understood is left out. */
export function leftBehind(get: (key: string) => string | null): Left {
  const views: KeepView[] = [];
  for (const one of list(parsed(get(VIEWS)))) {
    const name = word(one.name);
    const queue = word(one.queue);
    if (!name || !queue) continue;
    const filters = (one.filters ?? {}) as Record<string, unknown>;
    const { account, owner, level, team } = filters;
    views.push({
      name: name.slice(0, 80),
      order: views.length + 1,
      queue: {
        queue,
        account: word(account),
        owner: word(owner),
        level: word(level),
        team: word(team),
      },
    });
  }
  for (const one of list(parsed(get(SEARCHES)))) {
    const name = word(one.name);
    const q = word(one.q);
    if (!name || !q) continue;
    views.push({ name: name.slice(0, 80), order: views.length + 1, search: { q, newest: false } });
  }
  return { views, read: word(parsed(get(READ))) };
}

/** The cases that the reader looked at last, as the browser kept them. */
export function lookedBefore(text: string | null): [string, string][] {
  const kept = parsed(text);
  if (typeof kept !== 'object' || kept === null) return [];
  const looked = Object.entries(kept).flatMap(([id, at]): [string, string][] =>
    typeof at === 'string' ? [[id, at]] : [],
  );
  return looked.sort(([, a], [, b]) => b.localeCompare(a)).slice(0, LOOKED_MOST);
}
