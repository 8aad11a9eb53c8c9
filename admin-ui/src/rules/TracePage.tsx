import { Alert, Button, Select } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { calls } from '../api/calls';
import { queries } from '../api/queries';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { ruleCalls, ruleQueries, type TracedCall } from './calls';
import classes from './Lists.module.css';
import { FaultLine, RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

const route = getRouteApi('/rules/trace');
const ID = /^[0-9A-Z]{5}-[0-9A-Z]{5}$/i;
const SEVERITY = 'severity';

/** Follows one script over one case, statement by statement. */
export function TracePage() {
  const w = useRuleWords();
  const words = useWords();
  const navigate = useNavigate();
  const asked = route.useSearch();
  const state = useQuery(ruleQueries.state());
  const trace = useQuery({
    queryKey: ['rules', 'trace', asked],
    queryFn: () =>
      ruleCalls.trace({
        case: asked.case ?? '',
        signal: asked.signal === SEVERITY ? null : asked.signal,
        message: asked.message,
        rules: asked.set === 'draft' ? 'draft' : null,
      }),
    enabled: asked.case !== undefined && asked.signal !== undefined,
  });
  const set = (change: Partial<typeof asked>) =>
    navigate({ to: '/rules/trace', search: (now) => ({ ...now, ...change }), replace: true });
  const scripts = [
    { value: SEVERITY, label: w.trace.severity },
    ...(state.data?.signals ?? []).map((one) => ({
      value: one.id,
      label: words.served(one.title),
    })),
  ];
  return (
    <RulesFrame>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>{w.trace.help}</p>
          <div className={classes.form}>
            <CaseFinder
              value={asked.case}
              onChange={(id) => set({ case: id, message: undefined })}
            />
            <Select
              size="sm"
              searchable
              label={w.trace.script}
              data={scripts}
              value={asked.signal ?? null}
              onChange={(signal) => set({ signal: signal ?? undefined })}
            />
            <Select
              size="sm"
              label={w.trace.set}
              allowDeselect={false}
              data={[
                { value: 'active', label: w.trace.sets.active },
                { value: 'draft', label: w.trace.sets.draft },
              ]}
              value={asked.set === 'draft' ? 'draft' : 'active'}
              onChange={(next) => set({ set: next === 'draft' ? 'draft' : undefined })}
            />
            <Button
              size="sm"
              variant="default"
              disabled={!trace.data && !trace.error}
              onClick={() => trace.refetch()}
            >
              {w.trace.run}
            </Button>
          </div>
          {(!asked.case || !asked.signal) && <Empty title={w.trace.none} />}
          {trace.error && <Trouble error={trace.error} again={() => trace.refetch()} />}
          {trace.isLoading && <Bars count={5} height={48} />}
          {trace.data?.calls.length === 0 && <Empty title={w.trace.empty} />}
          {trace.data?.cut && (
            <Alert color="orange" variant="outline" mb="md">
              {w.trace.cut}
            </Alert>
          )}
          {trace.data?.calls.map((call, at) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: a script may be called twice at one instant
            <Call key={at} call={call} />
          ))}
        </div>
      </div>
    </RulesFrame>
  );
}

function Call({ call }: { call: TracedCall }) {
  const w = useRuleWords();
  return (
    <details className={classes.call}>
      <summary>
        <Moment at={call.at} />
        <span>{call.event}</span>
        <span className={classes.mono}>
          {call.file} {call.function}
        </span>
        <span className={call.outcome.length > 0 ? classes.outcome : classes.dim}>
          {call.outcome.join('; ') || w.trace.nothing}
        </span>
        <span className={classes.dim}>{w.trace.steps(call.steps.length)}</span>
      </summary>
      {call.error && (
        <Alert color="red" variant="outline" m="xs">
          <FaultLine fault={call.error} />
        </Alert>
      )}
      <ol className={classes.steps}>
        {call.steps.map((step, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a statement may be carried out many times
          <li key={at} className={classes.step}>
            <Link to="/rules" search={{ file: step.file, line: step.line }} title={w.trace.open}>
              {step.file}:{step.line}
            </Link>
            <span className={classes.source} style={{ paddingLeft: step.depth * 14 }}>
              {step.source}
            </span>
            <span className={classes.variable}>
              {step.variables.map((one) => `${one.name} = ${one.value}`).join(', ')}
            </span>
          </li>
        ))}
      </ol>
    </details>
  );
}

/** Finds a case by its number or by words of its title. */
function CaseFinder({
  value,
  onChange,
}: {
  value: string | undefined;
  onChange: (id: string | undefined) => void;
}) {
  const w = useRuleWords();
  const [typed, setTyped] = useState('');
  const [wanted] = useDebouncedValue(typed.trim(), 200);
  const chosen = useQuery({ ...queries.case(value ?? ''), enabled: value !== undefined });
  const label = chosen.data ? `${chosen.data.title} (${chosen.data.id})` : value;
  const found = useQuery({
    queryKey: ['case-finder', wanted],
    queryFn: () => calls.search(wanted, 'best', undefined),
    enabled: wanted.length > 1 && !ID.test(wanted) && wanted !== label,
  });
  const seen = new Map<string, string>();
  if (value && label) seen.set(value, label);
  if (ID.test(wanted)) seen.set(wanted.toUpperCase(), wanted.toUpperCase());
  for (const hit of found.data?.items ?? []) {
    if (hit.case && !seen.has(hit.case)) seen.set(hit.case, `${hit.subject} (${hit.case})`);
  }
  return (
    <Select
      key={label}
      size="sm"
      className={classes.grow}
      searchable
      label={w.trace.case}
      placeholder={w.trace.caseHelp}
      nothingFoundMessage={wanted.length > 1 && !found.isFetching ? w.trace.noCase : undefined}
      data={[...seen].map(([id, shown]) => ({ value: id, label: shown }))}
      filter={({ options }) => options}
      value={value ?? null}
      onSearchChange={setTyped}
      onChange={(id) => onChange(id ?? undefined)}
    />
  );
}
