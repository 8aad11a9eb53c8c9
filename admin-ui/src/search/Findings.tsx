import type { SearchResult } from '../api/types';
import { fromBytes } from '../text/bytes';
import { useLanguage } from '../words';
import classes from './Search.module.css';

/** What the search made of the query: what it did not understand, what it widened, what it lacks. */
export function Findings({ query, found }: { query: string; found: SearchResult }) {
  const { words, language } = useLanguage();
  const lines = [
    ...found.problems.map((problem) => {
      const at = fromBytes(query, [problem.at])[0] ?? 0;
      const word = query.slice(at).split(/\s/)[0];
      return `${words.search.problem}: “${word}” – ${problem.text}`;
    }),
    ...found.corrected.map((one) => words.search.widened(one.word, one.found.join(', '))),
  ];
  if (found.coverage < 100) {
    const share = (found.coverage / 100).toLocaleString(language, {
      style: 'percent',
      maximumFractionDigits: 1,
    });
    lines.push(words.search.coverage(share));
  }
  if (lines.length === 0) return null;
  return (
    <div role="status">
      <ul className={classes.findings}>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}
