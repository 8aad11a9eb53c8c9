import { Table } from '@mantine/core';
import { getRouteApi, Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { ScrollPanel } from '../parts/ScrollPanel';
import { nameFromEmail } from '../text/names';
import { dayWords } from '../time/spoken';
import { useLanguage } from '../words';
import type { PilotFigures, PilotReport, PilotStretch } from './calls';
import classes from './Reports.module.css';
import { durationWords, useReportWords } from './words';
import { type PilotCounted, usePilotWords } from './words.pilot';

const route = getRouteApi('/reports');

type Row = {
  name: string;
  help?: string;
  counted?: PilotCounted;
  value: (one: PilotFigures) => ReactNode;
};

/** Every figure of the whole, before and after; a number opens the cases that it counts. */
export function FigureTable({ report }: { report: PilotReport }) {
  const w = usePilotWords();
  const { words, language } = useLanguage();
  const reports = useReportWords();
  const day = (at: string) => dayWords(at.slice(0, 10), language);
  const columns: [PilotStretch, string, PilotFigures][] = [['whole', w.whole, report.whole]];
  if (report.split && report.before && report.after) {
    columns.unshift(
      ['before', w.before(day(report.split)), report.before],
      ['after', w.after(day(report.split)), report.after],
    );
  }
  const figure = (name: keyof typeof w.rows, counted?: PilotCounted) => ({
    name: w.rows[name],
    help: w.help_of[name],
    counted,
  });
  const rate = (one: PilotFigures) =>
    one.promises.kept_share == null
      ? '–'
      : one.promises.kept_share.toLocaleString(language, { style: 'percent' });
  const rows: Row[] = [
    { ...figure('messages'), value: (one) => words.number(one.messages) },
    { ...figure('cases'), value: (one) => words.number(one.cases) },
    { ...figure('escalations', 'escalations'), value: (one) => words.number(one.escalations) },
    { ...figure('to_told'), value: (one) => durationWords(one.to_told.median, reports) },
    { ...figure('to_reaction'), value: (one) => durationWords(one.to_reaction.median, reports) },
    { ...figure('earlier', 'earlier'), value: (one) => words.number(one.earlier) },
    { ...figure('lead'), value: (one) => durationWords(one.lead.median, reports) },
    { ...figure('later', 'later'), value: (one) => words.number(one.later) },
    { ...figure('unanswered', 'unanswered'), value: (one) => words.number(one.unanswered) },
    { ...figure('untold', 'untold'), value: (one) => words.number(one.untold) },
    { ...figure('repeated', 'repeated'), value: (one) => words.number(one.repeated) },
    { ...figure('promises', 'promises'), value: (one) => words.number(one.promises_found) },
    { ...figure('kept', 'kept'), value: (one) => words.number(one.promises.kept) },
    { ...figure('broken', 'broken'), value: (one) => words.number(one.promises.broken) },
    { ...figure('rate'), value: rate },
    {
      ...figure('unfollowed', 'unfollowed'),
      value: (one) => words.number(one.promises_unfollowed),
    },
    {
      ...figure('notices_a_day'),
      value: (one) => one.notices_a_day.toLocaleString(language, { maximumFractionDigits: 1 }),
    },
    { ...figure('most_a_day'), value: (one) => words.number(one.most_a_day) },
  ];
  return (
    <ScrollPanel label={w.figures}>
      <Table className={classes.table}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{w.figures}</Table.Th>
            {columns.map(([stretch, name]) => (
              <Table.Th key={stretch} className={classes.number}>
                {name}
              </Table.Th>
            ))}
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {rows.map((row) => (
            <Table.Tr key={row.name}>
              <Table.Th scope="row" className={classes.rowName}>
                {row.name}
                {row.help && <span className={classes.sub}>{row.help}</span>}
              </Table.Th>
              {columns.map(([stretch, column, one]) => (
                <Table.Td key={stretch} className={classes.number}>
                  <Opening row={row} stretch={stretch} label={`${row.name}, ${column}`}>
                    {row.value(one)}
                  </Opening>
                </Table.Td>
              ))}
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </ScrollPanel>
  );
}

type OpeningProps = { row: Row; stretch: PilotStretch; label: string; children: ReactNode };

function Opening({ row, stretch, label, children }: OpeningProps) {
  const given = route.useSearch();
  if (!row.counted || children === '0') return children;
  return (
    <Link
      to="/reports"
      search={{ ...given, counted: row.counted, stretch }}
      hash="pilot-counted"
      aria-label={`${label}: ${String(children)}`}
    >
      {children}
    </Link>
  );
}

/** Accounts that escalated more than once. */
export function RepeatedTable({ repeated }: { repeated: PilotReport['repeated'] }) {
  const w = usePilotWords();
  const { words } = useLanguage();
  if (repeated.length === 0) return null;
  return (
    <section className={classes.block} aria-labelledby="pilot-repeated">
      <h2 id="pilot-repeated">{w.rows.repeated}</h2>
      <ScrollPanel label={w.rows.repeated}>
        <Table className={classes.table}>
          <Table.Tbody>
            {repeated.map(({ account, escalations }) => (
              <Table.Tr key={account.name}>
                <Table.Td>
                  {account.id ? (
                    <Link to="/accounts/$account" params={{ account: account.id }}>
                      {account.name}
                    </Link>
                  ) : (
                    account.name
                  )}
                </Table.Td>
                <Table.Td className={classes.number}>{words.number(escalations)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
    </section>
  );
}

/** How often whom would have been disturbed. */
export function PeopleTable({ people }: { people: PilotFigures['people'] }) {
  const w = usePilotWords();
  const { words, language } = useLanguage();
  if (people.length === 0) return null;
  return (
    <section className={classes.block} aria-labelledby="pilot-people">
      <h2 id="pilot-people">{w.people}</h2>
      <ScrollPanel label={w.people}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.person}</Table.Th>
              {[w.notices, w.aDay, w.rows.most_a_day].map((name) => (
                <Table.Th key={name} className={classes.number}>
                  {name}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {people.map((one) => (
              <Table.Tr key={one.to}>
                <Table.Td title={one.to}>{nameFromEmail(one.to)}</Table.Td>
                <Table.Td className={classes.number}>{words.number(one.notices)}</Table.Td>
                <Table.Td className={classes.number}>
                  {one.notices_a_day.toLocaleString(language, { maximumFractionDigits: 2 })}
                </Table.Td>
                <Table.Td className={classes.number}>{words.number(one.most_a_day)}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
    </section>
  );
}
