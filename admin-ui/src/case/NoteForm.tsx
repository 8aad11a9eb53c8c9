import { Button, Group, SegmentedControl, Textarea } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type RefObject, useState } from 'react';
import { calls } from '../api/calls';
import { refresh } from '../api/queries';
import type { Visibility } from '../api/types';
import { useMay } from '../frame/reader';
import { useWords } from '../words';
import { useTelling } from './acts';
import classes from './NoteForm.module.css';

type Props = { caseId: string; field: RefObject<HTMLTextAreaElement | null> };

/** Writes a note; small until it is used. */
export function NoteForm({ caseId, field }: Props) {
  const words = useWords();
  const { done, failed } = useTelling();
  const [text, setText] = useState('');
  const [visibility, setVisibility] = useState<Visibility>('internal');
  const [used, setUsed] = useState(false);
  const mayHide = useMay('manager');
  const add = useMutation({
    mutationFn: () => calls.addNote(caseId, { text: text.trim(), visibility }),
    onSuccess: () => {
      setText('');
      setUsed(false);
      refresh([caseId]);
      done(words.timeline.saved);
    },
    onError: failed,
  });
  const send = () => {
    if (text.trim() !== '' && !add.isPending) add.mutate();
  };
  const open = used || text !== '';
  return (
    <form
      className={classes.note}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Textarea
        ref={field}
        aria-label={words.timeline.addNote}
        placeholder={open ? words.timeline.notePlaceholder : words.timeline.addNote}
        autosize
        minRows={open ? 3 : 1}
        value={text}
        onFocus={() => setUsed(true)}
        onChange={(event) => setText(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) send();
          if (event.key === 'Escape') {
            setUsed(false);
            event.currentTarget.blur();
          }
        }}
      />
      {open && (
        <Group justify="space-between" mt={8}>
          {mayHide ? (
            <SegmentedControl
              size="xs"
              aria-label={words.timeline.noteFor}
              value={visibility}
              onChange={(value) => setVisibility(value as Visibility)}
              data={[
                { value: 'internal', label: words.timeline.visibility.internal },
                { value: 'managers', label: words.timeline.visibility.managers },
              ]}
            />
          ) : (
            <span />
          )}
          <Button type="submit" loading={add.isPending} disabled={text.trim() === ''}>
            {words.timeline.save}
          </Button>
        </Group>
      )}
    </form>
  );
}
