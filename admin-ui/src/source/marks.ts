import type { MessageRecord, SpanPart } from '../api/types';
import { rangesFromBytes } from '../text/bytes';
import { findLoosely, type Mark, placesOf } from '../text/marks';
import { asHeader, asHeaderList } from '../text/names';
import type { Passage } from './passage';

/** The texts that spans count in. */
export type Parts = Record<SpanPart, string>;

export function partsOf(message: MessageRecord): Parts {
  return {
    body: message.body,
    subject: message.subject,
    from: asHeader(message.from),
    to: asHeaderList(message.to),
    cc: asHeaderList(message.cc),
    attachments: message.attachments.map((file) => file.name).join('\n'),
  };
}

type Span = { part: SpanPart; start: number; end: number };

function marksOf(
  text: string,
  part: SpanPart,
  spans: readonly (Span & Omit<Mark, 'start' | 'end'>)[],
) {
  return spans
    .filter((span) => span.part === part)
    .flatMap(({ start, end, strength, label }) =>
      rangesFromBytes(text, [{ start, end }]).map((range) => ({ ...range, strength, label })),
    );
}

/** The words that a search found; those near the hit are the ones meant. */
function found(text: string, passage: Passage): Mark[] {
  if (!passage.words) return [];
  const places = placesOf(text, passage.words.split('|'));
  const at = passage.near ? findLoosely(text, passage.near) : -1;
  const end = at + (passage.near?.length ?? 0);
  const meant = (start: number) => at >= 0 && start >= at && start < end;
  return places.map((place) => ({ ...place, strength: meant(place.start) ? 2 : 1 }));
}

/** What is marked in one part of a message: the passage meant, and what else signals stand on. */
export function marksIn(record: MessageRecord, part: SpanPart, passage: Passage): Mark[] {
  const text = partsOf(record)[part];
  const spans = record.signals.flatMap((signal) =>
    signal.evidence
      .filter((quote) => quote.message === record.key)
      .map((quote) => ({
        part: quote.part,
        start: quote.start,
        end: quote.end,
        strength: 1 as const,
        label: signal.title,
      })),
  );
  const { start, end } = passage;
  const meant: (Span & { strength: 2; label?: string })[] =
    passage.message === record.key && start !== undefined && end !== undefined
      ? [{ part: passage.part ?? 'body', start, end, strength: 2 }]
      : [];
  const wanted = part === 'body' || part === 'subject' ? found(text, passage) : [];
  return [...marksOf(text, part, [...spans, ...meant]), ...wanted];
}
