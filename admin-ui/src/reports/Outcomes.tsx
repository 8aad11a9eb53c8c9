import { SegmentedControl, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useState } from 'react';
import { Bars, Empty } from '../parts/Empty';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { useLanguage } from '../words';
import { Card } from './Card';
import { type OutcomesReport, reportQueries, type Spread } from './calls';
import { monthWords } from './month';
import classes from './Reports.module.css';
import { durationWords, useReportWords } from './words';

const MonthChart = lazy(() => import('../charts/MonthChart'));
const PERIODS = ['90', '182', '365', 'all'] as const;

const told = ({ all }: OutcomesReport) =>
  all.escalations > 0 || all.promises.made > 0 || all.handoffs.offered > 0;

/** How quickly escalations are noticed, owned and handed on, and promises kept, by month. */
export function Outcomes() {
  const w = useReportWords();
  const [days, setDays] = useState<string>('365');
  const report = useQuery(reportQueries.outcomes(days));
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.dim}>{w.outcomes.help}</span>
        <SegmentedControl
          className={classes.push}
          size="xs"
          aria-label={w.outcomes.period}
          value={days}
          onChange={setDays}
          data={PERIODS.map((value) => ({ value, label: w.outcomes.periods[value] }))}
        />
      </div>
      {report.error && <Trouble error={report.error} again={() => report.refetch()} />}
      {report.isPending && <Bars count={6} height={64} />}
      {report.data && !told(report.data) && (
        <Empty title={w.outcomes.none}>{w.outcomes.noneHelp}</Empty>
      )}
      {report.data && told(report.data) && <Report report={report.data} />}
    </>
  );
}

function Report({ report }: { report: OutcomesReport }) {
  const w = useReportWords();
  const { words, language } = useLanguage();
  const { all, months } = report;
  const named = (month: string) => monthWords(month, language);
  const share = (of: number | null | undefined) =>
    of == null ? '–' : of.toLocaleString(language, { style: 'percent' });
  const decided = all.promises.kept + all.promises.broken;
  return (
    <>
      <dl className={classes.cards} data-wide>
        <Card
          name={w.outcomes.escalations}
          help={w.outcomes.escalationsHelp}
          value={words.number(all.escalations)}
        />
        <Timed name={w.outcomes.detect} help={w.outcomes.detectHelp} spread={all.to_detect} />
        <Timed name={w.outcomes.own} help={w.outcomes.ownHelp} spread={all.to_own} />
        <Timed name={w.outcomes.handOff} help={w.outcomes.handOffHelp} spread={all.to_hand_off} />
        <Card
          name={w.outcomes.never}
          help={w.outcomes.neverHelp}
          value={words.number(all.never_owned)}
        />
        <Card
          name={w.outcomes.reopened}
          help={w.outcomes.reopenedHelp}
          value={share(all.reopen_rate)}
          note={w.outcomes.ofResolved(all.reopened, all.resolved)}
        />
        <Card
          name={w.outcomes.kept}
          help={w.outcomes.keptHelp}
          value={share(all.promises.kept_share)}
          note={w.outcomes.ofDecided(all.promises.kept, decided)}
        />
        <Card
          name={w.outcomes.accept}
          help={w.outcomes.acceptHelp}
          value={durationWords(all.handoffs.to_accept.median, w)}
          note={w.outcomes.ofHandoffs(all.handoffs)}
        />
      </dl>
      <Suspense fallback={<div className={classes.charts} data-loading />}>
        <div className={classes.charts}>
          <MonthChart
            title={w.outcomes.byMonth}
            rows={months.map((one) => ({ label: named(one.month), value: one.escalations }))}
            name={w.outcomes.escalations}
          />
          <MonthChart
            title={w.outcomes.hours}
            rows={months.map((one) => ({
              label: named(one.month),
              value: Math.round((one.to_detect.median ?? 0) / 360) / 10,
            }))}
            name={w.outcomes.detect}
          />
          <MonthChart
            title={w.outcomes.keptByMonth}
            rows={months.map((one) => ({
              label: named(one.month),
              value:
                one.promises.kept_share == null ? null : Math.round(one.promises.kept_share * 100),
            }))}
            name={w.outcomes.kept}
            most={100}
          />
        </div>
      </Suspense>
      <ScrollPanel label={w.tabs.outcomes}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.outcomes.month}</Table.Th>
              {[
                w.outcomes.escalations,
                w.outcomes.detect,
                w.outcomes.own,
                w.outcomes.handOff,
                w.outcomes.never,
                w.outcomes.resolved,
                w.outcomes.reopened,
                w.outcomes.kept,
                w.outcomes.handoffs,
                w.outcomes.accept,
              ].map((name) => (
                <Table.Th key={name} className={classes.number}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {[...months].reverse().map((one) => (
              <Table.Tr key={one.month}>
                <Table.Td>{named(one.month)}</Table.Td>
                <Table.Td className={classes.number}>{words.number(one.escalations)}</Table.Td>
                {[one.to_detect, one.to_own, one.to_hand_off].map((spread, at) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: the columns never move
                  <TimedCell key={at} spread={spread} />
                ))}
                <Table.Td className={classes.number}>{words.number(one.never_owned)}</Table.Td>
                <Table.Td className={classes.number}>{words.number(one.resolved)}</Table.Td>
                <Table.Td className={classes.number}>{share(one.reopen_rate)}</Table.Td>
                <Table.Td className={classes.number}>
                  {share(one.promises.kept_share)}
                  {one.promises.made > 0 && (
                    <span className={classes.sub}>
                      {w.outcomes.ofMade(one.promises.kept, one.promises.made)}
                    </span>
                  )}
                </Table.Td>
                <Table.Td className={classes.number}>{words.number(one.handoffs.offered)}</Table.Td>
                <TimedCell spread={one.handoffs.to_accept} />
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
    </>
  );
}

function TimedCell({ spread }: { spread: Spread }) {
  const w = useReportWords();
  return (
    <Table.Td className={classes.number}>
      {durationWords(spread.median, w)}
      {spread.p90 != null && spread.p90 >= 60 && (
        <span className={classes.sub} title={w.outcomes.p90}>
          ≤ {durationWords(spread.p90, w)}
        </span>
      )}
    </Table.Td>
  );
}

function Timed({ name, help, spread }: { name: string; help: string; spread: Spread }) {
  const w = useReportWords();
  return (
    <Card
      name={name}
      help={help}
      value={durationWords(spread.median, w)}
      note={
        spread.p90 == null || spread.p90 < 60
          ? undefined
          : w.outcomes.within(durationWords(spread.p90, w))
      }
    />
  );
}
