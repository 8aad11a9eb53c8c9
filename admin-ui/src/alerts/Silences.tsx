import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries, refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { alertCalls, alertQueries, type Silence } from './alerts';

/** What is silenced, until when and by whom; what was, below. */
export function Silences() {
  const words = useWords();
  const w = words.alerts;
  const { done, failed } = useTelling();
  const mayLift = useMay('agent');
  const found = useQuery(alertQueries.silences());
  const lift = useMutation({
    mutationFn: (id: string) => alertCalls.lift(id),
    onSuccess: () => done(w.lifted),
    onError: failed,
    onSettled: () => refresh([]),
  });
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={3} />;
  if (found.data.length === 0) return <Empty title={w.noSilences}>{w.noSilencesHelp}</Empty>;
  return (
    <div className={pageClasses.panel}>
      <ul className={classes.list}>
        {found.data.map((silence) => (
          <li
            key={silence.id}
            className={classes.silence}
            data-active={silence.active || undefined}
          >
            <div className={classes.what}>
              <div className={classes.headline}>
                <strong>
                  <About silence={silence} />
                </strong>
                <span className={classes.dim}>
                  {silence.active ? w.until : w.ended}{' '}
                  <Moment at={silence.ended_at ?? silence.until} />
                </span>
              </div>
              <div>“{silence.reason}”</div>
              <div className={classes.dim}>
                {words.timeline.by(nameFromEmail(silence.by))} · <Moment at={silence.at} /> ·{' '}
                {w.heldBack(silence.held_back)}
              </div>
            </div>
            {silence.active && mayLift && (
              <Button variant="default" onClick={() => lift.mutate(silence.id)}>
                {w.lift}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}

function About({ silence }: { silence: Silence }) {
  const w = useWords().alerts;
  const accounts = useQuery(queries.accounts());
  const { scope } = silence;
  if (typeof scope === 'string') return w.everything;
  if ('case' in scope) {
    return (
      <Link to="/cases/$case" params={{ case: scope.case }}>
        {w.scopes.caseNamed(scope.case)}
      </Link>
    );
  }
  if ('account' in scope) {
    const name = accounts.data?.find((one) => one.id === scope.account)?.name ?? scope.account;
    return (
      <Link to="/accounts/$account" params={{ account: scope.account }}>
        {name}
      </Link>
    );
  }
  if ('team' in scope) return w.scopes.team(scope.team);
  return w.scopes.policy(scope.policy);
}
