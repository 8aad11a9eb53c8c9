import { Alert, Button, Group, Select, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { isChanged } from '../api/problem';
import { queries, refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { Dialog } from '../parts/Dialog';
import { nameFromEmail, shown } from '../text/names';
import { fromLocalField, toLocalField } from '../time/local';
import { Moment } from '../time/Moment';
import { momentWords } from '../time/spoken';
import { useLanguage, useWords } from '../words';
import { type DecidePromise, type Promised, promiseCalls } from './promises';

/** What a form asks more about before it is decided. */
export type DecisionForm = 'edit' | 'keep' | 'withdraw' | 'reject';

/** Decides about a promise and says so. */
export function useDecide(promise: Promised, onDone?: () => void, onContested?: () => void) {
  const words = useWords();
  const { done, failed } = useTelling();
  return useMutation({
    mutationFn: (body: DecidePromise) => promiseCalls.decide(promise, body),
    onSuccess: (_promise, body) => {
      onDone?.();
      done(words.promises.done[body.decision]);
    },
    onError: (error) => {
      // A form shows what the promise has become, and leaves the choice.
      if (onDone && isChanged(error)) onContested?.();
      else failed(error);
    },
    onSettled: () => refresh([promise.case]),
  });
}

type Props = { form: DecisionForm; promise: Promised; onClose: () => void };

/** Asks what a decision needs: a time, a message that proves it, a reason. */
export function PromiseForm({ form, promise, onClose }: Props) {
  const words = useWords();
  const w = words.promises;
  const [due, setDue] = useState(promise.due ? toLocalField(promise.due) : '');
  const [deliverable, setDeliverable] = useState(promise.deliverable ?? '');
  const [evidence, setEvidence] = useState<string | null>(null);
  const [reason, setReason] = useState('');
  const [seen, setSeen] = useState(promise);
  const [theirs, setTheirs] = useState<Promised>();
  const look = async () => {
    const now = (await promiseCalls.ofCase(promise.case)).find((one) => one.id === promise.id);
    setTheirs(now);
    if (now) setSeen(now);
  };
  const decide = useDecide(seen, onClose, () => void look());
  const said = reason.trim();
  const body = (): DecidePromise => {
    switch (form) {
      case 'edit':
        return {
          decision: 'edit',
          due: fromLocalField(due) ?? null,
          deliverable: deliverable.trim() === '' ? null : deliverable.trim(),
          reason: said,
        };
      case 'keep':
        return { decision: 'keep', evidence, reason: said };
      default:
        return { decision: form, reason: said };
    }
  };
  const needsReason = form === 'withdraw' || form === 'reject';
  const title = w[form];
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          decide.mutate(body());
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{w.formHelp[form]}</Text>
          {theirs && <Contested now={theirs} onTheirs={onClose} />}
          {form === 'edit' && (
            <>
              <TextInput
                data-autofocus
                type="datetime-local"
                label={w.due}
                description={w.dueHelp}
                value={due}
                onChange={(event) => setDue(event.currentTarget.value)}
              />
              <TextInput
                label={w.deliverable}
                value={deliverable}
                onChange={(event) => setDeliverable(event.currentTarget.value)}
              />
            </>
          )}
          {form === 'keep' && <Proof promise={promise} value={evidence} onChange={setEvidence} />}
          <TextInput
            label={needsReason ? words.acts.reason : w.reasonOptional}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button type="submit" loading={decide.isPending} disabled={needsReason && said === ''}>
              {theirs ? words.acts.setMine : title}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** What somebody else decided about the promise meanwhile. */
function Contested({ now, onTheirs }: { now: Promised; onTheirs: () => void }) {
  const words = useWords();
  const last = now.decisions.at(-1);
  return (
    <Alert color="orange" variant="outline" role="alert" title={words.acts.contested}>
      {last && (
        <>
          {words.promises.decided[last.decision] ?? last.decision}{' '}
          {words.timeline.by(nameFromEmail(last.by))} · <Moment at={last.at} />{' '}
        </>
      )}
      {words.promises.states[now.state]}
      {now.due && (
        <>
          {' · '}
          <Moment at={now.due} />
        </>
      )}
      {last?.reason && <q>{last.reason}</q>}
      <Button variant="default" size="compact-sm" mt="xs" display="block" onClick={onTheirs}>
        {words.acts.keepTheirs}
      </Button>
    </Alert>
  );
}

type ProofProps = {
  promise: Promised;
  value: string | null;
  onChange: (id: string | null) => void;
};

/** Chooses the message that shows that a promise was kept: one of the case, since it was made. */
function Proof({ promise, value, onChange }: ProofProps) {
  const { words, language } = useLanguage();
  const record = useQuery(queries.case(promise.case));
  const messages = (record.data?.timeline ?? []).flatMap((item) =>
    item.type === 'message' && item.at > promise.at ? [item] : [],
  );
  return (
    <Select
      data-autofocus
      size="sm"
      clearable
      label={words.promises.proof}
      description={words.promises.proofHelp}
      placeholder={messages.length === 0 ? words.promises.noProof : undefined}
      data={messages.reverse().map((item) => ({
        value: item.message,
        label: `${shown(item.from)}, ${momentWords(item.at, Date.now(), language)}: ${item.preview}`,
      }))}
      value={value}
      onChange={onChange}
    />
  );
}
