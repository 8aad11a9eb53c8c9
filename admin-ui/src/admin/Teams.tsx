import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble } from '../parts/Trouble';
import { useLanguage } from '../words';
import classes from './Admin.module.css';
import { adminQueries, type Organisation } from './calls';
import { useImportWords } from './words.import';

/** Teams with their people, and when we work: as they act, and where they are defined. */
export function Teams() {
  const w = useImportWords();
  const found = useQuery(adminQueries.organisation());
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Bars count={5} height={36} />;
  const own = found.data;
  return (
    <>
      <p className={classes.help}>{w.defined(own.file)}</p>
      <section className={pageClasses.section} aria-labelledby="teams">
        <h2 id="teams">{w.teams}</h2>
        <div className={pageClasses.panel}>
          {own.teams.length === 0 && <Empty title={w.noTeams}>{w.noTeamsHelp}</Empty>}
          {own.teams.length > 0 && <TeamTable teams={own.teams} />}
        </div>
      </section>
      {own.calendars.map((calendar) => (
        <Calendar key={calendar.name} calendar={calendar} />
      ))}
      {own.reply_targets.length > 0 && (
        <section className={pageClasses.section} aria-labelledby="targets">
          <h2 id="targets">{w.targets}</h2>
          <dl className={classes.facts}>
            {own.reply_targets.map(({ tier, minutes }) => (
              <div key={tier}>
                <dt>{tier}</dt>
                <dd>{w.within(Math.floor(minutes / 60), minutes % 60)}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
    </>
  );
}

function TeamTable({ teams }: { teams: Organisation['teams'] }) {
  const w = useImportWords();
  return (
    <Table className={classes.table}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{w.team}</Table.Th>
          <Table.Th>{w.addresses}</Table.Th>
          <Table.Th>{w.members}</Table.Th>
          <Table.Th>{w.rules}</Table.Th>
          <Table.Th>{w.hours}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {teams.map((team) => (
          <Table.Tr key={team.name}>
            <Table.Td>{team.name}</Table.Td>
            <Table.Td className={classes.mono}>{team.addresses.join(', ')}</Table.Td>
            <Table.Td>
              {team.members.length === 0 && '–'}
              {team.members.map((member) => (
                <div key={member.email}>
                  {member.email}{' '}
                  <span className={classes.dim}>
                    {[member.role, member.on_duty && w.onDuty].filter(Boolean).join(' · ')}
                  </span>
                </div>
              ))}
            </Table.Td>
            <Table.Td>{team.rules ?? w.ours}</Table.Td>
            <Table.Td>{team.calendar ?? w.ours}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Calendar({ calendar }: { calendar: Organisation['calendars'][number] }) {
  const w = useImportWords();
  const { language } = useLanguage();
  const title = calendar.name || w.workingHours;
  // 5 January 2026 was a Monday.
  const day = (at: number) =>
    new Date(Date.UTC(2026, 0, 5 + at)).toLocaleDateString(language, {
      weekday: 'long',
      timeZone: 'UTC',
    });
  const date = (text: string) =>
    new Date(`${text}T00:00:00Z`).toLocaleDateString(language, {
      dateStyle: 'medium',
      timeZone: 'UTC',
    });
  return (
    <section className={pageClasses.section} aria-label={title}>
      <h2>
        {title} <span className={classes.dim}>{calendar.timezone}</span>
      </h2>
      <div className={pageClasses.panel}>
        <dl className={classes.facts}>
          {calendar.week.map((hours, at) => (
            <div key={day(at)}>
              <dt>{day(at)}</dt>
              <dd>{hours.join(', ') || w.free}</dd>
            </div>
          ))}
          <div>
            <dt>{w.holidays}</dt>
            <dd>{calendar.holidays.map(date).join(' · ') || w.noHolidays}</dd>
          </div>
        </dl>
      </div>
    </section>
  );
}
