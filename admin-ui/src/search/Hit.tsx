import { Link } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Hit as HitRecord } from '../api/types';
import { Level } from '../level/Level';
import { rangesFromBytes } from '../text/bytes';
import { pieces } from '../text/marks';
import { shown } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Search.module.css';

/** The longest piece of a snippet that goes into an address. */
const NEAR = 80;

/** The words found and what stands around the first, so that the source can mark them. */
function foundWords(hit: HitRecord, ranges: { start: number; end: number }[]) {
  const found = ranges.map(({ start, end }) => hit.snippet.slice(start, end));
  const first = ranges[0];
  const from = first?.start ?? 0;
  const near = hit.snippet
    .slice(from, from + NEAR)
    .split('…')[0]
    ?.trim();
  return {
    words: [...new Set(found.map((word) => word.toLowerCase()))].join('|') || undefined,
    near: near || undefined,
  };
}

/** What a hit is that is no message: of a file its name, and where in it the passage stands. */
function kindOf(hit: HitRecord, words: ReturnType<typeof useWords>) {
  if (hit.file) return [hit.file.name, words.served(hit.file.place)].filter(Boolean).join(', ');
  return hit.kind === 'note' ? words.search.note : words.search.nested;
}

/** One hit: what, who and when, and the passage; opens the message with the passage marked. */
export function Hit({ hit }: { hit: HitRecord }) {
  const words = useWords();
  const ranges = useMemo(() => rangesFromBytes(hit.snippet, hit.marks), [hit]);
  const inner = (
    <>
      <span className={classes.line}>
        <Level level={hit.level} />
        {hit.account && <strong>{hit.account.name}</strong>}
        <span className={classes.subject}>{hit.subject}</span>
        {hit.kind !== 'message' && <span className={classes.kind}>{kindOf(hit, words)}</span>}
      </span>
      <span className={classes.snippet}>
        {pieces(
          hit.snippet,
          ranges.map((range) => ({ ...range, strength: 1 })),
        ).map((piece) =>
          piece.strength === 0 ? piece.text : <mark key={piece.start}>{piece.text}</mark>,
        )}
      </span>
      <span className={classes.by}>
        {shown(hit.from)} · <Moment at={hit.at} />
      </span>
    </>
  );
  const marked = hit.file ? {} : foundWords(hit, ranges);
  const search = hit.message ? { message: hit.message, ...marked } : {};
  return (
    <li className={classes.hit}>
      {hit.case ? (
        <Link to="/cases/$case" params={{ case: hit.case }} search={search}>
          {inner}
        </Link>
      ) : (
        <Link to="/messages/$message" params={{ message: hit.message ?? '' }} search={search}>
          {inner}
        </Link>
      )}
    </li>
  );
}
