import type { ReactNode } from 'react';
import classes from './Reports.module.css';

type Props = { name: string; value: ReactNode; note?: string; help?: string };

/** One figure of a report, with what it counts. */
export function Card({ name, value, note, help }: Props) {
  return (
    <div className={classes.card}>
      <dt>{name}</dt>
      <dd>
        <span className={classes.figure}>{value}</span>
        {note && <span className={classes.sub}>{note}</span>}
        {help && <span className={classes.what}>{help}</span>}
      </dd>
    </div>
  );
}
