import { Textarea, TextInput } from '@mantine/core';
import type { CaseRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { useWords } from '../words';
import { saysOf } from './acts';
import { FieldForm, useFieldText } from './FieldForms';
import classes from './FieldForms.module.css';

type Props = {
  record: CaseRecord;
  field: 'issue_type' | 'next_step';
  label: string;
  opened: boolean;
  onOpened: (opened: boolean) => void;
};

/** A field of words that a person fills in, changed where it stands. */
export function TextField({ record, field, label, opened, onOpened }: Props) {
  const words = useWords();
  const says = saysOf(record, field) ?? '';
  const [text, setText] = useFieldText(says, opened);
  if (!useMay('agent')) return <span>{says || '–'}</span>;
  const input = {
    'data-autofocus': true,
    label,
    value: text,
    onChange: (event: { currentTarget: { value: string } }) => setText(event.currentTarget.value),
  };
  return (
    <FieldForm
      record={record}
      opened={opened}
      onOpened={onOpened}
      field={field}
      label={says ? words.record.edit(label) : words.record.add(label)}
      className={classes.inline}
      target={says ? <span>{says}</span> : <span className={classes.label}>–</span>}
      value={text.trim()}
      input={
        field === 'next_step' ? (
          <Textarea {...input} autosize minRows={2} maxRows={6} />
        ) : (
          <TextInput {...input} />
        )
      }
    />
  );
}
