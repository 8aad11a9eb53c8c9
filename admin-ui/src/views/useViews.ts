import { useMutation, useQuery } from '@tanstack/react-query';
import { isChanged, Problem } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import { type KeepView, kept, newId, type View, viewCalls, viewQueries } from './calls';
import { useViewWords } from './words';

const again = () => queryClient.invalidateQueries({ queryKey: ['views'] });

/** The reader's queues and searches and those of their team, and how to change them. */
export function useViews() {
  const w = useViewWords();
  const { done, failed } = useTelling();
  const found = useQuery(viewQueries.all());
  const items = found.data?.items ?? [];
  // What somebody else has changed meanwhile is shown as it is now; nothing of it is overwritten.
  const refused = (name: string) => (error: unknown) =>
    failed(isChanged(error) ? new Problem(412, w.changed(name), 'changed') : error);
  const keep = useMutation({
    mutationFn: ({ view, body }: { view?: View; body: KeepView }) =>
      viewCalls.keep(view?.id ?? newId(), body, view?.tag),
    onSuccess: ({ name }, { view }) => done(view ? w.keptNow(name) : w.savedNow(name)),
    onError: (error, { body }) => refused(body.name)(error),
    onSettled: again,
  });
  const drop = useMutation({
    mutationFn: viewCalls.drop,
    onSuccess: (_gone, view) =>
      done(w.gone(view.name), () => viewCalls.keep(newId(), kept(view)).then(again)),
    onError: (error, view) => refused(view.name)(error),
    onSettled: again,
  });
  const last = items.reduce((most, one) => Math.max(most, one.order), 0);
  return {
    items,
    team: found.data?.team ?? undefined,
    teams: found.data?.teams ?? [],
    busy: keep.isPending || drop.isPending,
    add: (body: Omit<KeepView, 'order'>) => keep.mutate({ body: { ...body, order: last + 1 } }),
    change: (view: View, body: Partial<KeepView>) =>
      keep.mutate({ view, body: { ...kept(view), ...body } }),
    drop: (view: View) => drop.mutate(view),
  };
}
