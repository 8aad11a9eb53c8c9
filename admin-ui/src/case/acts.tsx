import { Button, Group } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { calls } from '../api/calls';
import { isChanged } from '../api/problem';
import { queries, queryClient, refresh } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { useFailure } from '../parts/Trouble';
import { useWords } from '../words';

/** The act of late that can be taken back in a case. */
export async function lastAct(caseId: string): Promise<number | undefined> {
  const record = await calls.case(caseId);
  const acts = record.timeline.flatMap((item) =>
    item.type === 'act' && item.undoable ? [item.act] : [],
  );
  return acts.length > 0 ? Math.max(...acts) : undefined;
}

/** Tells of acts: that one was done, with a way back, or that it failed and changed nothing. */
export function useTelling() {
  const words = useWords();
  const failure = useFailure();
  const closeButtonProps = { 'aria-label': words.close };
  const failed = (error: unknown) => {
    const contested = error instanceof Contested || isChanged(error);
    return notifications.show({
      color: 'red',
      title: contested ? words.acts.contested : words.errors.act,
      message: contested ? words.acts.contestedHelp : failure(error),
      closeButtonProps,
    });
  };
  const done = (text: string, act?: number | (() => Promise<unknown>)) => {
    const id = notifications.show({
      color: 'accent',
      withBorder: true,
      closeButtonProps,
      message: act ? (
        <Group justify="space-between">
          {text}
          <Button
            variant="subtle"
            onClick={() => {
              notifications.hide(id);
              (typeof act === 'number' ? calls.undo(act) : act()).then(
                () => {
                  refresh(undefined);
                  notifications.show({ message: words.acts.undone, withBorder: true });
                },
                (error: unknown) => failed(error),
              );
            }}
          >
            {words.acts.undo}
          </Button>
        </Group>
      ) : (
        text
      ),
    });
  };
  return { done, failed };
}

export type FieldChange = {
  field: 'owner' | 'severity' | 'state' | 'issue_type' | 'next_step';
  value: string | null;
  reason: string;
};

function changed(record: CaseRecord, { field, value }: FieldChange): CaseRecord {
  if (field === 'owner') return { ...record, owner: value };
  if (field === 'state') return value === null ? record : { ...record, state: value };
  // Words of a person are shown once the service has them, with who wrote them.
  if (field !== 'severity') return record;
  return value === null ? record : { ...record, level: value };
}

/** What a field of a case says, to be compared with what it said before. */
export function saysOf(record: CaseRecord, field: FieldChange['field']): string | null {
  if (field === 'owner') return record.owner ?? null;
  if (field === 'issue_type' || field === 'next_step') {
    return record.overrides.find((one) => one.field === field)?.value ?? null;
  }
  return field === 'state' ? record.state : record.level;
}

/** That somebody else set the field while the reader was about to. */
export class Contested extends Error {
  readonly now: CaseRecord;

  constructor(now: CaseRecord) {
    super('contested');
    this.now = now;
  }
}

/** Sets a field as it was seen; what else changed in the case meanwhile does not matter. */
export async function setUpon(change: FieldChange, seen: CaseRecord): Promise<CaseRecord> {
  let upon = seen;
  for (;;) {
    try {
      return await calls.setField(seen.id, change, upon.changed);
    } catch (error) {
      if (!isChanged(error)) throw error;
      upon = await calls.case(seen.id);
      if (saysOf(upon, change.field) !== saysOf(seen, change.field)) throw new Contested(upon);
    }
  }
}

export type SeenChange = { change: FieldChange; seen: CaseRecord };

/** Sets a field of a case; shown at once, taken back visibly if the service refuses. */
export function useSetField(caseId: string) {
  const words = useWords();
  const { done, failed } = useTelling();
  const { queryKey } = queries.case(caseId);
  return useMutation({
    mutationFn: ({ change, seen }: SeenChange) => setUpon(change, seen),
    onMutate: async ({ change }) => {
      await queryClient.cancelQueries({ queryKey });
      const before = queryClient.getQueryData<CaseRecord>(queryKey);
      if (before) queryClient.setQueryData(queryKey, changed(before, change));
      return before;
    },
    onError: (error, _change, before) => {
      if (error instanceof Contested) {
        queryClient.setQueryData(queryKey, error.now);
        return;
      }
      if (before) queryClient.setQueryData(queryKey, before);
      failed(error);
    },
    onSuccess: (_act, { change }) => done(words.acts.fieldDone[change.field]),
    onSettled: () => refresh([caseId]),
  });
}

/** Takes an act back. */
export function useUndo() {
  const words = useWords();
  const { done, failed } = useTelling();
  return useMutation({
    mutationFn: (act: number) => calls.undo(act),
    onSuccess: () => done(words.acts.undone),
    onError: failed,
    onSettled: () => refresh(undefined),
  });
}
