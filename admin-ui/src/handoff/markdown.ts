import { nameFromEmail, shown } from '../text/names';
import { absoluteWords } from '../time/spoken';
import type { Words } from '../words';
import type { Brief, BriefLine } from './handoff';

const escaped = (text: string) => text.replace(/[\\`*_{}[\]<>#|]/g, (sign) => `\\${sign}`);

/** What a line says, in words of the page. */
export function lineWords(line: BriefLine, words: Words): string {
  const w = words.handoff;
  switch (line.kind) {
    case 'set':
      return w.set(w.fields[line.text] ?? line.text, nameFromEmail(line.detail));
    case 'promise':
      return [words.promises.states[line.detail] ?? line.detail, line.text]
        .filter(Boolean)
        .join(': ');
    case 'person':
      return [line.text || line.by || '', line.detail].filter(Boolean).join(', ');
    case 'reply':
      return w.weWrote;
    case 'question':
      return w.asked;
    case 'reply_due':
      return w.replyDue;
    case 'signal':
      return words.served(line.text);
    default:
      return line.text;
  }
}

/** A brief as Markdown, every line with its source. */
export function markdownOf(brief: Brief, words: Words, language: string, origin: string): string {
  const w = words.handoff;
  const { case: row } = brief;
  const source = (line: BriefLine) => {
    if (line.quote) {
      const { message, start, end, from, at } = line.quote;
      const link = `${origin}/cases/${row.id}?message=${message}&start=${start}&end=${end}`;
      return ` — “${escaped(line.quote.text)}” ([${escaped(shown(from))}, ${absoluteWords(at, language)}](${link}))`;
    }
    const by = line.by ? nameFromEmail(line.by) : '';
    const at = line.at ? absoluteWords(line.at, language) : '';
    return by || at ? ` (${escaped([by, at].filter(Boolean).join(', '))})` : '';
  };
  const due = (line: BriefLine) =>
    line.due ? ` · ${w.due} ${absoluteWords(line.due, language)}` : '';
  const sections = brief.sections.map(({ name, lines }) =>
    [
      `## ${w.sections[name] ?? name}`,
      '',
      ...lines.map((line) => `- ${escaped(lineWords(line, words))}${due(line)}${source(line)}`),
    ].join('\n'),
  );
  return `${[
    `# ${escaped(row.account.name)}: ${escaped(row.title)}`,
    `${row.level} · ${words.states[row.state] ?? row.state} · ${w.written} ${absoluteWords(brief.at, language)} · ${origin}/cases/${row.id}`,
    ...sections,
  ].join('\n\n')}\n`;
}
