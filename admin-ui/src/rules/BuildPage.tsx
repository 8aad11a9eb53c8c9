import {
  Button,
  Checkbox,
  NumberInput,
  SegmentedControl,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import pageClasses from '../parts/Page.module.css';
import { ruleCalls, ruleQueries } from './calls';
import { filesOf, NAME, type SignalForm } from './form';
import classes from './Lists.module.css';
import { RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

const EMPTY: SignalForm = {
  name: '',
  title: '',
  who: 'customer',
  looks: 'words',
  phrases: '',
  hours: 8,
  turns: 3,
  owed: false,
  somebodyNew: false,
  renewal: false,
  tier: '',
  weight: 10,
};

/** A signal from a form, with the script that it writes in sight. */
export function BuildPage() {
  const w = useRuleWords();
  const navigate = useNavigate();
  const { done, failed } = useTelling();
  const [form, setForm] = useState(EMPTY);
  const draft = useQuery(ruleQueries.draft());
  const set = (change: Partial<SignalForm>) => setForm((now) => ({ ...now, ...change }));
  const files = filesOf({ ...form, name: form.name || 'my_signal', title: form.title || '…' });
  const taken = files.some(({ path }) =>
    draft.data?.files.some((file) => file.path === path && file.change !== 'removed'),
  );
  const bad = form.name !== '' && !NAME.test(form.name);
  const ready =
    NAME.test(form.name) &&
    !taken &&
    form.title.trim() !== '' &&
    (form.looks !== 'words' || form.phrases.trim() !== '');
  const add = useMutation({
    mutationFn: async () => {
      let checked: Awaited<ReturnType<typeof ruleCalls.putFile>> | undefined;
      for (const { path, text } of [...files].reverse())
        checked = await ruleCalls.putFile(path, text);
      return checked;
    },
    onSuccess: async (checked) => {
      const path = files[0]?.path ?? '';
      if (checked) queryClient.setQueryData(ruleQueries.checked().queryKey, checked);
      await queryClient.invalidateQueries({ queryKey: ['draft'], exact: true });
      done(w.build.added(path));
      await navigate({ to: '/rules', search: { file: path } });
    },
    onError: failed,
  });
  return (
    <RulesFrame>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>{w.build.help}</p>
          <div className={classes.columns}>
            <form
              className={classes.fields}
              onSubmit={(event) => {
                event.preventDefault();
                if (ready) add.mutate();
              }}
            >
              <TextInput
                label={w.build.name}
                description={w.build.nameHelp}
                placeholder="refund_request"
                value={form.name}
                error={bad ? w.fileNameBad : taken && form.name !== '' && w.build.nameTaken}
                onChange={(event) => set({ name: event.currentTarget.value })}
              />
              <TextInput
                label={w.build.title}
                description={w.build.titleHelp}
                value={form.title}
                onChange={(event) => set({ title: event.currentTarget.value })}
              />
              <Choice
                label={w.build.looks}
                value={form.looks}
                words={w.build.lookss}
                onChange={(looks) => set({ looks })}
              />
              {form.looks !== 'time' && (
                <Choice
                  label={w.build.who}
                  value={form.who}
                  words={w.build.whos}
                  onChange={(who) => set({ who })}
                />
              )}
              {form.looks === 'words' && (
                <Textarea
                  label={w.build.phrases}
                  description={w.build.phrasesHelp}
                  autosize
                  minRows={3}
                  value={form.phrases}
                  onChange={(event) => set({ phrases: event.currentTarget.value })}
                />
              )}
              {form.looks === 'time' && (
                <NumberInput
                  size="sm"
                  label={w.build.hours}
                  min={0.5}
                  max={400}
                  value={form.hours}
                  onChange={(hours) => set({ hours: Number(hours) || EMPTY.hours })}
                />
              )}
              {form.looks === 'many' && (
                <NumberInput
                  size="sm"
                  label={w.build.turns}
                  min={2}
                  max={20}
                  allowDecimal={false}
                  value={form.turns}
                  onChange={(turns) => set({ turns: Number(turns) || EMPTY.turns })}
                />
              )}
              <Checkbox.Group
                label={w.build.only}
                value={[
                  form.owed && 'owed',
                  form.somebodyNew && 'new',
                  form.renewal && 'renewal',
                ].filter((one): one is string => one !== false)}
                onChange={(chosen) =>
                  set({
                    owed: chosen.includes('owed'),
                    somebodyNew: chosen.includes('new'),
                    renewal: chosen.includes('renewal'),
                  })
                }
              >
                <Stack gap={6} mt={6}>
                  <Checkbox size="xs" value="owed" label={w.build.owed} />
                  <Checkbox size="xs" value="new" label={w.build.executive} />
                  <Checkbox size="xs" value="renewal" label={w.build.renewal} />
                </Stack>
              </Checkbox.Group>
              <TextInput
                label={w.build.tier}
                description={w.build.tierHelp}
                value={form.tier}
                onChange={(event) => set({ tier: event.currentTarget.value })}
              />
              <NumberInput
                size="sm"
                label={w.build.weight}
                description={w.build.weightHelp}
                min={1}
                max={40}
                allowDecimal={false}
                value={form.weight}
                onChange={(weight) => set({ weight: Number(weight) || EMPTY.weight })}
              />
              <Button type="submit" size="sm" disabled={!ready} loading={add.isPending}>
                {w.build.add}
              </Button>
              {!ready && <Text c="dimmed">{w.build.needs}</Text>}
            </form>
            <section className={pageClasses.section} aria-label={w.build.writes}>
              {files.map(({ path, text }) => (
                <div key={path}>
                  <div className={classes.mono}>{path}</div>
                  {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, by keyboard too */}
                  <pre className={classes.script} tabIndex={0}>
                    {text}
                  </pre>
                </div>
              ))}
            </section>
          </div>
        </div>
      </div>
    </RulesFrame>
  );
}

type ChoiceProps<T extends string> = {
  label: string;
  value: T;
  words: Record<T, string>;
  onChange: (value: T) => void;
};

function Choice<T extends string>({ label, value, words, onChange }: ChoiceProps<T>) {
  const data = (Object.keys(words) as T[]).map((one) => ({ value: one, label: words[one] }));
  return (
    <div>
      <Text size="sm" fw={500} mb={4}>
        {label}
      </Text>
      <SegmentedControl
        fullWidth
        // Three phrases do not fit beside one another.
        orientation={data.some((one) => one.label.length > 20) ? 'vertical' : 'horizontal'}
        size="xs"
        aria-label={label}
        value={value}
        data={data}
        onChange={(next) => onChange(next as T)}
      />
    </div>
  );
}
