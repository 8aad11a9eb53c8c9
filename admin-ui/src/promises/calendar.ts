import type { Promised } from './promises';

/** A calendar line holds at most 75 bytes; what is longer goes on behind a blank (RFC 5545, 3.1). */
const MOST_BYTES = 74;

const escaped = (text: string) =>
  text.replace(/[\\;,]/g, (sign) => `\\${sign}`).replace(/\r?\n/g, '\\n');

function folded(line: string): string {
  const encoder = new TextEncoder();
  const lines: string[] = [];
  let now = '';
  let bytes = 0;
  for (const sign of line) {
    const size = encoder.encode(sign).length;
    if (bytes + size > MOST_BYTES) {
      lines.push(now);
      now = '';
      bytes = 0;
    }
    now += sign;
    bytes += size;
  }
  return [...lines, now].join('\r\n ');
}

const stamp = (at: number) => `${new Date(at).toISOString().slice(0, 19).replace(/[-:]/g, '')}Z`;

/** Promises that have a time, as a calendar (RFC 5545), an event of a quarter of an hour each. */
export function calendarOf(promises: readonly Promised[], now: number, origin: string): string {
  const events = promises.flatMap((promise) => {
    if (!promise.due) return [];
    const due = Date.parse(promise.due);
    const said = promise.quote?.text ?? promise.deliverable ?? '';
    return [
      'BEGIN:VEVENT',
      `UID:${promise.id}@watchkeeper`,
      `DTSTAMP:${stamp(now)}`,
      `DTSTART:${stamp(due)}`,
      `DTEND:${stamp(due + 900_000)}`,
      `SUMMARY:${escaped(`${promise.account.name}: ${promise.title}`)}`,
      `DESCRIPTION:${escaped(`“${said}”\n${promise.who}\n${origin}/cases/${promise.case}`)}`,
      `URL:${origin}/cases/${promise.case}`,
      'END:VEVENT',
    ];
  });
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Watchkeeper//Promises//EN',
    ...events,
    'END:VCALENDAR',
  ];
  return `${lines.map(folded).join('\r\n')}\r\n`;
}
