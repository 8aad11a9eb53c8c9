import { Select, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { queries } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { useWords } from '../words';

type Props = { record: CaseRecord; value: string; onChange: (id: string) => void };

/** Chooses another case: one of the same account by its title, or any by its number. */
export function CasePicker({ record, value, onChange }: Props) {
  const words = useWords();
  const account = useQuery({
    ...queries.account(record.account.id ?? ''),
    enabled: record.account.id != null,
  });
  const others = (account.data?.cases ?? []).filter((one) => one.id !== record.id);
  if (others.length > 0) {
    const typed = value !== '' && !others.some((one) => one.id === value);
    const data = others.map((one) => ({ value: one.id, label: `${one.title} (${one.id})` }));
    return (
      <Select
        size="sm"
        searchable
        label={words.acts.caseId}
        data={typed ? [...data, { value, label: value }] : data}
        value={value === '' ? null : value}
        onChange={(id) => onChange(id ?? '')}
      />
    );
  }
  return (
    <TextInput
      label={words.acts.caseId}
      description={words.acts.caseIdHelp}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value.trim())}
    />
  );
}
