import { IconAlertTriangle, IconCheck, IconPlayerPause } from '@tabler/icons-react';
import type { components } from '../api/schema';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Sources.module.css';
import { useSourceWords } from './words';

/** How a watched source is doing: what it does, when it was last heard, what went wrong and the remedy. */
export function WatchLine({ watch }: { watch: components['schemas']['Watch'] }) {
  const w = useSourceWords();
  const words = useWords();
  const fails = watch.health === 'failing';
  const rests = watch.health === 'paused' || watch.health === 'unused';
  const counts = Object.entries(watch.counts).filter(([, n]) => n > 0);
  return (
    <div className={classes.watch} data-failing={fails || undefined}>
      <div>
        <span className={fails ? classes.off : rests ? classes.rests : classes.good}>
          {rests ? (
            <IconPlayerPause size={15} aria-hidden="true" />
          ) : fails ? (
            <IconAlertTriangle size={15} aria-hidden="true" />
          ) : (
            <IconCheck size={15} aria-hidden="true" />
          )}
          {w.watch.health[watch.health] ?? watch.health}
        </span>{' '}
        {words.served(watch.doing)} <span className={classes.dim}>{w.watch.from(watch.host)}</span>
      </div>
      {watch.warnings.map((warning) => (
        <p key={warning} className={classes.warning}>
          <IconAlertTriangle size={15} aria-hidden="true" /> {words.served(warning)}
        </p>
      ))}
      {watch.error && (
        <p className={classes.error} role="alert">
          {words.served(watch.error)}
          {watch.retry_at && (
            <span className={classes.dim}>
              {' '}
              {w.watch.retry} <Moment at={watch.retry_at} />
            </span>
          )}
        </p>
      )}
      <div className={classes.dim}>
        {watch.taken_at ? (
          <>
            {w.watch.taken} <Moment at={watch.taken_at} />
          </>
        ) : (
          w.watch.never
        )}
        {watch.heard_at && (
          <>
            {' · '}
            {w.watch.heard} <Moment at={watch.heard_at} />
          </>
        )}
        {counts.map(([name, n]) => ` · ${name.replaceAll('_', ' ')} ${words.number(n)}`)}
      </div>
    </div>
  );
}
