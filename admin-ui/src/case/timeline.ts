import type { Quote, TimelineItem } from '../api/types';

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

/** The first passage of a signal. */
export function firstQuote(signal: { evidence: Quote[] }): Quote | undefined {
  return signal.evidence[0];
}
