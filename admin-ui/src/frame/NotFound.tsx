import { Link } from '@tanstack/react-router';
import { Empty } from '../parts/Empty';
import { useWords } from '../words';

/** An address that leads nowhere. */
export function NotFound() {
  const words = useWords();
  return (
    <Empty title={words.errors.notFound}>
      {words.errors.notFoundHelp} <Link to="/">{words.errors.toQueues}</Link>
    </Empty>
  );
}
