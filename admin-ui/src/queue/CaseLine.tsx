import { Checkbox, UnstyledButton } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { memo, useId } from 'react';
import type { CaseRow } from '../api/types';
import { Level } from '../level/Level';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { nameFromEmail, shown } from '../text/names';
import { Clock, Moment, PromiseClock } from '../time/Moment';
import { useWords } from '../words';
import classes from './CaseLine.module.css';

type Props = {
  row: CaseRow;
  opened?: string;
  onReason: (id: string, signal: string) => void;
  chosen?: boolean;
  onChoose?: (id: string) => void;
};

/**
 * A case in two lines: what and who; why and the customer's last words. Drawn anew only when what it
 * shows changes: while a queue scrolls, the rows that stay cost nothing.
 */
export const CaseLine = memo(function CaseLine({ row, opened, onReason, chosen, onChoose }: Props) {
  const words = useWords();
  const panel = useId();
  const reason = row.reasons.find((one) => one.signal === opened);
  return (
    <>
      <div className={classes.line} data-choosable={onChoose ? true : undefined}>
        {onChoose && (
          <Checkbox
            size="xs"
            className={classes.choose}
            aria-label={words.bulk.choose(row.title)}
            checked={chosen}
            onChange={() => onChoose(row.id)}
          />
        )}
        <span className={classes.level}>
          <Level level={row.level} rank={row.rank} />
        </span>
        <span className={classes.account}>
          {row.account.id ? (
            <Link to="/accounts/$account" params={{ account: row.account.id }}>
              {row.account.name}
            </Link>
          ) : (
            row.account.name
          )}
        </span>
        <Link
          data-main
          to="/cases/$case"
          params={{ case: row.id }}
          className={classes.title}
          title={row.title}
        >
          {row.title}
        </Link>
        <span className={classes.clock}>
          {row.reply_due && <Clock due={row.reply_due} />}
          {!row.reply_due && row.promise_due && <PromiseClock due={row.promise_due} />}
        </span>
        <span className={classes.owner} title={row.owner ?? undefined}>
          {row.owner ? nameFromEmail(row.owner) : <i>{words.queue.nobody}</i>}
        </span>
        <span className={classes.reasons}>
          {row.reasons.map((one) => (
            <UnstyledButton
              key={one.signal}
              className={classes.chip}
              aria-expanded={opened === one.signal}
              aria-controls={panel}
              onClick={() => onReason(row.id, one.signal)}
            >
              {words.served(one.title)}
            </UnstyledButton>
          ))}
        </span>
        <span className={classes.words}>
          {row.last_words && (
            <q title={`${shown(row.last_words.from)}: ${row.last_words.text}`}>
              {row.last_words.text}
            </q>
          )}
        </span>
        <span className={classes.last}>
          <Moment at={row.last_at} />
        </span>
        <span className={classes.size}>{words.queue.messages(row.messages)}</span>
      </div>
      <div id={panel}>
        {reason && (
          <div className={classes.reason}>
            {reason.quote ? (
              <EvidenceQuote quote={reason.quote} caseId={row.id} />
            ) : (
              <span>{words.queue.byTime}</span>
            )}
          </div>
        )}
      </div>
    </>
  );
});
