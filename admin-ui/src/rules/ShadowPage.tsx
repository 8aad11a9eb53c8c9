import { Alert, Button, NumberInput, Select, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { Problem } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { Cases } from './BacktestReport';
import { refreshRules, ruleCalls, ruleQueries, type ShadowReport } from './calls';
import classes from './Lists.module.css';
import { FaultLine, RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

const route = getRouteApi('/rules/shadow');
const WEEK = 7;

/** A version that runs beside the active one, and what it has shown. */
export function ShadowPage() {
  const w = useRuleWords();
  const { done, failed } = useTelling();
  const report = useQuery(ruleQueries.shadow());
  const none = report.error instanceof Problem && report.error.status === 404;
  const stop = useMutation({
    mutationFn: ruleCalls.stopShadow,
    onSuccess: () => {
      queryClient.removeQueries({ queryKey: ruleQueries.shadow().queryKey });
      done(w.shadow.stopped);
    },
    onError: failed,
    onSettled: refreshRules,
  });
  return (
    <RulesFrame
      tools={
        report.data &&
        !none && (
          <Button variant="default" loading={stop.isPending} onClick={() => stop.mutate()}>
            {w.shadow.stop}
          </Button>
        )
      }
    >
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>{w.shadow.help}</p>
          {report.error && !none && <Trouble error={report.error} again={() => report.refetch()} />}
          {report.isPending && <Bars count={4} height={48} />}
          {none && <Empty title={w.shadow.none}>{w.shadow.noneHelp}</Empty>}
          {(none || report.data) && <Start running={report.data?.running ?? false} />}
          {report.data && !none && <Report report={report.data} />}
        </div>
      </div>
    </RulesFrame>
  );
}

function Start({ running }: { running: boolean }) {
  const w = useRuleWords();
  const { done, failed } = useTelling();
  const { rules: asked } = route.useSearch();
  const versions = useQuery(ruleQueries.versions());
  const others = (versions.data ?? []).filter((version) => !version.active);
  const [rules, setRules] = useState<string | null>(asked ?? null);
  const [days, setDays] = useState<number | string>(WEEK);
  const [note, setNote] = useState('');
  const start = useMutation({
    mutationFn: () => ruleCalls.startShadow(rules ?? '', Number(days), note),
    onSuccess: (report) => {
      queryClient.setQueryData(ruleQueries.shadow().queryKey, report);
      done(w.shadow.started);
    },
    onError: failed,
    onSettled: refreshRules,
  });
  if (running) return null;
  if (versions.data && others.length === 0) return <p className={classes.help}>{w.shadow.only}</p>;
  return (
    <form
      className={classes.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (rules) start.mutate();
      }}
    >
      <Select
        size="sm"
        className={classes.grow}
        label={w.shadow.which}
        data={others.map((version) => ({
          value: version.rules,
          label: version.note ? `${version.rules} – ${version.note}` : version.rules,
        }))}
        value={rules}
        onChange={setRules}
      />
      <NumberInput
        size="sm"
        label={w.shadow.days}
        min={1}
        max={90}
        value={days}
        onChange={setDays}
        w={90}
      />
      <TextInput
        className={classes.grow}
        label={w.note}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <Button
        type="submit"
        size="sm"
        disabled={!rules || Number(days) < 1}
        loading={start.isPending}
      >
        {w.shadow.start}
      </Button>
    </form>
  );
}

function Report({ report }: { report: ShadowReport }) {
  const w = useRuleWords();
  return (
    <section className={pageClasses.section} aria-label={w.tabs.shadow}>
      <h2>
        <span className={classes.mono}>{report.rules}</span>{' '}
        <span className={report.running ? classes.good : classes.dim}>
          {report.running ? w.shadow.running : w.shadow.ended}
        </span>{' '}
        <span className={classes.dim}>
          <Moment at={report.since} /> {w.shadow.until} <Moment at={report.until} /> · {report.by}
          {report.note && ` · ${report.note}`}
        </span>
      </h2>
      <p>
        <strong>{w.shadow.sentence(report.watched, report.alike)}</strong>{' '}
        {report.watched > 0 && w.shadow.gains(report.escalations_gained, report.escalations_lost)}
      </p>
      <Cases title={w.shadow.cases} empty={w.shadow.noCases} cases={report.cases} />
      {report.runaways.map((fault) => (
        <Alert key={`${fault.file}${fault.line}`} color="red" variant="outline">
          <FaultLine fault={fault} />
        </Alert>
      ))}
    </section>
  );
}
