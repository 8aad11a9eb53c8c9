import { createContext, useContext, useSyncExternalStore } from 'react';

const STEP = 15_000;
let now = Date.now();
const listeners = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function listen(listener: () => void): () => void {
  listeners.add(listener);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const each of listeners) each();
  }, STEP);
  return () => {
    listeners.delete(listener);
    if (listeners.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** The instant that clocks are read at where a case is shown as it was; else nothing. */
export const PastContext = createContext<string | undefined>(undefined);

/** The instant that clocks are read at: the present, or that of a case of the past. */
export function useClockNow(): number {
  const past = useContext(PastContext);
  const present = useNow();
  return past === undefined ? present : Date.parse(past);
}

/** The present, moving every quarter of a minute, one clock for all. */
export function useNow(): number {
  return useSyncExternalStore(listen, () => now);
}
