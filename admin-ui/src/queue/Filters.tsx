import { Button, Select } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import type { QueueFilters } from '../api/calls';
import { queries } from '../api/queries';
import type { CaseRow } from '../api/types';
import { moreQueries } from '../case/more';
import { useReader } from '../frame/reader';
import { nameFromEmail } from '../text/names';
import { useWords } from '../words';
import classes from './Filters.module.css';

/** Values that occur, and the one chosen even if none of the rows has it any more. */
function choices(values: (string | null | undefined)[], chosen: string | undefined): string[] {
  const all = values.filter((value): value is string => Boolean(value));
  return [...new Set(chosen ? [...all, chosen] : all)].sort((a, b) => a.localeCompare(b));
}

type Props = { filters: QueueFilters; rows: readonly CaseRow[] };

/** Narrows a queue; what is chosen stands in the address. */
export function Filters({ filters, rows }: Props) {
  const words = useWords();
  const reader = useReader();
  const navigate = useNavigate();
  const accounts = useQuery(queries.accounts());
  const set = (change: QueueFilters) =>
    navigate({ to: '.', search: (now) => ({ ...now, ...change }), replace: true });
  const people = choices(
    rows.map((row) => row.owner),
    filters.owner,
  ).filter((owner) => owner !== 'none' && owner !== reader?.name);
  const owners = [
    ...(reader ? [{ value: reader.name, label: words.queue.mine }] : []),
    { value: 'none', label: words.queue.unowned },
    ...people.map((owner) => ({ value: owner, label: nameFromEmail(owner) })),
  ];
  const teams = choices(
    rows.map((row) => row.team),
    filters.team,
  );
  const scales = useQuery(moreQueries.levels());
  const named = (scales.data ?? []).flatMap((scale) => scale.levels.map((one) => one.name));
  const levels = choices([...named, ...rows.map((row) => row.level)], filters.level);
  const some = Object.values(filters).some((value) => value !== undefined);
  const common = { clearable: true, className: classes.filter, comboboxProps: { width: 220 } };
  return (
    <>
      {some && (
        <Button variant="subtle" onClick={() => navigate({ to: '.', search: {}, replace: true })}>
          {words.queue.clear}
        </Button>
      )}
      <Select
        {...common}
        aria-label={words.queue.filterLevel}
        placeholder={words.queue.filterLevel}
        data={levels.filter((level) => level !== 'none')}
        value={filters.level ?? null}
        onChange={(level) => set({ level: level ?? undefined })}
      />
      <Select
        {...common}
        aria-label={words.queue.filterOwner}
        placeholder={words.queue.filterOwner}
        data={owners}
        value={filters.owner ?? null}
        onChange={(owner) => set({ owner: owner ?? undefined })}
      />
      {teams.length > 0 && (
        <Select
          {...common}
          aria-label={words.queue.filterTeam}
          placeholder={words.queue.filterTeam}
          data={teams}
          value={filters.team ?? null}
          onChange={(team) => set({ team: team ?? undefined })}
        />
      )}
      <Select
        {...common}
        searchable
        aria-label={words.queue.filterAccount}
        placeholder={words.queue.filterAccount}
        data={(accounts.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
        value={filters.account ?? null}
        onChange={(account) => set({ account: account ?? undefined })}
      />
    </>
  );
}
