import { Button, Table } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useNavigate } from '@tanstack/react-router';
import { useTelling } from '../case/acts';
import { useMay } from '../frame/reader';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useLanguage } from '../words';
import { refreshRules, ruleCalls, ruleQueries } from './calls';
import classes from './Lists.module.css';
import { RulesFrame } from './RulesFrame';
import { useRuleWords } from './words';

/** Escalations that people say were missed, and what the active set makes of them now. */
export function MissedPage() {
  const w = useRuleWords();
  const { words, language } = useLanguage();
  const navigate = useNavigate();
  const mayEdit = useMay('ops');
  const { done, failed } = useTelling();
  const log = useQuery(ruleQueries.missed());
  const remove = useMutation({
    mutationFn: ruleCalls.removeMissed,
    onError: failed,
    onSettled: refreshRules,
  });
  const test = useMutation({
    mutationFn: async (label: number) => {
      const path = `tests/missed_${label}.toml`;
      const { text } = await ruleCalls.missedFixture(label);
      await ruleCalls.putFile(path, text);
      return path;
    },
    onSuccess: async (path) => {
      done(w.missed.madeTest(path));
      await refreshRules();
      await navigate({ to: '/rules', search: { file: path } });
    },
    onError: failed,
  });
  const labels = log.data?.labels ?? [];
  const recall = log.data?.recall ?? [];
  return (
    <RulesFrame>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <p className={classes.help}>{w.missed.help}</p>
          {log.error && <Trouble error={log.error} again={() => log.refetch()} />}
          {log.isPending && <Bars count={5} height={40} />}
          {log.data && labels.length === 0 && (
            <Empty title={w.missed.none}>{w.missed.noneHelp}</Empty>
          )}
          {labels.length > 0 && (
            <section
              className={`${pageClasses.section} ${pageClasses.panel}`}
              aria-label={w.tabs.missed}
            >
              <Table className={classes.table}>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{w.missed.case}</Table.Th>
                    <Table.Th>{w.missed.since}</Table.Th>
                    <Table.Th>{w.missed.expected}</Table.Th>
                    <Table.Th>{w.missed.now}</Table.Th>
                    <Table.Th />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {labels.map((label) => (
                    <Table.Tr key={label.label}>
                      <Table.Td className={classes.wide}>
                        <Link to="/cases/$case" params={{ case: label.case }}>
                          {label.note || label.case}
                        </Link>
                        <span className={classes.sub}>
                          {w.missed.by(label.by)} · <Moment at={label.at} />
                        </span>
                      </Table.Td>
                      <Table.Td>
                        <Moment at={label.since} />
                      </Table.Td>
                      <Table.Td>
                        {[label.signal, label.level].filter(Boolean).join(' · ') || '–'}
                      </Table.Td>
                      <Table.Td>
                        {!label.noticed_at && (
                          <span className={classes.bad}>{w.missed.unnoticed}</span>
                        )}
                        {label.noticed_at && (
                          <>
                            <span className={label.in_time ? classes.good : classes.bad}>
                              {label.in_time ? w.missed.inTime : w.missed.late}
                            </span>
                            <span className={classes.sub}>
                              <Moment at={label.noticed_at} />
                            </span>
                          </>
                        )}
                      </Table.Td>
                      <Table.Td className={classes.acts}>
                        {mayEdit && (
                          <Button
                            variant="default"
                            size="compact-xs"
                            onClick={() => test.mutate(label.label)}
                          >
                            {w.missed.makeTest}
                          </Button>
                        )}{' '}
                        <Button
                          variant="subtle"
                          size="compact-xs"
                          onClick={() => remove.mutate(label.label)}
                        >
                          {w.missed.remove}
                        </Button>
                      </Table.Td>
                    </Table.Tr>
                  ))}
                </Table.Tbody>
              </Table>
            </section>
          )}
          {recall.length > 0 && (
            <section className={pageClasses.section} aria-labelledby="recall">
              <h2 id="recall">{w.missed.recall}</h2>
              <div className={pageClasses.panel}>
                <Table className={classes.table}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{w.signal}</Table.Th>
                      {[w.missed.labelled, w.missed.caught, w.missed.recall].map((name) => (
                        <Table.Th key={name} className={classes.number}>
                          {name}
                        </Table.Th>
                      ))}
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {recall.map((one) => (
                      <Table.Tr key={one.signal}>
                        <Table.Td>{one.signal}</Table.Td>
                        <Table.Td className={classes.number}>{words.number(one.labelled)}</Table.Td>
                        <Table.Td className={classes.number}>{words.number(one.caught)}</Table.Td>
                        <Table.Td className={classes.number}>
                          {one.recall == null
                            ? '–'
                            : one.recall.toLocaleString(language, { style: 'percent' })}
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </section>
          )}
        </div>
      </div>
    </RulesFrame>
  );
}
