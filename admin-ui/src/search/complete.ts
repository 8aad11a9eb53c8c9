import { OPERATORS } from './operators';

/** What the values of operators are completed from. */
export type Known = {
  accounts: readonly string[];
  levels: readonly string[];
  signals: readonly string[];
};

/** What may stand in the place of the word at the end of a query. */
export type Suggestion = { text: string; whole: string };

const HAS = ['attachment', 'pdf', 'image', 'spreadsheet', 'document'];
const KINDS = ['message', 'note', 'file'];
const DATES = ['today', '7d', '30d', '90d'];
const MOST = 8;

function valuesOf(operator: string, known: Known): readonly string[] {
  switch (operator) {
    case 'account':
      return known.accounts;
    case 'severity':
      return known.levels;
    case 'signal':
      return known.signals;
    case 'has':
      return HAS;
    case 'kind':
      return KINDS;
    case 'before':
    case 'after':
      return DATES;
    default:
      return [];
  }
}

const quoted = (value: string) => (/\s/.test(value) ? `"${value}"` : value);

/** Completes the word at the end of a query: an operator by its first letters, or its value. */
export function suggest(query: string, known: Known): Suggestion[] {
  const [, before = '', word = ''] = /^(.*?)(-?[^\s"]*|-?[a-z]+:"[^"]*)$/s.exec(query) ?? [];
  const minus = word.startsWith('-') ? '-' : '';
  const bare = word.slice(minus.length);
  const value = /^([a-z]+):"?(.*)$/s.exec(bare);
  if (value) {
    const [, operator = '', typed = ''] = value;
    return valuesOf(operator, known)
      .filter((one) => one.toLowerCase().includes(typed.toLowerCase()) && one !== typed)
      .slice(0, MOST)
      .map((one) => ({ text: one, whole: `${before}${minus}${operator}:${quoted(one)} ` }));
  }
  if (!/^[a-z]{2,}$/.test(bare)) return [];
  return OPERATORS.filter(([operator]) => operator.startsWith(bare))
    .slice(0, MOST)
    .map(([operator, example]) => ({
      text: `${operator}${example}`,
      whole: `${before}${minus}${operator}`,
    }));
}
