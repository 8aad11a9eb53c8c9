import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import { useMay } from '../frame/reader';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { About } from './About';
import classes from './Admin.module.css';
import { Audit } from './Audit';
import { Backups } from './Backups';
import { Egress } from './Egress';
import { Storage } from './Storage';
import { Tables } from './Tables';
import { Teams } from './Teams';
import { Tokens } from './Tokens';
import { Users } from './Users';
import { useAdminWords } from './words';

const route = getRouteApi('/admin');

/** What administrators look after: people, tokens, the audit, connections, storage. */
export function AdminPage() {
  const w = useAdminWords();
  const navigate = useNavigate();
  const isAdmin = useMay('admin');
  const mayImport = useMay('manager');
  const { tab } = route.useSearch();
  const parts = [
    { id: 'users', label: w.tabs.users, may: isAdmin, part: <Users /> },
    { id: 'tokens', label: w.tabs.tokens, may: isAdmin, part: <Tokens /> },
    { id: 'tables', label: w.tabs.tables, may: mayImport, part: <Tables /> },
    { id: 'teams', label: w.tabs.teams, may: isAdmin, part: <Teams /> },
    { id: 'audit', label: w.tabs.audit, may: isAdmin, part: <Audit /> },
    { id: 'egress', label: w.tabs.egress, may: true, part: <Egress /> },
    { id: 'storage', label: w.tabs.storage, may: true, part: <Storage /> },
    { id: 'backups', label: w.tabs.backups, may: isAdmin, part: <Backups /> },
    { id: 'about', label: w.tabs.about, may: true, part: <About /> },
  ].filter((one) => one.may);
  const shown = parts.find((one) => one.id === tab) ?? parts[0];
  return (
    <>
      <PageHead title={w.title} />
      <Tabs
        className={classes.tabs}
        value={shown?.id ?? null}
        keepMounted={false}
        onChange={(next) => next && navigate({ to: '/admin', search: { tab: next } })}
      >
        <Tabs.List className={classes.list}>
          {parts.map(({ id, label }) => (
            <Tabs.Tab key={id} value={id}>
              {label}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {parts.map(({ id, part }) => (
          <Tabs.Panel key={id} value={id} className={pageClasses.body} tabIndex={0}>
            <div className={pageClasses.pad}>{part}</div>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
