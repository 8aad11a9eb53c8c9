import {
  Checkbox,
  NumberInput,
  PasswordInput,
  SegmentedControl,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useId } from 'react';
import classes from './Define.module.css';
import { asked, type Field } from './fields';
import type { Form } from './form';
import { useDefineWords } from './words';

type Props = {
  fields: Field[];
  form: Form;
  has: readonly string[];
  set: (change: Partial<Form>) => void;
};

/** The boxes of a step: those that are needed, and folded those that hardly ever are. */
export function Boxes({ fields, form, has, set }: Props) {
  const w = useDefineWords();
  const shown = asked(fields, form);
  const rare = shown.filter((field) => field.rare);
  const filled = rare.some(({ key }) => form[key] !== '' && form[key] !== false);
  const box = (field: Field) => (
    <Box key={field.key} field={field} form={form} has={has} set={set} />
  );
  return (
    <>
      {shown.filter((field) => !field.rare).map(box)}
      {rare.length > 0 && (
        <details className={classes.rare} open={filled || undefined}>
          <summary>{w.rare}</summary>
          <div className={classes.fields}>{rare.map(box)}</div>
        </details>
      )}
    </>
  );
}

function Box({ field, form, has, set }: Omit<Props, 'fields'> & { field: Field }) {
  const w = useDefineWords();
  const id = useId();
  const { key, as, placeholder } = field;
  const { label, help, of } = w.boxes[key] ?? { label: key };
  const kept = field.secret !== undefined && has.includes(field.secret);
  const value = String(form[key]);
  const put = (next: string | boolean) => set({ [key]: next } as Partial<Form>);
  if (as === 'switch') {
    return (
      <Checkbox
        size="sm"
        label={label}
        checked={form[key] === true}
        onChange={(event) => put(event.currentTarget.checked)}
      />
    );
  }
  if (as === 'choice') {
    return (
      <div>
        <div id={id} className={classes.label}>
          {label}
        </div>
        <SegmentedControl
          aria-labelledby={id}
          className={classes.choice}
          data={(field.of ?? []).map((one) => ({ value: one, label: of?.[one] ?? one }))}
          value={value}
          onChange={put}
        />
      </div>
    );
  }
  const usual = {
    label,
    description: kept ? w.kept : help,
    required: Boolean(field.needed) && !kept,
    withAsterisk: false,
    placeholder,
    autoComplete: 'off',
  };
  if (as === 'number') {
    return (
      <NumberInput
        {...usual}
        size="sm"
        min={1}
        max={65535}
        allowDecimal={false}
        hideControls
        value={value}
        onChange={(next) => put(String(next))}
      />
    );
  }
  if (as === 'secret') {
    return (
      <PasswordInput
        {...usual}
        autoComplete="new-password"
        value={value}
        onChange={(event) => put(event.currentTarget.value)}
      />
    );
  }
  if (as === 'area') {
    return (
      <Textarea
        {...usual}
        autosize
        minRows={2}
        maxRows={8}
        value={value}
        onChange={(event) => put(event.currentTarget.value)}
      />
    );
  }
  return (
    <TextInput
      {...usual}
      type={as === 'day' ? 'date' : 'text'}
      autoCapitalize="none"
      spellCheck={false}
      value={value}
      onChange={(event) => put(event.currentTarget.value)}
    />
  );
}
