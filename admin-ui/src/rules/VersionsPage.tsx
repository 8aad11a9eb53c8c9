import {
  ActionIcon,
  Button,
  Checkbox,
  FileButton,
  Group,
  Menu,
  Modal,
  Table,
  Textarea,
} from '@mantine/core';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { problemOf } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay, useReader } from '../frame/reader';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble, useFailure } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { type RuleVersion, refreshRules, ruleCalls, ruleQueries } from './calls';
import { Diff } from './Diff';
import classes from './Lists.module.css';
import { RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

const route = getRouteApi('/rules/versions');

/** What a version is to be done with, once a reason is given. */
type Wish = { kind: 'activate' | 'approve' | 'decline' | 'rollback'; rules: string };

/** Every version that is kept: compare, activate, roll back, approve, take along as a pack. */
export function VersionsPage() {
  const w = useRuleWords();
  const mayEdit = useMay('ops');
  const { before, after } = route.useSearch();
  const navigate = useNavigate();
  const [wish, setWish] = useState<Wish | undefined>(undefined);
  const state = useQuery(ruleQueries.state());
  const versions = useQuery(ruleQueries.versions());
  const list = versions.data ?? [];
  const previous = previousOf(list);
  return (
    <RulesFrame
      tools={
        mayEdit && (
          <>
            <Import />
            <Button
              variant="default"
              disabled={!previous}
              title={previous ? undefined : w.versions.nothingBefore}
              onClick={() => previous && setWish({ kind: 'rollback', rules: previous.rules })}
            >
              {w.versions.rollBack}
            </Button>
          </>
        )
      }
    >
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          {versions.error && <Trouble error={versions.error} again={() => versions.refetch()} />}
          {versions.isPending && <Bars count={4} height={40} />}
          <Proposals proposed={state.data?.proposed ?? []} onWish={setWish} />
          {list.length > 0 && (
            <section
              className={`${pageClasses.section} ${pageClasses.panel}`}
              aria-label={w.tabs.versions}
            >
              <Table className={classes.table}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{w.versions.version}</Table.Th>
                    <Table.Th>{w.versions.state}</Table.Th>
                    <Table.Th>{w.versions.note}</Table.Th>
                    <Table.Th>{w.versions.author}</Table.Th>
                    <Table.Th>{w.versions.at}</Table.Th>
                    <Table.Th>
                      <span className="visually-hidden">{w.more}</span>
                    </Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {list.map((version) => (
                    <VersionRow
                      key={version.rules}
                      version={version}
                      onCompare={() =>
                        navigate({
                          to: '/rules/versions',
                          search: version.active
                            ? { before: previous?.rules ?? version.rules, after: 'active' }
                            : { before: 'active', after: version.rules },
                        })
                      }
                      onWish={setWish}
                    />
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          )}
          {before && after && (
            <section className={pageClasses.section} aria-labelledby="difference">
              <h2 id="difference">
                {w.versions.compareTitle(naming(before, w.versions), naming(after, w.versions))}
              </h2>
              <Diff before={before} after={after} />
            </section>
          )}
        </div>
      </div>
      {wish && <Reason wish={wish} onClose={() => setWish(undefined)} />}
    </RulesFrame>
  );
}

function naming(rules: string, words: { isActive: string; draft: string }): string {
  if (rules === 'active') return words.isActive;
  return rules === 'draft' ? words.draft : rules;
}

/** The version that was active before the present one. */
function previousOf(versions: readonly RuleVersion[]): RuleVersion | undefined {
  const last = (version: RuleVersion) => version.activations.at(-1)?.at ?? '';
  return versions
    .filter((version) => !version.active && version.activations.length > 0)
    .sort((a, b) => (last(a) < last(b) ? 1 : -1))[0];
}

type RowProps = { version: RuleVersion; onCompare: () => void; onWish: (wish: Wish) => void };

function VersionRow({ version, onCompare, onWish }: RowProps) {
  const w = useRuleWords();
  const navigate = useNavigate();
  const mayEdit = useMay('ops');
  const { done, failed } = useTelling();
  const edit = useMutation({
    mutationFn: () => ruleCalls.beginDraft(version.rules),
    onSuccess: async () => {
      await queryClient.resetQueries({ queryKey: ['draft'] });
      done(w.versions.draftBegun(version.rules));
      await navigate({ to: '/rules' });
    },
    onError: failed,
  });
  const was = version.activations.length > 0;
  return (
    <Table.Tr data-active={version.active || undefined}>
      <Table.Td className={classes.mono}>{version.rules}</Table.Td>
      <Table.Td>
        <span className={version.active ? classes.good : classes.dim}>
          {version.active ? w.versions.isActive : was ? w.versions.wasActive : w.versions.kept}
        </span>
        <span className={classes.sub}>{w.versions.origins[version.origin]}</span>
      </Table.Td>
      <Table.Td className={classes.wide}>{version.note}</Table.Td>
      <Table.Td>{version.author}</Table.Td>
      <Table.Td>
        <Moment at={version.at} />
      </Table.Td>
      <Table.Td className={classes.acts}>
        <Button variant="subtle" size="compact-xs" onClick={onCompare}>
          {w.versions.compare}
        </Button>
        {mayEdit && (
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="subtle" color="gray" aria-label={`${w.more}: ${version.rules}`}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item
                disabled={version.active}
                onClick={() => onWish({ kind: 'activate', rules: version.rules })}
              >
                {w.versions.activate}
              </Menu.Item>
              <Menu.Item onClick={() => edit.mutate()}>{w.versions.edit}</Menu.Item>
              <Menu.Item
                disabled={version.active}
                onClick={() => navigate({ to: '/rules/shadow', search: { rules: version.rules } })}
              >
                {w.versions.shadow}
              </Menu.Item>
              <Menu.Item
                component="a"
                href={`/api/v1/rules/versions/${encodeURIComponent(version.rules)}/pack`}
                download
              >
                {w.versions.pack}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        )}
      </Table.Td>
    </Table.Tr>
  );
}

/** Versions that wait for a second person. */
function Proposals({
  proposed,
  onWish,
}: {
  proposed: readonly RuleVersion[];
  onWish: (wish: Wish) => void;
}) {
  const w = useRuleWords();
  const reader = useReader();
  if (proposed.length === 0) return null;
  return (
    <section className={pageClasses.section} aria-labelledby="proposals">
      <h2 id="proposals">{w.versions.proposals}</h2>
      {proposed.map((version) => {
        const own = version.proposed_by === reader?.name;
        return (
          <div key={version.rules} className={classes.proposal}>
            <Group justify="space-between">
              <span>
                <span className={classes.mono}>{version.rules}</span>{' '}
                <span className={classes.dim}>{w.versions.by(version.proposed_by ?? '')}</span>
                {version.proposal_note && <q className={classes.quote}>{version.proposal_note}</q>}
              </span>
              <Group gap="xs">
                <Button
                  variant="default"
                  onClick={() => onWish({ kind: 'decline', rules: version.rules })}
                >
                  {w.versions.decline}
                </Button>
                <Button
                  disabled={own}
                  onClick={() => onWish({ kind: 'approve', rules: version.rules })}
                >
                  {w.versions.approve}
                </Button>
              </Group>
            </Group>
            {own && <p className={classes.dim}>{w.versions.own}</p>}
            <Diff before="active" after={version.rules} />
          </div>
        );
      })}
    </section>
  );
}

/** Asks for the reason of what is to be done with a version, and does it. */
function Reason({ wish, onClose }: { wish: Wish; onClose: () => void }) {
  const w = useRuleWords();
  const failure = useFailure();
  const { done } = useTelling();
  const [note, setNote] = useState('');
  const act = useMutation({
    mutationFn: async () => {
      if (wish.kind === 'rollback') return ruleCalls.rollBack(note);
      if (wish.kind === 'activate') return ruleCalls.activate(wish.rules, note);
      if (wish.kind === 'approve') return ruleCalls.approve(wish.rules, note);
      await ruleCalls.decline(wish.rules, note);
      return undefined;
    },
    onSuccess: (result) => {
      if (!result) done(w.versions.declined);
      else if (wish.kind === 'rollback') done(w.versions.rolledBack(result.rules));
      else done(result.active ? w.activated(result.rules) : w.proposed(result.rules));
      onClose();
    },
    onSettled: refreshRules,
  });
  const titles = {
    rollback: w.versions.rollBackTitle,
    activate: w.versions.activateTitle(wish.rules),
    approve: w.versions.activateTitle(wish.rules),
    decline: w.versions.decline,
  };
  const labels = {
    rollback: w.versions.rollBack,
    activate: w.versions.activate,
    approve: w.versions.approve,
    decline: w.versions.decline,
  };
  return (
    <Modal opened onClose={onClose} title={titles[wish.kind]}>
      {wish.kind === 'rollback' && (
        <p className={classes.help}>{w.versions.rollBackTo(wish.rules)}</p>
      )}
      <Textarea
        label={w.note}
        description={w.noteHelp}
        autosize
        minRows={2}
        value={note}
        error={act.error && failure(act.error)}
        onChange={(event) => setNote(event.currentTarget.value)}
        data-autofocus
      />
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          {w.cancel}
        </Button>
        <Button loading={act.isPending} disabled={note.trim() === ''} onClick={() => act.mutate()}>
          {labels[wish.kind]}
        </Button>
      </Group>
    </Modal>
  );
}

/** Takes a pack in as a version; one that nobody trusted has signed only where that is allowed. */
function Import() {
  const w = useRuleWords();
  const { done, failed } = useTelling();
  const [asked, setAsked] = useState<File | undefined>(undefined);
  const [unsigned, setUnsigned] = useState(false);
  const keys = useQuery({ ...ruleQueries.keys(), enabled: asked !== undefined });
  const take = useMutation({
    mutationFn: async (file: File) => {
      const query = new URLSearchParams({ note: file.name, allow_unsigned: String(unsigned) });
      const reply = await fetch(`/api/v1/rules/packs?${query}`, {
        method: 'POST',
        headers: { 'content-type': 'application/zip' },
        body: file,
      });
      const body: unknown = await reply.json().catch(() => undefined);
      if (!reply.ok) throw problemOf(reply.status, body);
      return body as { rules: string };
    },
    onSuccess: ({ rules }) => {
      done(w.versions.imported(rules));
      setAsked(undefined);
    },
    onError: failed,
    onSettled: refreshRules,
  });
  return (
    <>
      <FileButton accept=".zip,.wkpack,application/zip" onChange={(file) => file && setAsked(file)}>
        {(props) => (
          <Button variant="default" {...props}>
            {w.versions.import}
          </Button>
        )}
      </FileButton>
      <Modal
        opened={asked !== undefined}
        onClose={() => setAsked(undefined)}
        title={w.versions.import}
      >
        <p className={classes.help}>
          <strong>{asked?.name}</strong>{' '}
          {keys.data &&
            (keys.data.trusted.length > 0
              ? w.versions.trusted(keys.data.trusted.length)
              : w.versions.noKeys)}
        </p>
        <Checkbox
          label={w.versions.unsigned}
          checked={unsigned}
          onChange={(event) => setUnsigned(event.currentTarget.checked)}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={() => setAsked(undefined)}>
            {w.cancel}
          </Button>
          <Button loading={take.isPending} onClick={() => asked && take.mutate(asked)}>
            {w.versions.import}
          </Button>
        </Group>
      </Modal>
    </>
  );
}
