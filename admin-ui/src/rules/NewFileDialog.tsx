import { Button, Group, Modal, Select, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useFailure } from '../parts/Trouble';
import { ruleCalls, ruleQueries } from './calls';
import { useRuleWords } from './words';

const KINDS = {
  signal: {
    path: (name: string) => `signals/${name}.rhai`,
    text: (name: string) =>
      `//! ${title(name)}: what it finds.\n\nconst WEIGHT = 10;\n\nfn on_message(record, msg) {\n    if !msg.from_customer || msg.automatic { return; }\n}\n`,
  },
  policy: {
    path: (name: string) => `policies/${name}.rhai`,
    text: (name: string) =>
      `//! ${title(name)}: whom it tells, and when.\n\nfn on_change(change) {\n    if change.raised { alert(owner(), "The level rose."); }\n}\n`,
  },
  words: {
    path: (name: string) => `words/en/${name}.txt`,
    text: (name: string) => `# ${title(name)}: a pattern a line.\n`,
  },
  test: {
    path: (name: string) => `tests/${name}.toml`,
    text: (name: string) =>
      `[[test]]\nname = "${title(name)}"\ntimezone = "Europe/Berlin"\nuntil = "2026-03-02T15:00:00+01:00"\nlevel = "none"\n\n[[test.message]]\nat = "2026-03-02T10:00:00+01:00"\nfrom = "Jane Doe <jane@customer.example>"\nto = ["support@ours.example"]\ntext = "Hello."\n`,
  },
} as const;

type Kind = keyof typeof KINDS;

function title(name: string): string {
  const spaced = name.replaceAll('_', ' ');
  return spaced.charAt(0).toUpperCase() + spaced.slice(1);
}

type Props = {
  opened: boolean;
  onClose: () => void;
  existing: readonly string[];
  onMade: (path: string) => void;
};

/** Asks what a new file is to be and puts it into the draft with something to begin from. */
export function NewFileDialog({ opened, onClose, existing, onMade }: Props) {
  const w = useRuleWords();
  const failure = useFailure();
  const [kind, setKind] = useState<Kind>('signal');
  const [name, setName] = useState('');
  const path = KINDS[kind].path(name);
  const bad = name !== '' && !/^[a-z][a-z0-9_]*$/.test(name);
  const taken = existing.includes(path);
  const make = useMutation({
    mutationFn: () => ruleCalls.putFile(path, KINDS[kind].text(name)),
    onSuccess: async (checked) => {
      queryClient.setQueryData(ruleQueries.checked().queryKey, checked);
      await queryClient.invalidateQueries({ queryKey: ['draft'], exact: true });
      setName('');
      onClose();
      onMade(path);
    },
  });
  return (
    <Modal opened={opened} onClose={onClose} title={w.newFile}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (name !== '' && !bad && !taken) make.mutate();
        }}
      >
        <Select
          label={w.kind}
          data={Object.keys(KINDS).map((value) => ({ value, label: w.kinds[value as Kind] }))}
          value={kind}
          allowDeselect={false}
          onChange={(value) => setKind((value ?? 'signal') as Kind)}
        />
        <TextInput
          mt="sm"
          label={w.fileName}
          description={w.fileNameHelp}
          value={name}
          error={
            bad ? w.fileNameBad : taken ? w.fileTaken(path) : make.error && failure(make.error)
          }
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {w.cancel}
          </Button>
          <Button type="submit" loading={make.isPending} disabled={name === '' || bad || taken}>
            {w.create}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
