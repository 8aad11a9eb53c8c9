import { useQuery } from '@tanstack/react-query';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { useWords } from '../words';
import classes from './Promise.module.css';
import { type PromiseRate, type PromiseSearch, promiseQueries } from './promises';

/** How often promises are kept, by person and by account. */
export function Rates({ search }: { search: PromiseSearch }) {
  const w = useWords().promises;
  const rates = useQuery(promiseQueries.rates(search));
  if (rates.error && !rates.data) {
    return <Trouble error={rates.error} again={() => rates.refetch()} />;
  }
  if (!rates.data) return <Bars count={4} height={40} />;
  const { all, by_person, by_account } = rates.data;
  const groups: [string, string, Record<string, PromiseRate>][] = [
    ['person', w.byPerson, by_person as Record<string, PromiseRate>],
    ['account', w.byAccount, by_account as Record<string, PromiseRate>],
  ];
  return (
    <>
      {groups.map(([id, title, rows], index) => (
        <section key={id} className={pageClasses.section} aria-labelledby={`rates-${id}`}>
          <h2 id={`rates-${id}`}>{title}</h2>
          {index === 0 && <p className={classes.whole}>{w.whole(all.kept, all.made)}</p>}
          <ScrollPanel label={title}>
            <RateTable rows={rows} people={id === 'person'} />
          </ScrollPanel>
        </section>
      ))}
    </>
  );
}

type TableProps = { rows: Record<string, PromiseRate>; people: boolean };

function RateTable({ rows, people }: TableProps) {
  const words = useWords();
  const w = words.promises;
  const sorted = Object.entries(rows).sort(
    ([a, one], [b, other]) => other.made - one.made || a.localeCompare(b),
  );
  if (sorted.length === 0) return <p className={classes.whole}>{w.noRates}</p>;
  return (
    <table className={classes.rates}>
      <thead>
        <tr>
          <th scope="col">{people ? w.person : w.account}</th>
          <th scope="col">{w.keptShare}</th>
          <th scope="col" className={classes.number}>
            {w.broken}
          </th>
        </tr>
      </thead>
      <tbody>
        {sorted.map(([name, rate]) => (
          <tr key={name}>
            <td className={classes.name} title={name}>
              {people ? nameFromEmail(name) : name}
            </td>
            <td>
              <Share rate={rate} />
            </td>
            <td className={classes.number}>
              {words.number(rate.broken)} / {words.number(rate.made)}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Share({ rate }: { rate: PromiseRate }) {
  if (rate.kept_share == null) return <span className={classes.dim}>–</span>;
  const percent = Math.round(rate.kept_share * 100);
  return (
    <span className={classes.share}>
      <span>{percent} %</span>
      <span className={classes.bar} aria-hidden="true">
        <span style={{ width: `${percent}%` }} />
      </span>
    </span>
  );
}
