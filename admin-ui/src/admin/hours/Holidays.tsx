import { ActionIcon, Button, FileButton, TextInput } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useFailure } from '../../parts/Trouble';
import { Day } from '../../time/Moment';
import classes from '../Admin.module.css';
import { hoursCalls } from './calls';
import own from './Hours.module.css';
import { type Calendar, inOrder } from './hours';
import { useHoursWords } from './words';

type Props = { holidays: string[]; calendar: Calendar; change: (next: string[]) => void };

/** Days without work: typed one by one, or taken from a calendar file. */
export function Holidays({ holidays, calendar, change }: Props) {
  const h = useHoursWords();
  const failure = useFailure();
  const [day, setDay] = useState('');
  const [names, setNames] = useState<Record<string, string>>({});
  const read = useMutation({
    mutationFn: hoursCalls.holidays,
    onSuccess: (found) => {
      setNames({ ...names, ...Object.fromEntries(found.map((one) => [one.day, one.name])) });
      change(inOrder([...holidays, ...found.map((one) => one.day)]));
    },
  });
  const add = () => {
    if (day === '') return;
    change(inOrder([...holidays, day]));
    setDay('');
  };
  return (
    <fieldset className={own.week}>
      <legend>{h.holidays}</legend>
      {holidays.length > 0 && (
        <ul className={own.holidays} aria-label={h.holidays}>
          {holidays.map((one) => (
            <li key={one} data-new={!calendar.holidays.includes(one) || undefined}>
              <Day day={one} /> {names[one] && <span className={classes.dim}>{names[one]}</span>}
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={h.without(one)}
                onClick={() => change(holidays.filter((other) => other !== one))}
              >
                <IconX size={14} aria-hidden="true" />
              </ActionIcon>
            </li>
          ))}
        </ul>
      )}
      <div className={own.add}>
        <TextInput
          type="date"
          size="sm"
          aria-label={h.holiday}
          value={day}
          onChange={(event) => setDay(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            event.preventDefault();
            add();
          }}
        />
        <Button variant="default" size="sm" disabled={day === ''} onClick={add}>
          {h.add}
        </Button>
        <FileButton accept="text/calendar,.ics" onChange={(file) => file && read.mutate(file)}>
          {(props) => (
            <Button {...props} variant="default" size="sm" loading={read.isPending}>
              {h.fromFile}
            </Button>
          )}
        </FileButton>
      </div>
      {read.data && (
        <p role="status" className={classes.note}>
          {h.found(read.data.length)}
        </p>
      )}
      {read.error && (
        <p role="alert" className={classes.bad}>
          {failure(read.error)}
        </p>
      )}
    </fieldset>
  );
}
