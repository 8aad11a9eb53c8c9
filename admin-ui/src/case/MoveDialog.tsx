import { Button, Checkbox, Group, Radio, Stack, Text, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/calls';
import { refresh } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { shown } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { lastAct, useTelling } from './acts';
import { CasePicker } from './CasePicker';
import classes from './MoveDialog.module.css';

/** Moves messages out of a case, into one of their own or another. */
export function MoveDialog({ record, onClose }: { record: CaseRecord; onClose: () => void }) {
  const words = useWords();
  const { done, failed } = useTelling();
  const [messages, setMessages] = useState<string[]>([]);
  const [where, setWhere] = useState('new');
  const [other, setOther] = useState('');
  const [reason, setReason] = useState('');
  const move = useMutation({
    mutationFn: () =>
      calls.move({
        messages,
        to: where === 'new' ? 'new' : other,
        reason: reason.trim(),
      }),
    onSuccess: async (moved) => {
      onClose();
      refresh(undefined);
      done(words.acts.moveDone, await lastAct(moved.case));
    },
    onError: failed,
  });
  const ready = messages.length > 0 && reason.trim() !== '' && (where === 'new' || other !== '');
  return (
    <Dialog opened onClose={onClose} title={words.acts.split} size="lg">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          move.mutate();
        }}
      >
        <Stack gap="md">
          <Text c="dimmed">{words.acts.splitHelp}</Text>
          <Checkbox.Group label={words.acts.whichMessages} value={messages} onChange={setMessages}>
            <div className={classes.messages}>
              {record.timeline.map((item) =>
                item.type === 'message' && item.within == null ? (
                  <Checkbox
                    key={item.message}
                    value={item.message}
                    label={
                      <>
                        <strong>{shown(item.from)}</strong> · <Moment at={item.at} />
                        <span className={classes.preview}>{item.preview || item.subject}</span>
                      </>
                    }
                  />
                ) : null,
              )}
            </div>
          </Checkbox.Group>
          <Radio.Group label={words.acts.where} value={where} onChange={setWhere}>
            <Group mt={4}>
              <Radio value="new" label={words.acts.newCase} />
              <Radio value="other" label={words.acts.otherCase} />
            </Group>
          </Radio.Group>
          {where === 'other' && <CasePicker record={record} value={other} onChange={setOther} />}
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
            <Button type="submit" disabled={!ready} loading={move.isPending}>
              {words.acts.split}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
