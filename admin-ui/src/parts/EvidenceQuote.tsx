import { Link } from '@tanstack/react-router';
import type { Quote } from '../api/types';
import { shown } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './EvidenceQuote.module.css';

/** The address of a passage within its case. */
export function passageSearch(quote: Quote) {
  return {
    message: quote.message,
    part: quote.part === 'body' ? undefined : quote.part,
    start: quote.start,
    end: quote.end,
  };
}

type Props = { quote: Quote; caseId: string; current?: boolean };

/** Words of a message with their rail, sender and date; a click shows them in their source. */
export function EvidenceQuote({ quote, caseId, current }: Props) {
  const words = useWords();
  return (
    <Link
      to="/cases/$case"
      params={{ case: caseId }}
      search={passageSearch(quote)}
      className={classes.quote}
      data-current={current || undefined}
      title={words.record.evidence}
    >
      <q className={classes.text}>{quote.text}</q>
      <span className={classes.by}>
        {shown(quote.from)} · <Moment at={quote.at} />
      </span>
    </Link>
  );
}
