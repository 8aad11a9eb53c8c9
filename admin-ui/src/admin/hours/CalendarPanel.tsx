import { Button } from '@mantine/core';
import { useState } from 'react';
import pageClasses from '../../parts/Page.module.css';
import { Day } from '../../time/Moment';
import classes from '../Admin.module.css';
import { useImportWords } from '../words.import';
import { HoursDialog } from './HoursDialog';
import type { Calendar } from './hours';
import { ResetDialog } from './ResetDialog';
import { useDays } from './useDays';
import { useHoursWords } from './words';

/** When we work: a week, its holidays, what it was before; and how it is changed. */
export function CalendarPanel({ calendar, file }: { calendar: Calendar; file: string }) {
  const w = useImportWords();
  const h = useHoursWords();
  const days = useDays();
  const [asks, setAsks] = useState<'change' | 'reset' | undefined>(undefined);
  const title = calendar.name || w.workingHours;
  const close = () => setAsks(undefined);
  return (
    <section className={pageClasses.section} aria-label={title}>
      <div className={classes.bar}>
        <h2 className={classes.heading}>
          {title} <span className={classes.dim}>{calendar.timezone}</span>
        </h2>
        <div className={classes.push}>
          {calendar.changed && (
            <Button variant="default" size="compact-sm" mr="xs" onClick={() => setAsks('reset')}>
              {h.reset}
            </Button>
          )}
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`${h.change}: ${title}`}
            onClick={() => setAsks('change')}
          >
            {h.change}
          </Button>
        </div>
      </div>
      <div className={pageClasses.panel}>
        <dl className={classes.facts}>
          {calendar.week.map((hours, at) => (
            <div key={days[at]}>
              <dt>{days[at]}</dt>
              <dd>{hours.join(', ') || w.free}</dd>
            </div>
          ))}
          <div>
            <dt>{w.holidays}</dt>
            <dd>
              {calendar.holidays.length === 0 && w.noHolidays}
              {calendar.holidays.map((day, at) => (
                <span key={day}>
                  {at > 0 && ' · '}
                  <Day day={day} />
                </span>
              ))}
            </dd>
          </div>
          {calendar.earlier.map(({ until, week }) => (
            <div key={until}>
              <dt>
                {h.until} <Day day={until} />
              </dt>
              <dd>
                {week.map((hours, at) => (
                  <div key={days[at]}>
                    {days[at]}: {hours.join(', ') || w.free}
                  </div>
                ))}
              </dd>
            </div>
          ))}
        </dl>
      </div>
      <p className={classes.note}>
        {calendar.changed ? h.changedHere(file) : h.asConfigured(file)}
      </p>
      {asks === 'change' && <HoursDialog calendar={calendar} title={title} onClose={close} />}
      {asks === 'reset' && (
        <ResetDialog calendar={calendar} title={title} file={file} onClose={close} />
      )}
    </section>
  );
}
