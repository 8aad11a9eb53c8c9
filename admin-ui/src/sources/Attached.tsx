import { Button, Progress, Table } from '@mantine/core';
import {
  infiniteQueryOptions,
  useInfiniteQuery,
  useMutation,
  useQuery,
} from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { answer, client, MOST } from '../api/client';
import { queryClient } from '../api/queries';
import type { components } from '../api/schema';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { Moment } from '../time/Moment';
import { useLanguage } from '../words';
import classes from './Sources.module.css';
import { useSourceWords } from './words';

type File = components['schemas']['Page_UncoveredFile']['items'][number];

const summary = {
  queryKey: ['coverage', 'summary'],
  queryFn: () => answer(client.GET('/api/v1/coverage', { params: { query: { limit: 1 } } })),
};

const unread = (reason: string) =>
  infiniteQueryOptions({
    queryKey: ['coverage', 'unread', reason],
    queryFn: ({ pageParam }) =>
      answer(
        client.GET('/api/v1/coverage', {
          params: { query: { reason, cursor: pageParam, limit: MOST } },
        }),
      ),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last) => last.list.next ?? undefined,
  });

/** How much of the attached files was read, and each that was not, with its reason. */
export function Attached() {
  const w = useSourceWords().coverage;
  const { words } = useLanguage();
  const found = useQuery(summary);
  const [open, setOpen] = useState<string | undefined>(undefined);
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Bars count={2} height={40} />;
  const { files, read, read_in_part: inPart, waiting, reasons } = found.data;
  return (
    <section className={pageClasses.section} aria-labelledby="attached">
      <div className={classes.head}>
        <h2 id="attached">{w.title}</h2>
        <span className={classes.dim}>
          {w.sentence(read, files)}
          {inPart > 0 && ` · ${w.inPart(inPart)}`}
          {waiting > 0 && ` · ${w.waiting(waiting)}`}
        </span>
      </div>
      {files > 0 && (
        <Progress.Root size="sm" mb="sm">
          <Progress.Section
            value={(100 * read) / files}
            color="var(--wk-good)"
            aria-label={w.sentence(read, files)}
          />
          <Progress.Section
            value={(100 * inPart) / files}
            color="var(--wk-soon)"
            aria-label={w.inPart(inPart)}
          />
        </Progress.Root>
      )}
      {files > 0 && reasons.length === 0 && waiting === 0 && (
        <p className={classes.help}>{w.all}</p>
      )}
      {reasons.length > 0 && (
        <div className={pageClasses.panel}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.reasons}</Table.Th>
                <Table.Th className={classes.number}>{w.files}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{w.show}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {reasons.map((one) => (
                <Table.Tr key={one.reason}>
                  <Table.Td className={classes.reason}>
                    {words.served(one.explanation)}
                    {open === one.reason && <Unread reason={one.reason} />}
                  </Table.Td>
                  <Table.Td className={classes.number}>{words.number(one.files)}</Table.Td>
                  <Table.Td className={classes.number}>
                    <Button
                      variant="default"
                      size="compact-xs"
                      aria-expanded={open === one.reason}
                      onClick={() => setOpen(open === one.reason ? undefined : one.reason)}
                    >
                      {open === one.reason ? w.hide : w.show}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
    </section>
  );
}

function Unread({ reason }: { reason: string }) {
  const w = useSourceWords().coverage;
  const list = useInfiniteQuery(unread(reason));
  const files = list.data?.pages.flatMap((page) => page.list.items) ?? [];
  return (
    <>
      {list.isPending && <Bars count={2} height={32} />}
      {list.error && <Trouble error={list.error} again={() => list.refetch()} />}
      <ul className={classes.unread}>
        {files.map((file) => (
          <UnreadFile key={file.sha256} file={file} />
        ))}
      </ul>
      {list.hasNextPage && (
        <Button variant="default" size="compact-xs" onClick={() => list.fetchNextPage()}>
          {w.more}
        </Button>
      )}
    </>
  );
}

function UnreadFile({ file }: { file: File }) {
  const w = useSourceWords().coverage;
  const { language } = useLanguage();
  const mayRetry = useMay('admin');
  const { done, failed } = useTelling();
  const retry = useMutation({
    mutationFn: () =>
      answer(
        client.POST('/api/v1/files/{sha256}/retry', { params: { path: { sha256: file.sha256 } } }),
      ),
    onSuccess: () => done(w.retried),
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['coverage'] }),
  });
  const { place } = file;
  return (
    <li>
      <span>
        {place ? (
          <Link to="/messages/$message" params={{ message: place.message }}>
            {place.name || file.sha256.slice(0, 12)}
          </Link>
        ) : (
          file.sha256.slice(0, 12)
        )}{' '}
        <span className={classes.dim}>
          {sizeWords(file.size, language)} · {place ? place.title : w.nowhere} ·{' '}
          <Moment at={file.since} />
        </span>
      </span>
      {mayRetry && (
        <Button
          variant="default"
          size="compact-xs"
          loading={retry.isPending}
          onClick={() => retry.mutate()}
        >
          {w.retry}
        </Button>
      )}
    </li>
  );
}
