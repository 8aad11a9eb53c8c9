import type { ReactNode } from 'react';
import pageClasses from '../parts/Page.module.css';
import classes from './Admin.module.css';

/** What is known, each by its name. */
export function Facts({ rows }: { rows: { name: string; value: ReactNode }[] }) {
  return (
    <div className={pageClasses.panel}>
      <dl className={classes.facts}>
        {rows.map(({ name, value }) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
    </div>
  );
}
