import { useQuery } from '@tanstack/react-query';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { Day } from '../time/Moment';
import { useWords } from '../words';
import classes from './Alert.module.css';
import { alertQueries } from './alerts';

/** What the active policies would have told whom over the last days. */
export function Forecast() {
  const words = useWords();
  const w = words.alerts;
  const found = useQuery(alertQueries.forecast());
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={4} />;
  const { days, notices, pages, grouped, over_budget, people } = found.data;
  const byDay = Object.entries(found.data.by_day as Record<string, number>).sort();
  const most = Math.max(1, ...byDay.map(([, count]) => count));
  if (notices === 0) return <Empty title={w.quiet(days)} />;
  return (
    <>
      <p className={classes.lead}>{w.forecastHelp(days)}</p>
      <dl className={classes.figures}>
        {(
          [
            [w.notices, notices],
            [w.pages, pages],
            [w.groupedCount, grouped],
            [w.overBudget, over_budget],
          ] as const
        ).map(([label, value]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{words.number(value)}</dd>
          </div>
        ))}
      </dl>
      <section className={pageClasses.section} aria-labelledby="forecast-people">
        <h2 id="forecast-people">{w.perPerson}</h2>
        <ScrollPanel label={w.perPerson}>
          <table className={classes.load}>
            <thead>
              <tr>
                <th scope="col">{w.to}</th>
                <th scope="col">{w.notices}</th>
                <th scope="col">{w.mostADay}</th>
                <th scope="col">{w.digestLines}</th>
              </tr>
            </thead>
            <tbody>
              {people.map((person) => (
                <tr key={person.to}>
                  <td title={person.to}>{nameFromEmail(person.to)}</td>
                  <td>{words.number(person.notices)}</td>
                  <td>{words.number(person.most_a_day)}</td>
                  <td>{words.number(person.digest_lines)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollPanel>
      </section>
      <section className={pageClasses.section} aria-labelledby="forecast-days">
        <h2 id="forecast-days">{w.perDay}</h2>
        <ScrollPanel label={w.perDay}>
          <table className={classes.days}>
            <tbody>
              {byDay.map(([day, count]) => (
                <tr key={day}>
                  <th scope="row">
                    <Day day={day} />
                  </th>
                  <td>{words.number(count)}</td>
                  <td aria-hidden="true">
                    <span
                      className={classes.amount}
                      style={{ width: `${(count / most) * 100}%` }}
                    />
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollPanel>
      </section>
    </>
  );
}
