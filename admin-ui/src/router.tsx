import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent as lazy,
} from '@tanstack/react-router';
import type { AlertSearch } from './alerts/alerts';
import type { QueueFilters } from './api/calls';
import { queries, queryClient } from './api/queries';
import type { SearchSort } from './api/types';
import { CasePage } from './case/CasePage';
import type { ChangeSearch } from './changes/changes';
import type { DigestSearch } from './changes/digests';
import { FirstQueue } from './frame/FirstQueue';
import { Gate } from './frame/Gate';
import { NotFound } from './frame/NotFound';
import type { PromiseSearch } from './promises/promises';
import { QueuePage } from './queue/QueuePage';
import { SearchPage } from './search/SearchPage';
import { MessagePage } from './source/MessagePage';
import { type Passage, readPassage } from './source/passage';

/** A passage of a case, and the instant that it is shown as it was at. */
type CaseSearch = Passage & { at?: string };

type Given = Record<string, unknown>;
const text = (value: unknown) =>
  value === undefined || value === null || value === '' ? undefined : String(value);

const root = createRootRoute({ component: Gate, notFoundComponent: NotFound });

const home = createRoute({ getParentRoute: () => root, path: '/', component: FirstQueue });

const queue = createRoute({
  getParentRoute: () => root,
  path: '/queues/$queue',
  validateSearch: (given: Given): QueueFilters => ({
    account: text(given.account),
    owner: text(given.owner),
    level: text(given.level),
    team: text(given.team),
  }),
  loaderDeps: ({ search }) => search,
  // Asked for once the pointer rests on the way there, so that a click finds it; nobody waits for it.
  loader: ({ params, deps }) => {
    void queryClient.prefetchInfiniteQuery(queries.queue(params.queue, deps));
  },
  component: QueuePage,
});

const caseRoute = createRoute({
  getParentRoute: () => root,
  path: '/cases/$case',
  validateSearch: (given: Given): CaseSearch => ({ ...readPassage(given), at: text(given.at) }),
  loader: ({ params }) => {
    void queryClient.prefetchQuery(queries.case(params.case));
  },
  component: CasePage,
});

const views = createRoute({
  getParentRoute: () => root,
  path: '/views',
  component: lazy(() => import('./views/ViewsPage'), 'ViewsPage'),
});

const message = createRoute({
  getParentRoute: () => root,
  path: '/messages/$message',
  validateSearch: (given: Given): Passage => readPassage(given),
  component: MessagePage,
});

const search = createRoute({
  getParentRoute: () => root,
  path: '/search',
  validateSearch: (given: Given): { q?: string; sort?: SearchSort } => ({
    q: text(given.q),
    sort: given.sort === 'newest' ? 'newest' : undefined,
  }),
  component: SearchPage,
});

const accounts = createRoute({
  getParentRoute: () => root,
  path: '/accounts',
  component: lazy(() => import('./account/AccountsPage'), 'AccountsPage'),
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$account',
  loader: ({ params }) => {
    void queryClient.prefetchQuery(queries.account(params.account));
  },
  component: lazy(() => import('./account/AccountPage'), 'AccountPage'),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazy(() => import('./sources/SourcesPage'), 'SourcesPage'),
});

const newSource = createRoute({
  getParentRoute: () => root,
  path: '/sources/new',
  component: lazy(() => import('./sources/define/DefinePage'), 'DefinePage'),
});

const editSource = createRoute({
  getParentRoute: () => root,
  path: '/sources/edit/$name',
  component: lazy(() => import('./sources/define/DefinePage'), 'EditPage'),
});

const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  component: lazy(() => import('./review/ReviewPage'), 'ReviewPage'),
});

const brief = createRoute({
  getParentRoute: () => root,
  path: '/cases/$case/brief',
  component: lazy(() => import('./handoff/BriefPage'), 'BriefPage'),
});

const changes = createRoute({
  getParentRoute: () => root,
  path: '/changes',
  validateSearch: (given: Given): ChangeSearch => ({
    since: text(given.since),
    owner: text(given.owner),
    account: text(given.account),
    team: text(given.team),
  }),
  component: lazy(() => import('./changes/ChangesPage'), 'ChangesPage'),
});

const digest = createRoute({
  getParentRoute: () => root,
  path: '/changes/digest',
  validateSearch: (given: Given): DigestSearch => ({
    to: text(given.to),
    as: given.as === 'text' ? 'text' : undefined,
  }),
  component: lazy(() => import('./changes/DigestPage'), 'DigestPage'),
});

