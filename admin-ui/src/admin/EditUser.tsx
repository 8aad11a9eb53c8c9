import { Button, Group, Modal, PasswordInput, Select } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { useFailure } from '../parts/Trouble';
import { useWords } from '../words';
import { adminCalls, ROLES, type Role, type User } from './calls';
import { useAdminWords } from './words';

/** What a person may do from now on, and a new password where they forgot theirs. */
export function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const w = useAdminWords();
  const words = useWords();
  const failure = useFailure();
  const { done } = useTelling();
  const [password, setPassword] = useState('');
  const [role, setRole] = useState<Role>(user.role);
  const change = useMutation({
    mutationFn: () =>
      adminCalls.changeUser(user.name, {
        ...(role === user.role ? {} : { role }),
        ...(password === '' ? {} : { password }),
      }),
    onSuccess: () => {
      done(w.users.changed(user.name));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['users'] }),
  });
  return (
    <Modal opened onClose={onClose} title={w.users.editTitle(user.name)}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <Select
          size="sm"
          label={w.users.role}
          allowDeselect={false}
          data-autofocus
          data={ROLES.map((value) => ({
            value,
            label: `${words.roles[value] ?? value} – ${w.users.rights[value]}`,
          }))}
          value={role}
          onChange={(next) => setRole((next ?? user.role) as Role)}
        />
        <PasswordInput
          mt="sm"
          label={w.users.newPassword}
          description={w.users.newPasswordHelp}
          autoComplete="new-password"
          value={password}
          error={change.error ? failure(change.error) : undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {w.cancel}
          </Button>
          <Button
            type="submit"
            loading={change.isPending}
            disabled={role === user.role && password === ''}
          >
            {w.users.save}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
