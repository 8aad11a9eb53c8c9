import { Link } from '@tanstack/react-router';
import type { TimelineItem } from '../api/types';
import { Level } from '../level/Level';
import { passageSearch } from '../parts/EvidenceQuote';
import { nameFromEmail, shown } from '../text/names';
import { useWords } from '../words';
import classes from './Changes.module.css';

/** Something that happened in a case, in one line; what was said leads to its source. */
export function Happening({ item, caseId }: { item: TimelineItem; caseId: string }) {
  const words = useWords();
  const w = words.timeline;
  switch (item.type) {
    case 'message':
      return (
        <Link
          to="/cases/$case"
          params={{ case: caseId }}
          search={{ message: item.message }}
          className={classes.line}
        >
          <strong>{shown(item.from)}</strong> {item.preview || item.subject}
        </Link>
      );
    case 'note':
      return (
        <span className={classes.line}>
          <strong>
            {item.seen
              ? w.seen(item.seen.kind, item.seen.title)
              : w.note(nameFromEmail(item.author))}
          </strong>{' '}
          {item.text}
        </span>
      );
    case 'signal': {
      const quote = item.evidence[0];
      const title = <strong>{words.served(item.title)}</strong>;
      if (!quote) return <span className={classes.line}>{title}</span>;
      return (
        <Link
          to="/cases/$case"
          params={{ case: caseId }}
          search={passageSearch(quote)}
          className={classes.line}
        >
          {title} <q>{quote.text}</q>
        </Link>
      );
    }
    case 'signal_cleared':
      return (
        <span className={`${classes.line} ${classes.dim}`}>
          {w.signalCleared(words.served(item.title))}
        </span>
      );
    case 'severity':
      return (
        <span className={classes.line}>
          <Level level={item.before} spelled /> <span aria-hidden="true">→</span>{' '}
          <Level level={item.level} spelled />{' '}
          <span className={classes.dim}>
            {item.by ? w.by(nameFromEmail(item.by)) : w.byRules}:{' '}
            {item.reasons.map(words.served).join(' · ')}
          </span>
        </span>
      );
    case 'owner':
      return (
        <span className={classes.line}>{w.owner(item.to ? nameFromEmail(item.to) : w.nobody)}</span>
      );
    case 'alert':
      return (
        <span className={classes.line}>
          <strong>{w.alert(words.served(item.title))}</strong>{' '}
          <span className={classes.dim}>
            {words.alerts.states[item.state] ?? item.state} · {words.served(item.says)}
          </span>
        </span>
      );
    case 'act':
      return (
        <span className={classes.line}>
          {words.served(item.text)}{' '}
          <span className={classes.dim}>{w.by(nameFromEmail(item.by))}</span>
        </span>
      );
  }
}
