import { ActionIcon, Group } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconPencil, IconTrash } from '@tabler/icons-react';
import { useState } from 'react';
import { Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import type { View } from './calls';
import { ViewLink } from './OwnQueues';
import { useViews } from './useViews';
import { ViewForm } from './ViewForm';
import classes from './Views.module.css';
import { useViewWords } from './words';

/** Queues of one's own and of teams: their order, their names, who sees them. */
export function ViewsPage() {
  const w = useViewWords();
  const { items, change, drop, busy } = useViews();
  const [editing, setEditing] = useState<View>();
  const swap = (view: View, other: View | undefined) => {
    if (!other) return;
    // Two of the same place are told apart first.
    const [mine, theirs] =
      view.order === other.order ? [view.order, view.order + 1] : [other.order, view.order];
    change(view, { order: mine });
    if (other.editable) change(other, { order: theirs });
  };
  return (
    <>
      <PageHead title={w.arrange} />
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          {items.length === 0 && <Empty title={w.none}>{w.noneHelp}</Empty>}
          <ol className={classes.list}>
            {items.map((view, at) => (
              <li key={view.id}>
                <div className={classes.name}>
                  <ViewLink view={view} />
                </div>
                <span className={classes.dim}>
                  {view.team ? w.team(view.team) : w.me} · {w.by(nameFromEmail(view.changed_by))}{' '}
                  <Moment at={view.changed} />
                  {view.tell && ` · ${w.tellsSo[view.tell](nameFromEmail(view.owner))}`}
                </span>
                <Group gap={4} wrap="nowrap">
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={w.up(view.name)}
                    disabled={busy || at === 0 || !view.editable}
                    onClick={() => swap(view, items[at - 1])}
                  >
                    <IconArrowUp size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={w.down(view.name)}
                    disabled={busy || at === items.length - 1 || !view.editable}
                    onClick={() => swap(view, items[at + 1])}
                  >
                    <IconArrowDown size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={w.edit(view.name)}
                    disabled={busy || !view.editable}
                    onClick={() => setEditing(view)}
                  >
                    <IconPencil size={16} />
                  </ActionIcon>
                  <ActionIcon
                    variant="subtle"
                    color="gray"
                    aria-label={w.forget(view.name)}
                    disabled={busy || !view.editable}
                    onClick={() => drop(view)}
                  >
                    <IconTrash size={16} />
                  </ActionIcon>
                </Group>
              </li>
            ))}
          </ol>
        </div>
      </div>
      {editing && (
        <ViewForm
          title={w.edit(editing.name)}
          given={{
            name: editing.name,
            team: editing.team ?? null,
            tell: editing.tell ?? null,
          }}
          search={editing.search != null}
          onSave={(named) => change(editing, named)}
          onClose={() => setEditing(undefined)}
        />
      )}
    </>
  );
}
