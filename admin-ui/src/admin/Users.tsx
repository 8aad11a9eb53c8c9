import { Button, Table } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useReader } from '../frame/reader';
import { Bars } from '../parts/Empty';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminQueries, type User } from './calls';
import { AddUser, EditUser, RemoveUser, SignOutUser } from './UserForms';
import { useAdminWords } from './words';

const FORMS = { change: EditUser, signOut: SignOutUser, remove: RemoveUser };
type Act = keyof typeof FORMS;

/** Who may sign in: add somebody, change what they may do, remove somebody. */
export function Users() {
  const w = useAdminWords();
  const words = useWords();
  const reader = useReader();
  const users = useQuery(adminQueries.users());
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<{ act: Act; user: User } | undefined>(undefined);
  const close = () => setChosen(undefined);
  const Form = chosen && FORMS[chosen.act];
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
        <ScrollPanel label={w.tabs.users}>
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
                      onClick={() => setChosen({ act: 'change', user })}
                    >
                      {w.users.edit}
                    </Button>
                    <Button
                      variant="default"
                      size="compact-xs"
                      mr="xs"
                      aria-label={`${w.users.signOut}: ${user.name}`}
                      disabled={user.name === reader?.name}
                      onClick={() => setChosen({ act: 'signOut', user })}
                    >
                      {w.users.signOut}
                    </Button>
                    <Button
                      variant="default"
                      size="compact-xs"
                      disabled={user.name === reader?.name}
                      onClick={() => setChosen({ act: 'remove', user })}
                    >
                      {w.users.remove}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </ScrollPanel>
      )}
      {adding && <AddUser onClose={() => setAdding(false)} />}
      {chosen && Form && (
        <Form
          user={chosen.user}
          latest={users.data?.find((one) => one.name === chosen.user.name)}
          onClose={close}
        />
      )}
    </>
  );
}
