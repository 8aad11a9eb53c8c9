import { type RefObject, useEffect, useState } from 'react';

/** Words of a text that are selected, as JavaScript counts in it. */
export type Selected = { start: number; end: number; text: string };

/** How many characters of `box` stand before a point of it. */
function before(box: Node, node: Node, offset: number): number {
  const range = document.createRange();
  range.setStart(box, 0);
  range.setEnd(node, offset);
  return range.toString().length;
}

function selectedIn(root: HTMLElement, body: string): Selected | undefined {
  const selection = document.getSelection();
  if (!selection || selection.isCollapsed || selection.rangeCount === 0) return undefined;
  const range = selection.getRangeAt(0);
  const near = range.commonAncestorContainer;
  const inside = near instanceof Element ? near : near.parentElement;
  const segment = inside?.closest<HTMLElement>('[data-from]');
  if (!segment || !root.contains(segment)) return undefined;
  const from = Number(segment.dataset.from);
  const start = from + before(segment, range.startContainer, range.startOffset);
  const end = from + before(segment, range.endContainer, range.endOffset);
  const text = body.slice(start, end);
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const lead = text.length - text.trimStart().length;
  return { start: start + lead, end: start + lead + trimmed.length, text: trimmed };
}

/** What the reader has selected of a message; nothing across its parts or outside of it. */
export function useSelected(root: RefObject<HTMLElement | null>, body: string) {
  const [selected, setSelected] = useState<Selected>();
  useEffect(() => {
    const look = () => {
      const next = root.current ? selectedIn(root.current, body) : undefined;
      setSelected((now) => (now?.start === next?.start && now?.end === next?.end ? now : next));
    };
    document.addEventListener('selectionchange', look);
    return () => document.removeEventListener('selectionchange', look);
  }, [root, body]);
  return selected;
}
