import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { lazy, Suspense, useMemo } from 'react';
import { queries } from '../api/queries';
import { Bars, Empty } from '../parts/Empty';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { momentWords } from '../time/spoken';
import { SaveAsQueue } from '../views/SaveAsQueue';
import { useLanguage } from '../words';
import { CaseList } from './CaseList';
import { Filters } from './Filters';

const route = getRouteApi('/queues/$queue');

/** The cases of one queue, the most urgent first. */
export function QueuePage() {
  const { words } = useLanguage();
  const { queue } = route.useParams();
  const filters = route.useSearch();
  const queues = useQuery(queries.queues());
  const list = useInfiniteQuery(queries.queue(queue, filters));
  const rows = useMemo(() => list.data?.pages.flatMap((page) => page.items) ?? [], [list.data]);
  const info = queues.data?.find((one) => one.id === queue);
  const total = list.data?.pages[0]?.total;
  const filtered = Object.values(filters).some((value) => value !== undefined);
  const title = info ? words.served(info.title) : queue;
  return (
    <>
      <PageHead
        title={title}
        note={total !== undefined && words.queue.of(total, info?.count ?? total)}
      >
        <Filters filters={filters} rows={rows} />
        {filtered && <SaveAsQueue shown={{ queue: { queue, ...filters } }} />}
      </PageHead>
      {list.error && !list.data && <Trouble error={list.error} again={() => list.refetch()} />}
      {list.isPending && <Bars count={9} />}
      {list.data && rows.length === 0 && (
        <EmptyQueue filtered={filtered} help={info?.help} asked={list.dataUpdatedAt} />
      )}
      {rows.length > 0 && (
        <CaseList
          key={queue}
          rows={rows}
          label={words.queue.list(title)}
          onEnd={() => list.hasNextPage && !list.isFetching && list.fetchNextPage()}
        />
      )}
    </>
  );
}

/** Hardly ever seen again after the first day: not part of what is loaded first. */
const FirstSource = lazy(() =>
  import('../sources/define/FirstSource').then((part) => ({ default: part.FirstSource })),
);

type EmptyProps = { filtered: boolean; help: string | undefined; asked: number };

/** Why there is no case, and what to do where there is no mail either. */
function EmptyQueue({ filtered, help, asked }: EmptyProps) {
  const { words, language } = useLanguage();
  const status = useQuery(queries.status());
  if (status.data?.messages === 0) {
    return (
      <Suspense fallback={<Bars count={2} />}>
        <FirstSource />
      </Suspense>
    );
  }
  const since = momentWords(new Date(asked).toISOString(), Date.now(), language);
  const title = filtered ? words.queue.emptyFiltered : words.queue.empty(since);
  return <Empty title={title}>{help && words.served(help)}</Empty>;
}
