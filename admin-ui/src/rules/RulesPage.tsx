import { ActionIcon, Alert, Button, Group, Menu, SegmentedControl, Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { IconDots } from '@tabler/icons-react';
import { useMutation, useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useCallback, useEffect, useMemo, useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { ActivateDialog } from './ActivateDialog';
import { BacktestPanel } from './BacktestPanel';
import { type RuleTested, refreshRules, ruleCalls, ruleQueries } from './calls';
import { wordListOf } from './completion';
import { useDraftFile, useDraftTests } from './draft';
import { Editor, type Place } from './Editor';
import { FileTree, type TreeFile } from './FileTree';
import { HelpPanel } from './HelpPanel';
import { NewFileDialog } from './NewFileDialog';
import { ProblemsBar } from './ProblemsBar';
import classes from './Rules.module.css';
import { RulesFrame } from './RulesFrame';
import { StaleDraft } from './StaleDraft';
import { TestsPanel } from './TestsPanel';
import { useRuleWords } from './words';

const route = getRouteApi('/rules');

export type RulesTab = 'tests' | 'backtest' | 'help';
type Pane = 'files' | 'editor' | 'beside';

/** The rule set: its files, the editor, and beside it tests, backtest and help. */
export function RulesPage() {
  const mayEdit = useMay('ops');
  return mayEdit ? <Workshop /> : <ReadOnly />;
}

/** What a set holds, for who may read it but not change it. */
function ReadOnly() {
  const w = useRuleWords();
  const { file } = route.useSearch();
  const navigate = useNavigate();
  const files = useQuery(ruleQueries.files('active'));
  const chosen =
    files.data?.find((one) => one.path === file) ??
    files.data?.find((one) => one.path === 'severity.rhai');
  const tree = (files.data ?? []).map(({ path }): TreeFile => ({ path, mark: 'active' }));
  return (
    <RulesFrame>
      {files.error && <Trouble error={files.error} again={() => files.refetch()} />}
      {files.isPending && <Bars count={10} height={32} />}
      <div className={classes.bench} data-columns="2">
        <div className={classes.files}>
          <FileTree
            files={tree}
            chosen={chosen?.path}
            onChoose={(path) => navigate({ to: '/rules', search: { file: path } })}
            onNew={undefined}
          />
        </div>
        <section className={classes.middle} aria-label={chosen?.path ?? w.tabs.files}>
          {chosen && (
            <Editor
              path={chosen.path}
              text={chosen.text}
              faults={[]}
              goTo={undefined}
              readOnly
              label={w.editor(chosen.path)}
              vocabulary={{ reference: [], wordLists: [], signals: [] }}
              onChange={() => undefined}
              onWord={() => undefined}
            />
          )}
        </section>
      </div>
    </RulesFrame>
  );
}

function Workshop() {
  const w = useRuleWords();
  const navigate = useNavigate();
  const { file: asked, line, tab = 'tests' } = route.useSearch();
  const small = useMediaQuery('(max-width: 62em)');
  const [pane, setPane] = useState<Pane>('editor');
  const [word, setWord] = useState('');
  const [activating, setActivating] = useState(false);
  const [adding, setAdding] = useState(false);
  const { done, failed } = useTelling();
  const state = useQuery(ruleQueries.state());
  const draft = useQuery(ruleQueries.draft());
  const checked = useQuery(ruleQueries.checked());
  const reference = useQuery(ruleQueries.reference());
  const tests = useDraftTests();
  const tested = useQuery<RuleTested[]>({
    queryKey: ['draft', 'tested'],
    queryFn: ruleCalls.test,
    enabled: false,
  });
  const files = draft.data?.files;
  const path =
    asked ?? files?.find((one) => one.path === 'severity.rhai')?.path ?? files?.[0]?.path;
  const removed = files?.find((one) => one.path === path)?.change === 'removed';
  const known = files === undefined || files.some((one) => one.path === path);
  const { file, text, keeping, theirs, settle, flush, type } = useDraftFile(
    path,
    known && !removed,
  );
  const edited = files?.filter((one) => one.change !== 'same') ?? [];
  const errors = checked.data?.errors ?? [];

  const run = tests.mutate;
  const sound = checked.data?.rules;
  // The tests follow every edit that leaves the set without an error.
  useEffect(() => {
    if (sound) run();
  }, [sound, run]);

  const failing = useMemo(() => {
    const bad = new Set(errors.map((fault) => fault.file));
    for (const test of tested.data ?? []) if (!test.passed) bad.add(test.file);
    return bad;
  }, [errors, tested.data]);
  const tree = (files ?? []).map(({ path: name, change }): TreeFile => {
    if (failing.has(name)) return { path: name, mark: 'failing' };
    if (change === 'changed') return { path: name, mark: 'edited' };
    return { path: name, mark: change === 'added' || change === 'removed' ? change : 'active' };
  });
  const vocabulary = useMemo(
    () => ({
      reference: reference.data ?? [],
      wordLists: [...new Set((files ?? []).flatMap((one) => wordListOf(one.path) ?? []))].sort(),
      signals: (state.data?.signals ?? []).map((one) => one.id),
    }),
    [reference.data, files, state.data],
  );
  const open = useCallback(
    (to: string, place?: Place) => {
      setPane('editor');
      void navigate({ to: '/rules', search: (now) => ({ ...now, file: to, line: place?.line }) });
    },
    [navigate],
  );
  const show = (next: RulesTab) => {
    setPane('beside');
    void navigate({ to: '/rules', search: (now) => ({ ...now, tab: next }), replace: true });
  };
  const goTo = useMemo(() => (line ? { line } : undefined), [line]);
  const faults = useMemo(() => errors.filter((fault) => fault.file === path), [errors, path]);
  const discard = useMutation({
    mutationFn: () => ruleCalls.beginDraft('active'),
    onSuccess: async () => {
      await queryClient.resetQueries({ queryKey: ['draft'] });
      done(w.discarded);
    },
    onError: failed,
  });
  const remove = useMutation({
    mutationFn: ruleCalls.deleteFile,
    onSuccess: refreshRules,
    onError: failed,
  });

  const tools = (
    <>
      <span className={classes.keeping} data-state={keeping} role="status">
        {edited.length > 0 || keeping !== 'kept' ? w.keeping[keeping] : w.noEdits}
      </span>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon variant="default" aria-label={w.more}>
            <IconDots size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item disabled={edited.length === 0} onClick={() => discard.mutate()}>
            {w.discard}
          </Menu.Item>
          <Menu.Item
            disabled={path === undefined || removed}
            onClick={() => path && remove.mutate(path)}
          >
            {w.removeFile}
          </Menu.Item>
          <Menu.Item
            onClick={() =>
              navigate({ to: '/rules/versions', search: { before: 'active', after: 'draft' } })
            }
          >
            {w.seeDiff}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <Button
        disabled={edited.length === 0}
        onClick={async () => {
          await flush();
          setActivating(true);
        }}
      >
        {state.data?.four_eyes ? w.propose : w.activate}
      </Button>
    </>
  );
  const shown = (one: Pane) => !small || pane === one;
  return (
    <RulesFrame
      note={
        state.data &&
        `${w.active(state.data.active)}${edited.length > 0 ? ` · ${w.edited(edited.length)}` : ''}`
      }
      tools={tools}
    >
      {draft.error && <Trouble error={draft.error} again={() => draft.refetch()} />}
      {draft.data && state.data && <StaleDraft base={draft.data.base} rules={state.data} />}
      {small && (
        <SegmentedControl
          fullWidth
          aria-label={w.panes}
          value={pane}
          onChange={(next) => setPane(next as Pane)}
          data={[
            { value: 'files', label: w.tabs.files },
            { value: 'editor', label: w.pane.editor },
            { value: 'beside', label: w.pane.beside },
          ]}
        />
      )}
      <div className={classes.bench} data-columns="3">
        {shown('files') && (
          <div className={classes.files}>
            {files ? (
              <FileTree
                files={tree}
                chosen={path}
                onChoose={(to) => open(to)}
                onNew={() => setAdding(true)}
              />
            ) : (
              <Bars count={12} height={26} />
            )}
          </div>
        )}
        {shown('editor') && (
          <section className={classes.middle} aria-label={path ?? w.tabs.files}>
            <div className={classes.path}>{path}</div>
            {theirs !== undefined && (
              <Alert color="orange" variant="outline" m="xs" title={w.conflict} role="alert">
                {w.conflictHelp}
                <pre className={classes.theirs}>{theirs}</pre>
                <Group mt="xs">
                  <Button variant="default" onClick={() => settle('theirs')}>
                    {w.takeTheirs}
                  </Button>
                  <Button variant="default" onClick={() => settle('mine')}>
                    {w.keepMine}
                  </Button>
                </Group>
              </Alert>
            )}
            {removed && <Empty title={w.fileRemoved} />}
            {!known && path && <Empty title={w.fileUnknown(path)} />}
            {file.error && <Trouble error={file.error} again={() => file.refetch()} />}
            {path && !removed && text === undefined && known && !file.error && (
              <Bars count={12} height={24} />
            )}
            {path && !removed && text !== undefined && (
              <div className={classes.code}>
                <Editor
                  key={path}
                  path={path}
                  text={text}
                  faults={faults}
                  goTo={goTo}
                  readOnly={false}
                  label={w.editor(path)}
                  vocabulary={vocabulary}
                  onChange={type}
                  onWord={setWord}
                />
              </div>
            )}
            <ProblemsBar
              errors={errors}
              onOpen={(fault) => open(fault.file, { line: fault.line ?? 1 })}
            />
          </section>
        )}
        {shown('beside') && (
          <section className={classes.beside} aria-label={w.pane.beside}>
            <Tabs
              value={tab}
              onChange={(next) => next && show(next as RulesTab)}
              keepMounted={false}
              className={classes.tabbed}
            >
              <Tabs.List grow>
                <Tabs.Tab value="tests">{w.tests.title}</Tabs.Tab>
                <Tabs.Tab value="backtest">{w.backtest.title}</Tabs.Tab>
                <Tabs.Tab value="help">{w.help.title}</Tabs.Tab>
              </Tabs.List>
              <Tabs.Panel value="tests" className={classes.panel}>
                <TestsPanel
                  outcomes={tested.data}
                  running={tests.isPending}
                  broken={errors.length > 0}
                  onRun={() => run()}
                  onOpen={(test) => open(test.file, { line: test.line ?? 1 })}
                />
              </Tabs.Panel>
              <Tabs.Panel value="backtest" className={classes.panel}>
                <BacktestPanel candidate="draft" rules={checked.data?.rules ?? undefined} />
              </Tabs.Panel>
              <Tabs.Panel value="help" className={classes.panel}>
                <HelpPanel word={word} reference={reference.data ?? []} />
              </Tabs.Panel>
            </Tabs>
          </section>
        )}
      </div>
      <NewFileDialog
        opened={adding}
        onClose={() => setAdding(false)}
        existing={(files ?? []).map((one) => one.path)}
        onMade={(made) => open(made)}
      />
      {activating && state.data && draft.data && (
        <ActivateDialog
          base={draft.data.base}
          edited={edited}
          onClose={() => setActivating(false)}
          onRefused={() => {
            setActivating(false);
            show('tests');
          }}
        />
      )}
    </RulesFrame>
  );
}
