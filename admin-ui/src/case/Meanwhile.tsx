import { Alert, Button } from '@mantine/core';
import type { CaseRecord } from '../api/types';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { type FieldChange, saysOf } from './acts';

type Props = { record: CaseRecord; field: FieldChange['field']; onTheirs: () => void };

/** Tells who set a field while the reader was about to, and leaves the choice between the two. */
export function Meanwhile({ record, field, onTheirs }: Props) {
  const words = useWords();
  const w = words.acts;
  const set = record.overrides.find((one) => one.field === field);
  const says = saysOf(record, field) ?? '';
  const shown =
    field === 'state'
      ? (words.states[says] ?? says)
      : field === 'owner'
        ? nameFromEmail(says)
        : says;
  return (
    <Alert color="orange" variant="outline" role="alert" title={w.contested}>
      {set
        ? w.contestedBy(nameFromEmail(set.by), shown || words.queue.nobody)
        : w.contestedByRules(shown)}{' '}
      {set && <Moment at={set.at} />}
      {set?.reason && <q>{set.reason}</q>}
      <Button variant="default" size="compact-sm" mt="xs" display="block" onClick={onTheirs}>
        {w.keepTheirs}
      </Button>
    </Alert>
  );
}
