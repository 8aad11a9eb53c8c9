import { useOwnWords } from '../words';

const en = {
  suggestions: 'Suggestions',
  narrow: 'Narrow to',
  inAccount: (name: string) => `Account ${name}`,
  inLevel: (level: string) => `Severity ${level}`,
  files: 'With attached files',
  notes: 'Notes',
  save: 'Save this search',
  saveTitle: 'Save this search',
  name: 'Name',
  nameHelp: 'It stands below the search and in the command palette, in this browser.',
  cancel: 'Cancel',
  saved: 'Saved searches',
  savedNow: (name: string) => `“${name}” is saved`,
  forget: (name: string) => `Forget “${name}”`,
};

const de: typeof en = {
  suggestions: 'Vorschläge',
  narrow: 'Eingrenzen auf',
  inAccount: (name) => `Kunde ${name}`,
  inLevel: (level) => `Schweregrad ${level}`,
  files: 'Mit angehängten Dateien',
  notes: 'Notizen',
  save: 'Diese Suche merken',
  saveTitle: 'Diese Suche merken',
  name: 'Name',
  nameHelp: 'Sie steht unter der Suche und in der Befehlszeile, in diesem Browser.',
  cancel: 'Abbrechen',
  saved: 'Gemerkte Suchen',
  savedNow: (name) => `„${name}“ ist gemerkt`,
  forget: (name) => `„${name}“ vergessen`,
};

/** Further words of the search. */
export function useSearchWords(): typeof en {
  return useOwnWords({ en, de });
}
