import { Alert, Button, Group, Modal, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { Problem } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useFailure } from '../parts/Trouble';
import { Progressing, useBacktest, useStartBacktest } from './BacktestPanel';
import { type DraftFile, refreshRules, ruleCalls, ruleQueries } from './calls';
import { useDraftTests } from './draft';
import classes from './Rules.module.css';
import { movedOn } from './StaleDraft';
import { useRuleWords } from './words';

type Props = {
  base: string;
  edited: readonly DraftFile[];
  onClose: () => void;
  /** A test or the check refused it: what failed comes into view. */
  onRefused: () => void;
};

/** A refusal that the page itself finds just before it would ask. */
class Refused extends Error {}

/** Says in a sentence what the draft would change, and makes it active; refused while a test fails. */
export function ActivateDialog({ base, edited, onClose, onRefused }: Props) {
  const w = useRuleWords();
  const failure = useFailure();
  const { done } = useTelling();
  const [note, setNote] = useState('');
  const state = useQuery(ruleQueries.state());
  const checked = useQuery({ ...ruleQueries.checked(), staleTime: 0 });
  const { mutate: test, ...tests } = useDraftTests();
  const jobs = useQuery({ ...ruleQueries.backtests(), staleTime: 0 });
  const { mutate: start, data: started } = useStartBacktest();
  const rules = checked.data?.rules ?? undefined;
  const job = useBacktest(
    started?.id ?? jobs.data?.find((one) => one.after === rules && one.state !== 'cancelled')?.id,
  );
  const failing = tests.data?.filter((one) => !one.passed) ?? [];
  const errors = checked.data?.errors ?? [];

  useEffect(() => test(), [test]);
  // What the sentence is about is worked out unless somebody has done so already.
  const unknown =
    rules !== undefined &&
    jobs.isSuccess &&
    !jobs.isFetching &&
    !jobs.data.some((one) => one.after === rules);
  useEffect(() => {
    if (unknown) start({ candidate: 'draft', days: 'all' });
  }, [unknown, start]);

  const activate = useMutation({
    mutationFn: async () => {
      const [now, versions] = await Promise.all([ruleCalls.state(), ruleCalls.versions()]);
      if (movedOn(base, now, versions)) throw new Refused(w.stale.before);
      const saved = await ruleCalls.save(note);
      return ruleCalls.activate(saved.rules, note, now.active);
    },
    onSuccess: async (result) => {
      done(result.active ? w.activated(result.rules) : w.proposed(result.rules));
      onClose();
      await queryClient.invalidateQueries({ queryKey: ['draft', 'checked'] });
    },
    onSettled: refreshRules,
  });
  const refused = failing.length > 0 || errors.length > 0;
  const fourEyes = state.data?.four_eyes ?? false;
  return (
    <Modal opened onClose={onClose} title={fourEyes ? w.proposeTitle : w.activateTitle} size="lg">
      <p className={classes.sentence}>
        {w.changes(edited.map((one) => one.path))}
        {job.data?.report && ` ${w.backtest.sentence(job.data.report)}`}
      </p>
      {job.data && job.data.state === 'running' && <Progressing job={job.data} />}
      {tests.isPending && (
        <p className={classes.dim} role="status">
          {w.tests.running}
        </p>
      )}
      {refused && (
        <Alert color="red" variant="outline" title={w.refusedNow} role="alert" mt="sm">
          <ul className={classes.faults}>
            {errors.slice(0, 4).map((fault) => (
              <li
                key={`${fault.file}${fault.line}${fault.message}`}
              >{`${fault.file}: ${fault.message}`}</li>
            ))}
            {failing.slice(0, 4).map((one) => (
              <li key={`${one.file}${one.name}`}>
                <strong>{one.name}</strong> ({one.file})
                {one.differences[0] && `: ${one.differences[0]}`}
              </li>
            ))}
          </ul>
          <Button variant="default" mt="xs" onClick={onRefused}>
            {w.seeFailing}
          </Button>
        </Alert>
      )}
      {activate.error && (
        <Alert color="red" variant="outline" title={w.refusedNow} role="alert" mt="sm">
          {failure(activate.error)}
          {activate.error instanceof Problem && activate.error.code === 'rules_refused' && (
            <Button variant="default" mt="xs" onClick={onRefused}>
              {w.seeFailing}
            </Button>
          )}
        </Alert>
      )}
      <Textarea
        mt="md"
        label={w.note}
        description={w.noteHelp}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
      />
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button
          disabled={refused || !tests.data || !rules || note.trim() === ''}
          loading={activate.isPending}
          onClick={() => activate.mutate()}
        >
          {fourEyes ? w.propose : w.activate}
        </Button>
      </Group>
    </Modal>
  );
}
