import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay, useReader } from '../frame/reader';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Handoff.module.css';
import { type Handoff, handoffCalls } from './handoff';

/** That a case was handed over and waits, with the button for whoever is to take it. */
export function Accept({ caseId, handoff }: { caseId: string; handoff: Handoff }) {
  const words = useWords();
  const w = words.handoff;
  const { done, failed } = useTelling();
  const reader = useReader();
  const mayTake = useMay('agent') && reader?.name !== handoff.by;
  const accept = useMutation({
    mutationFn: () => handoffCalls.accept(caseId),
    onSuccess: () => done(w.accepted),
    onError: failed,
    onSettled: () => refresh([caseId]),
  });
  if (handoff.accepted_at) return null;
  return (
    <div className={classes.banner} role="status">
      <span className={classes.what}>
        {w.waits(nameFromEmail(handoff.by), nameFromEmail(handoff.to))}{' '}
        <Moment at={handoff.at} className={classes.dim} />
        {handoff.note && <q>{handoff.note}</q>}
        {handoff.reminds_at && (
          <span className={`${classes.dim} ${classes.line}`}>
            {w.reminds} <Moment at={handoff.reminds_at} />
          </span>
        )}
      </span>
      {mayTake && (
        <Button loading={accept.isPending} onClick={() => accept.mutate()}>
          {w.accept}
        </Button>
      )}
    </div>
  );
}
