import { Table } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import type { AccountRecord } from '../api/types';
import { TitleForm } from '../case/TitleForm';
import { useMay } from '../frame/reader';
import { Empty } from '../parts/Empty';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { nameFromEmail, shown } from '../text/names';
import { useWords } from '../words';
import classes from './Account.module.css';
import type { AccountPerson } from './health';

type Contact = AccountRecord['contacts'][number];

type Props = { people: readonly AccountPerson[]; contacts: readonly Contact[] };

/** The people of an account: who they are, where that is known from, and how to put it right. */
export function People({ people, contacts }: Props) {
  const words = useWords();
  const w = words.health;
  const mayEdit = useMay('agent');
  const [chosen, setChosen] = useState<AccountPerson>();
  const wrote = new Set(people.map((one) => one.address.email.toLowerCase()));
  const others = contacts.filter((one) => !wrote.has(one.email));
  return (
    <>
      <section className={pageClasses.section} aria-labelledby="people">
        <h2 id="people">
          {w.people} <span className={classes.dim}>{people.length}</span>
        </h2>
        {people.length > 0 && <p className={classes.help}>{w.peopleHelp}</p>}
        <ScrollPanel label={w.people}>
          {people.length === 0 && <Empty title={words.account.noContacts} />}
          {people.length > 0 && (
            <Table className={classes.table}>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{words.account.name}</Table.Th>
                  <Table.Th>{w.role}</Table.Th>
                  <Table.Th>{w.level}</Table.Th>
                  <Table.Th className={classes.number}>{w.wrote}</Table.Th>
                  <Table.Th className={classes.number}>{w.inCases}</Table.Th>
                  <Table.Th>{words.account.email}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {people.map((one) => (
                  <Table.Tr key={one.address.email || one.address.name}>
                    <Table.Td>
                      <Link
                        to="/search"
                        search={{ q: `from:${one.address.email}` }}
                        className={classes.name}
                      >
                        {shown(one.address)}
                      </Link>
                    </Table.Td>
                    <Table.Td>
                      <Title one={one} mayEdit={mayEdit} onEdit={() => setChosen(one)} />
                    </Table.Td>
                    <Table.Td>
                      {one.seniority && (words.people.seniorities[one.seniority] ?? one.seniority)}
                    </Table.Td>
                    <Table.Td className={classes.number}>{words.number(one.wrote)}</Table.Td>
                    <Table.Td className={classes.number}>
                      <Link
                        to="/cases/$case"
                        params={{ case: one.case }}
                        className={classes.ground}
                      >
                        {words.number(one.cases)}
                      </Link>
                    </Table.Td>
                    <Table.Td className={classes.dim}>{one.address.email}</Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          )}
        </ScrollPanel>
      </section>
      {others.length > 0 && <Others contacts={others} />}
      {chosen && (
        <TitleForm
          person={chosen}
          caseId={chosen.case}
          mayEdit={mayEdit}
          onClose={() => setChosen(undefined)}
        />
      )}
    </>
  );
}

/** A title with the passage or the person behind it. */
function Title({
  one,
  mayEdit,
  onEdit,
}: {
  one: AccountPerson;
  mayEdit: boolean;
  onEdit: () => void;
}) {
  const words = useWords();
  const w = words.people;
  return (
    <>
      {(one.title || mayEdit) && (
        <button type="button" className={classes.known} onClick={onEdit}>
          {one.title ?? <span className={classes.dim}>{words.health.noTitle}</span>}
        </button>
      )}
      {one.title_by ? (
        <span className={classes.from}>{words.record.setBy(nameFromEmail(one.title_by))}</span>
      ) : (
        one.title_from &&
        one.title_from !== 'signature' && (
          <span className={classes.from}>{w.from[one.title_from] ?? one.title_from}</span>
        )
      )}
      {one.title_quote && <EvidenceQuote quote={one.title_quote} caseId={one.case} />}
    </>
  );
}

/** Imported contacts of whom there is no mail. */
function Others({ contacts }: { contacts: readonly Contact[] }) {
  const words = useWords();
  return (
    <section className={pageClasses.section} aria-labelledby="others">
      <h2 id="others">
        {words.health.others} <span className={classes.dim}>{contacts.length}</span>
      </h2>
      <ScrollPanel label={words.health.others}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{words.account.name}</Table.Th>
              <Table.Th>{words.account.jobTitle}</Table.Th>
              <Table.Th>{words.account.email}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {contacts.map((contact) => (
              <Table.Tr key={contact.email}>
                <Table.Td>{contact.name || contact.email}</Table.Td>
                <Table.Td>{contact.title}</Table.Td>
                <Table.Td className={classes.dim}>{contact.email}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
    </section>
  );
}
