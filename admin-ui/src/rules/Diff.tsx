import { useQuery } from '@tanstack/react-query';
import { Bars, Empty } from '../parts/Empty';
import { Trouble } from '../parts/Trouble';
import { ruleQueries } from './calls';
import classes from './Diff.module.css';
import { useRuleWords } from './words';

const kindOf = (line: string) => {
  if (line.startsWith('@@')) return 'place';
  if (line.startsWith('+++') || line.startsWith('---')) return 'head';
  if (line.startsWith('+')) return 'added';
  return line.startsWith('-') ? 'removed' : 'same';
};

/** A difference in unified form, line by line. */
export function Unified({ text }: { text: string }) {
  const lines = text.replace(/\n$/, '').split('\n');
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls sideways, by keyboard too
    <pre className={classes.unified} tabIndex={0}>
      {lines.map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: lines repeat and never move
        <span key={at} data-kind={kindOf(line)}>
          {line}
          {'\n'}
        </span>
      ))}
    </pre>
  );
}

/** What two sets differ in, file by file. */
export function Diff({ before, after }: { before: string; after: string }) {
  const w = useRuleWords();
  const found = useQuery({ ...ruleQueries.diff(before, after), staleTime: 0 });
  if (found.error) return <Trouble error={found.error} again={() => found.refetch()} />;
  if (!found.data) return <Bars count={4} height={32} />;
  if (found.data.length === 0) return <Empty title={w.noDifference} />;
  return (
    <>
      {found.data.map((file) => (
        <section key={file.path} className={classes.file} aria-label={file.path}>
          <h3>
            {file.path}{' '}
            <span className={classes.change}>{w.fileChanges[file.change] ?? file.change}</span>
          </h3>
          <Unified text={file.unified} />
        </section>
      ))}
    </>
  );
}
