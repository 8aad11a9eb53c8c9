import { ActionIcon, Button, Group, Modal, TextInput, UnstyledButton } from '@mantine/core';
import { IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTelling } from '../case/acts';
import classes from './Search.module.css';
import { forgetSearch, savedSearches, saveSearch } from './saved';
import { useSearchWords } from './words';

type Props = { query: string; onOpen: (query: string) => void };

/** The searches kept in this browser, and the way to keep the present one. */
export function Saved({ query, onOpen }: Props) {
  const w = useSearchWords();
  const { done } = useTelling();
  const [searches, setSearches] = useState(savedSearches);
  const [naming, setNaming] = useState(false);
  const [name, setName] = useState('');
  const q = query.trim();
  const known = searches.some((one) => one.q === q);
  const save = () => {
    setSearches(saveSearch({ name: name.trim(), q }));
    setNaming(false);
    done(w.savedNow(name.trim()));
  };
  return (
    <>
      {(searches.length > 0 || q !== '') && (
        <section className={classes.facets} aria-label={w.saved}>
          {searches.length > 0 && <span>{w.saved}</span>}
          {searches.map((one) => (
            <span key={one.name} className={classes.saved}>
              <UnstyledButton
                className={classes.operator}
                title={one.q}
                onClick={() => onOpen(one.q)}
              >
                {one.name}
              </UnstyledButton>
              <ActionIcon
                variant="subtle"
                color="gray"
                size="sm"
                aria-label={w.forget(one.name)}
                onClick={() => setSearches(forgetSearch(one.name))}
              >
                <IconX size={12} />
              </ActionIcon>
            </span>
          ))}
          {q !== '' && !known && (
            <Button
              variant="subtle"
              size="compact-xs"
              onClick={() => {
                setName(q);
                setNaming(true);
              }}
            >
              {w.save}
            </Button>
          )}
        </section>
      )}
      <Modal opened={naming} onClose={() => setNaming(false)} title={w.saveTitle}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            if (name.trim() !== '') save();
          }}
        >
          <TextInput
            label={w.name}
            description={w.nameHelp}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            data-autofocus
          />
          <Group mt="md" justify="flex-end">
            <Button variant="default" onClick={() => setNaming(false)}>
              {w.cancel}
            </Button>
            <Button type="submit" disabled={name.trim() === ''}>
              {w.save}
            </Button>
          </Group>
        </form>
      </Modal>
    </>
  );
}
