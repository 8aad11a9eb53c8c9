import { Button, SegmentedControl, Select } from '@mantine/core';
import { IconMailSearch } from '@tabler/icons-react';
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { useTelling } from '../case/acts';
import { useReader } from '../frame/reader';
import { Waiting } from '../handoff/Waiting';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { useNow } from '../time/now';
import { momentWords } from '../time/spoken';
import { useViews } from '../views/useViews';
import { useLanguage } from '../words';
import { CaseBlock } from './CaseBlock';
import { type ChangeSearch, changeQueries, useReadMark } from './changes';
import { useChangeWords } from './words';

const route = getRouteApi('/changes');
const DAY = 86_400_000;

/** What happened while one was away, case by case, the latest first. */
export function ChangesPage() {
  const { words, language } = useLanguage();
  const w = words.changes;
  const own = useChangeWords();
  const search = route.useSearch();
  const navigate = useNavigate();
  const reader = useReader();
  const [mark, setMark] = useReadMark();
  const { failed } = useTelling();
  const now = useNow();
  const accounts = useQuery(queries.accounts());
  const since = search.since ?? mark;
  const found = useInfiniteQuery(changeQueries.since(since, search));
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  const total = found.data?.pages[0]?.total;
  const known = useViews().teams;
  const teams = [...new Set([...known, ...rows.map((row) => row.team), search.team])]
    .filter((one): one is string => one != null && one !== '')
    .sort((a, b) => a.localeCompare(b));
  const set = (change: ChangeSearch) =>
    navigate({ to: '/changes', search: (before) => ({ ...before, ...change }), replace: true });
  // A minute is exact enough, and keeps the address of one choice the same for a while.
  const ago = (days: number) =>
    new Date(Math.floor(Date.now() / 60_000) * 60_000 - days * DAY).toISOString();
  const chosen = search.since
    ? now - Date.parse(search.since) > 2 * DAY
      ? 'week'
      : 'day'
    : 'read';
  return (
    <>
      <PageHead
        title={w.title}
        note={
          total !== undefined &&
          since !== undefined &&
          w.since(total, momentWords(since, now, language))
        }
      >
        <SegmentedControl
          size="xs"
          aria-label={w.from}
          value={chosen}
          onChange={(value) =>
            set({ since: value === 'read' ? undefined : ago(value === 'day' ? 1 : 7) })
          }
          data={[
            { value: 'read', label: w.unread },
            { value: 'day', label: w.day },
            { value: 'week', label: w.week },
          ]}
        />
        <Select
          clearable
          w={150}
          aria-label={words.queue.filterOwner}
          placeholder={words.queue.filterOwner}
          data={[
            ...(reader ? [{ value: reader.name, label: words.queue.mine }] : []),
            ...[...new Set(rows.map((row) => row.owner))]
              .filter((one): one is string => one != null && one !== reader?.name)
              .concat(search.owner && search.owner !== reader?.name ? [search.owner] : [])
              .filter((one, at, all) => all.indexOf(one) === at)
              .map((one) => ({ value: one, label: one })),
          ]}
          value={search.owner ?? null}
          onChange={(owner) => set({ owner: owner ?? undefined })}
        />
        <Select
          clearable
          searchable
          w={150}
          aria-label={words.queue.filterAccount}
          placeholder={words.queue.filterAccount}
          data={(accounts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
          value={search.account ?? null}
          onChange={(account) => set({ account: account ?? undefined })}
        />
        {teams.length > 0 && (
          <Select
            clearable
            w={150}
            aria-label={words.queue.filterTeam}
            placeholder={words.queue.filterTeam}
            data={teams}
            value={search.team ?? null}
            onChange={(team) => set({ team: team ?? undefined })}
          />
        )}
        <Button
          variant="default"
          leftSection={<IconMailSearch size={14} aria-hidden="true" />}
          renderRoot={(props) => <Link to="/changes/digest" {...props} />}
        >
          {own.preview}
        </Button>
        <Button
          onClick={() => {
            setMark(new Date().toISOString()).then(() => set({ since: undefined }), failed);
          }}
        >
          {w.markRead}
        </Button>
      </PageHead>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <Waiting />
          {found.error && !found.data && (
            <Trouble error={found.error} again={() => found.refetch()} />
          )}
          {found.isPending && <Bars count={6} height={72} />}
          {found.data && since !== undefined && rows.length === 0 && (
            <Empty title={words.queue.empty(momentWords(since, now, language))}>{w.noneHelp}</Empty>
          )}
          {rows.map((row) => (
            <CaseBlock key={row.id} changed={row} />
          ))}
          {found.hasNextPage && (
            <Button
              variant="default"
              loading={found.isFetchingNextPage}
              onClick={() => found.fetchNextPage()}
            >
              {words.search.more}
            </Button>
          )}
        </div>
      </div>
    </>
  );
}
