import { Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { CaseRecord } from '../api/types';
import { Level } from '../level/Level';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import type { Passage } from '../source/passage';
import { nameFromEmail } from '../text/names';
import { Clock, Moment } from '../time/Moment';
import { useWords, type Words } from '../words';
import { CustomFields } from './CustomFields';
import { DueExplained } from './DueExplained';
import { People } from './People';
import { PluginReadings } from './PluginReadings';
import { PromisesOfCase } from './PromisesOfCase';
import classes from './Record.module.css';
import { Risk } from './Risk';
import { Signals } from './Signals';
import { Similar } from './Similar';
import { TextField } from './TextFields';

/** Who has to act, in words. */
export function waitingWords(waiting: string, words: Words): string {
  if (waiting.startsWith('internal:')) {
    return words.waiting.internal(waiting.slice('internal:'.length));
  }
  if (waiting === 'us' || waiting === 'customer' || waiting === 'nobody') {
    return words.waiting[waiting];
  }
  return waiting;
}

function Field({ label, help, children }: { label: string; help?: string; children: ReactNode }) {
  return (
    <div className={classes.field}>
      <dt title={help}>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

/** Who set a field, why, and what the rules would say. */
function Override({ record, field }: { record: CaseRecord; field: string }) {
  const words = useWords();
  const found = record.overrides.find((one) => one.field === field);
  if (!found) return null;
  return (
    <div className={classes.override}>
      {words.record.setBy(nameFromEmail(found.by))} · <Moment at={found.at} />
      {found.reason && <div>“{found.reason}”</div>}
      {found.rules_value != null && (
        <div>{words.record.rulesSay(nameFromEmail(found.rules_value))}</div>
      )}
    </div>
  );
}

/** Fields that people fill in with words, and what they are called. */
const TEXTS = [
  ['issue_type', 'issue'],
  ['next_step', 'nextStep'],
] as const;

/** The promise of ours that somebody has to see to first. */
function firstPromised(record: CaseRecord) {
  const ours = record.promises.filter(
    (one) => one.by === 'us' && (one.state === 'open' || one.state === 'missed'),
  );
  const due = (one: (typeof ours)[number]) => (one.due ? Date.parse(one.due) : Infinity);
  return ours.sort((a, b) => due(a) - due(b))[0];
}

/** What is known about a case, each value with what stands behind it. */
export function RecordPane({ record, passage }: { record: CaseRecord; passage: Passage }) {
  const words = useWords();
  const [form, setForm] = useState<(typeof TEXTS)[number][0]>();
  const promised = firstPromised(record);
  return (
    <section aria-labelledby="record-title" className={classes.pane}>
      <h2 id="record-title">{words.record.title}</h2>
      <dl className={classes.fields}>
        <Field label={words.record.level}>
          <Level level={record.level} rank={record.rank} />
          {record.level_since && (
            <span className={classes.dim}>
              {' '}
              {words.record.since} <Moment at={record.level_since} />
            </span>
          )}
          <Override record={record} field="severity" />
          {record.level_reasons.length > 0 && (
            <ul className={classes.why} aria-label={words.record.why}>
              {record.level_reasons.map((reason) => (
                <li key={reason}>{words.served(reason)}</li>
              ))}
            </ul>
          )}
        </Field>
        <Field label={words.record.waitingOn}>{waitingWords(record.waiting_on, words)}</Field>
        {record.reply_due && (
          <Field label={words.record.replyDue}>
            <DueExplained caseId={record.id} due={record.reply_due} />{' '}
            <Moment at={record.reply_due} className={classes.dim} />
          </Field>
        )}
        <Field label={words.record.owner}>
          <span title={record.owner ?? undefined}>
            {record.owner ? nameFromEmail(record.owner) : words.queue.nobody}
          </span>
          <Override record={record} field="owner" />
        </Field>
        <Field label={words.record.state}>
          {words.states[record.state] ?? record.state}
          <Override record={record} field="state" />
        </Field>
        {record.team && <Field label={words.record.team}>{record.team}</Field>}
        {promised && (
          <Field label={words.record.promised}>
            {promised.due && <Clock due={promised.due} />}{' '}
            {promised.quote && <EvidenceQuote quote={promised.quote} caseId={record.id} />}
          </Field>
        )}
        {TEXTS.map(([field, name]) => (
          <Field key={field} label={words.record[name]}>
            <TextField
              record={record}
              field={field}
              label={words.record[name]}
              opened={form === field}
              onOpened={(opened) => setForm(opened ? field : undefined)}
            />
            <Override record={record} field={field} />
          </Field>
        ))}
        <Field label={words.record.risk}>
          <Risk record={record} />
        </Field>
      </dl>
      <PromisesOfCase record={record} />
      <Signals record={record} passage={passage} />
      <CustomFields record={record} />
      <People record={record} />
      {record.review.length > 0 && (
        <Link to="/review" className={classes.review}>
          {words.record.review}: {record.review.length}
        </Link>
      )}
      <Similar caseId={record.id} />
      <PluginReadings caseId={record.id} />
      <dl className={classes.small}>
        <Field label={words.record.token} help={words.record.tokenHelp}>
          <code>{record.token}</code>
        </Field>
        {record.rules && <Field label={words.record.rules}>{record.rules}</Field>}
        {record.merged.length > 0 && (
          <Field label={words.record.merged}>{record.merged.join(', ')}</Field>
        )}
      </dl>
    </section>
  );
}
