import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import classes from './Empty.module.css';

/** Nothing to show, and what to do next. */
export function Empty({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <Text fw={550}>{title}</Text>
      {children && (
        <Text c="dimmed" mt={4} component="div">
          {children}
        </Text>
      )}
    </div>
  );
}

/** Grey bars in the place of what is being loaded. */
export function Bars({ count, height = 56 }: { count: number; height?: number }) {
  return (
    <div aria-hidden="true" data-loading>
      {Array.from({ length: count }, (_, i) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the bars are all alike
        <div key={i} className={classes.bar} style={{ height }}>
          <span style={{ width: `${40 + ((i * 23) % 45)}%` }} />
          <span style={{ width: `${25 + ((i * 31) % 40)}%` }} />
        </div>
      ))}
    </div>
  );
}
