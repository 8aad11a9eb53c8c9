import { useQuery } from '@tanstack/react-query';
import { Navigate } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { Bars } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';

/** The page without a path: the first queue that holds something. */
export function FirstQueue() {
  const queues = useQuery(queries.queues());
  const first = queues.data?.find((queue) => queue.count > 0) ?? queues.data?.[0];
  if (first) return <Navigate to="/queues/$queue" params={{ queue: first.id }} replace />;
  if (queues.error) return <Trouble error={queues.error} again={() => queues.refetch()} />;
  return <Bars count={8} />;
}
