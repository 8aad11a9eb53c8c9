import { Tabs } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMay } from '../frame/reader';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { alertQueries } from './alerts';
import { DeadLetters } from './DeadLetters';
import { Feed } from './Feed';
import { Forecast } from './Forecast';
import { Silences } from './Silences';

const route = getRouteApi('/alerts');

/** What was told, what was not, and why; what is silenced, given up, and to be expected. */
export function AlertsPage() {
  const words = useWords();
  const w = words.alerts;
  const { tab = 'feed' } = route.useSearch();
  const navigate = useNavigate();
  const mayOperate = useMay('ops');
  const open = useQuery(alertQueries.open());
  const dead = useQuery({ ...alertQueries.deadLetters(), enabled: mayOperate });
  const silences = useQuery(alertQueries.silences());
  const panels: [string, string, number | undefined, ReactNode][] = [
    ['feed', w.tabs.feed, undefined, <Feed key="feed" />],
    [
      'silences',
      w.tabs.silences,
      silences.data?.filter((one) => one.active).length,
      <Silences key="silences" />,
    ],
  ];
  if (mayOperate) {
    const stuck = dead.data?.filter((one) => one.open).length;
    panels.push(['dead', w.tabs.dead, stuck, <DeadLetters key="dead" />]);
    panels.push(['forecast', w.tabs.forecast, undefined, <Forecast key="forecast" />]);
  }
  const shown = panels.some(([name]) => name === tab) ? tab : 'feed';
  return (
    <>
      <PageHead title={w.title} note={open.data && w.open(open.data.total)} />
      <Tabs
        value={shown}
        onChange={(next) =>
          navigate({
            to: '/alerts',
            search: { tab: next === 'feed' || next === null ? undefined : next },
            replace: true,
          })
        }
        className={classes.tabs}
        keepMounted={false}
      >
        <Tabs.List>
          {panels.map(([name, label, count]) => (
            <Tabs.Tab key={name} value={name}>
              {label}
              {count ? <span className={classes.count}> {words.number(count)}</span> : null}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {panels.map(([name, , , panel]) => (
          <Tabs.Panel key={name} value={name} className={pageClasses.body} tabIndex={0}>
            <div className={pageClasses.pad}>{panel}</div>
          </Tabs.Panel>
        ))}
      </Tabs>
    </>
  );
}
