import { Button, Checkbox, NumberInput, Table } from '@mantine/core';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../api/queries';
import { Bars, Empty } from '../parts/Empty';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminQueries, type JournalEntry } from './calls';
import { useAdminWords } from './words';

const route = getRouteApi('/admin');
const STRETCH = 100;

/** The journal, the newest stretch first: who did what, when. */
export function Audit() {
  const w = useAdminWords();
  const words = useWords();
  const navigate = useNavigate();
  const { from } = route.useSearch();
  const [onlyPeople, setOnlyPeople] = useState(false);
  const status = useQuery(queries.status());
  const all = status.data?.facts ?? 0;
  const first = from ?? Math.max(1, all - STRETCH + 1);
  const found = useQuery({
    ...adminQueries.journal(first, STRETCH),
    enabled: status.data !== undefined,
    placeholderData: keepPreviousData,
  });
  const go = (to: number | undefined) =>
    navigate({ to: '/admin', search: { tab: 'audit', from: to }, replace: true });
  const entries = [...(found.data?.items ?? [])].reverse();
  const shown = onlyPeople ? entries.filter((entry) => entry.actor.startsWith('user:')) : entries;
  const last = found.data?.items.at(-1)?.seq ?? first;
  return (
    <>
      <p className={classes.help}>{w.audit.help}</p>
      <div className={classes.bar}>
        <span className={classes.dim} role="status">
          {found.data && w.audit.of(first, last, all)}
        </span>
        <Checkbox
          size="xs"
          label={w.audit.only}
          checked={onlyPeople}
          onChange={(event) => setOnlyPeople(event.currentTarget.checked)}
        />
        <NumberInput
          size="xs"
          w={110}
          aria-label={w.audit.goTo}
          placeholder={w.audit.goTo}
          min={1}
          max={all}
          hideControls
          onKeyDown={(event) => {
            const wanted = Number(event.currentTarget.value);
            if (event.key === 'Enter' && wanted > 0) void go(Math.min(wanted, all));
          }}
        />
        <Button
          variant="default"
          disabled={first <= 1}
          onClick={() => go(Math.max(1, first - STRETCH))}
        >
          {w.audit.older}
        </Button>
        <Button variant="default" disabled={last >= all} onClick={() => go(last + 1)}>
          {w.audit.newer}
        </Button>
        <Button variant="default" disabled={from === undefined} onClick={() => go(undefined)}>
          {w.audit.newest}
        </Button>
      </div>
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.isPending && <Bars count={10} height={32} />}
      {found.data && shown.length === 0 && <Empty title={w.audit.none} />}
      {shown.length > 0 && (
        <ScrollPanel label={w.tabs.audit}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th className={classes.number}>{w.audit.seq}</Table.Th>
                <Table.Th>{w.audit.when}</Table.Th>
                <Table.Th>{w.audit.who}</Table.Th>
                <Table.Th>{w.audit.what}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {shown.map((entry) => (
                <Table.Tr key={entry.seq}>
                  <Table.Td className={classes.number}>{words.number(entry.seq)}</Table.Td>
                  <Table.Td>
                    <Moment at={entry.recorded} />
                  </Table.Td>
                  <Table.Td>
                    <Actor actor={entry.actor} />
                  </Table.Td>
                  <Table.Td>
                    <Fact entry={entry} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollPanel>
      )}
    </>
  );
}

function Actor({ actor }: { actor: string }) {
  const w = useAdminWords();
  const [kind, ...rest] = actor.split(':');
  const name = rest.join(':');
  if (kind === 'user') return <strong>{name}</strong>;
  if (kind === 'system') return <>{w.audit.system}</>;
  if (kind === 'command_line') return <>{w.audit.commandLine}</>;
  const called = kind === 'source' ? w.audit.source : kind === 'rules' ? w.audit.rules : kind;
  return (
    <>
      {called} <span className={classes.dim}>{name}</span>
    </>
  );
}

function Fact({ entry }: { entry: JournalEntry }) {
  const { kind, ...rest } = entry.fact as Record<string, unknown>;
  const caseId = typeof rest.case === 'string' ? rest.case : undefined;
  return (
    <div className={classes.entry}>
      <details>
        <summary>{String(kind).replaceAll('_', ' ')}</summary>
        <pre className={classes.fact}>{JSON.stringify(rest, null, 2)}</pre>
      </details>
      {caseId && (
        <Link to="/cases/$case" params={{ case: caseId }}>
          {caseId}
        </Link>
      )}
    </div>
  );
}
