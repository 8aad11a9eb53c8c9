import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Level } from '../level/Level';
import { useNow } from '../time/now';
import { momentWords } from '../time/spoken';
import { useLanguage, useWords } from '../words';
import classes from './Backtest.module.css';
import type { CaseChange, BacktestReport as Report } from './calls';
import { FaultLine } from './RulesFrame';
import { useRuleWords } from './words';

const DayChart = lazy(() => import('../charts/DayChart'));
const SHOWN = 100;

/** Every day from the first to the last, those without a count too. */
export function everyDay(counts: ReadonlyMap<string, readonly [number, number]>) {
  const days = [...counts.keys()].sort();
  const [first, last] = [days[0], days.at(-1)];
  if (!first || !last) return [];
  const rows: { day: string; before: number; after: number }[] = [];
  for (let at = Date.parse(`${first}T00:00:00Z`); ; at += 86_400_000) {
    const day = new Date(at).toISOString().slice(0, 10);
    const [before, after] = counts.get(day) ?? [0, 0];
    rows.push({ day, before, after });
    if (day >= last) return rows;
  }
}

/** Alerts a day by both sets; escalations a day where no policy is compared. */
export function daysOf(report: Report) {
  const counts = new Map<string, [number, number]>();
  if (!report.alerts) {
    for (const day of report.days) counts.set(day.name, [day.before, day.after]);
    return everyDay(counts);
  }
  for (const [day, n] of Object.entries(report.alerts.before.by_day)) counts.set(day, [n, 0]);
  for (const [day, n] of Object.entries(report.alerts.after.by_day)) {
    counts.set(day, [counts.get(day)?.[0] ?? 0, n]);
  }
  return everyDay(counts);
}

/** The differing cases by what they would do: become escalations, cease to be, move. */
export function sortOut(named: readonly CaseChange[]) {
  const gained = named.filter((one) => one.escalated_after && !one.escalated_before);
  const lost = named.filter((one) => one.escalated_before && !one.escalated_after);
  const moved = named.filter((one) => !gained.includes(one) && !lost.includes(one));
  return { gained, lost, moved };
}

/** What another set would have made of history: a sentence, a chart, and the cases to open. */
export function BacktestReport({ report, before }: { report: Report; before: string }) {
  const w = useRuleWords();
  const words = useWords();
  const { gained, lost, moved } = sortOut(report.named);
  const signals = report.signals.filter((one) => one.gained + one.lost > 0);
  return (
    <>
      <p className={classes.sentence}>{w.backtest.sentence(report)}</p>
      {report.alerts && (
        <p className={classes.dim}>
          {w.backtest.alertsADay(
            report.alerts.before.notices_a_day,
            report.alerts.after.notices_a_day,
          )}
        </p>
      )}
      <Suspense fallback={<div className={classes.chart} data-loading />}>
        <DayChart
          rows={daysOf(report)}
          before={w.backtest.asActive}
          after={w.backtest.asDraft}
          title={report.alerts ? w.backtest.alertsChart : w.backtest.escalationsChart}
        />
      </Suspense>
      <Cases title={w.backtest.gained} empty={w.backtest.noGained} cases={gained} />
      <Cases title={w.backtest.lost} empty={w.backtest.noLost} cases={lost} />
      <Cases title={w.backtest.moved} empty={w.backtest.noMoved} cases={moved} />
      {signals.length > 0 && (
        <section className={classes.section}>
          <h3>{w.backtest.signals}</h3>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.signal}</Table.Th>
                <Table.Th className={classes.number}>{w.backtest.before}</Table.Th>
                <Table.Th className={classes.number}>{w.backtest.after}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {signals.map((one) => (
                <Table.Tr key={one.signal}>
                  <Table.Td>{one.signal}</Table.Td>
                  <Table.Td className={classes.number}>{words.number(one.before)}</Table.Td>
                  <Table.Td className={classes.number}>{words.number(one.after)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
      )}
      {[...report.errors, ...report.runaways].map((fault) => (
        <p key={`${fault.file}${fault.line}${fault.message}`} className={classes.failed}>
          <FaultLine fault={fault} />
        </p>
      ))}
      {report.left_out.length > 0 && (
        <p className={classes.dim}>{w.backtest.leftOut(report.left_out.join(', '))}</p>
      )}
      <p className={classes.dim}>{w.backtest.against(before)}</p>
    </>
  );
}

/** Cases to open, each with what would be different about it. */
export function Cases({
  title,
  empty,
  cases,
}: {
  title: string;
  empty: string;
  cases: readonly CaseChange[];
}) {
  const w = useRuleWords();
  const { language } = useLanguage();
  const now = useNow();
  return (
    <section className={classes.section} aria-label={title}>
      <h3>
        {title} <span className={classes.dim}>{cases.length}</span>
      </h3>
      {cases.length === 0 && <p className={classes.dim}>{empty}</p>}
      <ul className={classes.cases}>
        {cases.slice(0, SHOWN).map((one) => (
          <li key={one.case}>
            <Link to="/cases/$case" params={{ case: one.case }} className={classes.case}>
              <span className={classes.levels}>
                <Level level={one.level_before} /> → <Level level={one.level_after} />
              </span>
              <span className={classes.title}>
                {one.account && <strong>{one.account}</strong>} {one.title}
              </span>
            </Link>
            <span className={classes.signals}>
              {one.gained.map((name) => `+ ${name}`).join('  ')}
              {one.gained.length > 0 && one.lost.length > 0 && '  '}
              {one.lost.map((name) => `− ${name}`).join('  ')}
              {one.escalated_before &&
                one.escalated_after &&
                one.escalated_before !== one.escalated_after && (
                  <span className={classes.since}>
                    {w.backtest.escalates(
                      momentWords(one.escalated_before, now, language),
                      momentWords(one.escalated_after, now, language),
                    )}
                  </span>
                )}
            </span>
          </li>
        ))}
      </ul>
      {cases.length > SHOWN && <p className={classes.dim}>{w.andMore(cases.length - SHOWN)}</p>}
    </section>
  );
}
