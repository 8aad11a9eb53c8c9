import { Button, SegmentedControl, TextInput } from '@mantine/core';
import { IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense } from 'react';
import { Bars, Empty } from '../parts/Empty';
import { PdfButton } from '../parts/PdfButton';
import { Trouble } from '../parts/Trouble';
import { dayWords } from '../time/spoken';
import { useLanguage } from '../words';
import { Card } from './Card';
import { type PilotReport, type PilotSearch, pilotAsked, pilotQueries } from './calls';
import { monthWords } from './month';
import { PilotCases } from './PilotCases';
import { FigureTable, PeopleTable, RepeatedTable } from './PilotTables';
import classes from './Reports.module.css';
import { durationWords, useReportWords } from './words';
import { usePilotWords } from './words.pilot';

const route = getRouteApi('/reports');
const MonthsChart = lazy(() => import('../charts/MonthsChart'));
const PERIODS = ['90', '182', '365', 'all'] as const;

/** What the team would have known, and when, before and after a day, on the history it imported. */
export function Pilot() {
  const w = usePilotWords();
  const { outcomes } = useReportWords();
  const navigate = useNavigate();
  const given = route.useSearch();
  const search: PilotSearch = { days: given.days ?? 'all', split: given.split };
  const report = useQuery(pilotQueries.report(search));
  const go = (change: Partial<typeof given>) =>
    navigate({
      to: '/reports',
      search: { ...given, counted: undefined, stretch: undefined, ...change },
      replace: true,
    });
  return (
    <div className={classes.pilot}>
      <p className={classes.help}>{w.help}</p>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={outcomes.period}
          value={search.days}
          onChange={(days) => go({ days })}
          data={PERIODS.map((value) => ({ value, label: outcomes.periods[value] }))}
        />
        <TextInput
          type="date"
          size="xs"
          aria-label={w.split}
          title={w.splitHelp}
          leftSection={<span className={classes.inside}>{w.split}</span>}
          leftSectionWidth={96}
          value={search.split ?? ''}
          onChange={(event) => go({ split: event.currentTarget.value || undefined })}
        />
        <Button
          className={classes.push}
          variant="default"
          leftSection={<IconPrinter size={14} aria-hidden="true" />}
          onClick={() => window.print()}
        >
          {w.print}
        </Button>
        <PdfButton path="/api/v1/reports/pilot.pdf" query={pilotAsked(search)} />
      </div>
      {report.error && <Trouble error={report.error} again={() => report.refetch()} />}
      {report.isPending && <Bars count={6} height={64} />}
      {report.data?.whole.cases === 0 && <Empty title={w.none}>{w.noneHelp}</Empty>}
      {report.data && report.data.whole.cases > 0 && <Sheet report={report.data} search={search} />}
    </div>
  );
}

function Sheet({ report, search }: { report: PilotReport; search: PilotSearch }) {
  const w = usePilotWords();
  const reports = useReportWords();
  const { words, language } = useLanguage();
  const { counted } = route.useSearch();
  const { whole, taken_in: taken } = report;
  const day = (at: string) => dayWords(at.slice(0, 10), language);
  return (
    <>
      <p className={classes.lead}>
        {w.lead(
          words.number(whole.escalations),
          words.number(whole.earlier),
          durationWords(whole.lead.median, reports),
        )}{' '}
        <span className={classes.dim}>
          {w.from(day(report.since), day(report.until))} {w.taken(taken)}
        </span>
      </p>
      <dl className={classes.cards}>
        <Card
          name={w.rows.to_reaction}
          help={w.help_of.to_reaction}
          value={durationWords(whole.to_reaction.median, reports)}
          note={w.within(whole.to_reaction.p90, reports)}
        />
        <Card
          name={w.rows.to_told}
          help={w.help_of.to_told}
          value={durationWords(whole.to_told.median, reports)}
          note={w.within(whole.to_told.p90, reports)}
        />
        <Card
          name={w.rows.lead}
          help={w.help_of.lead}
          value={durationWords(whole.lead.median, reports)}
          note={w.of(whole.earlier, whole.escalations)}
        />
        <Card
          name={w.rows.unfollowed}
          help={w.help_of.unfollowed}
          value={words.number(whole.promises_unfollowed)}
          note={w.of(whole.promises_unfollowed, whole.promises_found)}
        />
        <Card
          name={w.rows.notices_a_day}
          help={w.help_of.notices_a_day}
          value={whole.notices_a_day.toLocaleString(language, { maximumFractionDigits: 1 })}
          note={w.most(whole.most_a_day)}
        />
      </dl>
      <Suspense fallback={<div className={classes.charts} data-loading />}>
        <div className={classes.charts}>
          <MonthsChart
            title={w.byMonth}
            names={{ all: w.rows.escalations, part: w.rows.earlier }}
            rows={report.months.map((one) => ({
              label: monthWords(one.month, language),
              all: one.escalations,
              part: one.earlier,
            }))}
          />
        </div>
      </Suspense>
      <FigureTable report={report} />
      {counted && <PilotCases report={report} search={search} />}
      <RepeatedTable repeated={report.repeated} />
      <PeopleTable people={whole.people} />
      <PilotCases report={report} search={search} examples />
      <section className={classes.how} aria-labelledby="pilot-how">
        <h2 id="pilot-how">{w.how}</h2>
        <ul>
          {[...w.hows, w.rules(report.rules), w.zone(report.zone)].map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
        <h3>{w.limits}</h3>
        <ul>
          {w.limit.map((line) => (
            <li key={line}>{line}</li>
          ))}
        </ul>
      </section>
    </>
  );
}
