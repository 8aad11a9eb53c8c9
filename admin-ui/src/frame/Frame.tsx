import { AppShell, Burger } from '@mantine/core';
import { useDisclosure, useMediaQuery } from '@mantine/hooks';
import { Outlet, useNavigate, useRouterState } from '@tanstack/react-router';
import { useEffect } from 'react';
import { useLiveUpdates } from '../api/live';
import type { Session } from '../api/types';
import { usePalette } from '../palette/usePalette';
import { takeAlong } from '../views/take';
import { useWords } from '../words';
import classes from './Frame.module.css';
import { KeysHelp } from './KeysHelp';
import { useKeys } from './keys';
import { LineBanner } from './LineBanner';
import { Navigation } from './Navigation';
import { ReaderContext } from './reader';
import { TopBar } from './TopBar';
import { useNewVersion } from './version';

/** What stands around every page: navigation, the bar on top, the state of the line. */
export function Frame({ session }: { session: Session }) {
  const words = useWords();
  const navigate = useNavigate();
  const [menu, { toggle, close }] = useDisclosure(false);
  const [help, helpOpen] = useDisclosure(false);
  const path = useRouterState({ select: (state) => state.location.pathname });
  const small = useMediaQuery('(max-width: 48em)');
  const palette = usePalette(helpOpen.open);
  useLiveUpdates();
  useNewVersion();
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new page closes the menu
  useEffect(close, [path]);
  useEffect(() => {
    // What cannot be handed over stays in the browser, and is tried again the next time.
    takeAlong().catch(() => undefined);
  }, []);
  useKeys({
    '/': () => navigate({ to: '/search' }),
    'g q': () => navigate({ to: '/' }),
    'g p': () => navigate({ to: '/promises' }),
    'g l': () => navigate({ to: '/alerts' }),
    'g c': () => navigate({ to: '/changes' }),
    'g a': () => navigate({ to: '/accounts' }),
    'g o': () => navigate({ to: '/sources' }),
    'g r': () => navigate({ to: '/rules' }),
    '?': helpOpen.open,
  });
  return (
    <ReaderContext.Provider value={session}>
      <a href="#content" className={classes.skip}>
        {words.skip}
      </a>
      <AppShell
        header={{ height: 48 }}
        navbar={{ width: 208, breakpoint: 'sm', collapsed: { mobile: !menu } }}
        padding={0}
        transitionDuration={0}
      >
        <AppShell.Header className={classes.header}>
          <Burger
            opened={menu}
            onClick={toggle}
            hiddenFrom="sm"
            size="sm"
            aria-label={words.frame.menu}
          />
          <TopBar session={session} onHelp={helpOpen.open} small={small ?? false} />
        </AppShell.Header>
        <AppShell.Navbar className={classes.navbar} aria-label={words.frame.menu}>
          <Navigation />
        </AppShell.Navbar>
        <AppShell.Main className={classes.main} id="content" tabIndex={-1}>
          <LineBanner />
          <div className={classes.page}>
            <Outlet />
          </div>
        </AppShell.Main>
      </AppShell>
      {palette}
      <KeysHelp opened={help} onClose={helpOpen.close} />
    </ReaderContext.Provider>
  );
}
