import { useLocalStorage } from '@mantine/hooks';
import type { QueueFilters } from '../api/calls';

/** A queue with filters that the reader gave a name; kept in this browser. */
export type View = { name: string; queue: string; filters: QueueFilters };

/** The reader's views, by name. */
export function useViews() {
  const [views, setViews] = useLocalStorage<View[]>({
    key: 'watchkeeper.views',
    defaultValue: [],
    getInitialValueInEffect: false,
  });
  const save = (view: View) =>
    setViews((now) =>
      [...now.filter((one) => one.name !== view.name), view].sort((a, b) =>
        a.name.localeCompare(b.name),
      ),
    );
  const drop = (name: string) => setViews((now) => now.filter((one) => one.name !== name));
  return { views, save, drop };
}
