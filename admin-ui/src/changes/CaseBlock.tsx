import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { Level } from '../level/Level';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useNow } from '../time/now';
import { momentWords } from '../time/spoken';
import { useLanguage, useWords } from '../words';
import classes from './Changes.module.css';
import type { CaseChanges } from './changes';
import { Happening } from './Happening';
import { useChangeWords } from './words';

/** The lines that a case shows unasked. */
const FEW = 4;

/** That something came late, and when. */
function Late({ at }: { at: string }) {
  const w = useChangeWords();
  const { language } = useLanguage();
  const now = useNow();
  return (
    <span className={classes.late} title={w.lateTitle(momentWords(at, now, language))}>
      {w.late}
    </span>
  );
}

/** A case with what happened in it, the latest first. */
export function CaseBlock({ changed }: { changed: CaseChanges }) {
  const words = useWords();
  const [whole, setWhole] = useState(false);
  const items = whole ? changed.items : changed.items.slice(0, FEW);
  const more = changed.items.length - items.length;
  return (
    <section className={classes.block} aria-label={`${changed.account.name}: ${changed.title}`}>
      <header className={classes.head}>
        <Level level={changed.level} rank={changed.rank} />
        <strong>{changed.account.name}</strong>
        <Link to="/cases/$case" params={{ case: changed.id }} className={classes.title}>
          {changed.title}
        </Link>
        <span className={classes.owner} title={changed.owner ?? undefined}>
          {changed.owner ? nameFromEmail(changed.owner) : words.queue.nobody}
        </span>
      </header>
      <ul className={classes.items}>
        {items.map((item, at) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: things of one instant have no other name
          <li key={`${item.at} ${item.type} ${at}`} data-type={item.type}>
            <Moment at={item.at} className={classes.at} />
            <span className={classes.told}>
              {item.late && <Late at={item.late} />}
              <Happening item={item} caseId={changed.id} />
            </span>
          </li>
        ))}
      </ul>
      {more > 0 && (
        <button type="button" className={classes.more} onClick={() => setWhole(true)}>
          {words.changes.more(more)}
        </button>
      )}
    </section>
  );
}
