import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { calls } from '../api/calls';
import { refresh } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { useWords } from '../words';
import { lastAct, useTelling } from './acts';
import { CasePicker } from './CasePicker';

/** Merges a case into another and goes there. */
export function MergeDialog({ record, onClose }: { record: CaseRecord; onClose: () => void }) {
  const words = useWords();
  const navigate = useNavigate();
  const { done, failed } = useTelling();
  const [into, setInto] = useState('');
  const [reason, setReason] = useState('');
  const merge = useMutation({
    mutationFn: () => calls.merge(record.id, { into, reason: reason.trim() }),
    onSuccess: async () => {
      onClose();
      await navigate({ to: '/cases/$case', params: { case: into } });
      refresh(undefined);
      done(words.acts.mergeDone, await lastAct(into));
    },
    onError: failed,
  });
  return (
    <Dialog opened onClose={onClose} title={words.acts.merge}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          merge.mutate();
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{words.acts.mergeHelp}</Text>
          <CasePicker record={record} value={into} onChange={setInto} />
          <TextInput
            label={words.acts.reason}
            description={words.acts.reasonHelp}
            value={reason}
            onChange={(event) => setReason(event.currentTarget.value)}
          />
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button
              type="submit"
              disabled={into === '' || reason.trim() === ''}
              loading={merge.isPending}
            >
              {words.acts.merge}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
