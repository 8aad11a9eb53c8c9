import type { Completion, CompletionContext, CompletionResult } from '@codemirror/autocomplete';
import type { Reference } from './calls';

/** What completion draws from: the reference of the service and the names of the set at hand. */
export type Vocabulary = {
  reference: readonly Reference[];
  wordLists: readonly string[];
  signals: readonly string[];
};

/** Types that variables of scripts usually have, by name. */
const USUAL: Record<string, string> = {
  record: 'Record',
  msg: 'Message',
  message: 'Message',
  change: 'Change',
  before: 'Standing',
  after: 'Standing',
  text: 'Text',
  new_text: 'Text',
  subject: 'Text',
  from: 'Person',
  person: 'Person',
  account: 'Account',
  waiting: 'Waiting',
  promise: 'Promise',
};

const KEYWORDS = 'fn let const if else for in while loop break continue return true false'.split(
  ' ',
);

/** Name of the word list a path stands for; nothing if it is none. */
export function wordListOf(path: string): string | undefined {
  return /^words\/[^/]+\/(.+)\.txt$/.exec(path)?.[1];
}

const isCall = (entry: Reference) => entry.signature.startsWith(`${entry.name}(`);

function offer(entry: Reference): Completion {
  return {
    label: entry.name,
    detail: entry.signature.replace(entry.name, ''),
    info: entry.help,
    type: isCall(entry) ? 'function' : 'property',
    apply: isCall(entry) ? `${entry.name}(` : entry.name,
  };
}

function once(entries: Completion[]): Completion[] {
  const seen = new Set<string>();
  return entries.filter((one) => {
    const key = `${one.label} ${one.detail}`;
    if (seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Completes members behind a dot, names within strings, and everything else by its first letters. */
export function completeFrom(vocabulary: () => Vocabulary) {
  return (context: CompletionContext): CompletionResult | null => {
    const { reference, wordLists, signals } = vocabulary();
    const list = context.matchBefore(/\b(?:find|find_all|beside|led_by|holds|titled)\("[\w-]*/);
    if (list) {
      const options = wordLists.map((label) => ({ label, type: 'text' }));
      return { from: list.from + list.text.indexOf('"') + 1, options, validFor: /^[\w-]*$/ };
    }
    const signal = context.matchBefore(/\b(?:has|ever|signal|began|ended)\("\w*/);
    if (signal) {
      const options = signals.map((label) => ({ label, type: 'constant' }));
      return { from: signal.from + signal.text.indexOf('"') + 1, options, validFor: /^\w*$/ };
    }
    const member = context.matchBefore(/(\w+)(?:\[[^\]]*\]|\([^()]*\))?\.\w*/);
    if (member) {
      const holder = /^\w+/.exec(member.text)?.[0] ?? '';
      const type = USUAL[holder];
      const named = reference.filter((one) => one.owner !== '' && one.name !== '');
      const fitting = type ? named.filter((one) => one.owner === type) : named;
      return {
        from: member.from + member.text.lastIndexOf('.') + 1,
        options: once(fitting.map(offer)),
        validFor: /^\w*$/,
      };
    }
    const word = context.matchBefore(/\w+/);
    if (!word && !context.explicit) return null;
    if (word && /^\d/.test(word.text)) return null;
    const free = reference.filter((one) => one.owner === '' && one.name !== '');
    const own = new Set(context.state.doc.toString().match(/\b[A-Za-z_]\w{2,}\b/g) ?? []);
    if (word) own.delete(word.text);
    const known = new Set([...free.map((one) => one.name), ...KEYWORDS]);
    return {
      from: word?.from ?? context.pos,
      options: once([
        ...free.map(offer),
        ...KEYWORDS.map((label) => ({ label, type: 'keyword' })),
        ...[...own]
          .filter((name) => !known.has(name))
          .map((label) => ({ label, type: 'variable' })),
      ]),
      validFor: /^\w*$/,
    };
  };
}
