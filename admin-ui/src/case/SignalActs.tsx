import { ActionIcon, Button, Group, Menu, Stack, Text, TextInput } from '@mantine/core';
import {
  IconCheck,
  IconClockPause,
  IconDots,
  IconRestore,
  IconThumbDown,
} from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { refresh } from '../api/queries';
import type { Signal } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { nameFromEmail } from '../text/names';
import { fromLocalField, toLocalField, tomorrowMorning } from '../time/local';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { useTelling } from './acts';
import { type JudgeSignal, moreCalls } from './more';
import classes from './Record.module.css';

type Act = JudgeSignal['act'];
type Props = { signal: Signal; caseId: string };

/** What a person said of a signal last, unless they took it back. */
export function judgedNow(signal: Signal) {
  const last = signal.judged.at(-1);
  return last && last.act !== 'restore' ? last : undefined;
}

/** Says of a signal that it is seen to, wrong, or to rest; or lets it count again. */
export function SignalActs({ signal, caseId }: Props) {
  const words = useWords();
  const w = words.judge;
  const [act, setAct] = useState<Act>();
  const judged = judgedNow(signal);
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon
            variant="subtle"
            color="gray"
            size={24}
            aria-label={w.more(words.served(signal.title))}
          >
            <IconDots size={15} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconCheck size={16} />} onClick={() => setAct('acknowledge')}>
            {w.acts.acknowledge}
          </Menu.Item>
          <Menu.Item leftSection={<IconThumbDown size={16} />} onClick={() => setAct('disagree')}>
            {w.acts.disagree}
          </Menu.Item>
          <Menu.Item leftSection={<IconClockPause size={16} />} onClick={() => setAct('snooze')}>
            {w.acts.snooze}
          </Menu.Item>
          {judged && (
            <Menu.Item leftSection={<IconRestore size={16} />} onClick={() => setAct('restore')}>
              {w.acts.restore}
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {act && <Form act={act} signal={signal} caseId={caseId} onClose={() => setAct(undefined)} />}
    </>
  );
}

function Form({ act, signal, caseId, onClose }: Props & { act: Act; onClose: () => void }) {
  const words = useWords();
  const w = words.judge;
  const { done, failed } = useTelling();
  const [reason, setReason] = useState('');
  const [until, setUntil] = useState(() => toLocalField(tomorrowMorning(Date.now())));
  const judge = useMutation({
    mutationFn: (body: JudgeSignal) => moreCalls.judge(caseId, signal.signal, body),
    onSuccess: () => {
      onClose();
      done(w.done[act]);
    },
    onError: failed,
    onSettled: () => refresh([caseId]),
  });
  const at = fromLocalField(until);
  const ready = reason.trim() !== '' && (act !== 'snooze' || at !== undefined);
  return (
    <Dialog opened onClose={onClose} title={`${words.served(signal.title)}: ${w.acts[act]}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          const rest = act === 'snooze' ? { until: at } : {};
          if (ready) judge.mutate({ act, reason: reason.trim(), ...rest });
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{w.help[act]}</Text>
          {act === 'snooze' && (
            <TextInput
              type="datetime-local"
              label={words.alerts.until}
              value={until}
              onChange={(event) => setUntil(event.currentTarget.value)}
            />
          )}
          <TextInput
            data-autofocus
            label={words.acts.reason}
            description={words.acts.reasonHelp}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button type="submit" loading={judge.isPending} disabled={!ready}>
              {w.acts[act]}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

/** Who said what of a signal. */
export function JudgedBy({ signal }: { signal: Signal }) {
  const w = useWords().judge;
  const judged = judgedNow(signal);
  if (!judged) return null;
  return (
    <div className={classes.override}>
      {w.said[judged.act]} {judged.until && <Moment at={judged.until} />} ·{' '}
      {nameFromEmail(judged.by)} · <Moment at={judged.at} />
      {judged.reason && <div>“{judged.reason}”</div>}
    </div>
  );
}
