import { useQuery } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { viewCalls } from '../views/calls';

/** When the reader looked at a case last, before now, on whichever machine; nothing the first time. */
export function useLastLooked(caseId: string): string | undefined {
  const noted = useRef(false);
  const found = useQuery({
    queryKey: ['looked', caseId],
    queryFn: () => viewCalls.mark(caseId),
    // Asked once a visit: what is read meanwhile is not to vanish under the reader's eyes.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  });
  const { isSuccess } = found;
  useEffect(() => {
    if (!isSuccess || noted.current) return;
    noted.current = true;
    viewCalls.setMark(caseId, null).catch(() => undefined);
  }, [caseId, isSuccess]);
  return found.data?.at ?? undefined;
}
