import { Tabs } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi, Navigate, useNavigate, useRouter } from '@tanstack/react-router';
import { type ReactNode, useEffect, useRef, useState } from 'react';
import { queries } from '../api/queries';
import type { CaseRecord } from '../api/types';
import { useKeys } from '../frame/keys';
import { ReaderContext, useReader } from '../frame/reader';
import { Accept } from '../handoff/Accept';
import { Bars } from '../parts/Empty';
import { passageSearch } from '../parts/EvidenceQuote';
import { Trouble } from '../parts/Trouble';
import type { Passage } from '../source/passage';
import { SourcePane } from '../source/SourcePane';
import { Moment } from '../time/Moment';
import { PastContext } from '../time/now';
import { useWords } from '../words';
import { CaseHead, type OpenForm } from './CaseHead';
import classes from './CasePage.module.css';
import { RecordPane } from './RecordPane';
import { TimelinePane } from './TimelinePane';
import { TimeTravel } from './TimeTravel';
import travelClasses from './TimeTravel.module.css';

const route = getRouteApi('/cases/$case');

/** What to show beside the timeline where the address names nothing: the strongest reason. */
function bestPassage(record: CaseRecord): Passage {
  const quote = record.reasons.find((reason) => reason.quote)?.quote;
  if (quote) return passageSearch(quote);
  const messages = record.timeline.filter((item) => item.type === 'message');
  const last = messages.findLast((item) => item.side !== 'us') ?? messages.at(-1);
  return { message: last?.message };
}

/** One case: its record, its timeline, and the source of what is said. */
export function CasePage() {
  const { case: id } = route.useParams();
  const search = route.useSearch();
  const found = useQuery(queries.case(id));
  const [at, setAt] = useState(search.at);
  const then = useQuery({ ...queries.caseAt(id, at ?? ''), enabled: at !== undefined });
  const reader = useReader();
  if (found.data && found.data.id !== id) {
    // A case that was merged answers as the one that it has become.
    return <Navigate to="/cases/$case" params={{ case: found.data.id }} search={search} replace />;
  }
  if (found.data) {
    const past = at !== undefined && then.data?.id === id ? then.data : undefined;
    // Nobody changes the past: whoever looks at it may only read.
    const seer = past && reader ? { ...reader, role: 'viewer' as const } : reader;
    return (
      <ReaderContext.Provider value={seer}>
        <PastContext.Provider value={past && at}>
          <Opened
            key={id}
            record={past ?? found.data}
            travel={<TimeTravel present={found.data} at={at} onAt={setAt} />}
            at={at}
          />
        </PastContext.Provider>
        {then.error && <Trouble error={then.error} again={() => setAt(undefined)} />}
      </ReaderContext.Provider>
    );
  }
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  return <Bars count={8} />;
}

type Pane = 'record' | 'timeline' | 'source';

type OpenedProps = { record: CaseRecord; travel: ReactNode; at: string | undefined };

function Opened({ record, travel, at }: OpenedProps) {
  const words = useWords();
  const search = route.useSearch();
  const navigate = useNavigate();
  const router = useRouter();
  const wide = useMediaQuery('(min-width: 80em)', undefined, { getInitialValueInEffect: false });
  const medium = useMediaQuery('(min-width: 56em)', undefined, { getInitialValueInEffect: false });
  const [form, setForm] = useState<OpenForm>();
  const [pane, setPane] = useState<Pane>(search.message ? 'source' : 'timeline');
  const noteField = useRef<HTMLTextAreaElement>(null);
  const panes = useRef<HTMLDivElement>(null);
  const passage = search.message ? search : bestPassage(record);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another passage was asked for
  useEffect(() => {
    if (search.message) setPane('source');
  }, [search.message, search.start, search.part]);

  const step = (by: number) => {
    const entries = [...(panes.current?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
    const at = entries.findIndex((entry) => entry.dataset.message === passage.message);
    const next = entries[Math.min(entries.length - 1, Math.max(0, at + by))];
    if (!next) return;
    next.querySelector('a')?.focus();
    void navigate({
      to: '/cases/$case',
      params: { case: record.id },
      search: { message: next.dataset.message },
      replace: true,
    });
  };
  useKeys({
    j: () => step(1),
    k: () => step(-1),
    n: () => {
      setPane('timeline');
      requestAnimationFrame(() => noteField.current?.focus());
    },
    o: () => setForm('owner'),
    s: () => setForm('severity'),
    u: () => (router.history.canGoBack() ? router.history.back() : navigate({ to: '/' })),
  });

  const parts = {
    record: <RecordPane record={record} passage={passage} />,
    timeline: <TimelinePane record={record} message={passage.message} noteField={noteField} />,
    source: <SourcePane passage={passage} caseId={record.id} />,
  };
  const tabbed: Pane[] = medium ? ['source', 'record'] : ['timeline', 'source', 'record'];
  const shownTab = tabbed.includes(pane) ? pane : 'source';
  return (
    <>
      <CaseHead record={record} form={form} onForm={setForm} />
      {record.handoff && at === undefined && <Accept caseId={record.id} handoff={record.handoff} />}
      {travel}
      {at !== undefined && (
        <p className={travelClasses.past} role="status">
          {words.travel.past} <Moment at={at} />
        </p>
      )}
      <div className={classes.panes} ref={panes}>
        {wide && <div className={classes.record}>{parts.record}</div>}
        {medium && <div className={classes.timeline}>{parts.timeline}</div>}
        {wide ? (
          <div className={classes.source}>{parts.source}</div>
        ) : (
          <Tabs
            value={shownTab}
            onChange={(value) => value && setPane(value as Pane)}
            className={classes.tabs}
            keepMounted={false}
          >
            <Tabs.List grow>
              {tabbed.map((name) => (
                <Tabs.Tab key={name} value={name}>
                  {words[name].title}
                </Tabs.Tab>
              ))}
            </Tabs.List>
            {tabbed.map((name) => (
              <Tabs.Panel key={name} value={name} className={classes.panel}>
                {parts[name]}
              </Tabs.Panel>
            ))}
          </Tabs>
        )}
      </div>
    </>
  );
}
