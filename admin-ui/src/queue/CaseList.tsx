import { useNavigate } from '@tanstack/react-router';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { CaseRow } from '../api/types';
import { useKeys } from '../frame/keys';
import { useMay } from '../frame/reader';
import { BulkBar } from './BulkBar';
import { BulkForm } from './BulkForm';
import { CaseLine } from './CaseLine';
import classes from './CaseList.module.css';
import { useActs } from './useActs';

type Props = { rows: readonly CaseRow[]; label: string; onEnd?: () => void };

const ROW = 59;

/** Cases as two-line rows; only those in sight are in the document. */
export function CaseList({ rows, label, onEnd }: Props) {
  const box = useRef<HTMLDivElement>(null);
  const navigate = useNavigate();
  const [current, setCurrent] = useState(-1);
  const [opened, setOpened] = useState<{ id: string; reason: string } | undefined>();
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [form, setForm] = useState<'assign' | 'state'>();
  const mayAct = useMay('agent');
  const acts = useActs();
  const wanted = useRef(false);
  const virtual = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => ROW,
    getItemKey: (index) => rows[index]?.id ?? index,
    overscan: 12,
  });
  const items = virtual.getVirtualItems();
  const last = items.at(-1)?.index ?? 0;
  // biome-ignore lint/correctness/useExhaustiveDependencies: asked when the end comes into sight
  useEffect(() => {
    if (last >= rows.length - 20) onEnd?.();
  }, [last, rows.length]);
  useEffect(() => {
    if (!wanted.current) return;
    const link = box.current?.querySelector<HTMLElement>(`[data-row="${current}"] a[data-main]`);
    if (!link) return;
    wanted.current = false;
    link.focus({ preventScroll: true });
  });
  const move = (by: number) => {
    const next = Math.min(rows.length - 1, Math.max(0, current + by));
    wanted.current = true;
    setCurrent(next);
    virtual.scrollToIndex(next);
  };
  const toggle = useCallback(
    (id: string, reason: string) =>
      setOpened((now) => (now?.id === id && now.reason === reason ? undefined : { id, reason })),
    [],
  );
  const here = rows[current];
  const choose = useCallback(
    (id: string) =>
      setChosen((now) => (now.includes(id) ? now.filter((one) => one !== id) : [...now, id])),
    [],
  );
  // What is chosen and still in sight of the filters; else the row that the keys are at.
  const listed = chosen.filter((id) => rows.some((row) => row.id === id));
  const meant = listed.length > 0 ? listed : here ? [here.id] : [];
  const withMeant = (act: () => void) => (mayAct && meant.length > 0 ? act : undefined);
  useKeys({
    j: () => move(1),
    k: () => move(-1),
    r: () => {
      const first = here?.reasons[0];
      if (here && first) toggle(here.id, first.signal);
    },
    x: mayAct && here ? () => choose(here.id) : undefined,
    a: withMeant(() => setForm('assign')),
    e: withMeant(() => acts.acknowledge(meant)),
    s: withMeant(() => acts.snooze(meant)),
    z: mayAct ? acts.undo : undefined,
    Escape: listed.length > 0 ? () => setChosen([]) : undefined,
    Enter:
      here && document.activeElement === document.body
        ? () => navigate({ to: '/cases/$case', params: { case: here.id } })
        : undefined,
  });
  return (
    <>
      {listed.length > 0 && (
        <BulkBar chosen={listed} acts={acts} onForm={setForm} onClear={() => setChosen([])} />
      )}
      {form && (
        <BulkForm
          form={form}
          cases={meant}
          rows={rows}
          acts={acts}
          onClose={() => setForm(undefined)}
        />
      )}
      <div className={classes.box} ref={box}>
        <ul aria-label={label} className={classes.list} style={{ height: virtual.getTotalSize() }}>
          {items.map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <li
                key={item.key}
                ref={virtual.measureElement}
                data-index={item.index}
                data-row={item.index}
                className={classes.row}
                data-current={item.index === current || undefined}
                data-chosen={listed.includes(row.id) || undefined}
                style={{ transform: `translateY(${item.start}px)` }}
                onFocus={() => setCurrent(item.index)}
              >
                <CaseLine
                  row={row}
                  opened={opened?.id === row.id ? opened.reason : undefined}
                  onReason={toggle}
                  chosen={listed.includes(row.id)}
                  onChoose={mayAct ? choose : undefined}
                />
              </li>
            );
          })}
        </ul>
      </div>
    </>
  );
}
