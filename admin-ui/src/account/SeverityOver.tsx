import { Skeleton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import type { CaseRow } from '../api/types';
import { Level } from '../level/Level';
import pageClasses from '../parts/Page.module.css';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Account.module.css';
import type { AccountHealth } from './health';

const StepChart = lazy(() => import('../charts/StepChart'));

type Props = { steps: AccountHealth['severity']; cases: readonly CaseRow[] };

/** How grave an account's cases were, as a line and as a list that leads to them. */
export function SeverityOver({ steps, cases }: Props) {
  const words = useWords();
  const w = words.health;
  const titles = new Map(cases.map((row) => [row.id, row.title]));
  return (
    <section className={pageClasses.section} aria-labelledby="over">
      <h2 id="over">{w.over}</h2>
      {steps.length === 0 ? (
        <p className={classes.help}>{w.calm}</p>
      ) : (
        <>
          <Suspense fallback={<Skeleton height={190} />}>
            <StepChart
              title={w.overHelp}
              name={words.record.level}
              steps={steps.map((step) => ({ at: step.at, value: step.rank, name: step.level }))}
            />
          </Suspense>
          <details className={classes.steps}>
            <summary>{w.changes}</summary>
            <ul className={classes.cases}>
              {steps.toReversed().map((step) => (
                <li key={step.at} className={classes.step}>
                  <Moment at={step.at} className={classes.dim} />
                  <Level level={step.level} rank={step.rank} spelled />
                  {step.case && (
                    <Link to="/cases/$case" params={{ case: step.case }} className={classes.ground}>
                      {titles.get(step.case) ?? step.case}
                    </Link>
                  )}
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
    </section>
  );
}
