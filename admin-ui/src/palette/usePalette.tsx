import { lazy, type ReactNode, Suspense, useEffect, useState } from 'react';

const Palette = lazy(() => import('./Palette'));

/** The command palette, loaded when Ctrl+K or Cmd+K asks for it first. */
export function usePalette(onHelp: () => void): ReactNode {
  const [asked, setAsked] = useState(0);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (!(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      if (event.key.toLowerCase() !== 'k') return;
      event.preventDefault();
      event.stopPropagation();
      setAsked((times) => times + 1);
    };
    window.addEventListener('keydown', onKey, true);
    return () => window.removeEventListener('keydown', onKey, true);
  }, []);
  if (asked === 0) return null;
  return (
    <Suspense fallback={null}>
      <Palette asked={asked} onHelp={onHelp} />
    </Suspense>
  );
}
