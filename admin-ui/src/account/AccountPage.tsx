import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useState } from 'react';
import { queries } from '../api/queries';
import type { Account, AccountRecord } from '../api/types';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { CaseLine } from '../queue/CaseLine';
import { Day } from '../time/Moment';
import { useNow } from '../time/now';
import { clockIn } from '../time/spoken';
import { useLanguage, useWords } from '../words';
import classes from './Account.module.css';
import { Health } from './Health';
import { healthQuery } from './health';
import { People } from './People';
import { SeverityOver } from './SeverityOver';
import { AccountPromises, Watched } from './Standing';

const route = getRouteApi('/accounts/$account');

/** One customer organisation: its cases, the gravest first, and its people. */
export function AccountPage() {
  const { account: id } = route.useParams();
  const found = useQuery(queries.account(id));
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={8} />;
  return <Opened record={found.data} />;
}

function Opened({ record }: { record: AccountRecord }) {
  const words = useWords();
  const [opened, setOpened] = useState('');
  const { account, cases, contacts } = record;
  const health = useQuery(healthQuery(account.id));
  const toggle = useCallback((id: string, signal: string) => {
    const key = `${id} ${signal}`;
    setOpened((now) => (now === key ? '' : key));
  }, []);
  return (
    <>
      <PageHead title={account.name} note={account.tier ?? undefined} />
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          <Facts account={account} />
          {health.error && <Trouble error={health.error} again={() => health.refetch()} />}
          {health.isPending && <Bars count={6} height={32} />}
          {health.data && <Health health={health.data} account={account} />}
          <section className={pageClasses.section} aria-labelledby="cases">
            <h2 id="cases">
              {words.account.cases} <span className={classes.dim}>{cases.length}</span>
            </h2>
            <div className={pageClasses.panel}>
              {cases.length === 0 && <Empty title={words.account.noCases} />}
              <ul className={classes.cases}>
                {cases.map((row) => (
                  <li key={row.id}>
                    <CaseLine
                      row={row}
                      opened={
                        row.reasons.find((one) => `${row.id} ${one.signal}` === opened)?.signal
                      }
                      onReason={toggle}
                    />
                  </li>
                ))}
              </ul>
            </div>
          </section>
          {health.data && <SeverityOver steps={health.data.severity} cases={cases} />}
          <AccountPromises account={account.id} />
          <Watched notes={record.notes} />
          {health.data && <People people={health.data.people} contacts={contacts} />}
        </div>
      </div>
    </>
  );
}

function Facts({ account }: { account: Account }) {
  const { words, language } = useLanguage();
  const now = useNow();
  const local = account.timezone && clockIn(account.timezone, now, language);
  const fields = Object.entries(account.fields);
  return (
    <dl className={classes.facts}>
      {account.domains.length > 0 && (
        <div>
          <dt>{words.account.domains}</dt>
          <dd>{account.domains.join(', ')}</dd>
        </div>
      )}
      {account.renewal && (
        <div>
          <dt>{words.account.renewal}</dt>
          <dd>
            <Day day={account.renewal} />
          </dd>
        </div>
      )}
      {account.timezone && (
        <div>
          <dt>{words.account.zone}</dt>
          <dd>
            {account.timezone}
            {local && <span className={classes.dim}> · {words.account.local(local)}</span>}
          </dd>
        </div>
      )}
      {fields.map(([name, value]) => (
        <div key={name}>
          <dt>{name.replaceAll('_', ' ')}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}
