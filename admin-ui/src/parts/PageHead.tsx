import { useDocumentTitle } from '@mantine/hooks';
import type { ReactNode } from 'react';
import classes from './Page.module.css';

type Props = { title: string; note?: ReactNode; children?: ReactNode };

/** The top of a page: its title, a word about it, and what can be done. */
export function PageHead({ title, note, children }: Props) {
  useDocumentTitle(`${title} · Watchkeeper`);
  return (
    <header className={classes.head}>
      <h1>{title}</h1>
      {note && <span className={classes.note}>{note}</span>}
      {children && <div className={classes.side}>{children}</div>}
    </header>
  );
}
