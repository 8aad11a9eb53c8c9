import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
} from '@codemirror/autocomplete';
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands';
import {
  bracketMatching,
  HighlightStyle,
  indentOnInput,
  StreamLanguage,
  syntaxHighlighting,
} from '@codemirror/language';
import { toml } from '@codemirror/legacy-modes/mode/toml';
import { type Diagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint';
import { highlightSelectionMatches, search, searchKeymap } from '@codemirror/search';
import { EditorState, type Extension } from '@codemirror/state';
import {
  drawSelection,
  EditorView,
  highlightActiveLine,
  highlightActiveLineGutter,
  highlightSpecialChars,
  keymap,
  lineNumbers,
} from '@codemirror/view';
import { tags } from '@lezer/highlight';
import { useEffect, useRef } from 'react';
import type { RuleFault } from './calls';
import { completeFrom, type Vocabulary } from './completion';
import classes from './Editor.module.css';
import { rhai, wordList } from './rhai';

const colours = HighlightStyle.define([
  { tag: [tags.comment, tags.docComment], class: classes.comment },
  { tag: tags.keyword, class: classes.keyword },
  { tag: [tags.string, tags.character], class: classes.string },
  { tag: [tags.number, tags.atom, tags.bool], class: classes.number },
  { tag: tags.function(tags.variableName), class: classes.call },
  { tag: [tags.constant(tags.variableName), tags.propertyName, tags.heading], class: classes.name },
  { tag: tags.operator, class: classes.operator },
]);

function languageOf(path: string): Extension {
  if (path.endsWith('.rhai')) return rhai;
  if (path.endsWith('.toml')) return StreamLanguage.define(toml);
  return path.endsWith('.txt') ? wordList : [];
}

/** A place in a file, by line and column from 1. */
export type Place = { line: number; column?: number };

type Props = {
  path: string;
  text: string;
  faults: readonly RuleFault[];
  /** Where to put the cursor; a new object moves it again. */
  goTo: Place | undefined;
  readOnly: boolean;
  label: string;
  vocabulary: Vocabulary;
  onChange: (text: string) => void;
  onWord: (word: string) => void;
};

function offsetOf(state: EditorState, { line, column }: Place): number {
  const at = state.doc.line(Math.min(Math.max(1, line), state.doc.lines));
  return Math.min(at.to, at.from + Math.max(0, (column ?? 1) - 1));
}

function marksOf(state: EditorState, faults: readonly RuleFault[]): Diagnostic[] {
  return faults.map((fault) => {
    const place = { line: fault.line ?? 1, column: fault.column ?? 1 };
    const from = offsetOf(state, place);
    const word = /^\w+/.exec(state.sliceDoc(from, state.doc.lineAt(from).to))?.[0] ?? '';
    const message = fault.hint ? `${fault.message}. ${fault.hint}` : fault.message;
    return { from, to: from + word.length, severity: 'error', message };
  });
}

/** The editor of one file: colours, completion, errors in place, help for the word at the cursor. */
export function Editor(props: Props) {
  const { path, text, faults, goTo, readOnly, label } = props;
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const current = useRef(props);
  useEffect(() => {
    current.current = props;
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another file is another editor; its text is taken once
  useEffect(() => {
    if (!host.current) return;
    const state = EditorState.create({
      doc: text,
      extensions: [
        lineNumbers(),
        lintGutter(),
        highlightSpecialChars(),
        history(),
        drawSelection(),
        indentOnInput(),
        bracketMatching(),
        closeBrackets(),
        highlightActiveLine(),
        highlightActiveLineGutter(),
        highlightSelectionMatches(),
        search({ top: true }),
        autocompletion({ override: [completeFrom(() => current.current.vocabulary)] }),
        languageOf(path),
        syntaxHighlighting(colours),
        EditorState.tabSize.of(4),
        EditorState.readOnly.of(readOnly),
        EditorView.lineWrapping,
        EditorView.contentAttributes.of({
          'aria-label': label,
          'data-editor': path,
          tabindex: '0',
        }),
        keymap.of([
          ...closeBracketsKeymap,
          ...defaultKeymap,
          ...searchKeymap,
          ...historyKeymap,
          ...completionKeymap,
          ...lintKeymap,
          indentWithTab,
        ]),
        EditorView.updateListener.of((update) => {
          if (update.docChanged) current.current.onChange(update.state.doc.toString());
          if (!update.selectionSet && !update.docChanged) return;
          const { head } = update.state.selection.main;
          const range = update.state.wordAt(head);
          if (range) current.current.onWord(update.state.sliceDoc(range.from, range.to));
        }),
      ],
    });
    const made = new EditorView({ state, parent: host.current });
    view.current = made;
    return () => {
      made.destroy();
      view.current = undefined;
    };
  }, [path, readOnly, label]);
  // A text from elsewhere, such as that of another session, replaces what is shown.
  useEffect(() => {
    const shown = view.current;
    if (!shown || shown.state.doc.toString() === text) return;
    shown.dispatch({ changes: { from: 0, to: shown.state.doc.length, insert: text } });
  }, [text]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the marks belong to the file shown
  useEffect(() => {
    const shown = view.current;
    if (shown) shown.dispatch(setDiagnostics(shown.state, marksOf(shown.state, faults)));
  }, [faults, path]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the cursor goes there once the file is shown
  useEffect(() => {
    const shown = view.current;
    if (!shown || !goTo) return;
    const anchor = offsetOf(shown.state, goTo);
    shown.dispatch({
      selection: { anchor },
      effects: EditorView.scrollIntoView(anchor, { y: 'center' }),
    });
    shown.focus();
  }, [goTo, path]);
  return <div ref={host} className={classes.editor} />;
}
