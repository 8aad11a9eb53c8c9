import { Button, CopyButton, Group, Select, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { Dialog } from '../parts/Dialog';
import { Bars, Empty } from '../parts/Empty';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useNow } from '../time/now';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminCalls, adminQueries, type Role, type Token } from './calls';
import { FormDialog } from './FormDialog';
import { RoleSelect } from './RoleSelect';
import { useAdminWords } from './words';

const DAY = 86_400_000;
const TERMS = [7, 30, 90, 365];

/** Tokens of programs: issue one, see when they end, revoke one. */
export function Tokens() {
  const w = useAdminWords();
  const words = useWords();
  const now = useNow();
  const { done, failed } = useTelling();
  const tokens = useQuery(adminQueries.tokens());
  const [issuing, setIssuing] = useState(false);
  const revoke = useMutation({
    mutationFn: (token: Token) => adminCalls.revoke(token.name, token.version),
    onSuccess: (_none, token) => done(w.tokens.revoked(token.name)),
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.dim}>{w.tokens.help}</span>
        <Button className={classes.push} onClick={() => setIssuing(true)}>
          {w.tokens.add}
        </Button>
      </div>
      {tokens.error && <Trouble error={tokens.error} again={() => tokens.refetch()} />}
      {tokens.isPending && <Bars count={3} height={36} />}
      {tokens.data?.length === 0 && <Empty title={w.tokens.none}>{w.tokens.noneHelp}</Empty>}
      {tokens.data && tokens.data.length > 0 && (
        <ScrollPanel label={w.tabs.tokens}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.tokens.name}</Table.Th>
                <Table.Th>{w.users.role}</Table.Th>
                <Table.Th>{w.tokens.issued}</Table.Th>
                <Table.Th>{w.tokens.ends}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{w.tokens.revoke}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {tokens.data.map((token) => (
                <Table.Tr key={token.name}>
                  <Table.Td>{token.name}</Table.Td>
                  <Table.Td>{words.roles[token.role] ?? token.role}</Table.Td>
                  <Table.Td>
                    <Moment at={token.issued} />
                  </Table.Td>
                  <Table.Td>
                    <Moment at={token.expires} />{' '}
                    {Date.parse(token.expires) < now && (
                      <span className={classes.bad}>{w.tokens.over}</span>
                    )}
                  </Table.Td>
                  <Table.Td className={classes.number}>
                    <Button
                      variant="default"
                      size="compact-xs"
                      loading={revoke.isPending && revoke.variables.name === token.name}
                      onClick={() => revoke.mutate(token)}
                    >
                      {w.tokens.revoke}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollPanel>
      )}
      {issuing && <Issue onClose={() => setIssuing(false)} />}
    </>
  );
}

function Issue({ onClose }: { onClose: () => void }) {
  const w = useAdminWords();
  const [name, setName] = useState('');
  const [role, setRole] = useState<Role>('viewer');
  const [days, setDays] = useState('90');
  const issue = useMutation({
    mutationFn: () =>
      adminCalls.issue({
        name,
        role,
        expires: new Date(Date.now() + Number(days) * DAY).toISOString(),
      }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['tokens'] }),
  });
  if (issue.data) {
    const { secret } = issue.data;
    return (
      <Dialog opened onClose={onClose} title={w.tokens.secret} closeOnClickOutside={false}>
        <code className={classes.secret}>{secret}</code>
        <p className={classes.help}>{w.tokens.secretHelp}</p>
        <Group justify="flex-end">
          <CopyButton value={secret}>
            {({ copied, copy }) => (
              <Button variant="default" onClick={copy} data-autofocus>
                {copied ? w.tokens.copied : w.tokens.copy}
              </Button>
            )}
          </CopyButton>
          <Button onClick={onClose}>{w.tokens.close}</Button>
        </Group>
      </Dialog>
    );
  }
  return (
    <FormDialog
      title={w.tokens.add}
      send={w.tokens.add}
      fits={name.trim() !== ''}
      sending={issue.isPending}
      error={issue.error}
      onSend={() => issue.mutate()}
      onClose={onClose}
    >
      <TextInput
        required
        label={w.tokens.name}
        description={w.tokens.nameHelp}
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <RoleSelect role={role} choose={setRole} />
      <Select
        mt="sm"
        size="sm"
        label={w.tokens.expires}
        allowDeselect={false}
        data={TERMS.map((n) => ({ value: String(n), label: w.tokens.days(n) }))}
        value={days}
        onChange={(next) => setDays(next ?? '90')}
      />
    </FormDialog>
  );
}
