import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { addresses } from '../api/calls';
import type { AccountRecord, TimelineItem } from '../api/types';
import { levelsOf, moreQueries } from '../case/more';
import { Level } from '../level/Level';
import pageClasses from '../parts/Page.module.css';
import { PromiseLine } from '../promises/PromiseLine';
import { type PromiseRate, promiseQueries } from '../promises/promises';
import { Day, Moment } from '../time/Moment';
import { useNow } from '../time/now';
import { useWords } from '../words';
import classes from './Account.module.css';

const DAY = 86_400_000;
/** A renewal within so many days makes an account fragile. */
const SOON = 90;

/** What an account's health is made of: each contribution leads to what it stands on. */
export function Health({ record }: { record: AccountRecord }) {
  const words = useWords();
  const w = words.health;
  const now = useNow();
  const { account, cases } = record;
  const open = cases.filter((row) => !['resolved', 'dismissed'].includes(row.state));
  const scales = useQuery(moreQueries.levels());
  const grave = open.filter((row) =>
    levelsOf(scales.data, row.team).some((one) => one.escalated && one.name === row.level),
  );
  const late = open.filter((row) => row.reply_due && Date.parse(row.reply_due) < now);
  const days = account.renewal
    ? Math.ceil((Date.parse(`${account.renewal}T00:00:00`) - now) / DAY)
    : undefined;
  const near = days !== undefined && days >= 0 && days <= SOON;
  const listed = (rows: typeof cases) =>
    rows.map((row) => (
      <Link key={row.id} to="/cases/$case" params={{ case: row.id }} className={classes.cause}>
        <Level level={row.level} rank={row.rank} /> {row.title}
      </Link>
    ));
  const lines = [
    grave.length > 0 && { key: 'grave', text: w.grave(grave.length), more: listed(grave) },
    late.length > 0 && { key: 'late', text: w.late(late.length), more: listed(late) },
    near &&
      account.renewal && {
        key: 'renewal',
        text: w.renewal(days),
        more: <Day day={account.renewal} />,
      },
  ].filter((line) => line !== false && line !== undefined && line !== null && line !== '');
  return (
    <section className={pageClasses.section} aria-labelledby="health">
      <h2 id="health">{w.title}</h2>
      {lines.length === 0 && <p className={classes.help}>{w.well}</p>}
      <ul className={classes.health}>
        {lines.map(({ key, text, more }) => (
          <li key={key}>
            <strong>{text}</strong> {more}
          </li>
        ))}
      </ul>
    </section>
  );
}

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
