import { useEffect, useSyncExternalStore } from 'react';
import { addresses } from './calls';
import { queryClient, refresh, refreshAll } from './queries';
import type { ChangeEvent } from './types';

/** How the line to the service stands. */
export type Line = { connected: boolean; lostAt: number | undefined };

/** Events of one burst are answered together, so that an import does not flood the service. */
const GATHER = 250;
const FIRST_WAIT = 1_000;
const LONGEST_WAIT = 15_000;

let line: Line = { connected: true, lostAt: undefined };
const listeners = new Set<() => void>();
let source: EventSource | undefined;
let waiting: ReturnType<typeof setTimeout> | undefined;
let gathering: ReturnType<typeof setTimeout> | undefined;
let gathered = new Set<string>();
let wait = FIRST_WAIT;

function say(next: Line): void {
  line = next;
  for (const listener of listeners) listener();
}

function hear(data: string): void {
  const { cases, kind } = JSON.parse(data) as ChangeEvent;
  if (kind === 'viewers') {
    for (const id of cases) void queryClient.invalidateQueries({ queryKey: ['viewers', id] });
    return;
  }
  for (const id of cases) gathered.add(id);
  gathering ??= setTimeout(() => {
    refresh([...gathered]);
    gathering = undefined;
    gathered = new Set();
  }, GATHER);
}

function open(): void {
  clearTimeout(waiting);
  waiting = undefined;
  source?.close();
  const next = new EventSource(addresses.events);
  source = next;
  next.onopen = () => {
    wait = FIRST_WAIT;
    const missed = line.lostAt !== undefined;
    say({ connected: true, lostAt: undefined });
    if (missed) refreshAll();
  };
  next.addEventListener('change', (event) => hear(event.data));
  next.addEventListener('reset', refreshAll);
  next.onerror = () => {
    if (line.connected) say({ connected: false, lostAt: Date.now() });
    // A browser tries again by itself only where the answer broke off, not where it was refused.
    next.close();
    void queryClient.invalidateQueries({ queryKey: ['session'] });
    waiting ??= setTimeout(open, wait);
    wait = Math.min(wait * 2, LONGEST_WAIT);
  };
}

function close(): void {
  clearTimeout(waiting);
  clearTimeout(gathering);
  waiting = undefined;
  gathering = undefined;
  source?.close();
  source = undefined;
  line = { connected: true, lostAt: undefined };
}

/** Keeps the page up to date while the component is shown. */
export function useLiveUpdates(): void {
  useEffect(() => {
    open();
    return close;
  }, []);
}

/** How the line stands. */
export function useLine(): Line {
  return useSyncExternalStore(
    (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    () => line,
  );
}

/** Tries at once, for the impatient. */
export function reconnect(): void {
  wait = FIRST_WAIT;
  open();
}
