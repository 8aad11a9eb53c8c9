import { Button, Table } from '@mantine/core';
import { IconAlertTriangle, IconCheck } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { queries } from '../api/queries';
import type { Folder, Source } from '../api/types';
import { useMay } from '../frame/reader';
import { Bars } from '../parts/Empty';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { ScrollPanel } from '../parts/ScrollPanel';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail, sizeWords } from '../text/names';
import { Moment } from '../time/Moment';
import { useLanguage, useWords } from '../words';
import { Attached } from './Attached';
import { ComparedLine } from './ComparedLine';
import { type DefinedSource, definitions } from './define/calls';
import { Definition } from './define/Definition';
import { FirstSource } from './define/FirstSource';
import { useDefineWords } from './define/words';
import { Quarantine } from './Quarantine';
import { Rest } from './Rest';
import classes from './Sources.module.css';
import { WatchLine } from './WatchLine';

/** Where evidence comes from: the ledger of every folder, and what could not be read. */
export function SourcesPage() {
  const words = useWords();
  const sources = useQuery(queries.sources());
  const mayRetry = useMay('ops');
  const mayDefine = useMay('admin');
  const own = useDefineWords();
  const defined = useQuery({ ...definitions(), enabled: mayDefine });
  return (
    <>
      <PageHead title={words.frame.sources} note={words.sources.rule}>
        {mayDefine && (
          <Button component={Link} to="/sources/new">
            {own.add}
          </Button>
        )}
      </PageHead>
      <div className={pageClasses.body}>
        <div className={pageClasses.pad}>
          {sources.error && <Trouble error={sources.error} again={() => sources.refetch()} />}
          {sources.isPending && <Bars count={6} height={40} />}
          {sources.data?.length === 0 && <FirstSource />}
          {sources.data?.map((source) => (
            <SourceLedger
              key={source.id}
              source={source}
              defined={defined.data?.find((one) => one.id === source.id)}
            />
          ))}
          {mayRetry && <Quarantine />}
          <Attached />
        </div>
      </div>
    </>
  );
}

const skippedOf = (ledger: Folder) =>
  Object.values(ledger.skipped).reduce((sum, count) => sum + count, 0);

/** All folders as one line. */
function sumOf(folders: Folder[], name: string): Folder {
  const sum: Folder = {
    folder: name,
    seen: 0,
    stored: 0,
    duplicate: 0,
    skipped: {},
    quarantined: 0,
    bytes: 0,
    gone: 0,
    moved: 0,
    compared: null,
    balances: folders.every((one) => one.balances),
  };
  for (const one of folders) {
    sum.seen += one.seen;
    sum.stored += one.stored;
    sum.duplicate += one.duplicate;
    sum.quarantined += one.quarantined;
    sum.bytes += one.bytes;
    sum.gone += one.gone;
    sum.moved += one.moved;
    for (const [reason, count] of Object.entries(one.skipped)) {
      sum.skipped[reason] = (sum.skipped[reason] ?? 0) + count;
    }
  }
  return sum;
}

type LedgerProps = { source: Source; defined: DefinedSource | undefined };

function SourceLedger({ source, defined }: LedgerProps) {
  const words = useWords();
  const w = words.sources;
  const mayRest = useMay('admin');
  return (
    <section className={pageClasses.section} aria-label={source.title}>
      <div className={classes.head}>
        <h2>{source.title}</h2>
        <span className={classes.dim}>
          {source.kind}
          {source.owner && ` · ${w.owner} ${nameFromEmail(source.owner)}`}
          {' · '}
          {source.complete_at ? (
            <>
              {w.complete} <Moment at={source.complete_at} />
            </>
          ) : (
            w.never
          )}
        </span>
        {mayRest && <Rest source={source} />}
        {defined && <Definition defined={defined} />}
      </div>
      {source.watch && <WatchLine watch={source.watch} />}
      <ComparedLine folders={source.folders} />
      {source.folders.length > 0 && (
        <ScrollPanel label={w.folder}>
          <Table className={classes.table}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{w.folder}</Table.Th>
                {[w.seen, w.stored, w.duplicate, w.skipped, w.quarantined, w.gone, w.bytes].map(
                  (name) => (
                    <Table.Th key={name} className={classes.number}>
                      {name}
                    </Table.Th>
                  ),
                )}
                <Table.Th>{w.balance}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {source.folders.map((folder) => (
                <LedgerRow key={folder.folder} ledger={folder} />
              ))}
            </Table.Tbody>
            {source.folders.length > 1 && (
              <Table.Tfoot>
                <LedgerRow ledger={sumOf(source.folders, w.total)} />
              </Table.Tfoot>
            )}
          </Table>
        </ScrollPanel>
      )}
    </section>
  );
}

function LedgerRow({ ledger }: { ledger: Folder }) {
  const { balances } = ledger;
  const { words, language } = useLanguage();
  const skipped = skippedOf(ledger);
  const reasons = Object.entries(ledger.skipped)
    .map(([reason, count]) => `${reason.replaceAll('_', ' ')}: ${words.number(count)}`)
    .join(', ');
  const off = Math.abs(ledger.seen - ledger.stored - ledger.duplicate - skipped);
  return (
    <Table.Tr>
      <Table.Td className={classes.folder}>{ledger.folder || words.sources.root}</Table.Td>
      <Table.Td className={classes.number}>{words.number(ledger.seen)}</Table.Td>
      <Table.Td className={classes.number}>{words.number(ledger.stored)}</Table.Td>
      <Table.Td className={classes.number}>{words.number(ledger.duplicate)}</Table.Td>
      <Table.Td className={classes.number} title={reasons || undefined}>
        {words.number(skipped)}
        {reasons && <span className={classes.reasons}>{reasons}</span>}
      </Table.Td>
      <Table.Td className={classes.number}>{words.number(ledger.quarantined)}</Table.Td>
      <Table.Td className={classes.number} title={words.sources.goneHelp}>
        {words.number(ledger.gone)}
        {ledger.moved > 0 && (
          <span className={classes.reasons}>{words.sources.moved(ledger.moved)}</span>
        )}
      </Table.Td>
      <Table.Td className={classes.number}>{sizeWords(ledger.bytes, language)}</Table.Td>
      <Table.Td>
        <span className={balances ? classes.good : classes.off}>
          {balances ? (
            <IconCheck size={15} aria-hidden="true" />
          ) : (
            <IconAlertTriangle size={15} aria-hidden="true" />
          )}
          {balances ? words.sources.balances : words.sources.off(off)}
        </span>
      </Table.Td>
    </Table.Tr>
  );
}
