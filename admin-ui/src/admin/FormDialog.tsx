import { Alert, Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';
import { Dialog } from '../parts/Dialog';
import { useFailure } from '../parts/Trouble';
import { useAdminWords } from './words';

type Props = {
  title: string;
  /** What the button says that sends it. */
  send: string;
  onSend: () => void;
  onClose: () => void;
  /** Whether what is filled in can be sent. */
  fits?: boolean;
  sending?: boolean;
  error?: unknown;
  /** Whether sending takes something away. */
  takes?: boolean;
  children: ReactNode;
};

/** A form of the administration in a dialog: what is filled in, what was refused, and two ways out. */
export function FormDialog(props: Props) {
  const { title, send, onSend, onClose, fits = true, sending, error, takes, children } = props;
  const w = useAdminWords();
  const failure = useFailure();
  return (
    <Dialog opened onClose={onClose} title={title}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onSend();
        }}
      >
        {children}
        {error != null && (
          <Alert color="red" variant="outline" role="alert" mt="md">
            {failure(error)}
          </Alert>
        )}
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus={takes || undefined}>
            {w.cancel}
          </Button>
          <Button
            type="submit"
            color={takes ? 'red' : undefined}
            loading={sending}
            disabled={!fits}
          >
            {send}
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
