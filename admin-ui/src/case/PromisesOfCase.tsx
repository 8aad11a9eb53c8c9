import type { CaseRecord } from '../api/types';
import { PromiseLine } from '../promises/PromiseLine';
import { useWords } from '../words';
import classes from './Record.module.css';

const STANDS = ['open', 'missed', 'disputed'];

/** The promises of a case: those that somebody has to see to, and below, folded, the settled. */
export function PromisesOfCase({ record }: { record: CaseRecord }) {
  const words = useWords();
  if (record.promises.length === 0) return null;
  const standing = record.promises.filter((one) => STANDS.includes(one.state));
  const settled = record.promises.filter((one) => !STANDS.includes(one.state));
  const list = (promises: CaseRecord['promises']) => (
    <ul className={classes.list}>
      {promises.map((promise) => (
        <li key={promise.id}>
          <PromiseLine promise={promise} inCase />
        </li>
      ))}
    </ul>
  );
  return (
    <>
      <h3>{words.promises.ofCase}</h3>
      {list(standing)}
      {settled.length > 0 && (
        <details className={classes.cleared}>
          <summary>{words.promises.settled(settled.length)}</summary>
          {list(settled)}
        </details>
      )}
    </>
  );
}
