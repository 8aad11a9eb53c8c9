import { Button, Group, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { refresh } from '../api/queries';
import type { Person } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { nameFromEmail, shown } from '../text/names';
import { useWords } from '../words';
import { useTelling } from './acts';
import { moreCalls } from './more';

type Props = { person: Person; caseId: string; mayEdit: boolean; onClose: () => void };

/** Where a person's title is known from, and how to put it right. */
export function TitleForm({ person, caseId, mayEdit, onClose }: Props) {
  const words = useWords();
  const w = words.people;
  const { done, failed } = useTelling();
  const [title, setTitle] = useState(person.title ?? '');
  const [reason, setReason] = useState('');
  const save = useMutation({
    mutationFn: (next: string | null) => moreCalls.title(person.address.email, next, reason.trim()),
    onSuccess: () => {
      onClose();
      done(w.done);
    },
    onError: failed,
    onSettled: () => refresh(undefined),
  });
  return (
    <Dialog opened onClose={onClose} title={shown(person.address)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate(title.trim() === '' ? null : title.trim());
        }}
      >
        <Stack gap="sm">
          <Text c="dimmed">
            {person.address.email}
            {person.seniority && ` · ${w.seniorities[person.seniority] ?? person.seniority}`}
          </Text>
          {person.title_by && <Text>{words.record.setBy(nameFromEmail(person.title_by))}</Text>}
          {!person.title_by && person.title_from && (
            <Text>{w.from[person.title_from] ?? person.title_from}</Text>
          )}
          {person.title_quote && <EvidenceQuote quote={person.title_quote} caseId={caseId} />}
          {mayEdit && (
            <>
              <TextInput
                data-autofocus
                label={w.title}
                description={w.help}
                value={title}
                onChange={(event) => setTitle(event.currentTarget.value)}
              />
              <TextInput
                label={words.promises.reasonOptional}
                value={reason}
                onChange={(event) => setReason(event.currentTarget.value)}
              />
              <Group justify="flex-end">
                {person.title_by && (
                  <Button variant="subtle" onClick={() => save.mutate(null)}>
                    {words.acts.giveBack}
                  </Button>
                )}
                <Button type="submit" loading={save.isPending}>
                  {words.acts.save}
                </Button>
              </Group>
            </>
          )}
        </Stack>
      </form>
    </Dialog>
  );
}
