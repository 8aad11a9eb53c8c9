import { Button, Group, Modal, PasswordInput, Select, Table, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useReader } from '../frame/reader';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { Trouble, useFailure } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminCalls, adminQueries, ROLES, type Role, type User } from './calls';
import { EditUser } from './EditUser';
import { useAdminWords } from './words';

/** Who may sign in: add somebody, change what they may do, remove somebody. */
export function Users() {
  const w = useAdminWords();
  const words = useWords();
  const reader = useReader();
  const users = useQuery(adminQueries.users());
  const [adding, setAdding] = useState(false);
  const [changing, setChanging] = useState<User | undefined>(undefined);
  const [leaving, setLeaving] = useState<User | undefined>(undefined);
  return (
    <>
      <div className={classes.bar}>
        <span className={classes.dim}>{w.users.help}</span>
        <Button className={classes.push} onClick={() => setAdding(true)}>
          {w.users.add}
        </Button>
      </div>
      {users.error && <Trouble error={users.error} again={() => users.refetch()} />}
      {users.isPending && <Bars count={3} height={36} />}
      {users.data && (
        <div className={pageClasses.panel}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.users.name}</Table.Th>
                <Table.Th>{w.users.role}</Table.Th>
                <Table.Th>{w.users.added}</Table.Th>
                <Table.Th>
                  <span className="visually-hidden">{w.users.remove}</span>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {users.data.map((user) => (
                <Table.Tr key={user.name}>
                  <Table.Td>
                    {user.name}{' '}
                    {user.name === reader?.name && (
                      <span className={classes.dim}>({w.users.self})</span>
                    )}
                  </Table.Td>
                  <Table.Td>
                    {words.roles[user.role] ?? user.role}
                    <span className={classes.sub}>{w.users.rights[user.role]}</span>
                  </Table.Td>
                  <Table.Td>
                    <Moment at={user.added} />
                  </Table.Td>
                  <Table.Td className={classes.number}>
                    <Button
                      variant="default"
                      size="compact-xs"
                      mr="xs"
                      aria-label={w.users.editTitle(user.name)}
                      onClick={() => setChanging(user)}
                    >
                      {w.users.edit}
                    </Button>
                    <Button
                      variant="default"
                      size="compact-xs"
                      disabled={user.name === reader?.name}
                      onClick={() => setLeaving(user)}
                    >
                      {w.users.remove}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </div>
      )}
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {changing && <EditUser user={changing} onClose={() => setChanging(undefined)} />}
      {leaving && <RemoveUser user={leaving} onClose={() => setLeaving(undefined)} />}
    </>
  );
}

function AddUser({ onClose }: { onClose: () => void }) {
  const w = useAdminWords();
  const words = useWords();
  const failure = useFailure();
  const { done } = useTelling();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const add = useMutation({
    mutationFn: () => adminCalls.addUser({ name, password, role }),
    onSuccess: () => {
      done(w.users.done(name));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['users'] }),
  });
  return (
    <Modal opened onClose={onClose} title={w.users.add}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          add.mutate();
        }}
      >
        <TextInput
          required
          label={w.users.name}
          autoComplete="off"
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
          data-autofocus
        />
        <Select
          mt="sm"
          size="sm"
          label={w.users.role}
          allowDeselect={false}
          data={ROLES.map((value) => ({
            value,
            label: `${words.roles[value] ?? value} – ${w.users.rights[value]}`,
          }))}
          value={role}
          onChange={(next) => setRole((next ?? 'agent') as Role)}
        />
        <PasswordInput
          required
          mt="sm"
          label={w.users.password}
          description={w.users.passwordHelp}
          autoComplete="new-password"
          value={password}
          error={add.error ? failure(add.error) : undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {w.cancel}
          </Button>
          <Button
            type="submit"
            loading={add.isPending}
            disabled={name.trim() === '' || password === ''}
          >
            {w.users.add}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function RemoveUser({ user, onClose }: { user: User; onClose: () => void }) {
  const w = useAdminWords();
  const { done, failed } = useTelling();
  const remove = useMutation({
    mutationFn: () => adminCalls.removeUser(user.name),
    onSuccess: () => {
      done(w.users.removed(user.name));
      onClose();
    },
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['users'] }),
  });
  return (
    <Modal opened onClose={onClose} title={w.users.removeTitle(user.name)}>
      <p className={classes.help}>{w.users.removeHelp}</p>
      <Group justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {w.cancel}
        </Button>
        <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
          {w.users.remove}
        </Button>
      </Group>
    </Modal>
  );
}
