import { UnstyledButton } from '@mantine/core';
import type { Hit } from '../api/types';
import { useWords } from '../words';
import classes from './Search.module.css';
import { useSearchWords } from './words';

const MOST = 5;

type Facet = { label: string; adds: string; hits: number };

function counted(values: readonly (string | undefined)[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const value of values) if (value) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).slice(0, MOST);
}

type Props = {
  query: string;
  hits: readonly Hit[];
  /** Whether these are all hits there are, so that counts of them mean something. */
  whole: boolean;
  onAdd: (term: string) => void;
};

/** What the hits can be narrowed to: accounts, levels, files and notes that are among them. */
export function Facets({ query, hits, whole, onAdd }: Props) {
  const w = useSearchWords();
  const words = useWords();
  const facets: Facet[] = [
    ...counted(hits.map((hit) => (hit.account?.id ? hit.account.name : undefined))).map(
      ([name, n]) => ({ label: w.inAccount(name), adds: `account:"${name}"`, hits: n }),
    ),
    ...counted(hits.map((hit) => (hit.level === 'none' ? undefined : hit.level))).map(
      ([level, n]) => ({ label: w.inLevel(level), adds: `severity:${level}`, hits: n }),
    ),
    {
      label: w.files,
      adds: 'has:attachment',
      hits: hits.filter((hit) => hit.file).length,
    },
    { label: w.notes, adds: 'kind:note', hits: hits.filter((hit) => hit.note).length },
  ].filter((facet) => facet.hits > 0 && !query.includes(facet.adds));
  if (facets.length < 2) return null;
  return (
    <section className={classes.facets} aria-label={w.narrow}>
      <span>{w.narrow}</span>
      {facets.map((facet) => (
        <UnstyledButton
          key={facet.adds}
          className={classes.operator}
          title={facet.adds}
          onClick={() => onAdd(facet.adds)}
        >
          {facet.label}
          {whole && <span className={classes.of}> {words.number(facet.hits)}</span>}
        </UnstyledButton>
      ))}
    </section>
  );
}
