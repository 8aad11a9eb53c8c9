import { Button, FileInput, Group, SegmentedControl, Table } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { Problem } from '../api/problem';
import { queryClient } from '../api/queries';
import { useTelling } from '../case/acts';
import pageClasses from '../parts/Page.module.css';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { useWords } from '../words';
import classes from './Admin.module.css';
import { adminCalls, type TableChanges, type TableOf } from './calls';
import { useImportWords } from './words.import';

/** Accounts and contacts from a table: what it would change, line by line, before it does. */
export function Tables() {
  const w = useImportWords();
  const { done, failed } = useTelling();
  const [of, setOf] = useState<TableOf>('accounts');
  const [file, setFile] = useState<File | null>(null);
  const compare = useMutation({
    mutationFn: ({ kind, table }: { kind: TableOf; table: File }) =>
      adminCalls.compareTable(kind, table),
  });
  const apply = useMutation({
    mutationFn: ({ table, version }: { table: File; version: string }) =>
      adminCalls.applyTable(of, table, version),
    onSuccess: (changes) => {
      done(w.applied(changes.new_rows, changes.changed_rows));
      setFile(null);
      compare.reset();
    },
    onError: (error) => {
      failed(error);
      if (error instanceof Problem && error.status === 412 && file)
        compare.mutate({ kind: of, table: file });
    },
    onSettled: () =>
      Promise.all(
        ['accounts', 'account', 'unknown-domains'].map((key) =>
          queryClient.invalidateQueries({ queryKey: [key] }),
        ),
      ),
  });
  const look = (kind: TableOf, table: File | null) => {
    setOf(kind);
    setFile(table);
    if (table) compare.mutate({ kind, table });
    else compare.reset();
  };
  const changes = compare.data;
  const changing = (changes?.new_rows ?? 0) + (changes?.changed_rows ?? 0);
  return (
    <>
      <p className={classes.help}>{w.help}</p>
      <div className={classes.bar}>
        <SegmentedControl
          aria-label={w.what}
          data={[
            { value: 'accounts', label: w.accounts },
            { value: 'contacts', label: w.contacts },
          ]}
          value={of}
          onChange={(next) => look(next as TableOf, file)}
        />
        <FileInput
          label={w.file}
          size="xs"
          accept="text/csv,.csv,.txt"
          clearable
          clearButtonProps={{ 'aria-label': w.clear }}
          w={260}
          value={file}
          onChange={(next) => look(of, next)}
        />
      </div>
      <p className={classes.help}>{of === 'accounts' ? w.accountColumns : w.contactColumns}</p>
      {compare.error && <Trouble error={compare.error} />}
      {changes && changes.faults.length > 0 && <Faults changes={changes} />}
      {changes && changes.faults.length === 0 && (
        <>
          <p role="status">
            {w.summary(changes.new_rows, changes.changed_rows, changes.same_rows)}
          </p>
          <Rows title={w.newRows} rows={changes.new} all={changes.new_rows} />
          <Rows title={w.changedRows} rows={changes.changed} all={changes.changed_rows} />
          <Group>
            <Button
              size="sm"
              disabled={changing === 0 || !file}
              loading={apply.isPending}
              onClick={() => file && apply.mutate({ table: file, version: changes.version })}
            >
              {w.apply(changing)}
            </Button>
            <Button variant="default" size="sm" onClick={() => look(of, null)}>
              {w.cancel}
            </Button>
          </Group>
        </>
      )}
    </>
  );
}

function Faults({ changes }: { changes: TableChanges }) {
  const w = useImportWords();
  const words = useWords();
  return (
    <section className={pageClasses.section} aria-labelledby="faults" role="alert">
      <h2 id="faults">{w.faulty}</h2>
      <ScrollPanel label={w.faulty}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th className={classes.number}>{w.line}</Table.Th>
              <Table.Th>{w.column}</Table.Th>
              <Table.Th>{w.fault}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {changes.faults.map((fault) => (
              <Table.Tr key={`${fault.line} ${fault.column} ${fault.detail}`}>
                <Table.Td className={classes.number}>{words.number(fault.line)}</Table.Td>
                <Table.Td>{fault.column || '–'}</Table.Td>
                <Table.Td>{fault.detail}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
      {changes.further_faults > 0 && <p>{w.further(changes.further_faults)}</p>}
    </section>
  );
}

type RowsProps = { title: string; rows: TableChanges['new']; all: number };

function Rows({ title, rows, all }: RowsProps) {
  const w = useImportWords();
  if (rows.length === 0) return null;
  return (
    <section className={pageClasses.section} aria-label={title}>
      <h2>
        {title} <span className={classes.dim}>{all}</span>
      </h2>
      <ScrollPanel label={title}>
        <Table className={classes.table}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{w.row}</Table.Th>
              <Table.Th>{w.differs}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row) => (
              <Table.Tr key={row.key}>
                <Table.Td>
                  {row.name || row.key}
                  <span className={classes.sub}>{row.key}</span>
                </Table.Td>
                <Table.Td>
                  {row.differs.map((cell) => (
                    <div key={cell.what}>
                      <span className={classes.dim}>{cell.what}</span>{' '}
                      {cell.before && <del>{cell.before}</del>}
                      {cell.before && ' '}
                      <ins>{cell.after || w.nothing}</ins>
                    </div>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </ScrollPanel>
      {all > rows.length && <p className={classes.dim}>{w.more(all - rows.length)}</p>}
    </section>
  );
}
