import { Table, TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { queries } from '../api/queries';
import { Bars, Empty } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { Trouble } from '../parts/Trouble';
import { Day, Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Account.module.css';

/** Every account, and the domains that belong to none. */
export function AccountsPage() {
  const words = useWords();
  const [wanted, setWanted] = useState('');
  const accounts = useQuery(queries.accounts());
  const unknown = useQuery(queries.unknownDomains());
  const low = wanted.toLowerCase();
  const rows = (accounts.data ?? []).filter((account) =>
    [account.name, ...account.domains].some((text) => text.toLowerCase().includes(low)),
  );
  return (
    <>
      <PageHead
        title={words.frame.accounts}
        note={accounts.data && words.number(accounts.data.length)}
      >
        <TextInput
          size="xs"
          aria-label={words.account.find}
          placeholder={words.account.find}
          leftSection={<IconSearch size={14} aria-hidden="true" />}
          value={wanted}
          onChange={(event) => setWanted(event.currentTarget.value)}
        />
      </PageHead>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          {accounts.error && <Trouble error={accounts.error} again={() => accounts.refetch()} />}
          {accounts.isPending && <Bars count={8} height={32} />}
          {accounts.data?.length === 0 && (
            <Empty title={words.account.none}>
              {words.account.noneHelp} <code>watchkeeper import --accounts accounts.csv</code>
            </Empty>
          )}
          {rows.length > 0 && (
            <section className={pageClasses.section} aria-label={words.frame.accounts}>
              <div className={pageClasses.panel}>
                <Table className={classes.table} highlightOnHover>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{words.account.name}</Table.Th>
                      <Table.Th>{words.account.domains}</Table.Th>
                      <Table.Th>{words.account.tier}</Table.Th>
                      <Table.Th>{words.account.renewal}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((account) => (
                      <Table.Tr key={account.id}>
                        <Table.Td>
                          <Link
                            to="/accounts/$account"
                            params={{ account: account.id }}
                            className={classes.name}
                          >
                            {account.name}
                          </Link>
                        </Table.Td>
                        <Table.Td>{account.domains.join(', ')}</Table.Td>
                        <Table.Td>{account.tier}</Table.Td>
                        <Table.Td>{account.renewal && <Day day={account.renewal} />}</Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </section>
          )}
          {(unknown.data?.items.length ?? 0) > 0 && (
            <section className={pageClasses.section} aria-labelledby="unknown">
              <h2 id="unknown">{words.account.unknown}</h2>
              <p className={classes.help}>{words.account.unknownHelp}</p>
              <div className={pageClasses.panel}>
                <Table className={classes.table}>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{words.account.name}</Table.Th>
                      <Table.Th className={classes.number}>{words.account.cases}</Table.Th>
                      <Table.Th>{words.account.lastMail}</Table.Th>
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {unknown.data?.items.map((domain) => (
                      <Table.Tr key={domain.name}>
                        <Table.Td>
                          <Link to="/search" search={{ q: `from:${domain.name}` }}>
                            {domain.name}
                          </Link>
                        </Table.Td>
                        <Table.Td className={classes.number}>{words.number(domain.cases)}</Table.Td>
                        <Table.Td>
                          <Moment at={domain.last_at} />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            </section>
          )}
        </div>
      </div>
    </>
  );
}
