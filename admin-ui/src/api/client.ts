import createClient from 'openapi-fetch';
import { Problem, problemOf } from './problem';
import type { paths } from './schema';

type Answered<T> = { data?: T; error?: unknown; response: Response };

/** The client that `openapi.json` gives; routes of a page are asked in that page's own folder. */
export const client = createClient<paths>({ baseUrl: window.location.origin });

/** The rows asked for at a time. */
export const ROWS = 100;
/** The most that the service gives at a time. */
export const MOST = 200;

/** Waits for an answer; what is not one becomes a problem. */
export async function answer<T>(asked: Promise<Answered<T>>): Promise<T> {
  let got: Answered<T>;
  try {
    got = await asked;
  } catch {
    throw new Problem(0, '');
  }
  if (!got.response.ok) throw problemOf(got.response.status, got.error);
  return got.data as T;
}

/** Waits for an answer, and gives the tag of its state beside it. */
export async function tagged<T>(asked: Promise<Answered<T>>): Promise<{ data: T; tag?: string }> {
  const data = await answer(asked);
  return { data, tag: (await asked).response.headers.get('etag') ?? undefined };
}

/** Has a change made only upon the state that was read: its tag, or the sequence of a case. */
export function upon(seen: string | number | undefined): { headers?: Record<string, string> } {
  if (seen === undefined) return {};
  return { headers: { 'if-match': typeof seen === 'number' ? `"${seen}"` : seen } };
}

type Listed<T> = { items: T[]; next?: string | null; total: number };

/** Every page of a list that is short by nature, such as accounts. */
export async function all<T>(page: (cursor: string | undefined) => Promise<Listed<T>>) {
  const items: T[] = [];
  let cursor: string | undefined;
  do {
    const got = await page(cursor);
    items.push(...got.items);
    cursor = got.next ?? undefined;
  } while (cursor !== undefined);
  return items;
}
