import { Button, Group, Progress, Select } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Empty } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { useWords } from '../words';
import classes from './Backtest.module.css';
import { BacktestReport } from './BacktestReport';
import { type Backtest, ruleCalls, ruleQueries } from './calls';
import { useRuleWords } from './words';

const POLL = 400;
const DAY = 86_400_000;
const PERIODS = ['7', '30', '90', '365', 'all'] as const;

/** A backtest as it runs and once it has ended. */
export function useBacktest(seq: number | undefined) {
  return useQuery({
    ...ruleQueries.backtest(seq ?? 0),
    enabled: seq !== undefined,
    refetchInterval: ({ state }) => (state.data?.state === 'running' ? POLL : false),
  });
}

/** Begins a backtest of a set against the active one. */
export function useStartBacktest() {
  const { failed } = useTelling();
  return useMutation({
    mutationFn: ({ candidate, days }: { candidate: string; days: string }) =>
      ruleCalls.startBacktest(
        candidate,
        days === 'all' ? undefined : new Date(Date.now() - Number(days) * DAY).toISOString(),
      ),
    onSuccess: (job) => {
      queryClient.setQueryData(ruleQueries.backtest(job.id).queryKey, job);
      void queryClient.invalidateQueries({ queryKey: ['backtests'], exact: true });
    },
    onError: failed,
  });
}

type Props = { candidate: string; rules: string | undefined };

/** What the draft would have made of history: the period, the progress, what would be different. */
export function BacktestPanel({ candidate, rules }: Props) {
  const w = useRuleWords();
  const [days, setDays] = useState('all');
  const [chosen, setChosen] = useState<number | undefined>(undefined);
  const jobs = useQuery(ruleQueries.backtests());
  const latest = jobs.data?.find((job) => rules !== undefined && job.after === rules);
  const job = useBacktest(chosen ?? latest?.id);
  const start = useStartBacktest();
  const running = job.data?.state === 'running';
  return (
    <div className={classes.backtest}>
      <Group gap="xs" align="flex-end">
        <Select
          className={classes.period}
          label={w.backtest.period}
          data={PERIODS.map((value) => ({ value, label: w.backtest.periods[value] }))}
          value={days}
          allowDeselect={false}
          onChange={(value) => setDays(value ?? 'all')}
        />
        <Button
          loading={start.isPending}
          disabled={running || rules === undefined}
          onClick={() =>
            start.mutate({ candidate, days }, { onSuccess: ({ id }) => setChosen(id) })
          }
        >
          {w.backtest.start}
        </Button>
      </Group>
      {rules === undefined && <p className={classes.dim}>{w.backtest.broken}</p>}
      {job.error && <Trouble error={job.error} again={() => job.refetch()} />}
      {!job.data && !job.isFetching && <Empty title={w.backtest.none}>{w.backtest.noneHelp}</Empty>}
      {job.data && <Progressing job={job.data} />}
      {job.data && rules !== undefined && job.data.after !== rules && !running && (
        <p className={classes.old} role="status">
          {w.backtest.older}
        </p>
      )}
      {job.data?.report && <BacktestReport report={job.data.report} before={job.data.before} />}
    </div>
  );
}

/** How far a backtest has come, when it will be done, and how to stop it. */
export function Progressing({ job }: { job: Backtest }) {
  const w = useRuleWords();
  const words = useWords();
  const { failed } = useTelling();
  const cancel = useMutation({
    mutationFn: () => ruleCalls.cancelBacktest(job.id),
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['backtests'] }),
  });
  if (job.state === 'failed')
    return <p className={classes.failed}>{w.backtest.failed(job.failure ?? '')}</p>;
  if (job.state === 'cancelled') return <p className={classes.dim}>{w.backtest.cancelled}</p>;
  if (job.state !== 'running') {
    return <p className={classes.dim}>{w.backtest.done(job.cases, job.messages, job.seconds)}</p>;
  }
  const share = job.messages > 0 ? (100 * job.messages_done) / job.messages : 0;
  return (
    <div className={classes.progress} role="status">
      <Progress value={share} aria-label={w.backtest.progress} transitionDuration={0} />
      <Group justify="space-between" gap="xs">
        <span className={classes.dim}>
          {w.backtest.so(words.number(job.messages_done), words.number(job.messages))}
          {job.seconds_to_go != null && ` · ${w.backtest.toGo(job.seconds_to_go)}`}
        </span>
        <Button
          variant="default"
          size="compact-xs"
          loading={cancel.isPending}
          onClick={() => cancel.mutate()}
        >
          {w.backtest.cancel}
        </Button>
      </Group>
    </div>
  );
}
