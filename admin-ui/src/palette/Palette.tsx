import { useMantineColorScheme } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight } from '@mantine/spotlight';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useRouter } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { calls } from '../api/calls';
import { queries } from '../api/queries';
import { actByKey, keysAtHand } from '../frame/keys';
import { useMay } from '../frame/reader';
import { useViews } from '../views/useViews';
import { useLanguage } from '../words';
import { usePaletteWords } from './words';

const [store, palette] = createSpotlight();
const ID = /^[0-9A-Z]{5}-[0-9A-Z]{5}$/i;
const PAUSE = 180;
const MOST_CASES = 6;

type Command = { id: string; label: string; hint?: string; run: () => void };
type Group = { title: string; commands: Command[] };

/** Goes to pages, queues and cases and does what the page at hand can do, by typing. */
export default function Palette({ asked, onHelp }: { asked: number; onHelp: () => void }) {
  const w = usePaletteWords();
  const [query, setQuery] = useState('');
  const [at, setAt] = useState<ReadonlySet<string>>(new Set());
  const [acting, setActing] = useState(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: every time it is asked for it opens
  useEffect(() => {
    // What can be done is what the page at hand offers just before the palette covers it.
    setAt(keysAtHand());
    setQuery('');
    setActing(false);
    palette.open();
  }, [asked]);
  const wanted = query.trim().toLowerCase();
  const groups = [
    useCases(query),
    usePages(),
    useQueues(),
    useSaved(),
    useActs(at, onHelp, () => setActing(true)),
  ].map(({ title, commands }, which) => ({
    title,
    commands:
      which === 0 ? commands : commands.filter(({ label }) => label.toLowerCase().includes(wanted)),
  }));
  const shown = groups.filter(({ commands }) => commands.length > 0);
  return (
    <Spotlight.Root
      store={store}
      shortcut={null}
      query={query}
      onQueryChange={setQuery}
      scrollable
      maxHeight={420}
      radius="md"
      returnFocus={!acting}
      transitionProps={{ duration: 0 }}
      overlayProps={{ blur: 0, backgroundOpacity: 0.35 }}
      aria-label={w.label}
    >
      <Spotlight.Search
        placeholder={w.placeholder}
        aria-label={w.placeholder}
        leftSection={<IconSearch size={18} aria-hidden="true" />}
      />
      <Spotlight.ActionsList>
        {shown.length === 0 && <Spotlight.Empty>{w.nothing}</Spotlight.Empty>}
        {shown.map(({ title, commands }) => (
          <Spotlight.ActionsGroup key={title} label={title}>
            {commands.map(({ id, label, hint, run }) => (
              <Spotlight.Action key={id} label={label} description={hint} onClick={run} />
            ))}
          </Spotlight.ActionsGroup>
        ))}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

/** Cases by their number or by words, and the way to the whole search. */
function useCases(query: string): Group {
  const w = usePaletteWords();
  const navigate = useNavigate();
  const [asked] = useDebouncedValue(query.trim(), PAUSE);
  const found = useQuery({
    queryKey: ['search', 'palette', asked],
    queryFn: () => calls.search(asked, 'best', undefined),
    enabled: asked.length > 1 && !ID.test(asked),
  });
  const typed = query.trim();
  if (typed === '') return { title: w.cases, commands: [] };
  const open = (id: string) => () => navigate({ to: '/cases/$case', params: { case: id } });
  if (ID.test(typed)) {
    const id = typed.toUpperCase();
    return { title: w.cases, commands: [{ id, label: w.openCase(id), run: open(id) }] };
  }
  const seen = new Map<string, Command>();
  for (const hit of asked === typed ? (found.data?.items ?? []) : []) {
    if (!hit.case || seen.has(hit.case) || seen.size >= MOST_CASES) continue;
    const hint = [hit.account?.name, hit.case].filter(Boolean).join(' · ');
    seen.set(hit.case, { id: hit.case, label: hit.subject, hint, run: open(hit.case) });
  }
  const all = {
    id: 'search',
    label: w.searchFor(typed),
    run: () => navigate({ to: '/search', search: { q: typed } }),
  };
  return { title: w.cases, commands: [...seen.values(), all] };
}

function usePages(): Group {
  const w = usePaletteWords();
  const { words } = useLanguage();
  const router = useRouter();
  const mayEdit = useMay('ops');
  const mayManage = useMay('manager');
  const { frame } = words;
  const places: [string, string, boolean][] = [
    [words.promises.title, '/promises', true],
    [words.alerts.title, '/alerts', true],
    [words.changes.title, '/changes', true],
    [frame.accounts, '/accounts', true],
    [frame.search, '/search', true],
    [frame.review, '/review', true],
    [frame.sources, '/sources', true],
    [frame.rules, '/rules', true],
    [frame.plugins, '/plugins', mayEdit],
    [frame.reports, '/reports', mayManage],
    [frame.admin, '/admin', mayEdit],
  ];
  const commands = places
    .filter(([, , may]) => may)
    .map(([label, to]) => ({ id: to, label, run: () => router.history.push(to) }));
  return { title: w.pages, commands };
}

function useQueues(): Group {
  const w = usePaletteWords();
  const { words } = useLanguage();
  const navigate = useNavigate();
  const queues = useQuery(queries.queues());
  const commands = (queues.data ?? []).map((queue) => ({
    id: `queue ${queue.id}`,
    label: words.served(queue.title),
    hint: words.number(queue.count),
    run: () => navigate({ to: '/queues/$queue', params: { queue: queue.id } }),
  }));
  return { title: w.queues, commands };
}

function useSaved(): Group {
  const w = usePaletteWords();
  const navigate = useNavigate();
  const { items } = useViews();
  const commands = items.map(({ id, name, queue, search }) => ({
    id: `saved ${id}`,
    label: name,
    hint: search?.q,
    run: () => {
      if (search) {
        const sort = search.newest ? ('newest' as const) : undefined;
        return navigate({ to: '/search', search: { q: search.q, sort } });
      }
      const { queue: of = '', ...filters } = queue ?? {};
      const set = Object.entries(filters).filter(([, value]) => value != null);
      const params = { queue: of };
      return navigate({ to: '/queues/$queue', params, search: Object.fromEntries(set) });
    },
  }));
  return { title: w.searches, commands };
}

/** What can be done: on the page at hand by its keys, and anywhere. */
function useActs(at: ReadonlySet<string>, onHelp: () => void, onActing: () => void): Group {
  const w = usePaletteWords();
  const { language, choose } = useLanguage();
  const { setColorScheme } = useMantineColorScheme();
  const router = useRouter();
  const mayEdit = useMay('ops');
  const isAdmin = useMay('admin');
  const go = (to: string) => () => router.history.push(to);
  const onCase = at.has('n') && at.has('o');
  const here: [string, string][] = [
    ['n', w.note],
    ['o', w.owner],
    ['s', w.severity],
  ];
  const commands: Command[] = [
    ...(onCase ? here : []).map(([key, label]) => ({
      id: `key ${key}`,
      label,
      hint: key,
      run: () => {
        // What the act opens gets the focus, which must not go back to where it was.
        onActing();
        actByKey(key);
      },
    })),
    ...(mayEdit
      ? [
          { id: 'signal', label: w.newSignal, run: go('/rules/build') },
          { id: 'backtest', label: w.backtest, run: go('/rules?tab=backtest') },
        ]
      : []),
    ...(isAdmin
      ? [
          { id: 'user', label: w.addUser, run: go('/admin?tab=users') },
          { id: 'token', label: w.issue, run: go('/admin?tab=tokens') },
          { id: 'backups', label: w.backups, run: go('/admin?tab=backups') },
        ]
      : []),
    { id: 'light', label: w.light, run: () => setColorScheme('light') },
    { id: 'dark', label: w.dark, run: () => setColorScheme('dark') },
    { id: 'language', label: w.other, run: () => choose(language === 'en' ? 'de' : 'en') },
    { id: 'keys', label: w.keys, hint: '?', run: onHelp },
  ];
  return { title: w.acts, commands };
}
