import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { Account } from '../api/types';
import { Level } from '../level/Level';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import pageClasses from '../parts/Page.module.css';
import { Day } from '../time/Moment';
import { useNow } from '../time/now';
import { useWords } from '../words';
import classes from './Account.module.css';
import type { AccountHealth } from './health';

const DAY = 86_400_000;
/** So many grounds of a contribution are shown at once. */
const SHOWN = 3;

type Props = { health: AccountHealth; account: Account };

/** What an account's health is made of: each contribution leads to what it stands on. */
export function Health({ health, account }: Props) {
  const words = useWords();
  const w = words.health;
  const { score, contributions } = health;
  return (
    <section className={pageClasses.section} aria-labelledby="health">
      <h2 id="health">
        {w.title} <span className={classes.score}>{w.score(score)}</span>
      </h2>
      {contributions.length === 0 ? (
        <p className={classes.help}>{w.well}</p>
      ) : (
        <>
          <p className={classes.help}>{w.help}</p>
          <ul className={`${classes.health} ${pageClasses.panel}`}>
            {contributions.map((one) => (
              <Contribution key={one.cause} one={one} account={account} />
            ))}
          </ul>
        </>
      )}
    </section>
  );
}

function Contribution({
  one,
  account,
}: {
  one: AccountHealth['contributions'][number];
  account: Account;
}) {
  const words = useWords();
  const w = words.health;
  const now = useNow();
  const [all, setAll] = useState(false);
  const said = w.causes[one.cause]?.(one.grounds.length) ?? one.cause;
  const grounds = all ? one.grounds : one.grounds.slice(0, SHOWN);
  const left = one.grounds.length - grounds.length;
  const renewal = one.cause === 'renewal' ? account.renewal : undefined;
  const days = renewal
    ? Math.max(0, Math.ceil((Date.parse(`${renewal}T00:00:00`) - now) / DAY))
    : undefined;
  return (
    <li>
      <span className={classes.points}>{w.points(one.points)}</span>
      <div className={classes.cause}>
        <strong>{said}</strong>
        {renewal && days !== undefined && (
          <span className={classes.dim}>
            {' '}
            <Day day={renewal} /> {w.renewal(days)}
          </span>
        )}
        <ul className={classes.grounds}>
          {grounds.map((ground) => (
            <li key={`${ground.case}${ground.quote?.start ?? ''}`}>
              <Link to="/cases/$case" params={{ case: ground.case }} className={classes.ground}>
                <Level level={ground.level} rank={ground.rank} /> {ground.title}
              </Link>
              {ground.quote && <EvidenceQuote quote={ground.quote} caseId={ground.case} />}
            </li>
          ))}
        </ul>
        {left > 0 && (
          <button type="button" className={classes.more} onClick={() => setAll(true)}>
            {w.more(left)}
          </button>
        )}
      </div>
    </li>
  );
}
