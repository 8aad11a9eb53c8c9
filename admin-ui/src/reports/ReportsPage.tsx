import { Tabs } from '@mantine/core';
import { getRouteApi, useNavigate } from '@tanstack/react-router';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Baselines } from './Baselines';
import { Outcomes } from './Outcomes';
import { Pilot } from './Pilot';
import classes from './Reports.module.css';
import { useReportWords } from './words';

const route = getRouteApi('/reports');

/** Reports: what came of escalations, what would have been known when, and who wrote unusually much. */
export function ReportsPage() {
  const w = useReportWords();
  const navigate = useNavigate();
  const { tab = 'outcomes' } = route.useSearch();
  return (
    <>
      <PageHead title={w.title} />
      <Tabs
        className={classes.tabs}
        value={tab}
        keepMounted={false}
        onChange={(next) => {
          if (next === 'noise') void navigate({ to: '/rules/noise' });
          else if (next) void navigate({ to: '/reports', search: { tab: next } });
        }}
      >
        <Tabs.List className={classes.list}>
          <Tabs.Tab value="outcomes">{w.tabs.outcomes}</Tabs.Tab>
          <Tabs.Tab value="pilot">{w.tabs.pilot}</Tabs.Tab>
          <Tabs.Tab value="baselines">{w.tabs.baselines}</Tabs.Tab>
          <Tabs.Tab value="noise">{w.tabs.noise}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="outcomes" className={pageClasses.body}>
          <div className={pageClasses.pad}>
            <Outcomes />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="pilot" className={pageClasses.body}>
          <div className={pageClasses.pad}>
            <Pilot />
          </div>
        </Tabs.Panel>
        <Tabs.Panel value="baselines" className={pageClasses.body}>
          <div className={pageClasses.pad}>
            <Baselines />
          </div>
        </Tabs.Panel>
      </Tabs>
    </>
  );
}
