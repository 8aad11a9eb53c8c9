import { Link } from '@tanstack/react-router';
import classes from '../frame/Navigation.module.css';
import { link } from '../frame/NavigationItem';
import { useWords } from '../words';
import type { View } from './calls';
import { useViews } from './useViews';
import { useViewWords } from './words';

/** The reader's own queues and those of teams, with what they hold now. */
export function OwnQueues() {
  const w = useViewWords();
  const { items } = useViews();
  if (items.length === 0) return null;
  const teams = [...new Set(items.map((view) => view.team ?? ''))].sort();
  return (
    <>
      {teams.map((team) => (
        <div key={team}>
          <h2 className={classes.heading}>
            <Link to="/views" title={w.arrange} className={classes.plain}>
              {team === '' ? w.title : w.ofTeam(team)}
            </Link>
          </h2>
          <ul className={classes.list}>
            {items
              .filter((view) => (view.team ?? '') === team)
              .map((view) => (
                <li key={view.id}>
                  <ViewLink view={view} />
                </li>
              ))}
          </ul>
        </div>
      ))}
    </>
  );
}

/** The way to what a view shows, with how much it holds. */
export function ViewLink({ view }: { view: View }) {
  const words = useWords();
  const w = useViewWords();
  const inside = (
    <>
      <span className={classes.label}>{view.name}</span>
      {view.count == null ? (
        <span className={classes.count} title={w.lost}>
          –
        </span>
      ) : (
        <span className={classes.count} data-none={view.count === 0 || undefined}>
          {words.number(view.count)}
        </span>
      )}
    </>
  );
  if (view.search) {
    const { q, newest } = view.search;
    return (
      <Link to="/search" search={{ q, sort: newest ? 'newest' : undefined }} title={q} {...link}>
        {inside}
      </Link>
    );
  }
  const { queue = '', account, owner, level, team } = view.queue ?? {};
  const set = (value: string | null | undefined) => value ?? undefined;
  return (
    <Link
      to="/queues/$queue"
      params={{ queue }}
      search={{ account: set(account), owner: set(owner), level: set(level), team: set(team) }}
      {...link}
    >
      {inside}
    </Link>
  );
}
