import { Button, Menu } from '@mantine/core';
import { IconBellOff, IconChevronRight, IconClockPause } from '@tabler/icons-react';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { refresh } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Level } from '../level/Level';
import { nameFromEmail } from '../text/names';
import { tomorrowMorning } from '../time/local';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { type Alerted, alertCalls, isOpen } from './alerts';
import { Deliveries } from './Deliveries';
import { SilenceForm } from './SilenceForm';

/** What the service says of an alert that a silence held back. */
const SILENCED = /^silenced by (\S+) until (\S+): (.*)$/s;
const HOUR = 3_600_000;

/** An alert: what it says, of whom, whether it was told and why, and what can be done with it. */
export function AlertLine({ alert }: { alert: Alerted }) {
  const words = useWords();
  const w = words.alerts;
  const [opened, setOpened] = useState(false);
  const known = w.codes[alert.code];
  return (
    <article className={classes.line} data-alert={alert.id} data-state={alert.state}>
      <div className={classes.when}>
        <Moment at={alert.at} />
        <span className={classes.level}>
          <Level level={alert.level} />
        </span>
      </div>
      <div className={classes.what}>
        <div className={classes.headline}>
          <strong>{words.served(alert.policy_title)}</strong>
          {alert.account && <span>{alert.account}</span>}
          {alert.case && (
            <Link to="/cases/$case" params={{ case: alert.case }} className={classes.title}>
              {alert.title ?? alert.case}
            </Link>
          )}
        </div>
        <div>{words.served(alert.says)}</div>
        <div className={classes.fate}>
          <span className={classes.state} data-state={alert.state}>
            {w.states[alert.state] ?? alert.state}
          </span>
          <Fate alert={alert} known={known} />
          <button
            type="button"
            className={classes.more}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            <IconChevronRight size={13} aria-hidden="true" />
            {w.details}
          </button>
        </div>
        {opened && <Deliveries alert={alert} />}
      </div>
      <Acts alert={alert} />
    </article>
  );
}

/** Why it was told or not, in words with times and names as people read them. */
function Fate({ alert, known }: { alert: Alerted; known: string | undefined }) {
  const w = useWords().alerts;
  const { acknowledged } = alert;
  if (alert.state === 'acknowledged' && acknowledged) {
    return (
      <span className={classes.reason}>
        {w.seenBy(nameFromEmail(acknowledged.by))} <Moment at={acknowledged.at} />
        {acknowledged.note && `: “${acknowledged.note}”`}
      </span>
    );
  }
  if (alert.state === 'snoozed' && alert.snoozed_until) {
    return (
      <span className={classes.reason}>
        {w.restsUntil} <Moment at={alert.snoozed_until} />
      </span>
    );
  }
  const silenced = SILENCED.exec(alert.reason);
  if (silenced) {
    const [, by = '', until = '', why = ''] = silenced;
    return (
      <span className={classes.reason}>
        {w.silencedBy(nameFromEmail(by))} <Moment at={until} />: “{why}”
      </span>
    );
  }
  const due = alert.state === 'held' ? alert.deliveries.at(-1)?.due : undefined;
  return (
    <span className={classes.reason} title={alert.reason}>
      {known ?? alert.reason}
      {due && (
        <>
          {' · '}
          {w.goesOut} <Moment at={due} />
        </>
      )}
    </span>
  );
}

function Acts({ alert }: { alert: Alerted }) {
  const words = useWords();
  const w = words.alerts;
  const { done, failed } = useTelling();
  const mayAct = useMay('agent');
  const [silencing, setSilencing] = useState(false);
  const settled = () => refresh(alert.case ? [alert.case] : []);
  const acknowledge = useMutation({
    mutationFn: () => alertCalls.acknowledge(alert.id, ''),
    onSuccess: () => done(w.acknowledged),
    onError: failed,
    onSettled: settled,
  });
  const snooze = useMutation({
    mutationFn: (until: number) => alertCalls.snooze(alert.id, new Date(until).toISOString()),
    onSuccess: () => done(w.snoozed),
    onError: failed,
    onSettled: settled,
  });
  if (!mayAct) return null;
  const now = Date.now();
  const rests: [string, number][] = [
    [w.rests.hour, now + HOUR],
    [w.rests.hours, now + 4 * HOUR],
    [w.rests.tomorrow, tomorrowMorning(now)],
    [w.rests.week, tomorrowMorning(now + 6 * 24 * HOUR)],
  ];
  return (
    <div className={classes.acts}>
      {isOpen(alert) && (
        <>
          <Button
            variant="default"
            loading={acknowledge.isPending}
            onClick={() => acknowledge.mutate()}
          >
            {w.acknowledge}
          </Button>
          <Menu position="bottom-end">
            <Menu.Target>
              <Button
                variant="default"
                leftSection={<IconClockPause size={14} aria-hidden="true" />}
                loading={snooze.isPending}
              >
                {w.snooze}
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {rests.map(([label, until]) => (
                <Menu.Item key={label} onClick={() => snooze.mutate(until)}>
                  {label}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        </>
      )}
      {alert.case && alert.code !== 'silenced' && (
        <Button
          variant="subtle"
          leftSection={<IconBellOff size={14} aria-hidden="true" />}
          onClick={() => setSilencing(true)}
        >
          {w.silence}
        </Button>
      )}
      {silencing && <SilenceForm alert={alert} onClose={() => setSilencing(false)} />}
    </div>
  );
}
