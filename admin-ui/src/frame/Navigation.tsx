import {
  IconBell,
  IconBuilding,
  IconGitMerge,
  IconHandStop,
  IconHistory,
  IconPlugConnected,
  IconSearch,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { alertQueries } from '../alerts/alerts';
import { queries } from '../api/queries';
import { changeQueries, useReadMark } from '../changes/changes';
import { pressing } from '../promises/due';
import { promiseQueries } from '../promises/promises';
import { useNow } from '../time/now';
import { OwnQueues } from '../views/OwnQueues';
import { useWords } from '../words';
import classes from './Navigation.module.css';
import { Item, link } from './NavigationItem';
import { Workshop } from './Workshop';

/** The shipped queues: their places are kept until they have come, so that nothing moves then. */
const PLACES = Array.from({ length: 14 }, (_, place) => place);

/** The way to every page, with live counts; the state of the store below. */
export function Navigation() {
  const words = useWords();
  const queues = useQuery(queries.queues());
  const sources = useQuery(queries.sources());
  const reviews = useQuery(queries.reviews());
  const status = useQuery(queries.status());
  const promises = useQuery(promiseQueries.standing({}));
  const alerts = useQuery(alertQueries.open());
  const owed = pressing(promises.data ?? [], useNow());
  const [mark] = useReadMark();
  const changed = useQuery(changeQueries.count(mark)).data?.total ?? 0;
  const unseen = alerts.data?.total ?? 0;
  const waiting = reviews.data?.total ?? 0;
  const quarantined = status.data?.quarantined ?? 0;
  const care =
    quarantined > 0 ||
    (sources.data ?? []).some(
      ({ folders, watch }) =>
        folders.some((folder) => !folder.balances) ||
        watch?.health === 'failing' ||
        (watch?.warnings.length ?? 0) > 0,
    );
  return (
    <>
      <div className={classes.nav}>
        <h2 className={classes.heading}>{words.frame.queues}</h2>
        <ul className={classes.list}>
          {queues.isPending &&
            PLACES.map((place) => <li key={place} className={classes.place} aria-hidden="true" />)}
          {queues.data?.map((queue) => (
            <li key={queue.id}>
              <Link
                to="/queues/$queue"
                params={{ queue: queue.id }}
                title={words.served(queue.help)}
                {...link}
                activeOptions={{ includeSearch: false }}
              >
                <span className={classes.label}>{words.served(queue.title)}</span>
                <span className={classes.count} data-none={queue.count === 0 || undefined}>
                  {words.number(queue.count)}
                </span>
              </Link>
            </li>
          ))}
          <li>
            <Link
              to="/sources"
              hash="quarantine"
              title={words.sources.quarantineHelp}
              {...link}
              activeOptions={{ includeHash: true }}
            >
              <span className={classes.label}>{words.sources.quarantine}</span>
              <span className={classes.count} data-none={quarantined === 0 || undefined}>
                {words.number(quarantined)}
              </span>
            </Link>
          </li>
        </ul>
        <OwnQueues />
        <ul className={classes.list}>
          <li>
            <Link to="/promises" {...link} activeOptions={{ includeSearch: false }}>
              <Item
                icon={<IconHandStop size={16} />}
                label={words.promises.title}
                after={
                  owed > 0 && (
                    <span className={classes.count} title={words.frame.pressing(owed)}>
                      {words.number(owed)}
                    </span>
                  )
                }
              />
            </Link>
          </li>
          <li>
            <Link to="/alerts" {...link} activeOptions={{ includeSearch: false }}>
              <Item
                icon={<IconBell size={16} />}
                label={words.alerts.title}
                after={
                  unseen > 0 && (
                    <span className={classes.count} title={words.alerts.open(unseen)}>
                      {words.number(unseen)}
                    </span>
                  )
                }
              />
            </Link>
          </li>
          <li>
            <Link to="/changes" {...link} activeOptions={{ includeSearch: false }}>
              <Item
                icon={<IconHistory size={16} />}
                label={words.changes.title}
                after={
                  changed > 0 && <span className={classes.count}>{words.number(changed)}</span>
                }
              />
            </Link>
          </li>
          <li>
            <Link to="/accounts" {...link}>
              <Item icon={<IconBuilding size={16} />} label={words.frame.accounts} />
            </Link>
          </li>
          <li>
            <Link to="/search" {...link} activeOptions={{ includeSearch: false }}>
              <Item icon={<IconSearch size={16} />} label={words.frame.search} />
            </Link>
          </li>
          <li>
            <Link to="/review" {...link}>
              <Item
                icon={<IconGitMerge size={16} />}
                label={words.frame.review}
                after={
                  waiting > 0 && <span className={classes.count}>{words.number(waiting)}</span>
                }
              />
            </Link>
          </li>
          <li>
            <Link to="/sources" {...link}>
              <Item
                icon={<IconPlugConnected size={16} />}
                label={words.frame.sources}
                after={
                  care && (
                    <span
                      className={classes.care}
                      role="img"
                      aria-label={words.frame.sourceNeedsCare}
                      title={words.frame.sourceNeedsCare}
                    />
                  )
                }
              />
            </Link>
          </li>
        </ul>
        <Workshop />
      </div>
      <footer className={classes.footer}>
        {status.data && (
          <>
            <div>{words.frame.status(status.data.messages, status.data.cases)}</div>
            <div className={classes.mono}>{status.data.rules}</div>
            <div className={classes.mono} title={`${words.frame.headHelp} ${status.data.head}`}>
              {words.frame.head(status.data.head.slice(0, 12))}
            </div>
          </>
        )}
      </footer>
    </>
  );
}
