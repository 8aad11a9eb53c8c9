import { useMutation } from '@tanstack/react-query';
import { useRef } from 'react';
import { refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { tomorrowMorning } from '../time/local';
import { useWords } from '../words';
import { acknowledgeAlerts, assign, type Done, setState, snoozeAlerts } from './act';

type Asked = { run: () => Promise<Done>; cases: readonly string[]; say: (n: number) => string };

/** What can be done with cases of a queue, one or many; the last of it can be taken back. */
export function useActs() {
  const words = useWords();
  const w = words.bulk;
  const { done, failed } = useTelling();
  const last = useRef<Done['undo']>(undefined);
  const act = useMutation({
    mutationFn: ({ run }: Asked) => run(),
    onSuccess: (result, { say }) => {
      last.current = result.undo;
      done(say(result.touched), result.undo && takeBack);
    },
    onError: failed,
    onSettled: (_done, _error, { cases }) => refresh(cases),
  });
  async function takeBack(): Promise<void> {
    const undo = last.current;
    last.current = undefined;
    if (undo) await undo();
  }
  return {
    busy: act.isPending,
    assign: (cases: readonly string[], owner: string | null, reason: string) =>
      act.mutate({ cases, say: w.assigned, run: () => assign(cases, owner, reason, w.undoReason) }),
    setState: (cases: readonly string[], state: string, reason: string) =>
      act.mutate({ cases, say: w.moved, run: () => setState(cases, state, reason, w.undoReason) }),
    acknowledge: (cases: readonly string[]) =>
      act.mutate({ cases, say: w.acknowledged, run: () => acknowledgeAlerts(cases) }),
    snooze: (cases: readonly string[]) =>
      act.mutate({
        cases,
        say: w.snoozed,
        run: () => snoozeAlerts(cases, new Date(tomorrowMorning(Date.now())).toISOString()),
      }),
    undo: () => {
      if (!last.current) return;
      takeBack().then(() => {
        refresh(undefined);
        done(words.acts.undone);
      }, failed);
    },
  };
}

export type Acts = ReturnType<typeof useActs>;
