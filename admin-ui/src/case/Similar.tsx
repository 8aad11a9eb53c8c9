import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { calls } from '../api/calls';
import type { components } from '../api/schema';
import { Level } from '../level/Level';
import { Bars } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Record.module.css';

type SimilarCase = components['schemas']['SimilarCase'];

/** Cases like this one, asked for when they are looked at: why each is, and how it ended. */
export function Similar({ caseId }: { caseId: string }) {
  const w = useWords().similar;
  const [opened, setOpened] = useState(false);
  const found = useQuery({
    queryKey: ['similar', caseId],
    queryFn: () => calls.similar(caseId),
    enabled: opened,
    staleTime: 300_000,
  });
  return (
    <details className={classes.cleared} onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{w.title}</summary>
      {opened && found.isPending && <Bars count={2} height={48} />}
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.data?.length === 0 && <p className={classes.dim}>{w.none}</p>}
      <ul className={classes.list} aria-label={w.title}>
        {found.data?.map((one) => (
          <li key={one.id} className={classes.signal}>
            <One one={one} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function One({ one }: { one: SimilarCase }) {
  const words = useWords();
  const w = words.similar;
  return (
    <>
      <div className={classes.signalHead}>
        <Link
          to="/cases/$case"
          params={{ case: one.id }}
          search={one.message ? { message: one.message } : {}}
        >
          {one.title}
        </Link>
        <Level level={one.level} rank={one.rank} />
      </div>
      <div className={classes.dim}>
        {one.account.name} · <Moment at={one.opened} />
      </div>
      <div>
        {w.share(one.words)}
        {one.signals.length > 0 && ` · ${one.signals.map(words.served).join(' · ')}`}
        {one.same_account && ` · ${w.sameAccount}`}
      </div>
      <div>
        {one.ended ? (
          <>
            <strong>{words.states[one.ended.state] ?? one.ended.state}</strong>{' '}
            <span className={classes.dim}>
              {words.timeline.by(nameFromEmail(one.ended.by))} · <Moment at={one.ended.at} />
            </span>
            {one.ended.reason && <q>{one.ended.reason}</q>}
          </>
        ) : (
          <span className={classes.dim}>{w.open(words.states[one.state] ?? one.state)}</span>
        )}
        {one.kept + one.broken > 0 && (
          <span className={classes.dim}> · {w.promises(one.kept, one.broken)}</span>
        )}
      </div>
    </>
  );
}
