import { useLanguage } from '../words';
import classes from './Clock.module.css';
import { useNow } from './now';
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
  const now = useNow();
  const { language, words } = useLanguage();
  const { text, tone } = clockWords(due, now, words);
  const title = `${words.time.replyOwed} ${absoluteWords(due, language)}`;
  return (
    <time dateTime={due} title={title} className={classes[tone]}>
      {text}
    </time>
  );
}

/** A day without a time of day. */
export function Day({ day }: { day: string }) {
  const { language } = useLanguage();
  return <time dateTime={day}>{dayWords(day, language)}</time>;
}
