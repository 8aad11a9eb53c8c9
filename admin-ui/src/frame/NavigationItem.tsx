import type { ReactNode } from 'react';
import classes from './Navigation.module.css';

type ItemProps = { icon: ReactNode; label: string; after?: ReactNode };

/** What stands in a line of the navigation. */
export function Item({ icon, label, after }: ItemProps) {
  return (
    <>
      <span className={classes.icon}>{icon}</span>
      <span className={classes.label}>{label}</span>
      {after}
    </>
  );
}

const active = { className: `${classes.link} ${classes.active}`, 'aria-current': 'page' as const };
/** How a line of the navigation looks, and where one is. */
export const link = { className: classes.link, activeProps: active, inactiveProps: {} };
