import { Button, Group, Select, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useMay } from '../frame/reader';
import { Dialog } from '../parts/Dialog';
import type { Tell } from './calls';
import { useViews } from './useViews';
import { useViewWords } from './words';

type Named = { name: string; team: string | null; tell: Tell | null };
type Props = {
  title: string;
  given: Named;
  /** Whether it is a search: what is new in one can be told. */
  search: boolean;
  onSave: (named: Named) => void;
  onClose: () => void;
};

const ME = ' me';
const NEVER = 'never';

/** Asks what a queue of one's own is called, and who sees it. */
export function ViewForm({ title, given, search, onSave, onClose }: Props) {
  const w = useViewWords();
  const { team: own, teams } = useViews();
  const mayShare = useMay('agent');
  const [name, setName] = useState(given.name);
  const [team, setTeam] = useState(given.team ?? ME);
  const [tell, setTell] = useState(given.tell);
  const known = [
    ...new Set([...(own ? [own] : []), ...teams, ...(given.team ? [given.team] : [])]),
  ];
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name.trim() === '') return;
          onSave({ name: name.trim(), team: team === ME ? null : team, tell });
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
          {search && (
            <Select
              size="sm"
              label={w.tell}
              description={w.tellHelp}
              allowDeselect={false}
              data={[
                { value: NEVER, label: w.tells.never },
                { value: 'notice', label: w.tells.notice },
                { value: 'digest', label: w.tells.digest },
              ]}
              value={tell ?? NEVER}
              onChange={(value) => setTell(value === 'notice' || value === 'digest' ? value : null)}
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
