import { StreamLanguage, type StreamParser } from '@codemirror/language';

const KEYWORDS = new Set(
  'fn let const if else for in while loop do until break continue return switch private import export as this throw try catch'.split(
    ' ',
  ),
);
const ATOMS = new Set(['true', 'false']);

type State = { inBlock: boolean; inTemplate: boolean; depth: number };

/** The tokens of Rhai, as far as colouring, brackets and comments need them. */
const parser: StreamParser<State> = {
  name: 'rhai',
  startState: () => ({ inBlock: false, inTemplate: false, depth: 0 }),
  token(stream, state) {
    if (state.inBlock) {
      if (stream.skipTo('*/')) {
        stream.match('*/');
        state.inBlock = false;
      } else stream.skipToEnd();
      return 'comment';
    }
    if (state.inTemplate) return template(stream, state);
    if (stream.eatSpace()) return null;
    if (stream.match('//!') || stream.match('///')) {
      stream.skipToEnd();
      return 'docComment';
    }
    if (stream.match('//')) {
      stream.skipToEnd();
      return 'comment';
    }
    if (stream.match('/*')) {
      state.inBlock = true;
      return 'comment';
    }
    if (stream.match('`')) {
      state.inTemplate = true;
      return template(stream, state);
    }
    if (stream.match(/^"(?:[^"\\]|\\.)*"?/)) return 'string';
    if (stream.match(/^'(?:[^'\\]|\\.)+'/)) return 'character';
    if (stream.match(/^(?:0x[\da-fA-F_]+|0b[01_]+|\d[\d_]*(?:\.\d[\d_]*)?(?:[eE][+-]?\d+)?)/)) {
      return 'number';
    }
    if (stream.match(/^[A-Za-z_]\w*/)) return word(stream.current(), stream);
    if (stream.match(/^(?:#?\{|[[(])/)) {
      state.depth += 1;
      return 'bracket';
    }
    if (stream.match(/^[}\])]/)) {
      state.depth = Math.max(0, state.depth - 1);
      return 'bracket';
    }
    if (stream.match(/^(?:=>|->|==|!=|<=|>=|&&|\|\||\.\.=?|[-+*/%<>=!&|^?])/)) return 'operator';
    stream.next();
    return null;
  },
  indent(state, after, context) {
    const closes = /^\s*[}\])]/.test(after) ? 1 : 0;
    return Math.max(0, state.depth - closes) * context.unit;
  },
  languageData: {
    commentTokens: { line: '//', block: { open: '/*', close: '*/' } },
    closeBrackets: { brackets: ['(', '[', '{', '"', '`'] },
    indentOnInput: /^\s*\}$/,
  },
};

type Stream = Parameters<StreamParser<State>['token']>[0];

function template(stream: Stream, state: State): string {
  while (!stream.eol()) {
    if (stream.next() === '`') {
      state.inTemplate = false;
      break;
    }
  }
  return 'string';
}

function word(text: string, stream: Stream): string {
  if (KEYWORDS.has(text)) return 'keyword';
  if (ATOMS.has(text)) return 'atom';
  if (/^[A-Z][A-Z\d_]*$/.test(text)) return 'variableName.constant';
  if (stream.peek() === '(') return 'variableName.function';
  return 'variableName';
}

/** Rhai for the editor. */
export const rhai = StreamLanguage.define(parser);

/** Word lists: comments, sections, a pattern a line. */
export const wordList = StreamLanguage.define({
  name: 'words',
  token(stream) {
    if (stream.sol() && stream.match(/^\s*#.*/)) return 'comment';
    if (stream.sol() && stream.match(/^\[[^\]]*\]/)) return 'heading';
    if (stream.match(/^[()|*?^]+/)) return 'operator';
    if (!stream.match(/^[^()|*?^]+/)) stream.next();
    return null;
  },
  languageData: { commentTokens: { line: '#' } },
});
