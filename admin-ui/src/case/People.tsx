import type { Person } from '../api/types';
import { shown } from '../text/names';
import { useWords } from '../words';
import classes from './Record.module.css';

const SIDES = ['customer', 'us', 'partner'];

/** Who takes part, the customer's people first. */
export function People({ people }: { people: readonly Person[] }) {
  const words = useWords();
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
                  <span className={classes.name}>
                    {shown(person.address)}
                    {(person.title ?? person.team) && (
                      <span className={classes.dim}> · {person.title ?? person.team}</span>
                    )}
                  </span>
                  <span className={classes.dim}>{words.record.wrote(person.wrote)}</span>
                </li>
              ))}
            </ul>
          </div>
        );
      })}
    </>
  );
}
