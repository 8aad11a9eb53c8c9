import type { SpanPart } from '../api/types';

/** Which message is shown, and what is marked in it; the part of an address behind the `?`. */
export type Passage = {
  message?: string;
  part?: SpanPart;
  /** Byte offsets of the passage meant, as a quote has them. */
  start?: number;
  end?: number;
  /** Words that a search found, separated by `|`. */
  words?: string;
  /** What stands around the best of them. */
  near?: string;
};

const PARTS: readonly string[] = ['body', 'subject', 'from', 'to', 'cc', 'attachments'];

function text(value: unknown): string | undefined {
  return value === undefined || value === null || value === '' ? undefined : String(value);
}

function offset(value: unknown): number | undefined {
  const number = Number(value);
  return value === undefined || !Number.isInteger(number) || number < 0 ? undefined : number;
}

/** Reads what an address asks for; what makes no sense is left out. */
export function readPassage(given: Record<string, unknown>): Passage {
  const part = text(given.part);
  return {
    message: text(given.message),
    part: part !== undefined && PARTS.includes(part) ? (part as SpanPart) : undefined,
    start: offset(given.start),
    end: offset(given.end),
    words: text(given.words),
    near: text(given.near),
  };
}
