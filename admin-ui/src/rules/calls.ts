import { queryOptions } from '@tanstack/react-query';
import { answer, client, tagged, upon } from '../api/client';
import { queryClient } from '../api/queries';
import type { components } from '../api/schema';

type Schemas = components['schemas'];

export type Backtest = Schemas['Backtest'];
export type BacktestReport = Schemas['BacktestReport'];
export type CaseChange = Schemas['CaseChange'];
export type DraftFile = Schemas['DraftFile'];
export type FileDiff = Schemas['RuleFileDiff'];
export type Reference = Schemas['RuleReference'];
export type RuleFault = Schemas['RuleFault'];
export type RuleTested = Schemas['RuleTested'];
export type RuleVersion = Schemas['RuleVersion'];
export type Rules = Schemas['Rules'];
export type ShadowReport = Schemas['ShadowReport'];
export type SignalNoise = Schemas['SignalNoise'];
export type Trace = Schemas['Trace'];
export type TracedCall = Schemas['TracedCall'];

const inPath = <T extends string>(name: T, value: string) => ({
  params: { path: { [name]: value } as Record<T, string> },
});

/** What the service is asked about rule sets. */
export const ruleCalls = {
  state: () => answer(client.GET('/api/v1/rules')),
  reference: () => answer(client.GET('/api/v1/rules/reference')),
  versions: () => answer(client.GET('/api/v1/rules/versions')),
  files: (id: string) => answer(client.GET('/api/v1/rules/versions/{id}', inPath('id', id))),
  keys: () => answer(client.GET('/api/v1/rules/keys')),
  /** Makes a version active; only while `instead` is the one that is. */
  activate: (id: string, note: string, instead?: string) =>
    answer(
      client.POST('/api/v1/rules/versions/{id}/activate', {
        ...inPath('id', id),
        body: { note },
        ...upon(instead && `"${instead}"`),
      }),
    ),
  approve: (id: string, note: string) =>
    answer(
      client.POST('/api/v1/rules/versions/{id}/approve', { ...inPath('id', id), body: { note } }),
    ),
  decline: (id: string, note: string) =>
    answer(
      client.POST('/api/v1/rules/versions/{id}/decline', { ...inPath('id', id), body: { note } }),
    ),
  rollBack: (note: string) => answer(client.POST('/api/v1/rules/rollback', { body: { note } })),
  reload: () => answer(client.POST('/api/v1/rules/reload')),
  enable: (file: string) => answer(client.POST('/api/v1/rules/enable', { body: { file } })),
  diff: (before: string, after: string) =>
    answer(client.GET('/api/v1/rules/diff', { params: { query: { before, after } } })),
  draft: () => answer(client.GET('/api/v1/rules/draft')),
  beginDraft: (from: string) => answer(client.POST('/api/v1/rules/draft', { body: { from } })),
  file: (path: string) =>
    answer(client.GET('/api/v1/rules/draft/files/{path}', inPath('path', path))),
  /** A file with the tag of its text. */
  taggedFile: (path: string) =>
    tagged(client.GET('/api/v1/rules/draft/files/{path}', inPath('path', path))),
  /** Writes a file; with `tag`, only upon that text. */
  putFile: (path: string, text: string, tag?: string) =>
    answer(
      client.PUT('/api/v1/rules/draft/files/{path}', {
        ...inPath('path', path),
        body: { text },
        ...upon(tag),
      }),
    ),
  deleteFile: (path: string) =>
    answer(client.DELETE('/api/v1/rules/draft/files/{path}', inPath('path', path))),
  check: () => answer(client.POST('/api/v1/rules/draft/check')),
  test: () => answer(client.POST('/api/v1/rules/draft/test')),
  save: (note: string) => answer(client.POST('/api/v1/rules/draft/save', { body: { note } })),
  backtests: () => answer(client.GET('/api/v1/rules/backtests')),
  backtest: (seq: number) =>
    answer(client.GET('/api/v1/rules/backtests/{seq}', { params: { path: { seq } } })),
  startBacktest: (candidate: string, since: string | undefined) =>
    answer(client.POST('/api/v1/rules/backtests', { body: { candidate, since } })),
  cancelBacktest: (seq: number) =>
    answer(client.DELETE('/api/v1/rules/backtests/{seq}', { params: { path: { seq } } })),
  trace: (body: Schemas['NewTrace']) => answer(client.POST('/api/v1/rules/trace', { body })),
  caseFixture: (id: string, name: string) =>
    answer(client.GET('/api/v1/cases/{id}/fixture', { params: { path: { id }, query: { name } } })),
  shadow: () => answer(client.GET('/api/v1/rules/shadow')),
  startShadow: (rules: string, days: number, note: string) =>
    answer(client.POST('/api/v1/rules/shadow', { body: { rules, days, note } })),
  stopShadow: () => answer(client.DELETE('/api/v1/rules/shadow')),
  noise: (days: number) =>
    answer(client.GET('/api/v1/rules/noise', { params: { query: { days } } })),
  missed: () => answer(client.GET('/api/v1/rules/missed')),
  removeMissed: (seq: number) =>
    answer(client.DELETE('/api/v1/rules/missed/{seq}', { params: { path: { seq } } })),
  missedFixture: (seq: number) =>
    answer(client.GET('/api/v1/rules/missed/{seq}/fixture', { params: { path: { seq } } })),
};

/** Questions about rule sets by the names under which their answers are cached. */
export const ruleQueries = {
  state: () => queryOptions({ queryKey: ['rules', 'state'], queryFn: ruleCalls.state }),
  reference: () =>
    queryOptions({
      queryKey: ['rules', 'reference'],
      queryFn: ruleCalls.reference,
      staleTime: Number.POSITIVE_INFINITY,
    }),
  versions: () => queryOptions({ queryKey: ['rules', 'versions'], queryFn: ruleCalls.versions }),
  keys: () => queryOptions({ queryKey: ['rules', 'keys'], queryFn: ruleCalls.keys }),
  files: (id: string) =>
    queryOptions({ queryKey: ['rules', 'files', id], queryFn: () => ruleCalls.files(id) }),
  diff: (before: string, after: string) =>
    queryOptions({
      queryKey: ['rules', 'diff', before, after],
      queryFn: () => ruleCalls.diff(before, after),
    }),
  draft: () => queryOptions({ queryKey: ['draft'], queryFn: ruleCalls.draft }),
  checked: () => queryOptions({ queryKey: ['draft', 'checked'], queryFn: ruleCalls.check }),
  backtests: () => queryOptions({ queryKey: ['backtests'], queryFn: ruleCalls.backtests }),
  backtest: (seq: number) =>
    queryOptions({ queryKey: ['backtests', seq], queryFn: () => ruleCalls.backtest(seq) }),
  shadow: () => queryOptions({ queryKey: ['rules', 'shadow'], queryFn: ruleCalls.shadow }),
  noise: (days: number) =>
    queryOptions({ queryKey: ['rules', 'noise', days], queryFn: () => ruleCalls.noise(days) }),
  missed: () => queryOptions({ queryKey: ['rules', 'missed'], queryFn: ruleCalls.missed }),
};

/** Asks again for everything about rule sets and drafts. */
export function refreshRules(): Promise<unknown> {
  return Promise.all([
    queryClient.invalidateQueries({ queryKey: ['rules'] }),
    queryClient.invalidateQueries({ queryKey: ['draft'] }),
    queryClient.invalidateQueries({ queryKey: ['queues'] }),
    queryClient.invalidateQueries({ queryKey: ['status'] }),
  ]);
}
