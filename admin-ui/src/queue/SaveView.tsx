import { Button, Group, Popover, Stack, TextInput } from '@mantine/core';
import { useState } from 'react';
import type { QueueFilters } from '../api/calls';
import { useWords } from '../words';
import { useViews } from './views';

/** Gives the present filters a name, or takes it away again. */
export function SaveView({ queue, filters }: { queue: string; filters: QueueFilters }) {
  const words = useWords();
  const w = words.views;
  const { views, save, drop } = useViews();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const same = views.find(
    (view) =>
      view.queue === queue &&
      (['account', 'owner', 'level', 'team'] as const).every(
        (key) => view.filters[key] === filters[key],
      ),
  );
  if (same) {
    return (
      <Button variant="subtle" onClick={() => drop(same.name)}>
        {w.forget(same.name)}
      </Button>
    );
  }
  return (
    <Popover opened={opened} onChange={setOpened} width={260} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button variant="default" onClick={() => setOpened(!opened)}>
          {w.save}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={w.save}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() === '') return;
            save({ name: name.trim(), queue, filters });
            setName('');
            setOpened(false);
          }}
        >
          <Stack gap="sm">
            <TextInput
              data-autofocus
              label={w.name}
              description={w.help}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <Group justify="flex-end">
              <Button type="submit" disabled={name.trim() === ''}>
                {words.acts.save}
              </Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}
