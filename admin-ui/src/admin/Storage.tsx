import { useQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { queries } from '../api/queries';
import { Bars } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { useLanguage } from '../words';
import classes from './Admin.module.css';
import { Facts } from './Facts';
import { useAdminWords } from './words';

/** What the program holds, and whether what can be rebuilt is up to date with what is precious. */
export function Storage() {
  const w = useAdminWords();
  const { words, language } = useLanguage();
  const status = useQuery(queries.status());
  if (status.error) return <Trouble error={status.error} again={() => status.refetch()} />;
  if (!status.data) return <Bars count={9} height={36} />;
  const s = status.data;
  const percent = (part: number) =>
    part.toLocaleString(language, { style: 'percent', maximumFractionDigits: 1 });
  const behind = (applied: number) =>
    applied >= s.facts ? (
      <span className={classes.good}>{w.storage.current}</span>
    ) : (
      <span className={classes.bad}>{w.storage.behind(s.facts - applied)}</span>
    );
  const rows: [string, ReactNode][] = [
    [w.storage.facts, words.number(s.facts)],
    [
      w.storage.evidence,
      w.storage.evidenceOf(words.number(s.evidence_items), sizeWords(s.evidence_bytes, language)),
    ],
    [
      w.storage.stored,
      <>
        {sizeWords(s.stored_bytes, language)}{' '}
        {s.evidence_bytes > 0 && (
          <span className={classes.dim}>
            {w.storage.share(percent(s.stored_bytes / s.evidence_bytes))}
          </span>
        )}
      </>,
    ],
    [w.storage.messages, words.number(s.messages)],
    [w.storage.cases, words.number(s.cases)],
    [w.storage.quarantined, words.number(s.quarantined)],
    [w.storage.views, behind(s.views_applied)],
    [w.storage.search, behind(s.search_applied)],
    [w.storage.coverage, percent(s.search_coverage / 100)],
    [
      w.storage.head,
      <>
        <span className={classes.mono}>{s.head}</span>
        <span className={classes.sub}>{w.storage.headHelp}</span>
      </>,
    ],
  ];
  return (
    <>
      <Facts rows={rows.map(([name, value]) => ({ name, value }))} />
      <p className={classes.help}>
        {w.storage.backup} <code>watchkeeper verify</code>
      </p>
    </>
  );
}
