import { Autocomplete, Button, Group, Stack, Text, Textarea } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queries, refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { Dialog } from '../parts/Dialog';
import { useWords } from '../words';
import { handoffCalls } from './handoff';

/** Asks who is to take a case, and what they should know first. */
export function OfferDialog({ caseId, onClose }: { caseId: string; onClose: () => void }) {
  const words = useWords();
  const w = words.handoff;
  const { done, failed } = useTelling();
  const record = useQuery(queries.case(caseId));
  const [to, setTo] = useState('');
  const [note, setNote] = useState('');
  const ours = (record.data?.people ?? [])
    .filter((person) => person.side === 'us')
    .map((person) => person.address.email);
  const offer = useMutation({
    mutationFn: () => handoffCalls.offer(caseId, { to: to.trim(), note: note.trim() }),
    onSuccess: () => {
      onClose();
      done(w.offered);
    },
    onError: failed,
    onSettled: () => refresh([caseId]),
  });
  return (
    <Dialog opened onClose={onClose} title={w.offer}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (to.trim() !== '') offer.mutate();
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">{w.help}</Text>
          <Autocomplete
            data-autofocus
            size="sm"
            label={w.to}
            description={w.toHelp}
            data={[...new Set(ours)]}
            value={to}
            onChange={setTo}
            openOnFocus={false}
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
            <Button type="submit" loading={offer.isPending} disabled={to.trim() === ''}>
              {w.offer}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
