import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { MessageRecord } from '../api/types';
import { asHeader, asHeaderList } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './MessageFacts.module.css';
import { WhyNot } from './WhyNot';

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div className={classes.fact}>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Why a message is here, where it was seen, its headers: what makes it evidence. */
export function MessageFacts({ record }: { record: MessageRecord }) {
  const words = useWords();
  const { why } = record;
  return (
    <div className={classes.facts}>
      <details open>
        <summary>{words.source.why}</summary>
        <p className={classes.why}>
          {words.source.rules[why.rule] ?? why.rule.replaceAll('_', ' ')}{' '}
          <span className={classes.dim}>{words.source.whySure(why.confidence)}</span>
          {why.detail && <code>{why.detail}</code>}
        </p>
      </details>
      <WhyNot caseId={record.case} message={record.key} />
      <details>
        <summary>{words.source.sightings(record.sightings.length)}</summary>
        <ul className={classes.sightings}>
          {record.sightings.map((one) => (
            <li key={`${one.source}${one.folder}${one.place}`}>
              <strong>{one.source_title}</strong> {one.folder}{' '}
              <span className={classes.dim}>
                {one.place} · <Moment at={one.captured} />
                {one.flags && ` · ${one.flags}`}
              </span>
              <code>{one.evidence}</code>
            </li>
          ))}
        </ul>
      </details>
      <details>
        <summary>{words.source.headers}</summary>
        <Headers record={record} />
      </details>
    </div>
  );
}

function Headers({ record }: { record: MessageRecord }) {
  const words = useWords();
  const w = words.source;
  const lines: [string, ReactNode][] = [
    [w.messageId, record.message_id && <code>{record.message_id}</code>],
    [w.date, record.date && <Moment at={record.date} />],
    [
      w.happened,
      <>
        <Moment at={record.happened} /> · {w.timeSource[record.time_source] ?? record.time_source}
        {record.date_skew != null && ` · ${w.skew(Math.round(record.date_skew / 60))}`}
      </>,
    ],
    [w.sender, record.sender && asHeader(record.sender)],
    [w.replyTo, record.reply_to.length > 0 && asHeaderList(record.reply_to)],
    [w.list, record.list_id],
    [w.references, record.references.length > 0 && <code>{record.references.join('\n')}</code>],
    [
      w.charset,
      record.charsets
        .filter((one) => one.detected)
        .map((one) => w.detected(one.declared, one.used))
        .join(', '),
    ],
    [
      w.defects,
      record.defects
        .map((one) => [one.code.replaceAll('_', ' '), one.detail].filter(Boolean).join(': '))
        .join(', '),
    ],
    [w.within, record.within && <MessageLink message={record.within} />],
    [
      w.encloses,
      record.nested.length > 0 &&
        record.nested.map((key) => <MessageLink key={key} message={key} />),
    ],
    [w.sha, <code key="sha">{record.evidence}</code>],
  ];
  return (
    <>
      {record.reused_message_id && <p className={classes.why}>{w.reused}</p>}
      <dl className={classes.list}>
        {lines
          .filter(([, value]) => Boolean(value))
          .map(([label, value]) => (
            <Fact key={label} label={label}>
              {value}
            </Fact>
          ))}
      </dl>
    </>
  );
}

function MessageLink({ message }: { message: string }) {
  return (
    <Link to="/messages/$message" params={{ message }} className={classes.link}>
      {message.slice(0, 12)}
    </Link>
  );
}
