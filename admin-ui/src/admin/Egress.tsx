import { Button, Table } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminCalls, adminQueries, type Outbound } from './calls';
import { useAdminWords } from './words';

/** Whom the program may call, how its channels stand, and what could not be delivered. */
export function Egress() {
  const w = useAdminWords();
  const outbound = useQuery(adminQueries.outbound());
  return (
    <>
      <p className={classes.help}>{w.egress.help}</p>
      {outbound.error && <Trouble error={outbound.error} again={() => outbound.refetch()} />}
      {outbound.isPending && <Bars count={5} height={36} />}
      {outbound.data && (
        <>
          <Hosts hosts={outbound.data.hosts} />
          <Channels channels={outbound.data.channels} />
        </>
      )}
      <Letters />
    </>
  );
}

function Hosts({ hosts }: { hosts: Outbound['hosts'] }) {
  const w = useAdminWords();
  return (
    <section className={pageClasses.section} aria-labelledby="hosts">
      <h2 id="hosts">{w.egress.hosts}</h2>
      <ScrollPanel label={w.egress.hosts}>
        {hosts.length === 0 && <Empty title={w.egress.noHosts} />}
        {hosts.length > 0 && (
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.egress.host}</Table.Th>
                <Table.Th>{w.egress.purpose}</Table.Th>
                <Table.Th>{w.egress.used}</Table.Th>
                <Table.Th>{w.egress.state}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {hosts.map((host) => (
                <Table.Tr key={`${host.host}:${host.port}`}>
                  <Table.Td className={classes.mono}>
                    {host.host}:{host.port}
                  </Table.Td>
                  <Table.Td>{host.purposes.join(', ')}</Table.Td>
                  <Table.Td>
                    {host.used_at ? <Moment at={host.used_at} /> : w.egress.never}
                  </Table.Td>
                  <Table.Td>
                    {host.error && <span className={classes.bad}>{host.error}</span>}
                    {!host.error && host.used_at && (
                      <span className={classes.good}>{w.egress.fine}</span>
                    )}
                    {!host.error && !host.used_at && '–'}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ScrollPanel>
    </section>
  );
}

function Channels({ channels }: { channels: Outbound['channels'] }) {
  const w = useAdminWords();
  const words = useWords();
  return (
    <section className={pageClasses.section} aria-labelledby="channels">
      <h2 id="channels">{w.egress.channels}</h2>
      <ScrollPanel label={w.egress.channels}>
        {channels.length === 0 && <Empty title={w.egress.noChannels} />}
        {channels.length > 0 && (
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.egress.channel}</Table.Th>
                <Table.Th>{w.egress.state}</Table.Th>
                <Table.Th>{w.egress.sent}</Table.Th>
                <Table.Th className={classes.number}>{w.egress.waiting}</Table.Th>
                <Table.Th className={classes.number}>{w.egress.dead}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {channels.map((channel) => (
                <Table.Tr key={channel.name}>
                  <Table.Td>
                    {channel.name}
                    <span className={classes.sub}>
                      {channel.kind} {channel.host}
                    </span>
                  </Table.Td>
                  <Table.Td>
                    <span
                      className={
                        { working: classes.good, failing: classes.bad }[channel.health] ??
                        classes.dim
                      }
                    >
                      {w.egress.health[channel.health] ?? channel.health}
                    </span>
                    {channel.error && <span className={classes.sub}>{channel.error}</span>}
                    {channel.warnings.map((warning) => (
                      <span key={warning} className={classes.sub}>
                        {words.served(warning)}
                      </span>
                    ))}
                    {channel.retry_at && (
                      <span className={classes.sub}>
                        {w.egress.retry} <Moment at={channel.retry_at} />
                      </span>
                    )}
                  </Table.Td>
                  <Table.Td>{channel.sent_at ? <Moment at={channel.sent_at} /> : '–'}</Table.Td>
                  <Table.Td className={classes.number}>{words.number(channel.waiting)}</Table.Td>
                  <Table.Td className={classes.number}>{words.number(channel.dead)}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        )}
      </ScrollPanel>
    </section>
  );
}

function Letters() {
  const w = useAdminWords();
  const { done, failed } = useTelling();
  const letters = useQuery(adminQueries.deadLetters());
  const replay = useMutation({
    mutationFn: adminCalls.replay,
    onSuccess: () => done(w.egress.replayed),
    onError: failed,
    onSettled: () =>
      Promise.all([
        queryClient.invalidateQueries({ queryKey: ['dead-letters'] }),
        queryClient.invalidateQueries({ queryKey: ['outbound'] }),
      ]),
  });
  if (letters.error) return <Trouble error={letters.error} again={() => letters.refetch()} />;
  if (!letters.data || letters.data.length === 0) return null;
  return (
    <section className={pageClasses.section} aria-labelledby="letters">
      <h2 id="letters">
        {w.egress.letters} <span className={classes.dim}>{letters.data.length}</span>
      </h2>
      <p className={classes.help}>{w.egress.lettersHelp}</p>
      <ScrollPanel label={w.egress.letters}>
        <Table className={classes.table}>
          <Table.Tbody>
            {letters.data.map((letter) => (
              <Table.Tr key={letter.id}>
                <Table.Td>
                  {letter.alert.case ? (
                    <Link to="/cases/$case" params={{ case: letter.alert.case }}>
                      {letter.alert.title ?? letter.alert.says}
                    </Link>
                  ) : (
                    letter.alert.says
                  )}
                  <span className={classes.sub}>
                    {letter.channel} → {letter.to}
                  </span>
                </Table.Td>
                <Table.Td>
                  {letter.error}
                  <span className={classes.sub}>
                    {w.egress.tries(letter.tries)} · <Moment at={letter.at} />
                  </span>
                </Table.Td>
                <Table.Td className={classes.number}>
                  <Button
                    variant="default"
                    disabled={!letter.open}
                    loading={replay.isPending && replay.variables === letter.id}
                    onClick={() => replay.mutate(letter.id)}
                  >
                    {w.egress.replay}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
    </section>
  );
}
