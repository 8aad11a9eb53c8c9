import { UnstyledButton } from '@mantine/core';
import { SaveAsQueue } from '../views/SaveAsQueue';
import { useViews } from '../views/useViews';
import classes from './Search.module.css';
import { useSearchWords } from './words';

type Props = { query: string; newest: boolean; onOpen: (query: string) => void };

/** The searches that are kept as queues, and the way to keep the present one. */
export function Saved({ query, newest, onOpen }: Props) {
  const w = useSearchWords();
  const { items } = useViews();
  const searches = items.filter((view) => view.search);
  const q = query.trim();
  if (searches.length === 0 && q === '') return null;
  return (
    <section className={classes.facets} aria-label={w.saved}>
      {searches.length > 0 && <span>{w.saved}</span>}
      {searches.map(({ id, name, search }) => (
        <UnstyledButton
          key={id}
          className={classes.operator}
          title={search?.q}
          onClick={() => onOpen(search?.q ?? '')}
        >
          {name}
        </UnstyledButton>
      ))}
      {q !== '' && <SaveAsQueue shown={{ search: { q, newest } }} name={q.slice(0, 80)} />}
    </section>
  );
}
