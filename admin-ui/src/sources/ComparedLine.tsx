import { IconAlertTriangle } from '@tabler/icons-react';
import type { Folder } from '../api/types';
import { Moment } from '../time/Moment';
import classes from './Sources.module.css';
import { useSourceWords } from './words';

/** What comparing a mailbox with its server found last; nothing for what is no server. */
export function ComparedLine({ folders }: { folders: Folder[] }) {
  const w = useSourceWords();
  const found = folders.flatMap((folder) =>
    folder.compared ? [{ folder: folder.folder, ...folder.compared }] : [],
  );
  const [first] = found;
  if (!first) return null;
  const at = found.reduce((oldest, one) => (one.at < oldest ? one.at : oldest), first.at);
  const sum = (of: (one: (typeof found)[number]) => number) =>
    found.reduce((total, one) => total + of(one), 0);
  const missing = found.filter((one) => one.missing > 0);
  return (
    <div className={classes.watch} data-failing={missing.length > 0 || undefined}>
      <span className={classes.dim}>
        {w.compared.at} <Moment at={at} />:{' '}
        {w.compared.found(
          sum((one) => one.on_server),
          sum((one) => one.taken_in),
          sum((one) => one.gone),
        )}
      </span>
      {missing.map((one) => (
        <p key={one.folder} className={classes.error} role="alert">
          <IconAlertTriangle size={15} aria-hidden="true" />{' '}
          {w.compared.missing(one.missing, one.folder)}
        </p>
      ))}
    </div>
  );
}
