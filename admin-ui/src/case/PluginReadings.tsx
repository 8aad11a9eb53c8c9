import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Bars } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { useWords } from '../words';
import { moreQueries } from './more';
import classes from './Record.module.css';

/** What plugins read out of a case; asked for only when it is opened. */
export function PluginReadings({ caseId }: { caseId: string }) {
  const words = useWords();
  const w = words.readings;
  const [opened, setOpened] = useState(false);
  const found = useQuery({ ...moreQueries.readings(caseId), enabled: opened });
  const rows = (found.data ?? []).filter(
    ({ values, details, errors }) => values.length + details.length + errors.length > 0,
  );
  return (
    <details className={classes.cleared} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{w.title}</summary>
      {opened && found.isPending && <Bars count={2} height={32} />}
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.data && rows.length === 0 && <p className={classes.dim}>{w.none}</p>}
      <ul className={classes.list}>
        {rows.map(({ message, values, details, errors }) => (
          <li key={message} className={classes.signal}>
            {values.map((one) => (
              <div key={`${one.plugin}${one.field}${one.start}`}>
                <Link
                  to="/cases/$case"
                  params={{ case: caseId }}
                  search={{ message, start: one.start, end: one.end }}
                >
                  {one.field.replaceAll('_', ' ')}: {one.value}
                </Link>{' '}
                <span className={classes.dim}>
                  {one.plugin} · {words.source.whySure(Math.round(one.confidence * 100))}
                </span>
              </div>
            ))}
            {details.map((one) => (
              <div key={`${one.plugin}${one.about}${one.name}`}>
                {one.about} · {one.name}: {one.value}{' '}
                <span className={classes.dim}>{one.plugin}</span>
              </div>
            ))}
            {errors.map((error) => (
              <div key={error} className={classes.dim}>
                {error}
              </div>
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
