import { Button } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { alertCalls, alertQueries } from './alerts';

/** What could not be delivered and was given up, each with why and another try. */
export function DeadLetters() {
  const words = useWords();
  const w = words.alerts;
  const { done, failed } = useTelling();
  const found = useQuery(alertQueries.deadLetters());
  const replay = useMutation({
    mutationFn: (id: string) => alertCalls.replay(id),
    onSuccess: () => done(w.replayed),
    onError: failed,
    onSettled: () => refresh([]),
  });
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={3} />;
  if (found.data.length === 0) return <Empty title={w.noDead}>{w.noDeadHelp}</Empty>;
  return (
    <div className={pageClasses.panel}>
      <ul className={classes.list}>
        {found.data.map((letter) => (
          <li key={letter.id} className={classes.silence}>
            <div className={classes.what}>
              <div className={classes.headline}>
                <strong>{words.served(letter.alert.policy_title)}</strong>
                <span className={classes.dim}>
                  {letter.to} · {letter.channel}
                </span>
                {letter.alert.case && (
                  <Link to="/cases/$case" params={{ case: letter.alert.case }}>
                    {letter.alert.title ?? letter.alert.case}
                  </Link>
                )}
              </div>
              <div className={classes.failed}>{letter.error}</div>
              <div className={classes.dim}>
                {words.sources.tries(letter.tries)} · <Moment at={letter.at} />
              </div>
            </div>
            {letter.open && (
              <Button
                variant="default"
                loading={replay.isPending && replay.variables === letter.id}
                onClick={() => replay.mutate(letter.id)}
              >
                {w.replay}
              </Button>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
