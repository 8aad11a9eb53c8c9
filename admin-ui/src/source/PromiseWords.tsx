import { Button, Group, Stack, TextInput } from '@mantine/core';
import { IconHandStop } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { refresh } from '../api/queries';
import type { MessageRecord } from '../api/types';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Dialog } from '../parts/Dialog';
import { promiseCalls } from '../promises/promises';
import { bytesBefore } from '../text/bytes';
import { fromLocalField } from '../time/local';
import { useWords } from '../words';
import classes from './SourcePane.module.css';
import { type Selected, useSelected } from './selection';

type Props = { record: MessageRecord; root: RefObject<HTMLElement | null> };

/** Lets the reader say that the words they have selected are a promise that the rules did not see. */
export function PromiseWords({ record, root }: Props) {
  const words = useWords();
  const selected = useSelected(root, record.body);
  const [meant, setMeant] = useState<Selected>();
  if (!useMay('agent')) return null;
  return (
    <>
      <Button
        variant="default"
        className={classes.promise}
        title={words.promises.addHelp}
        leftSection={<IconHandStop size={14} />}
        disabled={!selected}
        // The button must not take the selection away before it is read.
        onMouseDown={(event) => event.preventDefault()}
        onClick={() => setMeant(selected)}
      >
        {words.promises.add}
      </Button>
      {meant && <AddPromise record={record} meant={meant} onClose={() => setMeant(undefined)} />}
    </>
  );
}

type FormProps = { record: MessageRecord; meant: Selected; onClose: () => void };

function AddPromise({ record, meant, onClose }: FormProps) {
  const words = useWords();
  const w = words.promises;
  const { done, failed } = useTelling();
  const [due, setDue] = useState('');
  const [deliverable, setDeliverable] = useState('');
  const add = useMutation({
    mutationFn: () =>
      promiseCalls.add({
        message: record.key,
        start: bytesBefore(record.body, meant.start),
        end: bytesBefore(record.body, meant.end),
        due: fromLocalField(due) ?? null,
        deliverable: deliverable.trim() === '' ? null : deliverable.trim(),
      }),
    onSuccess: () => {
      onClose();
      done(w.added);
    },
    onError: failed,
    onSettled: () => refresh([record.case]),
  });
  return (
    <Dialog opened onClose={onClose} title={w.add}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <Stack gap="sm">
          <q>{meant.text}</q>
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
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {words.acts.cancel}
            </Button>
            <Button type="submit" loading={add.isPending}>
              {w.add}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
