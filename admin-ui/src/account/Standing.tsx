import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { addresses } from '../api/calls';
import type { TimelineItem } from '../api/types';
import pageClasses from '../parts/Page.module.css';
import { PromiseLine } from '../promises/PromiseLine';
import { type PromiseRate, promiseQueries } from '../promises/promises';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Account.module.css';

/** What was promised to an account and by it, and how often promises to it are kept. */
export function AccountPromises({ account }: { account: string }) {
  const words = useWords();
  const search = { account };
  const rates = useQuery(promiseQueries.rates(search));
  const standing = useQuery(promiseQueries.standing(search));
  const all: PromiseRate | undefined = rates.data?.all;
  if (!all || (all.made === 0 && (standing.data ?? []).length === 0)) return null;
  return (
    <section className={pageClasses.section} aria-labelledby="promises">
      <h2 id="promises">
        {words.promises.title}{' '}
        <Link to="/promises" search={search} className={classes.dim}>
          {words.promises.whole(all.kept, all.made)}
        </Link>
      </h2>
      {(standing.data ?? []).length > 0 && (
        <div className={pageClasses.panel}>
          <ul className={classes.cases}>
            {standing.data?.map((promise) => (
              <li key={promise.id}>
                <PromiseLine promise={promise} />
              </li>
            ))}
          </ul>
        </div>
      )}
    </section>
  );
}

/** Pages, meetings and documents of an account that changed. */
export function Watched({ notes }: { notes: readonly TimelineItem[] }) {
  const words = useWords();
  const seen = notes.flatMap((item) => (item.type === 'note' && item.seen ? [item] : []));
  if (seen.length === 0) return null;
  return (
    <section className={pageClasses.section} aria-labelledby="watched">
      <h2 id="watched">{words.health.watched}</h2>
      <ul className={`${classes.cases} ${pageClasses.panel}`}>
        {seen.map((item) => (
          <li key={item.note} className={classes.watched}>
            <strong>{item.seen && words.timeline.seen(item.seen.kind, item.seen.title)}</strong>{' '}
            <Moment at={item.at} className={classes.dim} />
            <p>{item.text}</p>
            {item.seen && (
              <a href={addresses.original(item.seen.evidence)} download>
                {words.timeline.seenNow}
              </a>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
