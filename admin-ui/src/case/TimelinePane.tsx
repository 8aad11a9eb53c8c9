import { Button } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconArrowsSort } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { type RefObject, useMemo } from 'react';
import type { CaseRecord } from '../api/types';
import { useMay } from '../frame/reader';
import { Empty } from '../parts/Empty';
import { Moment } from '../time/Moment';
import { useWords } from '../words';
import { useLastLooked } from './lastLooked';
import { moreQueries } from './more';
import { NoteForm } from './NoteForm';
import classes from './Timeline.module.css';
import { MessageEntry, OtherEntry } from './TimelineEntry';
import { entriesOf, filesByMessage } from './timeline';

type Props = {
  record: CaseRecord;
  message: string | undefined;
  noteField: RefObject<HTMLTextAreaElement | null>;
};

/** Everything that happened in a case, each with its cause. */
export function TimelinePane({ record, message, noteField }: Props) {
  const words = useWords();
  const mayWrite = useMay('agent');
  const [newest, setNewest] = useLocalStorage({
    key: 'watchkeeper.newest-first',
    defaultValue: true,
    getInitialValueInEffect: false,
  });
  const looked = useLastLooked(record.id);
  const files = useQuery(moreQueries.files(record.id));
  const attached = useMemo(() => filesByMessage(files.data ?? []), [files.data]);
  const entries = useMemo(() => {
    const ordered = entriesOf(record.timeline);
    return newest ? ordered.reverse() : ordered;
  }, [record.timeline, newest]);
  // Mail that came late is new to the reader, whatever its date.
  const known = (entry: (typeof entries)[number]) =>
    entry.kind === 'message' ? entry.item.noticed : entry.item.at;
  const fresh = entries.filter((entry) => looked !== undefined && known(entry) > looked).length;
  return (
    <section className={classes.pane} aria-labelledby="timeline-title">
      <div className={classes.top}>
        <h2 id="timeline-title">{words.timeline.title}</h2>
        <Button
          variant="subtle"
          size="compact-xs"
          leftSection={<IconArrowsSort size={14} />}
          onClick={() => setNewest(!newest)}
        >
          {newest ? words.timeline.newestFirst : words.timeline.oldestFirst}
        </Button>
      </div>
      {mayWrite && <NoteForm caseId={record.id} field={noteField} />}
      {looked && fresh > 0 && (
        <p className={classes.looked}>
          {words.timeline.sinceLooked(fresh)} (<Moment at={looked} />)
        </p>
      )}
      {entries.length === 0 && <Empty title={words.timeline.empty} />}
      <ol className={classes.list}>
        {entries.map((entry, index) =>
          entry.kind === 'message' ? (
            <MessageEntry
              key={entry.item.message}
              caseId={record.id}
              title={record.title}
              item={entry.item}
              signals={entry.signals}
              files={attached.get(entry.item.message) ?? []}
              current={entry.item.message === message}
            />
          ) : (
            <OtherEntry
              // biome-ignore lint/suspicious/noArrayIndexKey: things of one instant have no other name
              key={`${entry.item.at} ${entry.item.type} ${index}`}
              caseId={record.id}
              item={entry.item}
            />
          ),
        )}
      </ol>
    </section>
  );
}
