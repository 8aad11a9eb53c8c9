import { Button, SegmentedControl } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { AlertLine } from './AlertLine';
import { alertQueries, STATES } from './alerts';

const route = getRouteApi('/alerts');

const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

/** Every alert, the latest first, told or not. */
export function Feed() {
  const words = useWords();
  const w = words.alerts;
  const { state } = route.useSearch();
  const navigate = useNavigate();
  const found = useInfiniteQuery(alertQueries.feed(state));
  const rows = found.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <>
      <div className={classes.bar}>
        <SegmentedControl
          size="xs"
          aria-label={w.narrow}
          value={state ?? 'all'}
          onChange={(next) =>
            navigate({
              to: '/alerts',
              search: (now) => ({ ...now, state: next === 'all' ? undefined : next }),
              replace: true,
            })
          }
          data={[
            { value: 'all', label: w.all },
            ...STATES.map((value) => ({ value, label: capital(w.states[value] ?? value) })),
          ]}
        />
      </div>
      {found.error && !found.data && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Bars count={6} />}
      {found.data && rows.length === 0 && (
        <Empty title={state ? w.noneSuch : w.none}>{state ? undefined : w.noneHelp}</Empty>
      )}
      {rows.length > 0 && (
        <div className={pageClasses.panel}>
          <ul className={classes.list} aria-label={w.title}>
            {rows.map((alert) => (
              <li key={alert.id}>
                <AlertLine alert={alert} />
              </li>
            ))}
          </ul>
        </div>
      )}
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
    </>
  );
}
