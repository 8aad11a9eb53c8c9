import { type ReactNode, useEffect, useRef, useState } from 'react';
import classes from './Page.module.css';

/** A framed table; where it is wider than its place it is scrolled, by keyboard, too. */
export function ScrollPanel({ label, children }: { label: string; children: ReactNode }) {
  const box = useRef<HTMLElement>(null);
  const [scrolls, setScrolls] = useState(false);
  useEffect(() => {
    const panel = box.current;
    if (!panel) return;
    const look = () => setScrolls(panel.scrollWidth > panel.clientWidth);
    const watch = new ResizeObserver(look);
    watch.observe(panel);
    for (const child of panel.children) watch.observe(child);
    return () => watch.disconnect();
  }, []);
  return (
    <section
      ref={box}
      className={classes.panel}
      aria-label={label}
      tabIndex={scrolls ? 0 : undefined}
    >
      {children}
    </section>
  );
}
