import { useState } from 'react';
import type { CaseRecord, Person } from '../api/types';
import { useMay } from '../frame/reader';
import { shown } from '../text/names';
import { useWords } from '../words';
import classes from './Record.module.css';
import { TitleForm } from './TitleForm';

const SIDES = ['customer', 'us', 'partner'];

/** Who takes part, the customer's people first; a click shows where a title is known from. */
export function People({ record }: { record: CaseRecord }) {
  const words = useWords();
  const mayEdit = useMay('agent');
  const [chosen, setChosen] = useState<Person>();
  const { people } = record;
  if (people.length === 0) return null;
  return (
    <>
      <h3>
        {words.record.people} <span className={classes.dim}>{people.length}</span>
      </h3>
      {SIDES.map((side) => {
        const here = people.filter((person) => person.side === side);
        if (here.length === 0) return null;
        return (
          <div key={side}>
            <h4 className={classes.side}>{words.sides[side]}</h4>
            <ul className={classes.list}>
              {here.map((person) => (
                <li
                  key={`${person.address.email}${person.address.name}`}
                  className={classes.person}
                  title={person.address.email}
                >
                  <button
                    type="button"
                    className={`${classes.known} ${classes.name}`}
                    onClick={() => setChosen(person)}
                  >
                    {shown(person.address)}
                    {(person.title ?? person.team) && (
                      <span className={classes.dim}> · {person.title ?? person.team}</span>
                    )}
                  </button>
                  <span className={classes.dim}>{words.record.wrote(person.wrote)}</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
      {chosen && (
        <TitleForm
          person={chosen}
          caseId={record.id}
          mayEdit={mayEdit && chosen.side !== 'us'}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}
