import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { queries } from '../api/queries';

/** Loads the page again, once, when the service answers as another version than before. */
export function useNewVersion(): void {
  const version = useQuery(queries.status()).data?.version;
  const first = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (version === undefined) return;
    first.current ??= version;
    if (version !== first.current) window.location.reload();
  }, [version]);
}
