import { useEffect, useRef } from 'react';

type Acts = Record<string, (() => void) | undefined>;

const SEQUENCE = 1_200;
let before = '';
let beforeAt = 0;
let pressed = '';

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName);
}

// Captured ahead of every other listener: a key joins the `g` before it, such as `g q`.
window.addEventListener(
  'keydown',
  (event) => {
    const follows = before === 'g' && event.timeStamp - beforeAt < SEQUENCE;
    pressed = follows ? `g ${event.key}` : event.key;
    before = isTyping(event.target) ? '' : event.key;
    beforeAt = event.timeStamp;
  },
  true,
);

const shown = new Set<{ current: Acts }>();

/** The keys that do something on the page as it is shown. */
export function keysAtHand(): Set<string> {
  return new Set([...shown].flatMap(({ current }) => Object.keys(current)));
}

/** Does what a key does on the page as it is shown. */
export function actByKey(key: string): void {
  for (const { current } of [...shown].reverse()) {
    const act = current[key];
    if (act) {
      act();
      return;
    }
  }
}

/** Runs acts by key (`j`, `?`) or by two keys (`g q`), unless the reader types into a field. */
export function useKeys(acts: Acts): void {
  const current = useRef(acts);
  useEffect(() => {
    current.current = acts;
  });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
      if (isTyping(event.target) || document.querySelector('[role="dialog"]')) return;
      const act = current.current[pressed];
      if (!act) return;
      event.preventDefault();
      act();
    };
    window.addEventListener('keydown', onKey);
    shown.add(current);
    return () => {
      window.removeEventListener('keydown', onKey);
      shown.delete(current);
    };
  }, []);
}
