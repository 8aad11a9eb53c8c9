import { UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useContext, useState } from 'react';
import { Dialog } from '../parts/Dialog';
import { Bars } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { Clock, Moment } from '../time/Moment';
import { PastContext } from '../time/now';
import { spanWords } from '../time/spoken';
import { useWords } from '../words';
import classes from './Due.module.css';
import { type DueLedger, moreQueries } from './more';

/** A clock that explains itself: a click shows what was counted and what was left out. */
export function DueExplained({ caseId, due }: { caseId: string; due: string }) {
  const words = useWords();
  const [opened, setOpened] = useState(false);
  // The service explains what is owed now, not what was.
  if (useContext(PastContext) !== undefined) return <Clock due={due} />;
  return (
    <>
      <UnstyledButton className={classes.clock} onClick={() => setOpened(true)}>
        <Clock due={due} />
        <span className={classes.why}>{words.due.why}</span>
      </UnstyledButton>
      <Dialog opened={opened} onClose={() => setOpened(false)} title={words.due.title} size="lg">
        {opened && <Ledger caseId={caseId} />}
      </Dialog>
    </>
  );
}

function Ledger({ caseId }: { caseId: string }) {
  const words = useWords();
  const w = words.due;
  const found = useQuery(moreQueries.replyDue(caseId));
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (found.isPending) return <Bars count={4} height={32} />;
  if (!found.data) return <p>{w.none}</p>;
  return <Opened caseId={caseId} ledger={found.data} />;
}

function Opened({ caseId, ledger }: { caseId: string; ledger: DueLedger }) {
  const words = useWords();
  const w = words.due;
  const counted = ledger.periods
    .filter((period) => period.kind === 'counted')
    .reduce((sum, { from, to }) => sum + Date.parse(to) - Date.parse(from), 0);
  return (
    <div className={classes.ledger}>
      <p>
        {w.started} <Moment at={ledger.start} />{' '}
        <Link to="/cases/$case" params={{ case: caseId }} search={{ message: ledger.message }}>
          {w.oldest}
        </Link>
        .{' '}
        {ledger.target_minutes != null &&
          w.target(spanWords(ledger.target_minutes * 60_000, words), ledger.round_the_clock)}{' '}
        {ledger.by_contract && w.byContract} {ledger.promise && w.promised}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{w.from}</th>
            <th scope="col">{w.to}</th>
            <th scope="col">{w.length}</th>
            <th scope="col">{w.what}</th>
          </tr>
        </thead>
        <tbody>
          {ledger.periods.map((period) => (
            <tr key={period.from} data-kind={period.kind}>
              <td>
                <Moment at={period.from} />
              </td>
              <td>
                <Moment at={period.to} />
              </td>
              <td>{spanWords(Date.parse(period.to) - Date.parse(period.from), words)}</td>
              <td>{w.kinds[period.kind] ?? period.kind}</td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <th scope="row" colSpan={2}>
              {w.due} <Moment at={ledger.due} />
            </th>
            <td>{spanWords(counted, words)}</td>
            <td>{w.counted}</td>
          </tr>
        </tfoot>
      </table>
      {ledger.paused_by && (
        <p>
          <Link to="/cases/$case" params={{ case: caseId }} search={{ message: ledger.paused_by }}>
            {w.pausedBy}
          </Link>
        </p>
      )}
    </div>
  );
}
