import { TextInput } from '@mantine/core';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { Empty } from '../parts/Empty';
import { type Reference, ruleQueries } from './calls';
import classes from './HelpPanel.module.css';
import { useRuleWords } from './words';

const MOST = 60;

type Example = { path: string; line: number; text: string };

/** A line of the active set that uses the name, as an example. */
function exampleOf(
  name: string,
  files: readonly { path: string; text: string }[],
): Example | undefined {
  const use = new RegExp(`(?<![\\w"])${name}\\b`);
  for (const file of files) {
    if (!file.path.endsWith('.rhai')) continue;
    const lines = file.text.split('\n');
    const at = lines.findIndex(
      (line) => !line.trimStart().startsWith('//') && !line.startsWith('fn ') && use.test(line),
    );
    if (at >= 0) return { path: file.path, line: at + 1, text: (lines[at] ?? '').trim() };
  }
  return undefined;
}

/** The reference: of the word at the cursor, or of what is typed. */
export function HelpPanel({ word, reference }: { word: string; reference: readonly Reference[] }) {
  const w = useRuleWords();
  const [typed, setTyped] = useState('');
  const files = useQuery(ruleQueries.files('active'));
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor moved: its word is what is meant now
  useEffect(() => setTyped(''), [word]);
  const wanted = (typed || word).trim().toLowerCase();
  const found = useMemo(() => {
    const named = reference.filter((one) => one.name !== '' || one.owner !== '');
    const exact = named.filter((one) => (one.name || one.owner).toLowerCase() === wanted);
    if (typed === '') return exact.length > 0 ? exact : wanted === '' ? named : [];
    const like = named.filter(
      (one) =>
        !exact.includes(one) &&
        `${one.owner} ${one.signature} ${one.help}`.toLowerCase().includes(wanted),
    );
    return [...exact, ...like];
  }, [reference, wanted, typed]);
  return (
    <div className={classes.help}>
      <TextInput
        size="xs"
        aria-label={w.help.find}
        placeholder={w.help.find}
        leftSection={<IconSearch size={14} aria-hidden="true" />}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
      {found.length === 0 && <Empty title={w.help.none(typed || word)}>{w.help.noneHelp}</Empty>}
      <dl className={classes.list}>
        {found.slice(0, MOST).map((entry) => {
          const example =
            found.length <= 8 && entry.name ? exampleOf(entry.name, files.data ?? []) : undefined;
          return (
            <div key={`${entry.owner} ${entry.signature} ${entry.help}`} className={classes.entry}>
              <dt>
                {entry.owner && entry.name && <span className={classes.owner}>{entry.owner}.</span>}
                {entry.signature || entry.owner}
              </dt>
              <dd>
                {entry.help}
                {example && (
                  <Link
                    to="/rules"
                    search={(now) => ({ ...now, file: example.path, line: example.line })}
                    className={classes.example}
                  >
                    <code>{example.text}</code>
                    <span>
                      {example.path}:{example.line}
                    </span>
                  </Link>
                )}
              </dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
