import { Button, Group } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useMay } from '../../frame/reader';
import { Empty } from '../../parts/Empty';
import { useWords } from '../../words';
import { useDefineWords } from './words';

/** Nothing is there yet: the way to a first source, or to data to look around in. */
export function FirstSource() {
  const w = useDefineWords();
  const words = useWords();
  const mayAdd = useMay('admin');
  return (
    <Empty title={words.sources.none}>
      {mayAdd && (
        <Group justify="center" my="sm">
          <Button component={Link} to="/sources/new" size="sm">
            {w.add}
          </Button>
        </Group>
      )}
      <div>
        {w.firstRun.take}
        <code>watchkeeper import PATH</code>
      </div>
      <div>
        {w.firstRun.or}
        <code>watchkeeper demo</code>
      </div>
    </Empty>
  );
}
