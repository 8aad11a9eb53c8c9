import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { CaseRecord } from '../api/types';
import { Level } from '../level/Level';
import type { Passage } from '../source/passage';
import { nameFromEmail } from '../text/names';
import { Moment } from '../time/Moment';
import { useWords, type Words } from '../words';
import { CustomFields } from './CustomFields';
import { DueExplained } from './DueExplained';
import { People } from './People';
import { PluginReadings } from './PluginReadings';
import { PromisesOfCase } from './PromisesOfCase';
import classes from './Record.module.css';
import { Signals } from './Signals';
import { Similar } from './Similar';

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

/** What is known about a case, each value with what stands behind it. */
export function RecordPane({ record, passage }: { record: CaseRecord; passage: Passage }) {
  const words = useWords();
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
        <Field label={words.record.attention} help={words.record.attentionHelp}>
          <span className={classes.attention}>
            <span>{record.attention}</span>
            <span className={classes.meter} aria-hidden="true">
              <span style={{ width: `${Math.min(100, record.attention)}%` }} />
            </span>
          </span>
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
