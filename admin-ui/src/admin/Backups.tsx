import { Alert, Button, Progress, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { Moment } from '../time/Moment';
import { absoluteWords } from '../time/spoken';
import { useLanguage } from '../words';
import classes from './Admin.module.css';
import { adminCalls, adminQueries, type Backup, type Backups as Found } from './calls';
import { Facts } from './Facts';
import { useBackupWords } from './words.backup';

const DAY = 24 * 60;

/** What to write into the configuration. */
const EXAMPLE = `[backup]
destination = "/mnt/backup/watchkeeper"
at = "02:30"
keep = 14`;

/** Backups: when they are made, which there are, and whether they can be restored. */
export function Backups() {
  const w = useBackupWords();
  const found = useQuery(adminQueries.backups());
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Bars count={6} height={36} />;
  const { settings, failed } = found.data;
  return (
    <>
      <p className={classes.help}>{w.help}</p>
      {!settings && <NotConfigured file={found.data.file} />}
      {failed && (
        <Alert
          color="red"
          variant="outline"
          mb="md"
          role="alert"
          title={
            <>
              {w.failed[failed.work]} · <Moment at={failed.at} />
            </>
          }
        >
          <Text size="md">{failed.error}</Text>
        </Alert>
      )}
      {settings && <Standing backups={found.data} settings={settings} />}
      {settings && <List backups={found.data} />}
    </>
  );
}

function NotConfigured({ file }: { file: string }) {
  const w = useBackupWords();
  return (
    <div className={pageClasses.panel}>
      <Empty title={w.none}>
        <p>{w.noneHelp(file)}</p>
        <pre className={classes.lines}>{EXAMPLE}</pre>
        <p>{w.byHand}</p>
        <pre className={classes.lines}>watchkeeper backup create /mnt/backup/watchkeeper</pre>
      </Empty>
    </div>
  );
}

/** What is begun, its outcome told by asking for the backups. */
function useBegin<T>(begin: (what: T) => Promise<Found>, told: string) {
  const { done, failed } = useTelling();
  return useMutation({
    mutationFn: begin,
    onSuccess: (after) => {
      queryClient.setQueryData(adminQueries.backups().queryKey, after);
      done(told);
    },
    onError: failed,
  });
}

type StandingProps = { backups: Found; settings: NonNullable<Found['settings']> };

function Standing({ backups, settings }: StandingProps) {
  const w = useBackupWords();
  const begin = useBegin(adminCalls.backUp, w.begun);
  const { running, snapshots, next_at: next } = backups;
  const minutes = settings.every_minutes;
  const often =
    minutes % DAY === 0
      ? w.days(minutes / DAY)
      : minutes % 60 === 0
        ? w.hours(minutes / 60)
        : w.minutes(minutes);
  const when = settings.at ? w.atTime(settings.at, settings.timezone ?? 'UTC') : '';
  const rows = [
    {
      name: w.destination,
      value: <span className={classes.mono}>{settings.destination}</span>,
    },
    { name: w.schedule, value: `${often} ${when}` },
    { name: w.keep, value: w.kept(settings.keep) },
    { name: w.last, value: snapshots[0] ? <Moment at={snapshots[0].at} /> : w.never },
    {
      name: w.next,
      value: next && Date.parse(next) > Date.now() ? <Moment at={next} /> : w.soon,
    },
  ];
  return (
    <>
      <div className={classes.bar}>
        <Button
          loading={begin.isPending}
          disabled={running != null}
          onClick={() => begin.mutate(undefined)}
        >
          {w.now}
        </Button>
        {running && <Running running={running} />}
      </div>
      <section className={pageClasses.section} aria-label={w.schedule}>
        <Facts rows={rows} />
      </section>
    </>
  );
}

function Running({ running }: { running: NonNullable<Found['running']> }) {
  const w = useBackupWords();
  const { language } = useLanguage();
  const share = running.total > 0 ? Math.min(100, (100 * running.done) / running.total) : 0;
  return (
    <div className={classes.running}>
      <span role="status">
        {w.running[running.work]}{' '}
        <span className={classes.dim}>{w.by(w.whom[running.by] ?? running.by)}</span>
      </span>
      {running.total > 0 && (
        <span className={classes.dim}>
          {w.of(sizeWords(running.done, language), sizeWords(running.total, language))}
        </span>
      )}
      <Progress
        value={share}
        size="sm"
        aria-label={w.running[running.work]}
        transitionDuration={0}
      />
    </div>
  );
}

function List({ backups }: { backups: Found }) {
  const w = useBackupWords();
  return (
    <section className={pageClasses.section} aria-labelledby="backups">
      <h2 id="backups">{w.list}</h2>
      <p className={classes.help}>{w.rehearseHelp}</p>
      <div className={pageClasses.panel}>
        {backups.snapshots.length === 0 && <Empty title={w.empty}>{w.emptyHelp}</Empty>}
        {backups.snapshots.length > 0 && (
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.when}</Table.Th>
                <Table.Th>{w.holds}</Table.Th>
                <Table.Th className={classes.number}>{w.size}</Table.Th>
                <Table.Th>{w.proof}</Table.Th>
                <Table.Th aria-label={w.rehearse} />
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {backups.snapshots.map((backup) => (
                <Row key={backup.id} backup={backup} busy={backups.running != null} />
              ))}
            </Table.Tbody>
          </Table>
        )}
      </div>
    </section>
  );
}

function Row({ backup, busy }: { backup: Backup; busy: boolean }) {
  const w = useBackupWords();
  const { language } = useLanguage();
  const rehearse = useBegin(adminCalls.rehearse, w.rehearsing);
  const { rehearsal } = backup;
  return (
    <Table.Tr>
      <Table.Td>
        <Moment at={backup.at} />
        <span className={classes.sub}>{w.by(w.whom[backup.by] ?? backup.by)}</span>
      </Table.Td>
      <Table.Td>
        {w.facts(backup.facts)}
        <span className={classes.sub}>
          {w.packs(backup.packs)}, {w.files(backup.files)}
        </span>
      </Table.Td>
      <Table.Td className={classes.number}>
        {sizeWords(backup.bytes, language)}
        <span className={classes.sub}>{w.fresh(sizeWords(backup.new_bytes, language))}</span>
      </Table.Td>
      <Table.Td>
        {!rehearsal && <span className={classes.dim}>{w.unproved}</span>}
        {rehearsal && rehearsal.broken.length === 0 && (
          <span className={classes.good}>{w.proved}</span>
        )}
        {rehearsal && rehearsal.broken.length > 0 && (
          <>
            <span className={classes.bad}>{w.broken(rehearsal.broken.length)}</span>
            <span className={classes.sub}>{rehearsal.broken[0]}</span>
          </>
        )}
        {rehearsal && (
          <span className={classes.sub}>
            <Moment at={rehearsal.at} /> {w.by(w.whom[rehearsal.by] ?? rehearsal.by)}
          </span>
        )}
      </Table.Td>
      <Table.Td className={classes.number}>
        <Button
          variant="default"
          disabled={busy}
          loading={rehearse.isPending}
          aria-label={w.rehearseOf(absoluteWords(backup.at, language))}
          onClick={() => rehearse.mutate(backup.id)}
        >
          {w.rehearse}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}
