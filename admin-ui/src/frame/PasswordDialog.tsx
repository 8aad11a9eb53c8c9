import { Button, Group, Modal, PasswordInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { calls } from '../api/calls';
import { useTelling } from '../case/acts';
import { useFailure } from '../parts/Trouble';
import { useWords } from '../words';

/** A new password of the reader's own; their other sessions end. */
export function PasswordDialog({ onClose }: { onClose: () => void }) {
  const words = useWords().frame.password;
  const failure = useFailure();
  const { done } = useTelling();
  const [current, setCurrent] = useState('');
  const [password, setPassword] = useState('');
  const change = useMutation({
    mutationFn: () => calls.changePassword({ current, password }),
    onSuccess: () => {
      done(words.done);
      onClose();
    },
  });
  return (
    <Modal opened onClose={onClose} title={words.title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate();
        }}
      >
        <PasswordInput
          required
          data-autofocus
          label={words.current}
          autoComplete="current-password"
          value={current}
          onChange={(event) => setCurrent(event.currentTarget.value)}
        />
        <PasswordInput
          required
          mt="sm"
          label={words.next}
          description={words.help}
          autoComplete="new-password"
          value={password}
          error={change.error ? failure(change.error) : undefined}
          onChange={(event) => setPassword(event.currentTarget.value)}
        />
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose}>
            {words.cancel}
          </Button>
          <Button
            type="submit"
            loading={change.isPending}
            disabled={current === '' || password === ''}
          >
            {words.save}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
