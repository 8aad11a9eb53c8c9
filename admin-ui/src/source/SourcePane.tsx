import { Button, SegmentedControl } from '@mantine/core';
import { IconDownload, IconPaperclip } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useRef, useState } from 'react';
import { addresses } from '../api/calls';
import { queries } from '../api/queries';
import type { MessageRecord } from '../api/types';
import { Bars, Empty } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { sizeWords } from '../text/names';
import { Moment } from '../time/Moment';
import { useLanguage, useWords } from '../words';
import { Marked } from './Marked';
import { MessageBody } from './MessageBody';
import { MessageFacts } from './MessageFacts';
import { marksIn, partsOf } from './marks';
import { PromiseWords } from './PromiseWords';
import type { Passage } from './passage';
import classes from './SourcePane.module.css';

type Props = { passage: Passage; caseId?: string };

/** A message as evidence: its words with the passage marked, and everything that is known of it. */
export function SourcePane({ passage, caseId }: Props) {
  const words = useWords();
  const key = passage.message;
  const found = useQuery({ ...queries.message(key ?? ''), enabled: key !== undefined });
  if (key === undefined) return <Empty title={words.source.choose} />;
  if (found.data) {
    return <Opened key={found.data.key} record={found.data} passage={passage} caseId={caseId} />;
  }
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  return <Bars count={5} />;
}

function Opened({ record, passage, caseId }: Props & { record: MessageRecord }) {
  const words = useWords();
  const [form, setForm] = useState('text');
  const content = useRef<HTMLDivElement>(null);
  const at = `${passage.part ?? ''} ${passage.start ?? ''} ${passage.near ?? ''}`;
  const marks = useMemo(() => marksIn(record, 'body', passage), [record, passage]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another passage was asked for
  useEffect(() => {
    setForm('text');
    const mark = content.current?.querySelector<HTMLElement>('mark[data-meant]');
    const box = content.current?.parentElement;
    if (!mark || !box) return;
    const off = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
    if (off > box.clientHeight * 0.75) box.scrollTop += off - box.clientHeight / 3;
  }, [at, record.key]);

  const meant = passage.start !== undefined && (passage.part ?? 'body') === 'body';
  const lost = meant && !marks.some((mark) => mark.strength === 2);
  return (
    <div className={classes.pane} ref={content}>
      <Header record={record} passage={passage} caseId={caseId} />
      {lost && <p className={classes.lost}>{words.source.lost}</p>}
      <div className={classes.bar}>
        {record.has_html && (
          <SegmentedControl
            size="xs"
            value={form}
            onChange={setForm}
            aria-label={words.source.title}
            data={[
              { value: 'text', label: words.source.text },
              { value: 'html', label: words.source.html },
            ]}
          />
        )}
        <Button
          component="a"
          href={addresses.original(record.evidence)}
          download
          variant="default"
          title={words.source.originalHelp}
          leftSection={<IconDownload size={14} />}
        >
          {words.source.original}
        </Button>
        {form === 'text' && <PromiseWords record={record} root={content} />}
      </div>
      <div className={classes.text}>
        {form === 'html' ? (
          <iframe
            className={classes.html}
            sandbox=""
            referrerPolicy="no-referrer"
            title={words.source.htmlTitle}
            src={addresses.html(record.key)}
          />
        ) : (
          <MessageBody key={at} record={record} marks={marks} />
        )}
      </div>
      <Attachments record={record} />
      <MessageFacts record={record} />
    </div>
  );
}

function Header({ record, passage, caseId }: Props & { record: MessageRecord }) {
  const words = useWords();
  const parts = partsOf(record);
  const rows = (['from', 'to', 'cc'] as const).filter((part) => parts[part] !== '');
  return (
    <header className={classes.header}>
      <div className={classes.subject}>
        <h2>
          <Marked text={parts.subject} marks={marksIn(record, 'subject', passage)} />
        </h2>
        <Moment at={record.happened} className={classes.at} />
      </div>
      <dl>
        {rows.map((part) => (
          <div key={part}>
            <dt>{words.source[part]}</dt>
            <dd>
              <Marked text={parts[part]} marks={marksIn(record, part, passage)} />
            </dd>
          </div>
        ))}
      </dl>
      {record.class.kind !== 'human' && (
        <p className={classes.class}>
          {words.classes[record.class.kind] ?? record.class.kind}
          {record.class.reason && ` · ${record.class.reason}`}
        </p>
      )}
      {caseId !== record.case && (
        <Link to="/cases/$case" params={{ case: record.case }} search={passage}>
          {words.source.openCase}
        </Link>
      )}
    </header>
  );
}

function Attachments({ record }: { record: MessageRecord }) {
  const { words, language } = useLanguage();
  const files = record.attachments;
  if (files.length === 0) return null;
  return (
    <section className={classes.files} aria-label={words.source.attachments}>
      {files.map((file) => (
        <a
          key={file.part}
          className={classes.file}
          href={addresses.attachment(record.key, file.part)}
          download={file.name || true}
          title={`${file.media_type} · SHA-256 ${file.sha256}`}
        >
          <IconPaperclip size={14} aria-hidden="true" />
          <span className={classes.name}>{file.name || words.source.unnamed}</span>
          <span className={classes.size}>{sizeWords(file.size, language)}</span>
        </a>
      ))}
    </section>
  );
}
