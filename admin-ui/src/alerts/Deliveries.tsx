import { nameFromEmail } from '../text/names';
import { asSaid } from '../text/said';
import { Moment } from '../time/Moment';
import { useNow } from '../time/now';
import { useLanguage, useWords } from '../words';
import classes from './Alert.module.css';
import type { AlertDelivery, Alerted } from './alerts';

/** To whom an alert goes or went, by which policy, and what goes with it. */
export function Deliveries({ alert }: { alert: Alerted }) {
  const { words, language } = useLanguage();
  const now = useNow();
  const w = words.alerts;
  return (
    <div className={classes.details}>
      {alert.deliveries.length === 0 && <p>{w.nobodyTold}</p>}
      {alert.deliveries.length > 0 && (
        <table className={classes.deliveries}>
          <thead>
            <tr>
              <th scope="col">{w.to}</th>
              <th scope="col">{w.due}</th>
              <th scope="col">{w.outcome}</th>
            </tr>
          </thead>
          <tbody>
            {alert.deliveries.map((one) => (
              <tr key={`${one.round}${one.to}`}>
                <td title={one.to}>{nameFromEmail(one.to)}</td>
                <td>
                  <Moment at={one.due} />
                </td>
                <td>
                  <Outcome delivery={one} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      <dl>
        <div>
          <dt>{w.policy}</dt>
          <dd>
            <code>{alert.policy}</code> {alert.rules && `· ${alert.rules}`}
          </dd>
        </div>
        <div>
          <dt>{w.audience}</dt>
          <dd>
            {alert.audience} · {w.urgencies[alert.urgency] ?? alert.urgency} · {alert.channel}
          </dd>
        </div>
        {alert.carries.length > 0 && (
          <div>
            <dt>{w.together}</dt>
            <dd>{w.carries(alert.carries.length)}</dd>
          </div>
        )}
        <div>
          <dt>{w.decided}</dt>
          <dd>
            <Moment at={alert.decided} /> · {asSaid(alert.reason, now, language)}
          </dd>
        </div>
      </dl>
      {alert.help && <p className={classes.dim}>{alert.help.replaceAll('\n', ' ')}</p>}
    </div>
  );
}

function Outcome({ delivery }: { delivery: AlertDelivery }) {
  const w = useWords().alerts;
  if (delivery.sent_at) {
    return (
      <>
        {w.sentAt} <Moment at={delivery.sent_at} />
      </>
    );
  }
  if (delivery.error) return <span className={classes.failed}>{delivery.error}</span>;
  if (delivery.held) return <>{w.codes[delivery.held] ?? delivery.held}</>;
  return <>{w.waits}</>;
}
