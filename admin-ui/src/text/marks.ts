import type { Range } from './bytes';

/** How strongly a piece of text is marked: 0 not, 1 as one of several, 2 as the one meant. */
export type Piece = { text: string; start: number; strength: 0 | 1 | 2; label?: string };
export type Mark = Range & { strength: 1 | 2; label?: string };

/** Cuts `text` at the ends of `marks`, which may overlap; the stronger mark wins. */
export function pieces(text: string, marks: readonly Mark[], from = 0, to = text.length): Piece[] {
  const cuts = new Set([from, to]);
  const inside = marks.filter((m) => m.start < to && m.end > from);
  for (const mark of inside) {
    cuts.add(Math.max(from, mark.start));
    cuts.add(Math.min(to, mark.end));
  }
  const ends = [...cuts].sort((a, b) => a - b);
  const cut: Piece[] = [];
  for (let i = 0; i + 1 < ends.length; i += 1) {
    const [start, end] = [ends[i] as number, ends[i + 1] as number];
    const over = inside.filter((m) => m.start <= start && m.end >= end);
    const strength = Math.max(0, ...over.map((m) => m.strength)) as 0 | 1 | 2;
    const labels = [...new Set(over.flatMap((m) => (m.label ? [m.label] : [])))];
    cut.push({ text: text.slice(start, end), start, strength, label: labels.join(', ') });
  }
  return cut;
}

const letters = (text: string) => text.normalize('NFC').toLocaleLowerCase();

/** Every place of `words` in `text`, whatever their case. */
export function placesOf(text: string, words: readonly string[]): Range[] {
  const low = letters(text);
  if (low.length !== text.length) return [];
  const found: Range[] = [];
  for (const word of words.map(letters).filter((w) => w.length > 0)) {
    for (let at = low.indexOf(word); at >= 0; at = low.indexOf(word, at + word.length)) {
      found.push({ start: at, end: at + word.length });
    }
  }
  return found.sort((a, b) => a.start - b.start);
}

/** Where `passage` stands in `text`, white space being equal to white space; -1 if nowhere. */
export function findLoosely(text: string, passage: string): number {
  const parts = passage.split(/\s+/).filter((part) => part.length > 0);
  if (parts.length === 0) return -1;
  const escaped = parts.map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return text.search(new RegExp(escaped.join('\\s+'), 'i'));
}
