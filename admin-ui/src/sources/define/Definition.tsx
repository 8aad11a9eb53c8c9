import { Button, Group, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queryClient } from '../../api/queries';
import { useTelling } from '../../case/acts';
import { Dialog } from '../../parts/Dialog';
import { type DefinedSource, definitionCalls } from './calls';
import classes from './Define.module.css';
import { useDefineWords } from './words';

/** Where a source is defined; one of the page can be changed and taken out. */
export function Definition({ defined }: { defined: DefinedSource }) {
  const w = useDefineWords();
  const { done, failed } = useTelling();
  const [asks, { open, close }] = useDisclosure();
  const remove = useMutation({
    mutationFn: () => definitionCalls.remove(defined),
    onSuccess: () => {
      close();
      done(w.removed(defined.name));
    },
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sources'] }),
  });
  if (defined.file) return <span className={classes.dim}>{w.inFile(defined.file)}</span>;
  return (
    <>
      <Group gap="xs">
        <Button
          component={Link}
          to={`/sources/edit/${encodeURIComponent(defined.name)}`}
          variant="default"
          size="compact-xs"
        >
          {w.edit}
        </Button>
        <Button variant="default" size="compact-xs" onClick={open}>
          {w.remove}
        </Button>
      </Group>
      <Dialog opened={asks} onClose={close} title={w.removeTitle(defined.name)}>
        <Text size="md">{w.removeHelp}</Text>
        <Group mt="md" justify="flex-end">
          <Button variant="default" onClick={close} data-autofocus>
            {w.cancel}
          </Button>
          <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
            {w.remove}
          </Button>
        </Group>
      </Dialog>
    </>
  );
}
