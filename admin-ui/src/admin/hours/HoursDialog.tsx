import { Alert, Button, Group, Radio, TextInput } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { isChanged } from '../../api/problem';
import { queryClient } from '../../api/queries';
import { useTelling } from '../../case/acts';
import { Dialog } from '../../parts/Dialog';
import { useFailure } from '../../parts/Trouble';
import { useNow } from '../../time/now';
import classes from '../Admin.module.css';
import { hoursCalls } from './calls';
import { EffectList } from './EffectList';
import { Holidays } from './Holidays';
import own from './Hours.module.css';
import { type Calendar, type Draft, dayAfter, dayIn, intervals, readable, typed } from './hours';
import { useDays } from './useDays';
import { useHoursWords } from './words';

type Props = { calendar: Calendar; title: string; onClose: () => void };

/** Hours and holidays of a calendar: what a change moves is shown before it acts. */
export function HoursDialog({ calendar, title, onClose }: Props) {
  const h = useHoursWords();
  const days = useDays();
  const failure = useFailure();
  const { done } = useTelling();
  const narrow = useMediaQuery('(max-width: 48em)');
  const today = dayIn(calendar.timezone, useNow());
  const [week, setWeek] = useState(calendar.week.map(typed));
  const [holidays, setHolidays] = useState(calendar.holidays);
  const [always, setAlways] = useState(false);
  const [since, setSince] = useState(dayAfter(today, 1));
  const draft: Draft = {
    name: calendar.name,
    week: week.map(intervals),
    holidays,
    since: always ? null : since,
  };
  const otherWeek = JSON.stringify(draft.week) !== JSON.stringify(calendar.week);
  const otherDays = holidays.join() !== calendar.holidays.join();
  const fits =
    week.every(readable) && (otherWeek || otherDays) && (!otherWeek || always || since >= today);
  const compare = useMutation({ mutationFn: hoursCalls.compare });
  const keep = useMutation({
    mutationFn: () => hoursCalls.change(calendar.version, draft),
    onSuccess: () => {
      done(h.done(title));
      onClose();
    },
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['organisation'] }),
        queryClient.invalidateQueries({ queryKey: ['queues'] }),
      ]),
  });
  const anew = (change: () => void) => {
    change();
    compare.reset();
    keep.reset();
  };
  return (
    <Dialog opened onClose={onClose} title={h.title(title)} size="lg" fullScreen={narrow ?? false}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (compare.data) keep.mutate();
          else compare.mutate(draft);
        }}
      >
        <fieldset className={own.week}>
          <legend>{h.hours(calendar.timezone)}</legend>
          {days.map((day, at) => (
            <TextInput
              key={day}
              size="sm"
              label={day}
              classNames={{ root: own.day ?? '', label: own.label ?? '', wrapper: own.box ?? '' }}
              placeholder={h.free}
              autoComplete="off"
              spellCheck={false}
              value={week[at] ?? ''}
              error={readable(week[at] ?? '') ? undefined : h.unreadable}
              data-autofocus={at === 0 || undefined}
              onChange={(event) => {
                const said = event.currentTarget.value;
                anew(() => setWeek(week.map((one, place) => (place === at ? said : one))));
              }}
            />
          ))}
          <p className={classes.note}>{h.write}</p>
        </fieldset>
        {otherWeek && (
          <Radio.Group
            mt="sm"
            label={h.holds}
            value={always ? 'always' : 'since'}
            onChange={(next) => anew(() => setAlways(next === 'always'))}
          >
            <div className={own.since}>
              <Radio value="since" label={h.from} description={h.fromHelp} />
              <TextInput
                type="date"
                size="sm"
                aria-label={h.firstDay}
                min={today}
                disabled={always}
                value={since}
                error={always || since >= today ? undefined : h.past}
                onChange={(event) => {
                  const day = event.currentTarget.value;
                  anew(() => setSince(day));
                }}
              />
              <Radio value="always" label={h.always} description={h.alwaysHelp} />
            </div>
          </Radio.Group>
        )}
        <Holidays
          holidays={holidays}
          calendar={calendar}
          change={(next) => anew(() => setHolidays(next))}
        />
        {compare.data && <EffectList effect={compare.data} />}
        {compare.error && (
          <Alert color="red" variant="outline" role="alert" mt="md">
            {failure(compare.error)}
          </Alert>
        )}
        {keep.error && (
          <Alert color="red" variant="outline" role="alert" mt="md">
            {isChanged(keep.error) ? h.meanwhile : failure(keep.error)}
          </Alert>
        )}
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {isChanged(keep.error) ? h.readAgain : h.cancel}
          </Button>
          {!isChanged(keep.error) && (
            <Button type="submit" disabled={!fits} loading={compare.isPending || keep.isPending}>
              {compare.data ? h.save : h.compare}
            </Button>
          )}
        </Group>
      </form>
    </Dialog>
  );
}
