import { IconChevronRight } from '@tabler/icons-react';
import { useMemo } from 'react';
import type { MessageRecord, SegmentKind } from '../api/types';
import { fromBytes } from '../text/bytes';
import type { Mark } from '../text/marks';
import { useWords } from '../words';
import { Marked } from './Marked';
import classes from './MessageBody.module.css';

type Piece = { kind: SegmentKind; start: number; end: number };

/** The segments as JavaScript counts; neighbours of one kind are one. */
function segmentsOf(message: MessageRecord): Piece[] {
  const ends = fromBytes(
    message.body,
    message.segments.map((segment) => segment.end),
  );
  const joined: Piece[] = [];
  let start = 0;
  message.segments.forEach(({ kind }, i) => {
    const end = ends[i] ?? message.body.length;
    const last = joined.at(-1);
    if (last && last.kind === kind) last.end = end;
    else joined.push({ kind, start, end });
    start = end;
  });
  if (joined.length === 0) return [{ kind: 'new', start: 0, end: message.body.length }];
  return joined;
}

/** The first line that says something. */
function beginning(text: string): string {
  const line = text.split('\n').find((one) => /[\p{L}\p{N}]/u.test(one)) ?? '';
  return line.replace(/^[>\s-]+/, '').slice(0, 80);
}

/** The text of a message: what is new in full, what is not folded until it is needed. */
export function MessageBody({ record, marks }: { record: MessageRecord; marks: readonly Mark[] }) {
  const words = useWords();
  const { body } = record;
  const segments = useMemo(() => segmentsOf(record), [record]);
  if (body.trim() === '') return <p className={classes.none}>{words.source.empty}</p>;
  const onlyOne = segments.length === 1;
  return (
    <div className={classes.body}>
      {segments.map(({ kind, start, end }) => {
        const text = body.slice(start, end);
        if (text.trim() === '') return null;
        const trailing = text.length - text.trimEnd().length;
        const leading = text.length - text.replace(/^\s*\n/, '').length;
        const content = (
          <Marked text={body} marks={marks} from={start + leading} to={end - trailing} />
        );
        if (kind === 'new' || onlyOne) {
          return (
            <div
              key={start}
              className={classes.segment}
              data-kind={kind}
              data-from={start + leading}
            >
              {content}
            </div>
          );
        }
        const meant = marks.some((m) => m.strength === 2 && m.start < end && m.end > start);
        return (
          <details key={start} className={classes.folded} data-kind={kind} open={meant}>
            <summary>
              <IconChevronRight size={14} aria-hidden="true" />
              <span>{words.source.segments[kind]}</span>
              <span className={classes.lines}>
                {words.source.lines(text.trim().split('\n').length)}
              </span>
              <span className={classes.begin}>{beginning(text)}</span>
            </summary>
            <div className={classes.segment} data-kind={kind} data-from={start + leading}>
              {content}
            </div>
          </details>
        );
      })}
    </div>
  );
}
