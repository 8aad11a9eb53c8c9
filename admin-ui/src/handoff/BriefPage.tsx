import { Button } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconArrowForwardUp, IconMarkdown, IconPrinter } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Link } from '@tanstack/react-router';
import { queries } from '../api/queries';
import { waitingWords } from '../case/RecordPane';
import { useMay } from '../frame/reader';
import { Level } from '../level/Level';
import { Bars } from '../parts/Empty';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import pageClasses from '../parts/Page.module.css';
import { PageHead } from '../parts/PageHead';
import { PdfButton } from '../parts/PdfButton';
import { saveAs } from '../parts/saved';
import { Trouble } from '../parts/Trouble';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useLanguage } from '../words';
import { Accept } from './Accept';
import classes from './Handoff.module.css';
import { type Brief, type BriefLine, handoffQueries } from './handoff';
import { lineWords, markdownOf } from './markdown';
import { OfferDialog } from './OfferDialog';

const route = getRouteApi('/cases/$case/brief');

/** One page that lets the next one act: every line with what stands behind it. */
export function BriefPage() {
  const { words, language } = useLanguage();
  const w = words.handoff;
  const { case: id } = route.useParams();
  const mayOffer = useMay('agent');
  const [offering, offer] = useDisclosure(false);
  const found = useQuery(handoffQueries.brief(id));
  const record = useQuery(queries.case(id));
  if (found.error && !found.data) {
    return <Trouble error={found.error} again={() => found.refetch()} />;
  }
  if (!found.data) return <Bars count={8} />;
  const brief = found.data;
  return (
    <>
      <PageHead title={w.title} note={`${brief.case.account.name} · ${brief.case.title}`}>
        <Button
          variant="default"
          leftSection={<IconPrinter size={14} aria-hidden="true" />}
          onClick={() => window.print()}
        >
          {w.print}
        </Button>
        <PdfButton path={`/api/v1/cases/${encodeURIComponent(brief.case.id)}/brief.pdf`} />
        <Button
          variant="default"
          leftSection={<IconMarkdown size={14} aria-hidden="true" />}
          onClick={() =>
            saveAs(
              `${brief.case.id}.md`,
              'text/markdown',
              markdownOf(brief, words, language, window.location.origin),
            )
          }
        >
          Markdown
        </Button>
        {mayOffer && (
          <Button
            leftSection={<IconArrowForwardUp size={14} aria-hidden="true" />}
            onClick={offer.open}
          >
            {w.offer}
          </Button>
        )}
      </PageHead>
      <div className={`${pageClasses.body} ${classes.sheet}`}>
        {record.data?.handoff && <Accept caseId={id} handoff={record.data.handoff} />}
        <Sheet brief={brief} />
      </div>
      {offering && <OfferDialog caseId={id} onClose={offer.close} />}
    </>
  );
}

function Sheet({ brief }: { brief: Brief }) {
  const { words } = useLanguage();
  const w = words.handoff;
  const { case: row } = brief;
  return (
    <article className={classes.brief}>
      <header>
        <h2>
          {row.account.name} ·{' '}
          <Link to="/cases/$case" params={{ case: row.id }}>
            {row.title}
          </Link>
        </h2>
        <p className={classes.facts}>
          <Level level={row.level} rank={row.rank} />
          <span>{words.states[row.state] ?? row.state}</span>
          <span>
            {words.record.waitingOn} {waitingWords(row.waiting_on, words)}
          </span>
          <span>
            {words.record.owner} {row.owner ? nameFromEmail(row.owner) : words.queue.nobody}
          </span>
          <span className={classes.dim}>
            {w.written} <Moment at={brief.at} />
          </span>
        </p>
      </header>
      {brief.sections.map(({ name, lines }) => (
        <section key={name} aria-labelledby={`brief-${name}`}>
          <h3 id={`brief-${name}`}>{w.sections[name] ?? name}</h3>
          <ul>
            {lines.map((line, at) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: lines of a brief never move
              <li key={at}>
                <Line line={line} caseId={row.id} />
              </li>
            ))}
          </ul>
        </section>
      ))}
    </article>
  );
}

function Line({ line, caseId }: { line: BriefLine; caseId: string }) {
  const { words } = useLanguage();
  const w = words.handoff;
  return (
    <>
      <span>{lineWords(line, words)}</span>
      {line.due && (
        <span className={classes.due}>
          {w.due} <Moment at={line.due} />
        </span>
      )}
      {line.quote ? (
        <EvidenceQuote quote={line.quote} caseId={caseId} />
      ) : (
        <span className={classes.dim}>
          {line.by && line.kind !== 'person' && nameFromEmail(line.by)}
          {line.by && line.kind === 'person' && line.by}
          {line.at && (
            <>
              {' · '}
              <Moment at={line.at} />
            </>
          )}
        </span>
      )}
    </>
  );
}
