import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { answer, client } from '../api/client';
import { queryClient } from '../api/queries';
import type { Source } from '../api/types';
import { useTelling } from '../case/acts';
import { useSourceWords } from './words';

/** Lets a watched source rest, or go on. What is handed to us by others cannot rest. */
export function Rest({ source }: { source: Source }) {
  const w = useSourceWords().rest;
  const { done, failed } = useTelling();
  const at = { params: { path: { id: source.id } } };
  const rest = useMutation({
    mutationFn: () =>
      source.paused
        ? answer(client.DELETE('/api/v1/sources/{id}/pause', at))
        : answer(client.PUT('/api/v1/sources/{id}/pause', { ...at, body: { reason: '' } })),
    onSuccess: () => done(source.paused ? w.resumed : w.paused),
    onError: failed,
    onSettled: () => queryClient.invalidateQueries({ queryKey: ['sources'] }),
  });
  if (!source.watch || source.kind === 'smtp' || source.kind === 'lmtp') return null;
  return (
    <Button
      variant="default"
      size="compact-xs"
      loading={rest.isPending}
      onClick={() => rest.mutate()}
    >
      {source.paused ? w.resume : w.pause}
    </Button>
  );
}
