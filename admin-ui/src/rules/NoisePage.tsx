import { SegmentedControl, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useLanguage } from '../words';
import { ruleQueries, type SignalNoise } from './calls';
import classes from './Lists.module.css';
import { RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

const route = getRouteApi('/rules/noise');
const PERIODS = [7, 30, 90, 365];
const BAR = 90;

/** How loud each signal is, how often people disagree with it, and which never fires. */
export function NoisePage() {
  const w = useRuleWords();
  const { words } = useLanguage();
  const navigate = useNavigate();
  const { days = 30 } = route.useSearch();
  const found = useQuery(ruleQueries.noise(days));
  const signals = found.data?.signals ?? [];
  const loud = signals.filter((one) => !one.dead);
  const quiet = signals.filter((one) => one.dead);
  const most = Math.max(1, ...loud.map((one) => one.fired));
  return (
    <RulesFrame
      tools={
        <SegmentedControl
          size="xs"
          aria-label={w.noise.period}
          value={String(days)}
          onChange={(next) =>
            navigate({ to: '/rules/noise', search: { days: Number(next) }, replace: true })
          }
          data={PERIODS.map((n) => ({ value: String(n), label: w.noise.days(n) }))}
        />
      }
    >
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>{w.noise.help}</p>
          {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
          {found.isPending && <Bars count={8} height={36} />}
          {found.data && signals.length === 0 && <Empty title={w.noise.none} />}
          {loud.length > 0 && (
            <section
              className={`${pageClasses.section} ${pageClasses.panel}`}
              aria-label={w.tabs.noise}
            >
              <Table className={classes.table}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{w.signal}</Table.Th>
                    <Table.Th>{w.noise.fired}</Table.Th>
                    {[
                      w.noise.cases,
                      w.noise.aDay,
                      w.noise.most,
                      w.noise.escalated,
                      w.noise.disagreed,
                    ].map((name) => (
                      <Table.Th key={name} className={classes.number}>
                        {name}
                      </Table.Th>
                    ))}
                    <Table.Th>{w.noise.last}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {loud.map((one) => (
                    <NoiseRow key={one.signal} noise={one} most={most} />
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          )}
          {quiet.length > 0 && (
            <section className={pageClasses.section} aria-labelledby="quiet">
              <h2 id="quiet">
                {w.noise.quiet} <span className={classes.dim}>{words.number(quiet.length)}</span>
              </h2>
              <p className={classes.help}>{w.noise.quietHelp}</p>
              <p>
                {quiet.map((one, at) => (
                  <span key={one.signal}>
                    {at > 0 && ', '}
                    <Link to="/rules" search={{ file: `signals/${one.signal}.rhai` }}>
                      {words.served(one.title)}
                    </Link>
                  </span>
                ))}
              </p>
            </section>
          )}
        </div>
      </div>
    </RulesFrame>
  );
}

function NoiseRow({ noise, most }: { noise: SignalNoise; most: number }) {
  const { words, language } = useLanguage();
  const share = (part: number | null | undefined) =>
    part == null ? '–' : part.toLocaleString(language, { style: 'percent' });
  const aDay = noise.a_day.toLocaleString(language, { maximumFractionDigits: 2 });
  return (
    <Table.Tr>
      <Table.Td>
        <Link to="/rules" search={{ file: `signals/${noise.signal}.rhai` }}>
          {words.served(noise.title)}
        </Link>
      </Table.Td>
      <Table.Td>
        <span className={classes.number}>{words.number(noise.fired)}</span>
        <span
          className={classes.bar}
          style={{ width: (BAR * noise.fired) / most }}
          aria-hidden="true"
        />
      </Table.Td>
      <Table.Td className={classes.number}>{words.number(noise.cases)}</Table.Td>
      <Table.Td className={classes.number}>{aDay}</Table.Td>
      <Table.Td className={classes.number}>{words.number(noise.most_a_day)}</Table.Td>
      <Table.Td className={classes.number}>{share(noise.escalated)}</Table.Td>
      <Table.Td className={classes.number}>
        {words.number(noise.disagreed)}{' '}
        <span className={classes.dim}>({share(noise.disagreement)})</span>
      </Table.Td>
      <Table.Td>{noise.last ? <Moment at={noise.last} /> : '–'}</Table.Td>
    </Table.Tr>
  );
}