const promises = createRoute({
  getParentRoute: () => root,
  path: '/promises',
  validateSearch: (given: Given): PromiseSearch => ({
    show: text(given.show),
    by: text(given.by),
    owner: text(given.owner),
    account: text(given.account),
  }),
  component: lazy(() => import('./promises/PromisesPage'), 'PromisesPage'),
});

const alerts = createRoute({
  getParentRoute: () => root,
  path: '/alerts',
  validateSearch: (given: Given): AlertSearch => ({
    tab: text(given.tab),
    state: text(given.state),
    alert: text(given.alert),
  }),
  component: lazy(() => import('./alerts/AlertsPage'), 'AlertsPage'),
});

const rules = createRoute({
  getParentRoute: () => root,
  path: '/rules',
  validateSearch: (given: Given): { file?: string; line?: number; tab?: string } => ({
    file: text(given.file),
    line: Number(given.line) > 0 ? Number(given.line) : undefined,
    tab: text(given.tab),
  }),
  component: lazy(() => import('./rules/RulesPage'), 'RulesPage'),
});

const ruleVersions = createRoute({
  getParentRoute: () => root,
  path: '/rules/versions',
  validateSearch: (given: Given): { before?: string; after?: string } => ({
    before: text(given.before),
    after: text(given.after),
  }),
  component: lazy(() => import('./rules/VersionsPage'), 'VersionsPage'),
});

const ruleTrace = createRoute({
  getParentRoute: () => root,
  path: '/rules/trace',
  validateSearch: (
    given: Given,
  ): { case?: string; signal?: string; set?: string; message?: string } => ({
    case: text(given.case),
    signal: text(given.signal),
    set: text(given.set),
    message: text(given.message),
  }),
  component: lazy(() => import('./rules/TracePage'), 'TracePage'),
});

const ruleShadow = createRoute({
  getParentRoute: () => root,
  path: '/rules/shadow',
  validateSearch: (given: Given): { rules?: string } => ({ rules: text(given.rules) }),
  component: lazy(() => import('./rules/ShadowPage'), 'ShadowPage'),
});

const ruleNoise = createRoute({
  getParentRoute: () => root,
  path: '/rules/noise',
  validateSearch: (given: Given): { days?: number } => ({
    days: Number(given.days) > 0 ? Number(given.days) : undefined,
  }),
  component: lazy(() => import('./rules/NoisePage'), 'NoisePage'),
});

const ruleMissed = createRoute({
  getParentRoute: () => root,
  path: '/rules/missed',
  component: lazy(() => import('./rules/MissedPage'), 'MissedPage'),
});

const ruleForm = createRoute({
  getParentRoute: () => root,
  path: '/rules/build',
  component: lazy(() => import('./rules/BuildPage'), 'BuildPage'),
});

const plugins = createRoute({
  getParentRoute: () => root,
  path: '/plugins',
  component: lazy(() => import('./plugins/PluginsPage'), 'PluginsPage'),
});

type ReportSearch = {
  tab?: string;
  week?: string;
  days?: string;
  split?: string;
  counted?: string;
  stretch?: string;
};

const reports = createRoute({
  getParentRoute: () => root,
  path: '/reports',
  validateSearch: (given: Given): ReportSearch => ({
    tab: text(given.tab),
    week: text(given.week),
    days: text(given.days),
    split: text(given.split),
    counted: text(given.counted),
    stretch: text(given.stretch),
  }),
  component: lazy(() => import('./reports/ReportsPage'), 'ReportsPage'),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: '/admin',
  validateSearch: (given: Given): { tab?: string; from?: number } => ({
    tab: text(given.tab),
    from: Number(given.from) > 0 ? Number(given.from) : undefined,
  }),
  component: lazy(() => import('./admin/AdminPage'), 'AdminPage'),
});

/** Every page by its address. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    queue,
    views,
    caseRoute,
    message,
    search,
    accounts,
    account,
    sources,
    newSource,
    editSource,
    review,
    promises,
    alerts,
    rules,
    ruleVersions,
    ruleTrace,
    ruleShadow,
    ruleNoise,
    ruleMissed,
    ruleForm,
    plugins,
    reports,
    admin,
    brief,
    changes,
    digest,
  ]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
