import { Button, SegmentedControl, UnstyledButton } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { Bars, Empty } from '../parts/Empty';
import type { RuleTested } from './calls';
import classes from './TestsPanel.module.css';
import { useRuleWords } from './words';

type Props = {
  outcomes: readonly RuleTested[] | undefined;
  running: boolean;
  broken: boolean;
  onRun: () => void;
  onOpen: (test: RuleTested) => void;
};

/** The tests of the draft: those that fail first, with what differs. */
export function TestsPanel({ outcomes, running, broken, onRun, onOpen }: Props) {
  const w = useRuleWords();
  const [shown, setShown] = useState<'failing' | 'all'>('failing');
  const failing = outcomes?.filter((test) => !test.passed) ?? [];
  const passed = outcomes?.filter((test) => test.passed) ?? [];
  const rows = shown === 'failing' ? failing : [...failing, ...passed];
  return (
    <div className={classes.tests} aria-busy={running}>
      <div className={classes.head}>
        <span
          className={classes.verdict}
          data-failing={failing.length > 0 || undefined}
          data-waiting={broken || !outcomes || undefined}
          role="status"
        >
          {broken
            ? w.tests.broken
            : outcomes
              ? w.tests.verdict(passed.length, failing.length)
              : w.tests.running}
        </span>
        <Button variant="default" loading={running} disabled={broken} onClick={onRun}>
          {w.tests.run}
        </Button>
      </div>
      <SegmentedControl
        size="xs"
        aria-label={w.tests.which}
        value={shown}
        onChange={(next) => setShown(next as 'failing' | 'all')}
        data={[
          { value: 'failing', label: w.tests.failing(failing.length) },
          { value: 'all', label: w.tests.all(outcomes?.length ?? 0) },
        ]}
      />
      {!outcomes && !broken && <Bars count={6} height={36} />}
      {outcomes && rows.length === 0 && (
        <Empty title={w.tests.noneFailing}>{w.tests.noneFailingHelp}</Empty>
      )}
      <ul className={classes.list} aria-label={w.tests.title}>
        {rows.map((test) => (
          <li key={`${test.file}:${test.line}:${test.name}`} className={classes.test}>
            <UnstyledButton className={classes.open} onClick={() => onOpen(test)}>
              {test.passed ? (
                <IconCheck size={14} className={classes.good} aria-label={w.tests.passes} />
              ) : (
                <IconX size={14} className={classes.bad} aria-label={w.tests.fails} />
              )}
              <span>
                {test.name}
                <span className={classes.where}>
                  {test.file}
                  {test.line ? `:${test.line}` : ''}
                </span>
              </span>
            </UnstyledButton>
            {test.differences.length > 0 && (
              <ul className={classes.differences}>
                {test.differences.map((difference) => (
                  <li key={difference}>{difference}</li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
