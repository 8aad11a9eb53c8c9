import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent as lazy,
} from '@tanstack/react-router';
import type { AlertSearch } from './alerts/alerts';
import type { QueueFilters } from './api/calls';
import type { SearchSort } from './api/types';
import { CasePage } from './case/CasePage';
import { FirstQueue } from './frame/FirstQueue';
import { Gate } from './frame/Gate';
import { NotFound } from './frame/NotFound';
import type { PromiseSearch } from './promises/promises';
import { QueuePage } from './queue/QueuePage';
import { SearchPage } from './search/SearchPage';
import { MessagePage } from './source/MessagePage';
import { type Passage, readPassage } from './source/passage';

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
  component: QueuePage,
});

const caseRoute = createRoute({
  getParentRoute: () => root,
  path: '/cases/$case',
  validateSearch: (given: Given): Passage => readPassage(given),
  component: CasePage,
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
  component: lazy(() => import('./account/AccountPage'), 'AccountPage'),
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: lazy(() => import('./sources/SourcesPage'), 'SourcesPage'),
});

const review = createRoute({
  getParentRoute: () => root,
  path: '/review',
  component: lazy(() => import('./review/ReviewPage'), 'ReviewPage'),
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

/** Every page by its address. */
export const router = createRouter({
  routeTree: root.addChildren([
    home,
    queue,
    caseRoute,
    message,
    search,
    accounts,
    account,
    sources,
    review,
    promises,
    alerts,
  ]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
