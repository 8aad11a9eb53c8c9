import { Button, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries, refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Dialog } from '../parts/Dialog';
import { fromLocalField, toLocalField, tomorrowMorning } from '../time/local';
import { useWords } from '../words';
import { type Alerted, alertCalls, type SilenceScope } from './alerts';

type Props = { alert: Alerted; onClose: () => void };

/** Silences what an alert is about, for a while and with a reason. */
export function SilenceForm({ alert, onClose }: Props) {
  const words = useWords();
  const w = words.alerts;
  const { done, failed } = useTelling();
  const mayMore = useMay('manager');
  const [about, setAbout] = useState('case');
  const [until, setUntil] = useState(() => toLocalField(tomorrowMorning(Date.now())));
  const [reason, setReason] = useState('');
  const record = useQuery({ ...queries.case(alert.case ?? ''), enabled: alert.case != null });
  const account = record.data?.account.id;
  const scopes: [string, string, SilenceScope][] = [];
  if (alert.case) scopes.push(['case', w.scopes.case, { case: alert.case }]);
  if (mayMore && account) {
    scopes.push(['account', w.scopes.account(record.data?.account.name ?? account), { account }]);
  }
  if (mayMore) {
    const title = words.served(alert.policy_title);
    scopes.push(['policy', w.scopes.policy(title), { policy: alert.policy }]);
  }
  const chosen = scopes.find(([name]) => name === about)?.[2];
  const at = fromLocalField(until);
  const silence = useMutation({
    mutationFn: (body: { scope: SilenceScope; until: string }) =>
      alertCalls.silence({ ...body, reason: reason.trim() }),
    onSuccess: () => {
      onClose();
      done(w.silenceDone);
    },
    onError: failed,
    onSettled: () => refresh(alert.case ? [alert.case] : []),
  });
  return (
    <Dialog opened onClose={onClose} title={w.silence}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (chosen && at) silence.mutate({ scope: chosen, until: at });
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{w.silenceHelp}</Text>
          <Radio.Group label={w.about} value={about} onChange={setAbout}>
            <Stack gap={6} mt={4}>
              {scopes.map(([name, label]) => (
                <Radio key={name} value={name} label={label} />
              ))}
            </Stack>
          </Radio.Group>
          <TextInput
            type="datetime-local"
            label={w.until}
            value={until}
            onChange={(event) => setUntil(event.currentTarget.value)}
          />
          <TextInput
            label={words.acts.reason}
            description={w.silenceReason}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button
              type="submit"
              loading={silence.isPending}
              disabled={!chosen || !at || reason.trim() === ''}
            >
              {w.silence}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
