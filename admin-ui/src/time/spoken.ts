import type { Words } from '../words';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How a clock stands: `late` past its time, `soon` within the hour. */
export type Tone = 'late' | 'soon' | 'calm';

/** "40 min", "6 h", "3 d". */
export function spanWords(millis: number, words: Words): string {
  if (millis < HOUR) return words.time.minutes(Math.max(1, Math.floor(millis / MINUTE)));
  if (millis < 2 * DAY) return words.time.hours(Math.floor(millis / HOUR));
  return words.time.days(Math.floor(millis / DAY));
}

/** "due in 40 min", "late by 2 h". */
export function clockWords(due: string, now: number, words: Words): { text: string; tone: Tone } {
  const left = Date.parse(due) - now;
  if (Math.abs(left) < MINUTE) return { text: words.time.dueNow, tone: 'soon' };
  if (left < 0) return { text: words.time.lateBy(spanWords(-left, words)), tone: 'late' };
  return { text: words.time.dueIn(spanWords(left, words)), tone: left <= HOUR ? 'soon' : 'calm' };
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(language: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const locale = language === 'en' ? 'en-GB' : language;
  const key = `${locale} ${JSON.stringify(options)}`;
  const known = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
  formats.set(key, known);
  return known;
}

const dayOf = (at: Date) => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();

/** "14:05" today, "Tue 14:05" this week, "12 Jan 14:05" this year, "12 Jan 2024" before. */
export function momentWords(at: string, now: number, language: string): string {
  const then = new Date(at);
  const today = new Date(now);
  const days = Math.round((dayOf(today) - dayOf(then)) / DAY);
  const clock = format(language, { hour: '2-digit', minute: '2-digit' }).format(then);
  if (days === 0) return clock;
  if (Math.abs(days) < 7) {
    return `${format(language, { weekday: 'short' }).format(then)} ${clock}`;
  }
  const sameYear = then.getFullYear() === today.getFullYear();
  const nearYear = sameYear || Math.abs(days) < 180;
  const date = format(language, {
    day: 'numeric',
    month: 'short',
    ...(nearYear ? {} : { year: 'numeric' }),
  }).format(then);
  return nearYear ? `${date} ${clock}` : date;
}

/** The full date and time in the reader's zone, and in UTC. */
export function absoluteWords(at: string, language: string): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return at;
  const local = format(language, {
    weekday: 'long',
    day: 'numeric',
    month: 'long',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(then);
  return `${local} · ${then.toISOString().replace('.000Z', 'Z').replace('T', ' ')}`;
}

/** The day alone, such as a renewal `2026-03-31`. */
export function dayWords(day: string, language: string): string {
  const then = new Date(`${day}T12:00:00`);
  if (Number.isNaN(then.getTime())) return day;
  return format(language, { day: 'numeric', month: 'long', year: 'numeric' }).format(then);
}

/** What a clock in `zone` shows now; nothing if the zone is unknown to the browser. */
export function clockIn(zone: string, now: number, language: string): string | undefined {
  try {
    return format(language, {
      weekday: 'short',
      hour: '2-digit',
      minute: '2-digit',
      timeZone: zone,
    }).format(now);
  } catch {
    return undefined;
  }
}
