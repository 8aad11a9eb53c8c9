import { IconPaperclip } from '@tabler/icons-react';
import { Link } from '@tanstack/react-router';
import { addresses } from '../api/calls';
import { sizeWords } from '../text/names';
import { useLanguage } from '../words';
import classes from './Timeline.module.css';
import type { Carried } from './timeline';

type Props = { message: string; files: readonly Carried[] };

/** The files that came with a message: whether they could be read, and where else they are. */
export function Files({ message, files }: Props) {
  const { words, language } = useLanguage();
  const w = words.files;
  if (files.length === 0) return null;
  return (
    <ul className={classes.files} aria-label={words.source.attachments}>
      {files.map(({ file, name, part, elsewhere }) => (
        <li key={`${file.sha256}${part}`}>
          <a
            className={classes.signal}
            href={addresses.attachment(message, part)}
            download={name || true}
            title={`SHA-256 ${file.sha256}`}
          >
            <IconPaperclip size={13} aria-hidden="true" />
            {name || words.source.unnamed}
            <span className={classes.size}>{sizeWords(file.size, language)}</span>
          </a>
          {file.reading.state !== 'read' && (
            <span className={classes.dim} title={file.reading.explanation ?? undefined}>
              {w.states[file.reading.state] ?? file.reading.state}
            </span>
          )}
          {elsewhere.slice(0, 3).map((other) => (
            <Link
              key={other.case}
              to="/cases/$case"
              params={{ case: other.case }}
              className={classes.elsewhere}
            >
              {w.elsewhere(other.title)}
            </Link>
          ))}
        </li>
      ))}
    </ul>
  );
}
