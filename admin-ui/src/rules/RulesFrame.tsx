import { Alert, Button, Group } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { PageHead } from '../parts/PageHead';
import { Moment } from '../time/Moment';
import { type RuleFault, type Rules, refreshRules, ruleCalls, ruleQueries } from './calls';
import classes from './Rules.module.css';
import { useRuleWords } from './words';

/** The top of every page about rules: where one is, and what about the active set needs care. */
export function RulesFrame({
  note,
  tools,
  children,
}: {
  note?: ReactNode;
  tools?: ReactNode;
  children: ReactNode;
}) {
  const w = useRuleWords();
  const mayEdit = useMay('ops');
  const mayManage = useMay('manager');
  const state = useQuery(ruleQueries.state());
  const places = [
    { to: '/rules', label: w.tabs.files, may: true },
    { to: '/rules/build', label: w.tabs.build, may: mayEdit },
    { to: '/rules/versions', label: w.tabs.versions, may: true },
    { to: '/rules/trace', label: w.tabs.trace, may: mayEdit },
    { to: '/rules/shadow', label: w.tabs.shadow, may: mayEdit },
    { to: '/rules/noise', label: w.tabs.noise, may: mayManage },
    { to: '/rules/missed', label: w.tabs.missed, may: mayManage },
  ] as const;
  const waiting = state.data?.proposed.length ?? 0;
  return (
    <>
      <PageHead title={w.title} note={note ?? (state.data && w.active(state.data.active))}>
        {tools}
      </PageHead>
      <nav className={classes.tabs} aria-label={w.title}>
        {places
          .filter((place) => place.may)
          .map((place) => (
            <Link
              key={place.to}
              to={place.to}
              className={classes.tab}
              activeOptions={{ exact: true, includeSearch: false }}
              activeProps={{ 'data-active': true, 'aria-current': 'page' as const }}
            >
              {place.label}
              {place.to === '/rules/versions' && waiting > 0 && (
                <span className={classes.badge} title={w.waitingApproval(waiting)}>
                  {waiting}
                </span>
              )}
            </Link>
          ))}
      </nav>
      {state.data && <Care rules={state.data} />}
      {children}
    </>
  );
}

/** One error of a set: where, what, and what to do. */
export function FaultLine({ fault }: { fault: RuleFault }) {
  return (
    <>
      <span className={classes.place}>
        {fault.file}
        {fault.line ? `:${fault.line}` : ''}
      </span>{' '}
      {fault.message}
      {fault.hint && <span className={classes.dim}> {fault.hint}</span>}
    </>
  );
}

/** A set that was refused, scripts that were disabled, cases that are still being assessed. */
function Care({ rules }: { rules: Rules }) {
  const w = useRuleWords();
  const mayEdit = useMay('ops');
  const { done, failed } = useTelling();
  const enable = useMutation({
    mutationFn: ruleCalls.enable,
    onSuccess: (_state, file) => done(w.enabled(file)),
    onError: failed,
    onSettled: refreshRules,
  });
  const reload = useMutation({
    mutationFn: ruleCalls.reload,
    onSuccess: (state) => done(state.refused ? w.stillRefused : w.reloaded),
    onError: failed,
    onSettled: refreshRules,
  });
  return (
    <>
      {rules.refused && (
        <Alert
          color="red"
          variant="outline"
          className={classes.care}
          title={w.refused(rules.refused.origin)}
          role="alert"
        >
          <ul className={classes.faults}>
            {rules.refused.errors.slice(0, 6).map((fault) => (
              <li key={`${fault.file}${fault.line}${fault.message}`}>
                <FaultLine fault={fault} />
              </li>
            ))}
          </ul>
          <Group mt="xs" gap="sm">
            <span className={classes.dim}>
              <Moment at={rules.refused.at} />
            </span>
            {mayEdit && (
              <Button variant="default" loading={reload.isPending} onClick={() => reload.mutate()}>
                {w.reload}
              </Button>
            )}
          </Group>
        </Alert>
      )}
      {rules.disabled.map((one) => (
        <Alert
          key={one.file}
          color="orange"
          variant="outline"
          className={classes.care}
          title={w.disabled(one.file)}
        >
          <Group justify="space-between">
            <span>{one.reason}</span>
            {mayEdit && one.kind !== 'plugin' && (
              <Button
                variant="default"
                loading={enable.isPending}
                onClick={() => enable.mutate(one.file)}
              >
                {w.enable}
              </Button>
            )}
          </Group>
        </Alert>
      ))}
      {rules.reassessing > 0 && (
        <p className={classes.notice} role="status">
          {w.reassessing(rules.reassessing)}
        </p>
      )}
    </>
  );
}
