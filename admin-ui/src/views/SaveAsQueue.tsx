import { Button } from '@mantine/core';
import { useState } from 'react';
import type { KeepView, View } from './calls';
import { useViews } from './useViews';
import { ViewForm } from './ViewForm';
import { useViewWords } from './words';

type Shown = Pick<KeepView, 'queue' | 'search'>;
type Props = { shown: Shown; name?: string };

const text = ({ queue, search }: Shown | View) =>
  JSON.stringify([
    queue && [queue.queue, queue.account, queue.owner, queue.level, queue.team].map((v) => v ?? ''),
    search?.q.trim(),
  ]);

/** Keeps what is shown as a queue, or forgets it if it is one already. */
export function SaveAsQueue({ shown, name = '' }: Props) {
  const w = useViewWords();
  const { items, add, drop } = useViews();
  const [naming, setNaming] = useState(false);
  const save = shown.search ? w.saveSearch : w.save;
  const same = items.find((view) => text(view) === text(shown));
  if (same) {
    if (!same.editable) return null;
    return (
      <Button variant="subtle" onClick={() => drop(same)}>
        {w.forget(same.name)}
      </Button>
    );
  }
  return (
    <>
      <Button variant="default" onClick={() => setNaming(true)}>
        {save}
      </Button>
      {naming && (
        <ViewForm
          title={save}
          given={{ name, team: null, tell: null }}
          search={shown.search != null}
          onSave={(named) => add({ ...named, ...shown })}
          onClose={() => setNaming(false)}
        />
      )}
    </>
  );
}
