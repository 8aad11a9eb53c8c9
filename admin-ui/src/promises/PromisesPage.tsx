import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconCalendarDown } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { useReader } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { saveAs } from '../parts/saved';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { useNow } from '../time/now';
import { useWords } from '../words';
import { calendarOf } from './calendar';
import { WHENS, whenOf } from './due';
import classes from './Promise.module.css';
import { PromiseLine } from './PromiseLine';
import { type Promised, type PromiseSearch, promiseQueries } from './promises';
import { Rates } from './Rates';

const route = getRouteApi('/promises');

/** What was promised: what is late and falls due, what became of the rest, and how often it is kept. */
export function PromisesPage() {
  const words = useWords();
  const w = words.promises;
  const search = route.useSearch();
  const navigate = useNavigate();
  const standing = useQuery(promiseQueries.standing(search));
  const settled = search.show === 'settled';
  const set = (change: PromiseSearch) =>
    navigate({ to: '/promises', search: (now) => ({ ...now, ...change }), replace: true });
  return (
    <>
      <PageHead title={w.title} note={standing.data && w.standing(standing.data.length)}>
        <SegmentedControl
          size="xs"
          aria-label={w.show}
          value={settled ? 'settled' : 'standing'}
          onChange={(show) => set({ show: show === 'settled' ? show : undefined })}
          data={[
            { value: 'standing', label: w.shows.standing },
            { value: 'settled', label: w.shows.settled },
          ]}
        />
        <Filters search={search} rows={standing.data ?? []} onChange={set} />
        <Button
          variant="default"
          leftSection={<IconCalendarDown size={14} aria-hidden="true" />}
          title={w.calendarHelp}
          disabled={!standing.data?.some((one) => one.due)}
          onClick={() =>
            saveAs(
              'promises.ics',
              'text/calendar',
              calendarOf(standing.data ?? [], Date.now(), window.location.origin),
            )
          }
        >
          {w.calendar}
        </Button>
      </PageHead>
      <div className={pageClasses.body}>
        <div className={`${pageClasses.pad} ${classes.layout}`}>
          <div>{settled ? <Settled search={search} /> : <Standing search={search} />}</div>
          <aside aria-label={w.rates}>{!standing.isPending && <Rates search={search} />}</aside>
        </div>
      </div>
    </>
  );
}

type FilterProps = {
  search: PromiseSearch;
  rows: readonly Promised[];
  onChange: (change: PromiseSearch) => void;
};

function Filters({ search, rows, onChange }: FilterProps) {
  const words = useWords();
  const w = words.promises;
  const reader = useReader();
  const accounts = useQuery(queries.accounts());
  const makers = rows
    .flatMap((row) => [row.who, row.owner])
    .filter((one): one is string => one != null);
  const people = [...new Set(search.owner ? [...makers, search.owner] : makers)]
    .filter((one) => one !== reader?.name)
    .sort();
  const common = { clearable: true, comboboxProps: { width: 240 }, w: 150 };
  return (
    <>
      <Select
        {...common}
        aria-label={w.bySide}
        placeholder={w.bySide}
        data={[
          { value: 'us', label: w.sides.us },
          { value: 'customer', label: w.sides.customer },
        ]}
        value={search.by ?? null}
        onChange={(by) => onChange({ by: by ?? undefined })}
      />
      <Select
        {...common}
        searchable
        aria-label={words.queue.filterOwner}
        placeholder={words.queue.filterOwner}
        data={[
          ...(reader ? [{ value: reader.name, label: words.queue.mine }] : []),
          ...people.map((one) => ({ value: one, label: nameFromEmail(one) })),
        ]}
        value={search.owner ?? null}
        onChange={(owner) => onChange({ owner: owner ?? undefined })}
      />
      <Select
        {...common}
        searchable
        aria-label={words.queue.filterAccount}
        placeholder={words.queue.filterAccount}
        data={(accounts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={search.account ?? null}
        onChange={(account) => onChange({ account: account ?? undefined })}
      />
    </>
  );
}

function Standing({ search }: { search: PromiseSearch }) {
  const w = useWords().promises;
  const now = useNow();
  const found = useQuery(promiseQueries.standing(search));
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={6} />;
  if (found.data.length === 0) return <Empty title={w.none}>{w.noneHelp}</Empty>;
  return WHENS.map((when) => {
    const here = found.data.filter((one) => whenOf(one, now) === when);
    if (here.length === 0) return null;
    return (
      <section key={when} className={pageClasses.section} aria-labelledby={`due-${when}`}>
        <h2 id={`due-${when}`}>
          {w.whens[when]} <span className={classes.count}>{here.length}</span>
        </h2>
        <List promises={here} />
      </section>
    );
  });
}

function Settled({ search }: { search: PromiseSearch }) {
  const words = useWords();
  const found = useInfiniteQuery(promiseQueries.settled(search));
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={6} />;
  const rows = found.data.pages.flatMap((page) => page.items);
  if (rows.length === 0) return <Empty title={words.promises.noneSettled} />;
  return (
    <section className={pageClasses.section} aria-label={words.promises.shows.settled}>
      <List promises={rows} />
      {found.hasNextPage && (
        <Button
          mt="sm"
          variant="default"
          loading={found.isFetchingNextPage}
          onClick={() => found.fetchNextPage()}
        >
          {words.search.more}
        </Button>
      )}
    </section>
  );
}

function List({ promises }: { promises: readonly Promised[] }) {
  return (
    <div className={pageClasses.panel}>
      <ul className={classes.list}>
        {promises.map((promise) => (
          <li key={promise.id}>
            <PromiseLine promise={promise} />
          </li>
        ))}
      </ul>
    </div>
  );
}
