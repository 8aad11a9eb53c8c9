import { Alert, Button, Group, Text } from '@mantine/core';
import { Problem } from '../api/problem';
import { useWords } from '../words';

/** What to say about a failure, in words of the service where it gave some. */
export function useFailure(): (error: unknown) => string {
  const words = useWords();
  return (error) => {
    if (error instanceof Problem && error.status === 0) return words.errors.offline;
    const said = error instanceof Error ? error.message : String(error);
    return said.charAt(0).toUpperCase() + said.slice(1);
  };
}

/** Says what could not be loaded and why, with another try. */
export function Trouble({ error, again }: { error: unknown; again?: () => void }) {
  const words = useWords();
  const failure = useFailure();
  return (
    <Alert color="red" variant="outline" title={words.errors.title} m="md" role="alert">
      <Text size="md">{failure(error)}</Text>
      {again && (
        <Group mt="sm">
          <Button variant="default" onClick={again}>
            {words.errors.again}
          </Button>
        </Group>
      )}
    </Alert>
  );
}
