import { Button, Table } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useLocation } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { addresses, calls } from '../api/calls';
import { queries, queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { Moment } from '../time/Moment';
import { useLanguage } from '../words';
import classes from './Sources.module.css';
import { useSourceWords } from './words';

/** Evidence that is kept but could not be read, with its reason and another try. */
export function Quarantine() {
  const { words, language } = useLanguage();
  const w = words.sources;
  const own = useSourceWords().quarantine;
  const { done, failed } = useTelling();
  const waiting = useQuery(queries.quarantine());
  const here = useRef<HTMLElement>(null);
  const sought = useLocation({ select: ({ hash }) => hash === 'quarantine' });
  const come = waiting.data !== undefined;
  useEffect(() => {
    if (sought && come) here.current?.scrollIntoView();
  }, [sought, come]);
  const retry = useMutation({
    mutationFn: calls.retry,
    onSuccess: ({ readable }) => done(readable ? own.readable : own.unreadable),
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['quarantine'] }),
  });
  const items = waiting.data?.items ?? [];
  return (
    <section ref={here} className={pageClasses.section} aria-labelledby="quarantine">
      <h2 id="quarantine">
        {w.quarantine} {items.length > 0 && <span className={classes.dim}>{items.length}</span>}
      </h2>
      {items.length > 0 && <p className={classes.help}>{w.quarantineHelp}</p>}
      {waiting.error && <Trouble error={waiting.error} again={() => waiting.refetch()} />}
      <div className={pageClasses.panel}>
        {waiting.data && items.length === 0 && <Empty title={w.quarantineEmpty} />}
        {items.length > 0 && (
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.reason}</Table.Th>
                <Table.Th>{w.place}</Table.Th>
                <Table.Th className={classes.number}>{w.bytes}</Table.Th>
                <Table.Th />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {items.map((item) => (
                <Table.Tr key={item.evidence}>
                  <Table.Td className={classes.reason}>
                    {item.reason}
                    <div className={classes.dim}>
                      <Moment at={item.at} /> · {w.tries(item.tries)}
                    </div>
                  </Table.Td>
                  <Table.Td className={classes.folder}>
                    <a href={addresses.original(item.evidence)} download>
                      {[item.source, item.folder, item.place].filter(Boolean).join(' / ')}
                    </a>
                  </Table.Td>
                  <Table.Td className={classes.number}>{sizeWords(item.size, language)}</Table.Td>
                  <Table.Td className={classes.number}>
                    <Button
                      variant="default"
                      loading={retry.isPending && retry.variables === item.evidence}
                      onClick={() => retry.mutate(item.evidence)}
                    >
                      {w.retry}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
    </section>
  );
}
