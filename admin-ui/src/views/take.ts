import { Problem } from '../api/problem';
import { queryClient } from '../api/queries';
import { type KeepView, newId, viewCalls } from './calls';
import { LOOKED, leftBehind, lookedBefore, READ, SEARCHES, VIEWS } from './left';

const TAKING = 'watchkeeper.taking';

/** Keeps a view unless it was taken before. */
async function take(id: string, view: KeepView): Promise<void> {
  try {
    await viewCalls.keep(id, view);
  } catch (error) {
    if (!(error instanceof Problem && error.code === 'conflict')) throw error;
  }
}

let taking: Promise<void> | undefined;

/** Hands what this browser kept to the service, once; what it refuses stays where it is. */
export function takeAlong(): Promise<void> {
  taking ??= takeAll();
  return taking;
}

async function takeAll(): Promise<void> {
  const { views, read } = leftBehind((key) => localStorage.getItem(key));
  if (views.length > 0) {
    // The same ids at the next try, should this one break off.
    const base = localStorage.getItem(TAKING) ?? newId();
    localStorage.setItem(TAKING, base);
    for (const [at, view] of views.entries()) await take(`${base}-${at}`, view);
    await queryClient.invalidateQueries({ queryKey: ['views'] });
  }
  for (const key of [VIEWS, SEARCHES, TAKING]) localStorage.removeItem(key);
  if (read) {
    const known = await viewCalls.mark('changes');
    if (!known.at || known.at < read) await viewCalls.setMark('changes', read);
    localStorage.removeItem(READ);
    await queryClient.invalidateQueries({ queryKey: ['mark'] });
  }
  for (const [id, at] of lookedBefore(localStorage.getItem(LOOKED))) {
    const known = await viewCalls.mark(id);
    if (!known.at || known.at < at) await viewCalls.setMark(id, at);
  }
  localStorage.removeItem(LOOKED);
}
