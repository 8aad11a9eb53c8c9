import { useEffect, useState } from 'react';

const KEY = 'watchkeeper.looked';
/** How many cases are remembered; the ones looked at longest ago are forgotten. */
const MOST = 500;

function remembered(): Record<string, string> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') as Record<string, string>;
  } catch {
    return {};
  }
}

/** When the reader looked at a case last, before now; nothing the first time. Kept in this browser. */
export function useLastLooked(caseId: string): string | undefined {
  const [before] = useState(() => remembered()[caseId]);
  useEffect(() => {
    const kept = Object.entries({ ...remembered(), [caseId]: new Date().toISOString() });
    kept.sort(([, a], [, b]) => b.localeCompare(a));
    localStorage.setItem(KEY, JSON.stringify(Object.fromEntries(kept.slice(0, MOST))));
  }, [caseId]);
  return before;
}
