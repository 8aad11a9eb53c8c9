import { Button, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { CaseRecord } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { fromLocalField, toLocalField } from '../time/local';
import { useWords } from '../words';
import { useTelling } from './acts';
import { levelsOf, moreCalls, moreQueries, type NewMiss } from './more';

/** Labels a case as an escalation that the rules missed or found too late. */
export function MissedDialog({ record, onClose }: { record: CaseRecord; onClose: () => void }) {
  const words = useWords();
  const w = words.missed;
  const { done, failed } = useTelling();
  const rules = useQuery(moreQueries.rules());
  const levels = levelsOf(useQuery(moreQueries.levels()).data, record.team);
  const first = record.timeline.find((item) => item.type === 'message' && item.side !== 'us');
  const [since, setSince] = useState(() => toLocalField(first?.at ?? Date.now()));
  const [signal, setSignal] = useState<string | null>(null);
  const [level, setLevel] = useState<string | null>(null);
  const [note, setNote] = useState('');
  const at = fromLocalField(since);
  const label = useMutation({
    mutationFn: (body: NewMiss) => moreCalls.missed(record.id, body),
    onSuccess: () => {
      onClose();
      done(w.done);
    },
    onError: failed,
  });
  return (
    <Dialog opened onClose={onClose} title={w.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (at) label.mutate({ since: at, signal, level, note: note.trim() });
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{w.help}</Text>
          <TextInput
            data-autofocus
            type="datetime-local"
            label={w.since}
            value={since}
            onChange={(event) => setSince(event.currentTarget.value)}
          />
          <Select
            size="sm"
            clearable
            searchable
            label={w.signal}
            data={(rules.data?.signals ?? []).map(({ id, title }) => ({
              value: id,
              label: words.served(title),
            }))}
            value={signal}
            onChange={setSignal}
          />
          <Select
            size="sm"
            clearable
            label={w.level}
            data={levels.map(({ name, title }) => ({ value: name, label: `${name} ${title}` }))}
            value={level}
            onChange={setLevel}
          />
          <Textarea
            label={w.note}
            autosize
            minRows={2}
            value={note}
            onChange={(event) => setNote(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button type="submit" loading={label.isPending} disabled={!at}>
              {w.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
