/** A passage as JavaScript counts: UTF-16 code units. */
export type Range = { start: number; end: number };

/**
 * Turns UTF-8 byte offsets, as the API counts, into UTF-16 offsets of `text`.
 *
 * `bytes` must ascend. An offset inside a character goes to that character's start, one behind
 * the end to the end.
 */
export function fromBytes(text: string, bytes: readonly number[]): number[] {
  const found: number[] = [];
  let byte = 0;
  let unit = 0;
  for (const wanted of bytes) {
    while (byte < wanted && unit < text.length) {
      const code = text.codePointAt(unit) ?? 0;
      const size = code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
      if (byte + size > wanted) break;
      byte += size;
      unit += code < 0x10000 ? 1 : 2;
    }
    found.push(unit);
  }
  return found;
}

/** The same for ranges in any order; empty ones and those outside the text are left out. */
export function rangesFromBytes(text: string, ranges: readonly Range[]): Range[] {
  const offsets = [...new Set(ranges.flatMap((r) => [r.start, r.end]))].sort((a, b) => a - b);
  const units = fromBytes(text, offsets);
  const unitOf = new Map(offsets.map((byte, i) => [byte, units[i] ?? text.length]));
  return ranges
    .map((r) => ({ start: unitOf.get(r.start) ?? 0, end: unitOf.get(r.end) ?? 0 }))
    .filter((r) => r.end > r.start);
}

/** The UTF-8 bytes of `text` before a UTF-16 offset of it, as the API counts. */
export function bytesBefore(text: string, unit: number): number {
  return new TextEncoder().encode(text.slice(0, unit)).length;
}
