import { ActionIcon, Button, Menu } from '@mantine/core';
import {
  IconChevronRight,
  IconCircleCheck,
  IconDots,
  IconPencil,
  IconRotate2,
  IconX,
} from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useMay } from '../frame/reader';
import { EvidenceQuote } from '../parts/EvidenceQuote';
import { nameFromEmail } from '../text/names';
import { Clock, Moment } from '../time/Moment';
import { useWords } from '../words';
import classes from './Promise.module.css';
import { type DecisionForm, PromiseForm, useDecide } from './PromiseForm';
import type { Promised } from './promises';

type Props = { promise: Promised; inCase?: boolean };

const STANDS = ['open', 'missed', 'disputed'];

/** A promise: its words, how its clock stands, and what a person can say to it. */
export function PromiseLine({ promise, inCase }: Props) {
  const words = useWords();
  const w = words.promises;
  const mayDecide = useMay('agent');
  const [opened, setOpened] = useState(false);
  const [form, setForm] = useState<DecisionForm>();
  const decide = useDecide(promise);
  const stands = STANDS.includes(promise.state);
  return (
    <article className={classes.line} data-in-case={inCase || undefined} data-promise={promise.id}>
      <div className={classes.when}>
        <Standing promise={promise} />
        {promise.due && <Moment at={promise.due} className={classes.dim} />}
      </div>
      <div className={classes.what}>
        {promise.quote ? (
          <EvidenceQuote quote={promise.quote} caseId={promise.case} />
        ) : (
          <span className={classes.dim}>{w.erased}</span>
        )}
        <div className={classes.about}>
          {!inCase && (
            <>
              <strong>{promise.account.name}</strong>
              <Link to="/cases/$case" params={{ case: promise.case }} className={classes.title}>
                {promise.title}
              </Link>
            </>
          )}
          <span className={classes.tag}>{w.sides[promise.by]}</span>
          {promise.confirmed && (
            <span className={classes.sure}>
              <IconCircleCheck size={14} aria-hidden="true" /> {w.confirmed}
            </span>
          )}
          {promise.ambiguous && !promise.confirmed && (
            <span className={classes.tag} title={w.ambiguousHelp}>
              {w.ambiguous}
            </span>
          )}
          <button
            type="button"
            className={classes.more}
            aria-expanded={opened}
            onClick={() => setOpened(!opened)}
          >
            <IconChevronRight size={13} aria-hidden="true" />
            {w.history}
          </button>
        </div>
        {opened && <History promise={promise} />}
      </div>
      {mayDecide && (
        <div className={classes.acts}>
          {stands && !promise.confirmed && (
            <Button
              variant="default"
              loading={decide.isPending}
              onClick={() => decide.mutate({ decision: 'confirm' })}
            >
              {w.confirm}
            </Button>
          )}
          {stands && (
            <Button variant="default" onClick={() => setForm('keep')}>
              {w.keep}
            </Button>
          )}
          <Menu position="bottom-end">
            <Menu.Target>
              <ActionIcon variant="default" size={30} aria-label={w.more}>
                <IconDots size={16} />
              </ActionIcon>
            </Menu.Target>
            <Menu.Dropdown>
              <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setForm('edit')}>
                {w.edit}
              </Menu.Item>
              <Menu.Item
                leftSection={<IconRotate2 size={16} />}
                onClick={() => setForm('withdraw')}
              >
                {w.withdraw}
              </Menu.Item>
              <Menu.Item leftSection={<IconX size={16} />} onClick={() => setForm('reject')}>
                {w.reject}
              </Menu.Item>
            </Menu.Dropdown>
          </Menu>
        </div>
      )}
      {form && <PromiseForm form={form} promise={promise} onClose={() => setForm(undefined)} />}
    </article>
  );
}

/** How a promise stands: its clock while it is open, else its state. */
function Standing({ promise }: { promise: Promised }) {
  const w = useWords().promises;
  if (promise.state === 'open' && promise.due) return <Clock due={promise.due} />;
  if (promise.state === 'open') return <span className={classes.dim}>{w.undated}</span>;
  return (
    <span className={classes.state} data-state={promise.state}>
      {w.states[promise.state]}
    </span>
  );
}

/** What became of a promise, what people said to it, and what the rules had read. */
function History({ promise }: { promise: Promised }) {
  const words = useWords();
  const w = words.promises;
  return (
    <div className={classes.history}>
      <dl>
        <div>
          <dt>{w.madeBy}</dt>
          <dd>
            <span title={promise.who}>{nameFromEmail(promise.who)}</span> ·{' '}
            <Moment at={promise.at} />
          </dd>
        </div>
        {promise.deliverable && (
          <div>
            <dt>{w.deliverable}</dt>
            <dd>{promise.deliverable}</dd>
          </div>
        )}
        {promise.due !== promise.rules_due && (
          <div>
            <dt>{w.rulesDue}</dt>
            <dd>{promise.rules_due ? <Moment at={promise.rules_due} /> : w.undated}</dd>
          </div>
        )}
      </dl>
      <ol>
        {promise.history.map((turn) => (
          <li key={`${turn.at}${turn.state}`}>
            <span className={classes.state} data-state={turn.state}>
              {turn.state === 'open' ? w.made : w.states[turn.state]}
            </span>{' '}
            <Moment at={turn.at} className={classes.dim} />
            {turn.evidence && <EvidenceQuote quote={turn.evidence} caseId={promise.case} />}
            {!turn.evidence && turn.state === 'missed' && (
              <span className={classes.dim}> {w.byTime}</span>
            )}
          </li>
        ))}
        {promise.decisions.map((one) => (
          <li key={`${one.at}${one.decision}`}>
            <strong>{w.decided[one.decision] ?? one.decision}</strong>{' '}
            <span className={classes.dim}>
              {words.timeline.by(nameFromEmail(one.by))} · <Moment at={one.at} />
            </span>
            {one.reason && <div>“{one.reason}”</div>}
          </li>
        ))}
      </ol>
    </div>
  );
}
