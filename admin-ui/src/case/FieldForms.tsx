import {
  Autocomplete,
  Button,
  Group,
  Popover,
  Select,
  Stack,
  TextInput,
  UnstyledButton,
} from '@mantine/core';
import { IconChevronDown } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import type { CaseRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { Level } from '../level/Level';
import { nameFromEmail } from '../text/names';
import { useWords } from '../words';
import { Contested, type FieldChange, saysOf, useSetField } from './acts';
import classes from './FieldForms.module.css';
import { Meanwhile } from './Meanwhile';
import { levelsOf, moreQueries } from './more';

const STATES = ['open', 'monitoring', 'resolved', 'reopened', 'dismissed'];

type Shared = { record: CaseRecord; opened: boolean; onOpened: (opened: boolean) => void };

type FormProps = Shared & {
  field: FieldChange['field'];
  label: string;
  target: ReactNode;
  value: string;
  input: ReactNode;
  className?: string;
};

/** A field that is changed in place: its value, the reason, and the way back to the rules. */
export function FieldForm({
  record,
  opened,
  onOpened,
  field,
  label,
  target,
  value,
  input,
  className = classes.field,
}: FormProps) {
  const words = useWords();
  const [reason, setReason] = useState('');
  const [missing, setMissing] = useState(false);
  const set = useSetField(record.id);
  const overridden = record.overrides.some((one) => one.field === field);
  // What the field said when the form was opened: another value since then is somebody else's.
  const [seen, setSeen] = useState(record);
  const [wasOpened, setWasOpened] = useState(opened);
  const [kept, setKept] = useState(false);
  if (opened !== wasOpened) {
    setWasOpened(opened);
    if (opened && !kept) setSeen(record);
    setKept(false);
  }
  const contested = opened && saysOf(record, field) !== saysOf(seen, field);
  // The popover hears Escape only once the focus is in it; a quick reader presses it sooner.
  useEffect(() => {
    if (!opened) return;
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') onOpened(false);
    };
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [opened, onOpened]);
  const send = (next: string | null) => {
    if (reason.trim() === '') {
      setMissing(true);
      return;
    }
    onOpened(false);
    const change = { field, value: next, reason: reason.trim() };
    // What is set upon what somebody else said is meant so: both were shown.
    set.mutate(
      { change, seen: contested ? record : seen },
      {
        onSuccess: () => setReason(''),
        onError: (error) => {
          if (!(error instanceof Contested)) return;
          setKept(true);
          onOpened(true);
        },
      },
    );
  };
  return (
    <Popover
      opened={opened}
      onChange={onOpened}
      position="bottom-start"
      shadow="md"
      width={300}
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <UnstyledButton className={className} onClick={() => onOpened(!opened)}>
          {target}
          <span className="visually-hidden">, {label}</span>
          <IconChevronDown size={14} aria-hidden="true" />
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={label}>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            send(value === '' ? null : value);
          }}
        >
          <Stack gap="sm">
            {contested && (
              <Meanwhile record={record} field={field} onTheirs={() => onOpened(false)} />
            )}
            {input}
            <TextInput
              label={words.acts.reason}
              description={words.acts.reasonHelp}
              value={reason}
              error={missing && reason.trim() === '' ? words.acts.needReason : undefined}
              onChange={(event) => setReason(event.currentTarget.value)}
            />
            <Group justify="space-between">
              {overridden ? (
                <Button variant="subtle" onClick={() => send(null)}>
                  {words.acts.giveBack}
                </Button>
              ) : (
                <span />
              )}
              <Button type="submit">{contested ? words.acts.setMine : words.acts.save}</Button>
            </Group>
          </Stack>
        </form>
      </Popover.Dropdown>
    </Popover>
  );
}

/** What a form of a field holds: what the field says until the form is opened, then the reader's. */
export function useFieldText(says: string, opened: boolean) {
  const [text, setText] = useState(says);
  const [known, setKnown] = useState(says);
  if (!opened && known !== says) {
    setKnown(says);
    setText(says);
  }
  return [text, setText] as const;
}

/** The owner, and how to change it. */
export function OwnerField(props: Shared) {
  const words = useWords();
  const { record } = props;
  const [owner, setOwner] = useFieldText(record.owner ?? '', props.opened);
  const shownOwner = record.owner ? nameFromEmail(record.owner) : words.queue.nobody;
  const target = (
    <>
      <span className={classes.label}>{words.record.owner}</span> {shownOwner}
    </>
  );
  if (!useMay('agent')) return <span title={record.owner ?? undefined}>{target}</span>;
  const ours = record.people.filter((one) => one.side === 'us').map((one) => one.address.email);
  return (
    <FieldForm
      {...props}
      field="owner"
      label={words.acts.owner}
      target={target}
      value={owner.trim()}
      input={
        <Autocomplete
          data-autofocus
          size="sm"
          label={words.acts.ownerLabel}
          description={words.acts.ownerHelp}
          data={[...new Set(ours.filter((email) => email !== ''))]}
          value={owner}
          onChange={setOwner}
          openOnFocus={false}
          withScrollArea={false}
          comboboxProps={{ withinPortal: false }}
        />
      }
    />
  );
}

/** The severity, and how to override it. */
export function SeverityField(props: Shared) {
  const words = useWords();
  const { record } = props;
  const [level, setLevel] = useFieldText(record.level, props.opened);
  const scales = useQuery(moreQueries.levels());
  const known = levelsOf(scales.data, record.team);
  const names = [...known.map((one) => one.name), 'none'];
  const levels = names.includes(record.level) ? names : [record.level, ...names];
  const target = <Level level={record.level} rank={record.rank} />;
  if (!useMay('manager')) return target;
  return (
    <FieldForm
      {...props}
      field="severity"
      label={words.acts.severity}
      target={target}
      value={level}
      input={
        <Select
          data-autofocus
          size="sm"
          label={words.record.level}
          data={levels.map((value) => ({
            value,
            label: value === 'none' ? words.level.none : titled(value, known),
          }))}
          value={level}
          onChange={(value) => value && setLevel(value)}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
        />
      }
    />
  );
}

/** A level with its title: "S1 Critical". */
function titled(name: string, known: readonly { name: string; title: string }[]): string {
  const title = known.find((one) => one.name === name)?.title;
  return title && title !== name ? `${name} ${title}` : name;
}

/** The state of a case, and how to move it on. */
export function StateField(props: Shared) {
  const words = useWords();
  const { record } = props;
  const [state, setState] = useFieldText(record.state, props.opened);
  const named = words.states[record.state] ?? record.state;
  const target = (
    <>
      <span className={classes.label}>{words.record.state}</span> {named}
    </>
  );
  if (!useMay('agent')) return <span>{target}</span>;
  const states = STATES.includes(record.state) ? STATES : [record.state, ...STATES];
  return (
    <FieldForm
      {...props}
      field="state"
      label={words.acts.state}
      target={target}
      value={state}
      input={
        <Select
          data-autofocus
          size="sm"
          label={words.record.state}
          description={words.acts.stateHelp}
          data={states.map((value) => ({ value, label: words.states[value] ?? value }))}
          value={state}
          onChange={(value) => value && setState(value)}
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
        />
      }
    />
  );
}
