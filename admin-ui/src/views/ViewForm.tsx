import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../frame/reader';
import { Dialog } from '../parts/Dialog';
import { useViews } from './useViews';
import { useViewWords } from './words';

type Named = { name: string; team: string | null };
type Props = { title: string; given: Named; onSave: (named: Named) => void; onClose: () => void };

const ME = ' me';

/** Asks what a queue of one's own is called, and who sees it. */
export function ViewForm({ title, given, onSave, onClose }: Props) {
  const w = useViewWords();
  const { team: own, teams } = useViews();
  const mayShare = useMay('agent');
  const [name, setName] = useState(given.name);
  const [team, setTeam] = useState(given.team ?? ME);
  const known = [
    ...new Set([...(own ? [own] : []), ...teams, ...(given.team ? [given.team] : [])]),
  ];
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          onSave({ name: name.trim(), team: team === ME ? null : team });
          onClose();
        }}
      >
        <Stack gap="sm">
          <TextInput
            data-autofocus
            label={w.name}
            description={w.nameHelp}
            maxLength={80}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
          {mayShare && known.length > 0 && (
            <Select
              size="sm"
              label={w.who}
              allowDeselect={false}
              data={[
                { value: ME, label: w.me },
                ...known.map((one) => ({ value: one, label: w.team(one) })),
              ]}
              value={team}
              onChange={(value) => value && setTeam(value)}
            />
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={onClose}>
              {w.cancel}
            </Button>
            <Button type="submit" disabled={name.trim() === ''}>
              {w.keep}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}
