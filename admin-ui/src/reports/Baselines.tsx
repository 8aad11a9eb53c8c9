import { Button, Checkbox, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { Bars, Empty } from '../parts/Empty';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { Day } from '../time/Moment';
import { useLanguage } from '../words';
import { type BaselineRow, reportQueries } from './calls';
import classes from './Reports.module.css';
import { useReportWords } from './words';

const route = getRouteApi('/reports');
const WEEK = 7 * 86_400_000;
const TALL = 28;

const shift = (week: string, by: number) =>
  new Date(Date.parse(`${week}T00:00:00Z`) + by * WEEK).toISOString().slice(0, 10);

/** Who wrote far more or far less in a week than usual. */
export function Baselines() {
  const w = useReportWords();
  const navigate = useNavigate();
  const { week } = route.useSearch();
  const [all, setAll] = useState(false);
  const found = useQuery(reportQueries.baselines(week, all));
  const go = (to: string) =>
    navigate({ to: '/reports', search: { tab: 'baselines', week: to }, replace: true });
  const shown = found.data?.week;
  const rows = found.data?.rows ?? [];
  return (
    <>
      <p className={classes.help}>{w.baselines.help}</p>
      <div className={classes.bar}>
        {shown && (
          <strong>
            {w.baselines.week} <Day day={shown} />
          </strong>
        )}
        <Button variant="default" disabled={!shown} onClick={() => shown && go(shift(shown, -1))}>
          {w.baselines.before}
        </Button>
        <Button
          variant="default"
          disabled={!shown || Date.parse(shift(shown, 1)) > Date.now()}
          onClick={() => shown && go(shift(shown, 1))}
        >
          {w.baselines.after}
        </Button>
        <Checkbox
          size="xs"
          label={w.baselines.all}
          checked={all}
          onChange={(event) => setAll(event.currentTarget.checked)}
        />
      </div>
      {found.data && !found.data.complete && <p className={classes.help}>{w.baselines.running}</p>}
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Bars count={5} height={44} />}
      {found.data && rows.length === 0 && (
        <Empty title={w.baselines.none}>
          {w.baselines.noneHelp(found.data.compared, found.data.too_new)}
        </Empty>
      )}
      {rows.length > 0 && (
        <ScrollPanel label={w.tabs.baselines}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.baselines.account}</Table.Th>
                <Table.Th>{w.baselines.swing}</Table.Th>
                <Table.Th className={classes.number}>{w.baselines.usual}</Table.Th>
                <Table.Th>{w.baselines.weeks}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {rows.map((row) => (
                <Row key={`${row.account.name} ${row.issue_type}`} row={row} />
              ))}
            </Table.Tbody>
          </Table>
        </ScrollPanel>
      )}
    </>
  );
}

const SIGNS = { spike: '▲', drop: '▼', usual: '' };

function Row({ row }: { row: BaselineRow }) {
  const w = useReportWords();
  const { words, language } = useLanguage();
  const usual = row.median.toLocaleString(language, { maximumFractionDigits: 1 });
  return (
    <Table.Tr>
      <Table.Td>
        {row.account.id ? (
          <Link to="/accounts/$account" params={{ account: row.account.id }}>
            {row.account.name}
          </Link>
        ) : (
          row.account.name
        )}
        {row.issue_type && <span className={classes.sub}>{row.issue_type}</span>}
      </Table.Td>
      <Table.Td>
        <span className={classes.swing} data-swing={row.swing}>
          {words.number(row.count)} {SIGNS[row.swing]} {w.baselines.swings[row.swing]}
        </span>
      </Table.Td>
      <Table.Td className={classes.number}>{usual}</Table.Td>
      <Table.Td>
        <Weeks weeks={row.weeks} now={row.count} />
      </Table.Td>
    </Table.Tr>
  );
}

/** The weeks before as small bars, the oldest first, this week last. */
function Weeks({ weeks, now }: { weeks: readonly number[]; now: number }) {
  const w = useReportWords();
  const all = [...weeks, now];
  const most = Math.max(1, ...all);
  return (
    <span className={classes.weeks} role="img" aria-label={w.baselines.bars(all.join(', '))}>
      {all.map((n, at) => (
        <span
          // biome-ignore lint/suspicious/noArrayIndexKey: weeks never move
          key={at}
          data-now={at === all.length - 1 || undefined}
          style={{ height: Math.max(2, (TALL * n) / most) }}
        />
      ))}
    </span>
  );
}
