import { Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import classes from './Admin.module.css';
import { adminQueries, type Organisation } from './calls';
import { CalendarPanel } from './hours/CalendarPanel';
import { useImportWords } from './words.import';

/** Teams with their people, and when we work: as they act, where they are defined or changed. */
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
        <ScrollPanel label={w.teams}>
          {own.teams.length === 0 && <Empty title={w.noTeams}>{w.noTeamsHelp}</Empty>}
          {own.teams.length > 0 && <TeamTable teams={own.teams} />}
        </ScrollPanel>
      </section>
      {own.calendars.map((calendar) => (
        <CalendarPanel key={calendar.name} calendar={calendar} file={own.file} />
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
