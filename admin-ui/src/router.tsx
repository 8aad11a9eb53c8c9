import { createRootRoute, createRoute, createRouter } from '@tanstack/react-router';
import { AccountPage } from './account/AccountPage';
import { AccountsPage } from './account/AccountsPage';
import type { QueueFilters } from './api/calls';
import type { SearchSort } from './api/types';
import { CasePage } from './case/CasePage';
import { FirstQueue } from './frame/FirstQueue';
import { Gate } from './frame/Gate';
import { NotFound } from './frame/NotFound';
import { QueuePage } from './queue/QueuePage';
import { ReviewPage } from './review/ReviewPage';
import { SearchPage } from './search/SearchPage';
import { MessagePage } from './source/MessagePage';
import { type Passage, readPassage } from './source/passage';
import { SourcesPage } from './sources/SourcesPage';

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
  component: AccountsPage,
});

const account = createRoute({
  getParentRoute: () => root,
  path: '/accounts/$account',
  component: AccountPage,
});

const sources = createRoute({
  getParentRoute: () => root,
  path: '/sources',
  component: SourcesPage,
});

const review = createRoute({ getParentRoute: () => root, path: '/review', component: ReviewPage });

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
  ]),
  defaultPreload: 'intent',
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
