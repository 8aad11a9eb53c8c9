import { ActionIcon, Button, Group, Stack, TextInput, Tooltip } from '@mantine/core';
import { IconCheck, IconPencil, IconRestore, IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { refresh } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { Dialog } from '../parts/Dialog';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { useTelling } from './acts';
import { type DecideField, type FieldValue, moreCalls } from './more';
import classes from './Record.module.css';

/** The team's own fields of a case, each with its passage and what a person can say to it. */
export function CustomFields({ record }: { record: CaseRecord }) {
  const words = useWords();
  if (record.custom_fields.length === 0) return null;
  return (
    <>
      <h3>{words.fields.title}</h3>
      <ul className={classes.list}>
        {record.custom_fields.map((value) => (
          <li key={value.id} className={classes.signal}>
            <Value value={value} />
          </li>
        ))}
      </ul>
    </>
  );
}

/** A value that was read somewhere: approved, put right or rejected in place. */
export function Value({ value }: { value: FieldValue }) {
  const words = useWords();
  const w = words.fields;
  const { done, failed } = useTelling();
  const mayDecide = useMay('agent');
  const [correcting, setCorrecting] = useState(false);
  const decide = useMutation({
    mutationFn: (body: DecideField) => moreCalls.decideField(value, body),
    onSuccess: (_value, body) => {
      setCorrecting(false);
      done(w.done[body.decision]);
    },
    onError: failed,
    onSettled: () => refresh([value.case]),
  });
  const act = (decision: 'approve' | 'reject' | 'restore', icon: ReactNode) => (
    <Tooltip label={w.acts[decision]}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size={24}
        aria-label={`${w.acts[decision]}: ${value.title}`}
        onClick={() => decide.mutate({ decision })}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <>
      <div className={classes.signalHead}>
        <span>
          <span className={classes.dim}>{value.title}</span> <strong>{value.value}</strong>{' '}
          <span className={classes.dim}>{w.states[value.state] ?? value.state}</span>
        </span>
        {mayDecide && (
          <span className={classes.icons}>
            {value.state === 'found' && act('approve', <IconCheck size={15} />)}
            <Tooltip label={w.acts.correct}>
              <ActionIcon
                variant="subtle"
                color="gray"
                size={24}
                aria-label={`${w.acts.correct}: ${value.title}`}
                onClick={() => setCorrecting(true)}
              >
                <IconPencil size={15} />
              </ActionIcon>
            </Tooltip>
            {value.state === 'found' && act('reject', <IconX size={15} />)}
            {value.state !== 'found' && act('restore', <IconRestore size={15} />)}
          </span>
        )}
      </div>
      {value.quote && <EvidenceQuote quote={value.quote} caseId={value.case} />}
      {value.by && (
        <div className={classes.override}>
          {words.record.setBy(nameFromEmail(value.by))}
          {value.decided_at && (
            <>
              {' · '}
              <Moment at={value.decided_at} />
            </>
          )}
          {value.rules_value != null && value.rules_value !== value.value && (
            <div>{words.record.rulesSay(value.rules_value)}</div>
          )}
        </div>
      )}
      {correcting && (
        <Correct
          value={value}
          busy={decide.isPending}
          onSend={(body) => decide.mutate(body)}
          onClose={() => setCorrecting(false)}
        />
      )}
    </>
  );
}

type CorrectProps = {
  value: FieldValue;
  busy: boolean;
  onSend: (body: DecideField) => void;
  onClose: () => void;
};

function Correct({ value, busy, onSend, onClose }: CorrectProps) {
  const words = useWords();
  const [text, setText] = useState(value.value);
  const [reason, setReason] = useState('');
  return (
    <Dialog opened onClose={onClose} title={`${words.fields.acts.correct}: ${value.title}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSend({ decision: 'correct', value: text.trim(), reason: reason.trim() });
        }}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label={value.title}
            value={text}
            onChange={(event) => setText(event.currentTarget.value)}
          />
          <TextInput
            label={words.promises.reasonOptional}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button type="submit" loading={busy} disabled={text.trim() === ''}>
              {words.acts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
