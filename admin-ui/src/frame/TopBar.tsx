import {
  ActionIcon,
  Kbd,
  Menu,
  Tooltip,
  UnstyledButton,
  useMantineColorScheme,
} from '@mantine/core';
import {
  IconCheck,
  IconDeviceDesktop,
  IconDevices,
  IconKey,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSearch,
  IconSun,
  IconUser,
} from '@tabler/icons-react';
import { Link, useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { calls } from '../api/calls';
import { queryClient } from '../api/queries';
import type { Session } from '../api/types';
import { type Language, useLanguage } from '../words';
import { Brand } from './Brand';
import classes from './Frame.module.css';
import { PasswordDialog } from './PasswordDialog';

const SCHEMES = [
  { scheme: 'auto', Icon: IconDeviceDesktop },
  { scheme: 'light', Icon: IconSun },
  { scheme: 'dark', Icon: IconMoon },
] as const;

const LANGUAGES: [Language, string][] = [
  ['en', 'English'],
  ['de', 'Deutsch'],
];

type Props = { session: Session; onHelp: () => void; small: boolean };

/** Name, way to the search, help and what is the reader's own. */
export function TopBar({ session, onHelp, small }: Props) {
  const { words, language, choose } = useLanguage();
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const navigate = useNavigate();
  const [changing, setChanging] = useState(false);
  const signOut = async (leave: () => Promise<unknown>) => {
    await leave().catch(() => undefined);
    queryClient.clear();
    await navigate({ to: '/' });
    await queryClient.invalidateQueries({ queryKey: ['session'] });
    window.location.reload();
  };
  return (
    <>
      <Link to="/" className={classes.brand}>
        <Brand />
        Watchkeeper
      </Link>
      <Link to="/search" className={classes.find} aria-label={words.frame.search}>
        <IconSearch size={16} aria-hidden="true" />
        <span>{words.frame.search}</span>
        <Kbd size="xs">/</Kbd>
      </Link>
      <div className={classes.tools}>
        {!small && (
          <Tooltip label={words.frame.keys}>
            <ActionIcon
              variant="subtle"
              color="gray"
              size="lg"
              onClick={onHelp}
              aria-label={words.frame.keys}
            >
              <IconKeyboard size={18} />
            </ActionIcon>
          </Tooltip>
        )}
        <Menu position="bottom-end" width={220}>
          <Menu.Target>
            <UnstyledButton
              className={classes.self}
              aria-label={words.frame.signedIn(
                session.name,
                words.roles[session.role] ?? session.role,
              )}
            >
              <IconUser size={16} aria-hidden="true" />
              {!small && session.name}
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Label>
              {words.frame.signedIn(session.name, words.roles[session.role] ?? session.role)}
            </Menu.Label>
            <Menu.Divider />
            <Menu.Label>{words.frame.scheme}</Menu.Label>
            {SCHEMES.map(({ scheme, Icon }) => (
              <Menu.Item
                key={scheme}
                leftSection={<Icon size={16} />}
                rightSection={colorScheme === scheme && <IconCheck size={14} />}
                onClick={() => setColorScheme(scheme)}
                aria-current={colorScheme === scheme || undefined}
              >
                {words.frame.schemes[scheme]}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Label>{words.frame.language}</Menu.Label>
            {LANGUAGES.map(([code, name]) => (
              <Menu.Item
                key={code}
                lang={code}
                rightSection={language === code && <IconCheck size={14} />}
                onClick={() => choose(code)}
                aria-current={language === code || undefined}
              >
                {name}
              </Menu.Item>
            ))}
            <Menu.Divider />
            <Menu.Item leftSection={<IconKey size={16} />} onClick={() => setChanging(true)}>
              {words.frame.changePassword}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconLogout size={16} />}
              onClick={() => signOut(calls.signOut)}
            >
              {words.frame.signOut}
            </Menu.Item>
            <Menu.Item
              leftSection={<IconDevices size={16} />}
              onClick={() => signOut(calls.signOutEverywhere)}
            >
              {words.frame.signOutEverywhere}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
        {changing && <PasswordDialog onClose={() => setChanging(false)} />}
      </div>
    </>
  );
}
