import { Autocomplete, Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { CaseRow } from '../api/types';
import { Dialog } from '../parts/Dialog';
import { useWords } from '../words';
import type { Acts } from './useActs';

type Props = {
  form: 'assign' | 'state';
  cases: readonly string[];
  rows: readonly CaseRow[];
  acts: Acts;
  onClose: () => void;
};

const STATES = ['open', 'monitoring', 'resolved', 'dismissed'];

/** Asks whom cases are for, or what state they are in, and why. */
export function BulkForm({ form, cases, rows, acts, onClose }: Props) {
  const words = useWords();
  const w = words.bulk;
  const [owner, setOwner] = useState('');
  const [state, setState] = useState('monitoring');
  const [reason, setReason] = useState('');
  const known = [...new Set(rows.map((row) => row.owner).filter((one) => one?.includes('@')))];
  const title = form === 'assign' ? w.assign(cases.length) : w.move(cases.length);
  const send = () => {
    onClose();
    if (form === 'assign') {
      acts.assign(cases, owner.trim() === '' ? null : owner.trim(), reason.trim());
    } else {
      acts.setState(cases, state, reason.trim());
    }
  };
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (reason.trim() !== '') send();
        }}
      >
        <Stack gap="sm">
          {form === 'assign' ? (
            <Autocomplete
              data-autofocus
              size="sm"
              label={words.acts.ownerLabel}
              description={words.acts.ownerHelp}
              data={known as string[]}
              value={owner}
              onChange={setOwner}
              openOnFocus={false}
            />
          ) : (
            <Select
              data-autofocus
              size="sm"
              label={words.record.state}
              data={STATES.map((value) => ({ value, label: words.states[value] ?? value }))}
              value={state}
              onChange={(value) => value && setState(value)}
              allowDeselect={false}
            />
          )}
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
            <Button type="submit" disabled={reason.trim() === ''}>
              {words.acts.save}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
