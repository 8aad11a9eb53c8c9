import { IconHandStop } from '@tabler/icons-react';
import { useLanguage } from '../words';
import classes from './Clock.module.css';
import { useClockNow, useNow } from './now';
import { absoluteWords, clockWords, dayWords, momentWords } from './spoken';

/** An instant as people speak; the absolute time in both zones on hover. */
export function Moment({ at, className }: { at: string; className?: string }) {
  const now = useNow();
  const { language } = useLanguage();
  return (
    <time dateTime={at} title={absoluteWords(at, language)} className={className}>
      {momentWords(at, now, language)}
    </time>
  );
}

/** How a clock stands: "due in 40 min", "late by 2 h". */
export function Clock({ due }: { due: string }) {
  const now = useClockNow();
  const { language, words } = useLanguage();
  const { text, tone } = clockWords(due, now, words);
  const title = `${words.time.replyOwed} ${absoluteWords(due, language)}`;
  return (
    <time dateTime={due} title={title} className={classes[tone]}>
      {text}
    </time>
  );
}

/** How the clock of a promise stands: the same, with a sign that it was promised. */
export function PromiseClock({ due }: { due: string }) {
  const now = useNow();
  const { language, words } = useLanguage();
  const { text, tone } = clockWords(due, now, words);
  return (
    <time
      dateTime={due}
      title={`${words.time.promised} ${absoluteWords(due, language)}`}
      className={classes[tone]}
    >
      <IconHandStop size={13} aria-hidden="true" className={classes.sign} />{' '}
      <span className="visually-hidden">{words.time.promised} </span>
      {text}
    </time>
  );
}

/** A day without a time of day. */
export function Day({ day }: { day: string }) {
  const { language } = useLanguage();
  return <time dateTime={day}>{dayWords(day, language)}</time>;
}
