import { Alert, Button, PasswordInput, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { isChanged } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminCalls, type Role, type User } from './calls';
import { FormDialog } from './FormDialog';
import { RoleSelect } from './RoleSelect';
import { useAdminWords } from './words';

/** Has something done about people; the list is read again whatever comes of it. */
function useChange(act: () => Promise<unknown>, told: string, onClose: () => void) {
  const { done } = useTelling();
  return useMutation({
    mutationFn: act,
    onSuccess: () => {
      done(told);
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['users'] }),
  });
}

/** Lets somebody sign in. */
export function AddUser({ onClose }: { onClose: () => void }) {
  const w = useAdminWords();
  const [name, setName] = useState('');
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>('agent');
  const add = useChange(
    () => adminCalls.addUser({ name, password, role }),
    w.users.done(name),
    onClose,
  );
  return (
    <FormDialog
      title={w.users.add}
      send={w.users.add}
      fits={name.trim() !== '' && password !== ''}
      sending={add.isPending}
      error={add.error}
      onSend={() => add.mutate()}
      onClose={onClose}
    >
      <TextInput
        required
        label={w.users.name}
        autoComplete="off"
        value={name}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
      <RoleSelect role={role} choose={setRole} />
      <PasswordInput
        required
        mt="sm"
        label={w.users.password}
        description={w.users.passwordHelp}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

type Props = { user: User; latest?: User; onClose: () => void };

/**
 * What a person may do from now on, and a new password where they forgot theirs. Somebody else's
 * change meanwhile is shown, and overwritten only after that.
 */
export function EditUser({ user, latest, onClose }: Props) {
  const w = useAdminWords();
  const words = useWords();
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(user.role);
  // The state upon which the change is made: the one that the reader has seen.
  const [seen, setSeen] = useState(user);
  const change = useChange(
    () =>
      adminCalls.changeUser(user.name, seen.version, {
        ...(role === seen.role ? {} : { role }),
        ...(password === '' ? {} : { password }),
      }),
    w.users.changed(user.name),
    onClose,
  );
  const meanwhile = isChanged(change.error);
  return (
    <FormDialog
      title={w.users.editTitle(user.name)}
      send={w.users.save}
      fits={!meanwhile && (role !== seen.role || password !== '')}
      sending={change.isPending}
      error={meanwhile ? undefined : change.error}
      onSend={() => change.mutate()}
      onClose={onClose}
    >
      <RoleSelect role={role} choose={setRole} first />
      <PasswordInput
        mt="sm"
        label={w.users.newPassword}
        description={w.users.newPasswordHelp}
        autoComplete="new-password"
        value={password}
        onChange={(event) => setPassword(event.currentTarget.value)}
      />
      {meanwhile && (
        <Alert color="orange" variant="outline" role="alert" mt="md" title={w.users.meanwhile}>
          {latest
            ? w.users.nowIs(words.roles[latest.role] ?? latest.role, latest.role === seen.role)
            : w.users.nowGone}
          {latest && (
            <Button
              variant="default"
              size="compact-sm"
              mt="xs"
              display="block"
              onClick={() => {
                setSeen(latest);
                change.reset();
              }}
            >
              {w.users.goOn}
            </Button>
          )}
        </Alert>
      )}
    </FormDialog>
  );
}

/** Lets somebody sign in no more. */
export function RemoveUser({ user, onClose }: Props) {
  const w = useAdminWords();
  const remove = useChange(
    () => adminCalls.removeUser(user.name, user.version),
    w.users.removed(user.name),
    onClose,
  );
  return (
    <FormDialog
      title={w.users.removeTitle(user.name)}
      send={w.users.remove}
      takes
      sending={remove.isPending}
      error={remove.error}
      onSend={() => remove.mutate()}
      onClose={onClose}
    >
      <p className={classes.help}>{w.users.removeHelp}</p>
    </FormDialog>
  );
}

/** Ends the sessions of somebody on every machine. */
export function SignOutUser({ user, onClose }: Props) {
  const w = useAdminWords();
  const end = useChange(
    () => adminCalls.signUserOut(user.name),
    w.users.signedOut(user.name),
    onClose,
  );
  return (
    <FormDialog
      title={w.users.signOutTitle(user.name)}
      send={w.users.signOut}
      takes
      sending={end.isPending}
      error={end.error}
      onSend={() => end.mutate()}
      onClose={onClose}
    >
      <p className={classes.help}>{w.users.signOutHelp}</p>
    </FormDialog>
  );
}
