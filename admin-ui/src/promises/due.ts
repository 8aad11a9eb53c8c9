import type { Promised } from './promises';

/** When a promise falls due, as the sections of the page. */
export type When = 'late' | 'today' | 'week' | 'later' | 'undated';
export const WHENS: readonly When[] = ['late', 'today', 'week', 'later', 'undated'];

/** The first instant of the day `days` after the one that `now` is in. */
function midnight(now: number, days: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days).getTime();
}

/** The section that a standing promise belongs to; a week ends on Sunday. */
export function whenOf(promise: Pick<Promised, 'due' | 'state'>, now: number): When {
  if (promise.state !== 'open') return 'late';
  if (!promise.due) return 'undated';
  const due = Date.parse(promise.due);
  if (due < now) return 'late';
  if (due < midnight(now, 1)) return 'today';
  const sinceMonday = (new Date(now).getDay() + 6) % 7;
  return due < midnight(now, 7 - sinceMonday) ? 'week' : 'later';
}

/** How many promises of ours are late or fall due today; for the navigation. */
export function pressing(promises: readonly Promised[], now: number): number {
  return promises.filter((one) => {
    const when = whenOf(one, now);
    return one.by === 'us' && (when === 'late' || when === 'today');
  }).length;
}
