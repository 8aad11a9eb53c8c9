import { Button } from '@mantine/core';
import {
  IconArrowBackUp,
  IconArrowDownLeft,
  IconArrowUpRight,
  IconBell,
  IconBellOff,
  IconBellRinging,
  IconGauge,
  IconPaperclip,
  IconPencil,
  IconUserCheck,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { addresses } from '../api/calls';
import type { TimelineItem } from '../api/types';
import { useMay } from '../frame/reader';
import { Level } from '../level/Level';
import { EvidenceQuote, passageSearch } from '../parts/EvidenceQuote';
import { nameFromEmail, shown } from '../text/names';
import { asSaid } from '../text/said';
import { Moment } from '../time/Moment';
import { useNow } from '../time/now';
import { useLanguage, useWords, type Words } from '../words';
import { useUndo } from './acts';
import { Files } from './Files';
import classes from './Timeline.module.css';
import { type Carried, firstQuote } from './timeline';

type Of<T extends TimelineItem['type']> = Extract<TimelineItem, { type: T }>;

/** Characters that the service gives of the beginning of a message. */
const PREVIEW = 120;

/** Whether a subject is that of the case, whatever marks of answers stand before it. */
function isSame(subject: string, title: string): boolean {
  return subject.trim().toLowerCase().endsWith(title.trim().toLowerCase());
}

type MessageProps = {
  caseId: string;
  title: string;
  item: Of<'message'>;
  signals: Of<'signal'>[];
  files: readonly Carried[];
  current: boolean;
};

/** A message with what it raised; opens it beside the timeline. */
export function MessageEntry({ caseId, title, item, signals, files, current }: MessageProps) {
  const words = useWords();
  const inward = item.side !== 'us';
  const automatic = item.class !== 'human';
  const Icon = inward ? IconArrowDownLeft : IconArrowUpRight;
  return (
    <li
      className={classes.entry}
      data-current={current || undefined}
      data-message={item.message}
      data-side={automatic ? 'automatic' : item.side}
    >
      <span className={classes.icon}>
        <Icon size={16} aria-hidden="true" />
        <span className="visually-hidden">{words.sides[item.side] ?? item.side}</span>
      </span>
      <div className={classes.content}>
        <Link
          to="/cases/$case"
          params={{ case: caseId }}
          search={{ message: item.message }}
          replace
          className={classes.message}
          aria-current={current || undefined}
        >
          <span className={classes.line}>
            <strong>{shown(item.from)}</strong>
            {automatic && (
              <span className={classes.tag}>{words.classes[item.class] ?? item.class}</span>
            )}
            {item.within && <span className={classes.tag}>{words.timeline.within}</span>}
            {item.attachments > 0 && files.length === 0 && (
              <span className={classes.dim} title={words.timeline.attachments(item.attachments)}>
                <IconPaperclip size={13} aria-hidden="true" />
                {item.attachments}
              </span>
            )}
            <Moment at={item.at} className={classes.at} />
          </span>
          {!isSame(item.subject, title) && <span className={classes.subject}>{item.subject}</span>}
          <span className={classes.preview}>
            {item.preview}
            {item.preview.length >= PREVIEW && '…'}
          </span>
        </Link>
        <Files message={item.message} files={files} />
        {signals.length > 0 && (
          <ul className={classes.signals}>
            {signals.map((signal) => (
              <li key={signal.signal}>
                <SignalLink caseId={caseId} signal={signal} />
              </li>
            ))}
          </ul>
        )}
      </div>
    </li>
  );
}

function SignalLink({ caseId, signal }: { caseId: string; signal: Of<'signal'> }) {
  const words = useWords();
  const quote = firstQuote(signal);
  const inner = (
    <>
      <IconBell size={13} aria-hidden="true" />
      {words.served(signal.title)}
    </>
  );
  if (!quote) return <span className={classes.signal}>{inner}</span>;
  return (
    <Link
      to="/cases/$case"
      params={{ case: caseId }}
      search={passageSearch(quote)}
      replace
      className={classes.signal}
      title={quote.text}
    >
      {inner}
    </Link>
  );
}

const ICONS = {
  note: IconPencil,
  signal: IconBell,
  signal_cleared: IconBellOff,
  severity: IconGauge,
  owner: IconUserCheck,
  alert: IconBellRinging,
  act: IconArrowBackUp,
};

/** Who did it: a person, or the rules. */
function cause(by: string | null | undefined, words: Words): string {
  return by ? words.timeline.by(nameFromEmail(by)) : words.timeline.byRules;
}

type OtherProps = { caseId: string; item: Exclude<TimelineItem, { type: 'message' }> };

/** Anything else that happened. */
export function OtherEntry({ caseId, item }: OtherProps) {
  const Icon = ICONS[item.type];
  return (
    <li className={classes.entry} data-type={item.type}>
      <span className={classes.icon}>
        <Icon size={16} aria-hidden="true" />
      </span>
      <div className={classes.content}>
        <What caseId={caseId} item={item} />
      </div>
    </li>
  );
}

/** The bytes of a page or document as they are now, and as they were. */
function SeenLinks({ seen }: { seen: NonNullable<Of<'note'>['seen']> }) {
  const words = useWords();
  return (
    <div className={classes.line}>
      <span className={classes.dim}>{seen.place}</span>
      <a href={addresses.original(seen.evidence)} download>
        {words.timeline.seenNow}
      </a>
      {seen.before && (
        <a href={addresses.original(seen.before)} download>
          {words.timeline.seenBefore}
        </a>
      )}
    </div>
  );
}

function Line({ at, children }: { at: string; children: ReactNode }) {
  return (
    <div className={classes.line}>
      {children}
      <Moment at={at} className={classes.at} />
    </div>
  );
}

function What({ caseId, item }: OtherProps) {
  const { words, language } = useLanguage();
  const now = useNow();
  const undo = useUndo();
  const mayUndo = useMay('manager');
  switch (item.type) {
    case 'note':
      return (
        <>
          <Line at={item.at}>
            <strong>
              {item.seen
                ? words.timeline.seen(item.seen.kind, item.seen.title)
                : words.timeline.note(nameFromEmail(item.author))}
            </strong>
          </Line>
          <p className={classes.note}>{item.text}</p>
          {item.seen && <SeenLinks seen={item.seen} />}
        </>
      );
    case 'signal':
      return (
        <>
          <Line at={item.at}>
            <strong>{words.served(item.title)}</strong>
          </Line>
          {item.evidence.slice(0, 1).map((quote) => (
            <EvidenceQuote key={quote.start} quote={quote} caseId={caseId} />
          ))}
        </>
      );
    case 'signal_cleared':
      return (
        <Line at={item.at}>
          <span className={classes.dim}>
            {words.timeline.signalCleared(words.served(item.title))}
          </span>
        </Line>
      );
    case 'severity':
      return (
        <>
          <Line at={item.at}>
            <span className={classes.change}>
              <Level level={item.before} spelled />
              <span aria-hidden="true">→</span>
              <Level level={item.level} spelled />
            </span>
            <span className={classes.dim}>{cause(item.by, words)}</span>
          </Line>
          {item.reasons.length > 0 && (
            <div className={classes.reasons}>{item.reasons.map(words.served).join(' · ')}</div>
          )}
        </>
      );
    case 'owner':
      return (
        <Line at={item.at}>
          <span title={item.to ?? undefined}>
            {words.timeline.owner(item.to ? nameFromEmail(item.to) : words.timeline.nobody)}
          </span>
          {item.by && <span className={classes.dim}>{cause(item.by, words)}</span>}
        </Line>
      );
    case 'alert':
      return (
        <>
          <Line at={item.at}>
            <strong>{words.timeline.alert(words.served(item.title))}</strong>
            <span className={classes.tag}>{words.alerts.states[item.state] ?? item.state}</span>
          </Line>
          <div className={classes.reasons}>{words.served(item.says)}</div>
          <div className={classes.dim}>
            {item.acknowledged_by
              ? words.alerts.seenBy(nameFromEmail(item.acknowledged_by))
              : asSaid(item.reason, now, language)}
          </div>
        </>
      );
    case 'act':
      return (
        <Line at={item.at}>
          <span>{words.served(item.text)}</span>
          <span className={classes.dim}>{words.timeline.by(nameFromEmail(item.by))}</span>
          {item.undoable && mayUndo && (
            <Button
              variant="subtle"
              size="compact-xs"
              loading={undo.isPending}
              onClick={() => undo.mutate(item.act)}
            >
              {words.timeline.undo}
            </Button>
          )}
        </Line>
      );
  }
}
