import { IconEye } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { calls } from '../api/calls';
import { nameFromEmail } from '../text/names';
import { useWords } from '../words';
import classes from './CaseHead.module.css';

/** How often the page says that the case is still open; the service forgets it after three times. */
const SAY_EVERY = 20_000;

/** Who else has this case open now; says at the same time that the reader has. */
export function AlsoViewing({ caseId }: { caseId: string }) {
  const words = useWords();
  const found = useQuery({
    queryKey: ['viewers', caseId],
    queryFn: () => calls.look(caseId),
    refetchInterval: SAY_EVERY,
    staleTime: 0,
    gcTime: 0,
    retry: false,
  });
  useEffect(() => {
    const leave = () => void calls.leave(caseId).catch(() => undefined);
    window.addEventListener('pagehide', leave);
    return () => {
      window.removeEventListener('pagehide', leave);
      leave();
    };
  }, [caseId]);
  const { count = 0, names = [] } = found.data ?? {};
  const who = names.length > 0 ? names.map(nameFromEmail).join(', ') : undefined;
  return (
    <span className={classes.viewers} role="status" title={who}>
      {count > 0 && (
        <>
          <IconEye size={15} aria-hidden="true" />
          {names.length === 1 && who
            ? words.acts.alsoViewing(who)
            : words.acts.othersViewing(count)}
        </>
      )}
    </span>
  );
}
