import { Alert, Button, Group } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { isChanged } from '../../api/problem';
import { queryClient } from '../../api/queries';
import { useTelling } from '../../case/acts';
import { Dialog } from '../../parts/Dialog';
import { useFailure } from '../../parts/Trouble';
import classes from '../Admin.module.css';
import { hoursCalls } from './calls';
import type { Calendar } from './hours';
import { useHoursWords } from './words';

type Props = { calendar: Calendar; title: string; file: string; onClose: () => void };

/** Goes back to what the configuration says of a calendar. */
export function ResetDialog({ calendar, title, file, onClose }: Props) {
  const h = useHoursWords();
  const failure = useFailure();
  const { done } = useTelling();
  const reset = useMutation({
    mutationFn: () => hoursCalls.reset(calendar.version, calendar.name),
    onSuccess: () => {
      done(h.resetDone(title));
      onClose();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['organisation'] }),
  });
  return (
    <Dialog opened onClose={onClose} title={h.resetTitle(title)}>
      <p className={classes.help}>{h.resetHelp(file)}</p>
      {reset.error && (
        <Alert color="red" variant="outline" role="alert">
          {isChanged(reset.error) ? h.meanwhile : failure(reset.error)}
        </Alert>
      )}
      <Group mt="md" justify="flex-end">
        <Button variant="default" onClick={onClose} data-autofocus>
          {h.cancel}
        </Button>
        <Button loading={reset.isPending} onClick={() => reset.mutate()}>
          {h.reset}
        </Button>
      </Group>
    </Dialog>
  );
}
