import type { Quote, TimelineItem } from '../api/types';
import type { AttachedFile } from './more';

type Of<T extends TimelineItem['type']> = Extract<TimelineItem, { type: T }>;

/** A message with the signals that it raised, or anything else that happened. */
export type Entry =
  | { kind: 'message'; item: Of<'message'>; signals: Of<'signal'>[] }
  | { kind: 'other'; item: Exclude<TimelineItem, { type: 'message' }> };

/** Puts the signals that stand on a message beneath it. */
export function entriesOf(timeline: readonly TimelineItem[]): Entry[] {
  const messages = new Map<string, Extract<Entry, { kind: 'message' }>>();
  const entries: Entry[] = [];
  for (const item of timeline) {
    if (item.type !== 'message') continue;
    messages.set(item.message, { kind: 'message', item, signals: [] });
  }
  for (const item of timeline) {
    if (item.type === 'message') {
      const entry = messages.get(item.message);
      if (entry) entries.push(entry);
      continue;
    }
    const raisedBy =
      item.type === 'signal' ? messages.get(item.evidence[0]?.message ?? '') : undefined;
    if (item.type === 'signal' && raisedBy && raisedBy.item.at === item.at) {
      raisedBy.signals.push(item);
    } else {
      entries.push({ kind: 'other', item });
    }
  }
  return entries;
}

/** A file as one message carries it. */
export type Carried = {
  file: AttachedFile;
  name: string;
  part: number;
  /** Other cases that carry the same bytes. */
  elsewhere: { case: string; title: string }[];
};

/** The files of a case by the message that carries them, pictures within texts left out. */
export function filesByMessage(files: readonly AttachedFile[]): Map<string, Carried[]> {
  const found = new Map<string, Carried[]>();
  for (const file of files) {
    for (const place of file.places.filter((one) => !one.inline)) {
      const elsewhere = new Map<string, string>();
      for (const other of file.places) {
        if (other.case && other.case !== place.case) elsewhere.set(other.case, other.title);
      }
      const carried = found.get(place.message) ?? [];
      carried.push({
        file,
        name: place.name,
        part: place.part,
        elsewhere: [...elsewhere].map(([id, title]) => ({ case: id, title })),
      });
      found.set(place.message, carried);
    }
  }
  return found;
}

/** The first passage of a signal. */
export function firstQuote(signal: { evidence: Quote[] }): Quote | undefined {
  return signal.evidence[0];
}
