import { Button } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { Level } from '../level/Level';
import { Bars } from '../parts/Empty';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { type PilotCase, type PilotReport, type PilotSearch, pilotQueries } from './calls';
import classes from './Reports.module.css';
import { durationWords, useReportWords } from './words';
import { countedOf, stretchOf, usePilotWords } from './words.pilot';

const route = getRouteApi('/reports');

type Props = { report: PilotReport; search: PilotSearch; examples?: boolean };

/** The cases in which most time would have been won, or those that a figure counts. */
export function PilotCases({ report, search, examples }: Props) {
  const w = usePilotWords();
  if (!examples) return <Counted report={report} search={search} />;
  if (report.examples.length === 0) return null;
  return (
    <section className={classes.block} aria-labelledby="pilot-examples">
      <h2 id="pilot-examples">{w.examples}</h2>
      <ul className={classes.cases}>
        {report.examples.map((one) => (
          <Line key={one.case.id} one={one} />
        ))}
      </ul>
    </section>
  );
}

function Counted({ report, search }: Omit<Props, 'examples'>) {
  const w = usePilotWords();
  const words = useWords();
  const { counted: given, stretch: part, ...rest } = route.useSearch();
  const counted = countedOf(given);
  const stretch = stretchOf(part, report.split != null);
  const found = useInfiniteQuery(pilotQueries.cases(report, search, counted, stretch));
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  const total = found.data?.pages[0]?.total ?? 0;
  return (
    <section className={classes.block} aria-labelledby="pilot-counted">
      <h2 id="pilot-counted">
        {w.rows[counted]} · {w.stretches[stretch]}
        {found.data && ` (${words.number(total)})`}{' '}
        <Link to="/reports" search={rest} className={classes.close}>
          {w.close}
        </Link>
      </h2>
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Bars count={3} />}
      <ul className={classes.cases}>
        {rows.map((one) => (
          <Line key={one.case.id} one={one} />
        ))}
      </ul>
      {found.hasNextPage && (
        <Button
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => found.fetchNextPage()}
        >
          {w.more}
        </Button>
      )}
    </section>
  );
}

function Line({ one }: { one: PilotCase }) {
  const w = usePilotWords();
  const reports = useReportWords();
  const { case: row } = one;
  return (
    <li>
      <div className={classes.caseHead}>
        {one.level && <Level level={one.level} />}
        <Link to="/cases/$case" params={{ case: row.id }}>
          {row.account.name} · {row.title}
        </Link>
        {one.level && (
          <strong className={classes.won}>
            {one.lead == null
              ? one.told && w.nobody
              : one.lead > 0
                ? w.won(durationWords(one.lead, reports))
                : w.lost(durationWords(-one.lead, reports))}
          </strong>
        )}
      </div>
      <p className={classes.sub}>
        {one.level ? w.sign : w.promised} <Moment at={one.sign} />
        {one.level && (
          <>
            {' · '}
            {w.told} {one.told ? <Moment at={one.told} /> : w.never}
            {' · '}
            {w.reacted} {one.reacted ? <Moment at={one.reacted} /> : w.never}
            {one.reacted_by && ` (${nameFromEmail(one.reacted_by)})`}
          </>
        )}
      </p>
      {one.quote && <EvidenceQuote quote={one.quote} caseId={row.id} />}
    </li>
  );
}
