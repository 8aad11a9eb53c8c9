import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import pageClasses from '../parts/Page.module.css';
import { useWords } from '../words';
import { Accept } from './Accept';
import classes from './Handoff.module.css';
import { handoffQueries } from './handoff';

/** Cases that were handed over and that nobody has taken yet. */
export function Waiting() {
  const w = useWords().handoff;
  const found = useQuery(handoffQueries.waiting());
  if (!found.data || found.data.length === 0) return null;
  return (
    <section className={pageClasses.section} aria-labelledby="handed-over">
      <h2 id="handed-over">{w.waiting}</h2>
      {found.data.map((handed) => (
        <div key={handed.id} className={classes.handed}>
          <Link to="/cases/$case/brief" params={{ case: handed.id }}>
            {handed.account.name} · {handed.title}
          </Link>
          <Accept caseId={handed.id} handoff={handed.handoff} />
        </div>
      ))}
    </section>
  );
}
