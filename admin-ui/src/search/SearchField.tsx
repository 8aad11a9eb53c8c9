import { Combobox, Kbd, TextInput, useCombobox } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import type { RefObject } from 'react';
import { queries } from '../api/queries';
import { ruleQueries } from '../rules/calls';
import { useWords } from '../words';
import { suggest } from './complete';
import { useSearchWords } from './words';

const LEVELS = ['S1', 'S2', 'S3', 'S4'];

type Props = {
  field: RefObject<HTMLInputElement | null>;
  value: string;
  onChange: (value: string) => void;
  /** The arrow goes down to the hits, where no suggestion is in the way. */
  onDown: () => void;
};

/** The field of the search: operators and their values are completed as they are typed. */
export function SearchField({ field, value, onChange, onDown }: Props) {
  const words = useWords();
  const w = useSearchWords();
  const accounts = useQuery(queries.accounts());
  const rules = useQuery(ruleQueries.state());
  const combobox = useCombobox({ onDropdownClose: () => combobox.resetSelectedOption() });
  const suggestions = suggest(value, {
    accounts: (accounts.data ?? []).map((account) => account.name),
    levels: LEVELS,
    signals: (rules.data?.signals ?? []).map((signal) => signal.id),
  });
  const open = combobox.dropdownOpened && suggestions.length > 0;
  return (
    <Combobox
      store={combobox}
      withinPortal={false}
      onOptionSubmit={(whole) => {
        onChange(whole);
        combobox.resetSelectedOption();
        field.current?.focus();
      }}
    >
      <Combobox.Target withKeyboardNavigation={open}>
        <TextInput
          ref={field}
          type="search"
          size="md"
          aria-label={words.search.title}
          placeholder={words.search.placeholder}
          leftSection={<IconSearch size={18} aria-hidden="true" />}
          rightSection={<Kbd size="xs">/</Kbd>}
          value={value}
          onChange={(event) => {
            onChange(event.currentTarget.value);
            combobox.openDropdown();
            combobox.updateSelectedOptionIndex();
          }}
          onBlur={() => combobox.closeDropdown()}
          onKeyDown={(event) => {
            if (event.key === 'ArrowDown' && !open) {
              event.preventDefault();
              onDown();
            }
            if (event.key === 'Escape' && !open) event.currentTarget.blur();
          }}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={!open}>
        <Combobox.Options aria-label={w.suggestions}>
          {suggestions.map((one) => (
            <Combobox.Option key={one.whole} value={one.whole}>
              {one.text}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}
