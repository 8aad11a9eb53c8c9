import { Alert, Button, Group, Radio } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Moment } from '../time/Moment';
import { type Rules, type RuleVersion, refreshRules, ruleQueries } from './calls';
import { Unified } from './Diff';
import { bringUpToDate } from './draft';
import classes from './Rules.module.css';
import { useRuleWords } from './words';

/** Whether another set became active after the one that the draft was begun from was kept. */
export function movedOn(base: string, rules: Rules, versions: readonly RuleVersion[]): boolean {
  if (base === rules.active) return false;
  const kept = versions.find((one) => one.rules === base)?.at;
  return !kept || !rules.activation || rules.activation.at > kept;
}

/** Tells that somebody activated another set meanwhile, and brings the draft onto it. */
export function StaleDraft({ base, rules }: { base: string; rules: Rules }) {
  const versions = useQuery(ruleQueries.versions());
  if (!versions.data || !movedOn(base, rules, versions.data)) return null;
  return <Meanwhile base={base} rules={rules} />;
}

function Meanwhile({ base, rules }: { base: string; rules: Rules }) {
  const w = useRuleWords();
  const { done, failed } = useTelling();
  const [choices, setChoices] = useState<ReadonlyMap<string, 'mine' | 'theirs'>>(new Map());
  const mine = useQuery({ ...ruleQueries.diff(base, 'draft'), staleTime: 0 });
  const theirs = useQuery(ruleQueries.diff(base, rules.active));
  const ours = new Set(mine.data?.map((one) => one.path));
  const contested = (theirs.data ?? []).filter((one) => ours.has(one.path));
  const open = contested.filter((one) => !choices.has(one.path));
  const update = useMutation({
    mutationFn: () => bringUpToDate(base, choices),
    onSuccess: () => done(w.stale.done),
    onError: failed,
    onSettled: async () => {
      await queryClient.resetQueries({ queryKey: ['draft'] });
      await refreshRules();
    },
  });
  return (
    <Alert
      color="orange"
      variant="outline"
      className={classes.care}
      title={w.stale.title(rules.activation?.by ?? '', rules.active)}
      role="alert"
    >
      {rules.activation && (
        <p className={classes.dim}>
          <Moment at={rules.activation.at} />{' '}
          {rules.activation.note && `“${rules.activation.note}”`}
        </p>
      )}
      <p>{w.stale.help((theirs.data ?? []).map((one) => one.path))}</p>
      {contested.map((one) => (
        <div key={one.path} className={classes.contested}>
          <Radio.Group
            label={w.stale.both(one.path)}
            value={choices.get(one.path) ?? null}
            onChange={(value) =>
              setChoices(new Map(choices).set(one.path, value as 'mine' | 'theirs'))
            }
          >
            <Group mt={4}>
              <Radio size="xs" value="theirs" label={w.takeTheirs} />
              <Radio size="xs" value="mine" label={w.keepMine} />
            </Group>
          </Radio.Group>
          <Unified text={one.unified} />
        </div>
      ))}
      <Button
        variant="default"
        mt="xs"
        loading={update.isPending}
        disabled={!mine.data || !theirs.data || open.length > 0}
        onClick={() => update.mutate()}
      >
        {w.stale.update}
      </Button>
    </Alert>
  );
}
