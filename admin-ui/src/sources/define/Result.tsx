import { Button, Checkbox } from '@mantine/core';
import { useFailure } from '../../parts/Trouble';
import { Moment } from '../../time/Moment';
import { useWords } from '../../words';
import type { Found } from './calls';
import classes from './Define.module.css';
import type { Form } from './form';
import { useDefineWords } from './words';

/** Why the test failed, in the words of the service, which say what to do. */
export function Failed({ error, onAnyway }: { error: unknown; onAnyway: () => void }) {
  const w = useDefineWords();
  const failure = useFailure();
  return (
    <div className={classes.result} data-bad role="alert">
      <h3>{w.fails}</h3>
      <div>{failure(error)}</div>
      <div>
        <Button variant="subtle" onClick={onAnyway}>
          {w.anyway}
        </Button>
      </div>
    </div>
  );
}

type Props = { found: Found; form: Form; set: (change: Partial<Form>) => void };

/** What is there, with the choice of a mailbox's folders. */
export function Result({ found, form, set }: Props) {
  const w = useDefineWords();
  const words = useWords();
  const mailbox = form.kind === 'imap';
  const watched = (name: string, usual: boolean) =>
    form.folders.length > 0 ? form.folders.includes(name) : usual;
  const toggle = (name: string) => {
    const now = found.folders.filter(
      (one) => watched(one.name, one.watched) !== (one.name === name),
    );
    set({ folders: now.map((one) => one.name) });
  };
  return (
    <div className={classes.result} role="status">
      <h3>
        {w.works}
        {found.items !== null && found.items !== undefined && ` · ${w.found(found.items)}`}
        {found.protected !== null &&
          found.protected !== undefined &&
          ` · ${w.protection(found.protected)}`}
      </h3>
      {found.remarks.length > 0 && (
        <ul>
          {found.remarks.map((remark) => (
            <li key={remark}>{words.served(remark)}</li>
          ))}
        </ul>
      )}
      {found.folders.length > 0 && (
        <div>
          <h4>{w.folders}</h4>
          <div className={classes.tree}>
            {found.folders.map(({ name, items, watched: usual }) =>
              mailbox ? (
                <Checkbox
                  key={name}
                  size="xs"
                  label={w.folder(name, items)}
                  checked={watched(name, usual)}
                  onChange={() => toggle(name)}
                />
              ) : (
                <span key={name}>{w.folder(name || w.root, items)}</span>
              ),
            )}
          </div>
        </div>
      )}
      {found.lines.length > 0 && (
        <div>
          <h4>{w.latest}</h4>
          <ul>
            {found.lines.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </div>
      )}
      {found.certificate && (
        <div>
          <h4>{w.certificate}</h4>
          {w.certificateOf(found.certificate.subject, found.certificate.issuer)}{' '}
          <Moment at={found.certificate.ends} />
        </div>
      )}
      {found.capabilities.length > 0 && (
        <details>
          <summary className={classes.dim}>{w.capabilities}</summary>
          <span className={classes.dim}>{found.capabilities.join(' · ')}</span>
        </details>
      )}
    </div>
  );
}
