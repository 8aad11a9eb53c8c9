import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { moreQueries } from '../case/more';
import { Bars } from '../parts/Empty';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { Trouble } from '../parts/Trouble';
import { useWords } from '../words';
import classes from './MessageFacts.module.css';

/** Which signals nearly fired on a message, and the condition that failed. */
export function WhyNot({ caseId, message }: { caseId: string; message: string }) {
  const words = useWords();
  const w = words.whyNot;
  const [opened, setOpened] = useState(false);
  const found = useQuery({ ...moreQueries.whyNot(caseId, message), enabled: opened });
  return (
    <details onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary>{w.title}</summary>
      {opened && found.isPending && <Bars count={2} height={32} />}
      {found.error && <Trouble error={found.error} again={() => found.refetch()} />}
      {found.data?.items.length === 0 && <p className={classes.why}>{w.none}</p>}
      <ul className={classes.sightings}>
        {found.data?.items.map((near) => (
          <li key={`${near.signal}${near.reason}`}>
            <strong>{words.served(near.title)}</strong>{' '}
            <span className={classes.dim}>{words.served(near.reason)}</span>
            {near.evidence.map((quote) => (
              <EvidenceQuote key={`${quote.part}${quote.start}`} quote={quote} caseId={caseId} />
            ))}
          </li>
        ))}
      </ul>
    </details>
  );
}
