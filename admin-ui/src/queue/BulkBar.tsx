import { Button } from '@mantine/core';
import { useWords } from '../words';
import classes from './CaseList.module.css';
import type { Acts } from './useActs';

type Props = {
  chosen: readonly string[];
  acts: Acts;
  onForm: (form: 'assign' | 'state') => void;
  onClear: () => void;
};

/** What can be done with the cases that are chosen. */
export function BulkBar({ chosen, acts, onForm, onClear }: Props) {
  const words = useWords();
  const w = words.bulk;
  return (
    <div className={classes.bulk} role="toolbar" aria-label={w.title}>
      <strong>{w.chosen(chosen.length)}</strong>
      <Button variant="default" onClick={() => onForm('assign')}>
        {w.assignShort}
      </Button>
      <Button variant="default" onClick={() => onForm('state')}>
        {w.moveShort}
      </Button>
      <Button variant="default" loading={acts.busy} onClick={() => acts.acknowledge(chosen)}>
        {words.alerts.acknowledge}
      </Button>
      <Button variant="default" loading={acts.busy} onClick={() => acts.snooze(chosen)}>
        {w.snooze}
      </Button>
      <Button variant="subtle" onClick={onClear}>
        {w.clear}
      </Button>
    </div>
  );
}
