import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useEffect, useRef } from 'react';
import { ScrollPanel } from '../../parts/ScrollPanel';
import { Day, Moment } from '../../time/Moment';
import classes from '../Admin.module.css';
import own from './Hours.module.css';
import type { Effect } from './hours';
import { useHoursWords } from './words';

/** What other hours would do to the replies that are owed. */
export function EffectList({ effect }: { effect: Effect }) {
  const h = useHoursWords();
  const place = useRef<HTMLElement>(null);
  // It stands below what is filled in, out of sight on small screens.
  useEffect(() => {
    place.current?.scrollIntoView({ block: 'nearest' });
  }, []);
  return (
    <section ref={place} className={own.effect} aria-labelledby="effect">
      <h3 id="effect">{h.effect}</h3>
      <p role="status">
        {effect.from ? (
          <>
            {h.otherFrom} <Day day={effect.from} />.{' '}
            {effect.moved.length === 0
              ? h.noneMoves(effect.compared)
              : h.moves(effect.moved.length, effect.compared)}
            {effect.owed > effect.compared && ` ${h.ofMany(effect.owed)}`}
          </>
        ) : (
          h.nothing
        )}
      </p>
      {effect.past && <p className={classes.bad}>{h.pastToo}</p>}
      {effect.moved.length > 0 && (
        <ScrollPanel label={h.case}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{h.case}</Table.Th>
                <Table.Th>{h.dueNow}</Table.Th>
                <Table.Th>{h.dueThen}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {effect.moved.map(({ case: one, before, after }) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Link to="/cases/$case" params={{ case: one.id }} target="_blank">
                      {one.title}
                    </Link>
                    <span className={classes.sub}>{one.account.name}</span>
                  </Table.Td>
                  <Table.Td>
                    <Moment at={before} />
                  </Table.Td>
                  <Table.Td>{after ? <Moment at={after} /> : h.never}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollPanel>
      )}
    </section>
  );
}
