import { useOwnWords } from '../words';

const en = {
  suggestions: 'Suggestions',
  narrow: 'Narrow to',
  inAccount: (name: string) => `Account ${name}`,
  inLevel: (level: string) => `Severity ${level}`,
  files: 'With attached files',
  notes: 'Notes',
  saved: 'Saved searches',
};

const de: typeof en = {
  suggestions: 'Vorschläge',
  narrow: 'Eingrenzen auf',
  inAccount: (name) => `Kunde ${name}`,
  inLevel: (level) => `Schweregrad ${level}`,
  files: 'Mit angehängten Dateien',
  notes: 'Notizen',
  saved: 'Gemerkte Suchen',
};

/** Further words of the search. */
export function useSearchWords(): typeof en {
  return useOwnWords({ en, de });
}
