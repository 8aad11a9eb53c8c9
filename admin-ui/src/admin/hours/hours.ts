import type { components } from '../../api/schema';

export type Calendar = components['schemas']['CalendarOfOurs'];
export type Draft = components['schemas']['CalendarDraft'];
export type Effect = components['schemas']['CalendarEffect'];
export type FreeDay = components['schemas']['FreeDay'];

/** The hours of a day as a person types them: `09:00-12:30, 13:30-17:00`. */
export const typed = (hours: readonly string[]): string => hours.join(', ');

/** What a person typed, an interval each; the service checks what they say. */
export function intervals(text: string): string[] {
  return text
    .split(/[,;]/)
    .map((one) => one.trim().replace(/\s*[-–—]\s*/, '-'))
    .filter((one) => one !== '');
}

const INTERVAL = /^([01]?\d|2[0-4]):([0-5]\d)-([01]?\d|2[0-4]):([0-5]\d)$/;

/** Whether what a person typed can be hours of a day. */
export function readable(text: string): boolean {
  return intervals(text).every((one) => {
    const found = INTERVAL.exec(one);
    if (!found) return false;
    const [open, close] = [Number(found[1]) * 60 + Number(found[2]), minutes(found)];
    return open < close && close <= 24 * 60;
  });
}

const minutes = (found: RegExpExecArray) => Number(found[3]) * 60 + Number(found[4]);

/** Days in order, each once. */
export function inOrder(days: readonly string[]): string[] {
  return [...new Set(days)].sort();
}

/** A day in a zone, as `2026-12-25`. */
export function dayIn(zone: string, at: number): string {
  // Swedish writes days as ISO 8601 does.
  return new Date(at).toLocaleDateString('sv', { timeZone: zone });
}

/** A day so many days after `day`. */
export function dayAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + days * 86_400_000).toISOString().slice(0, 10);
}
