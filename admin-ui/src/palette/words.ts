import { useOwnWords } from '../words';

const en = {
  placeholder: 'Go to a page or a case, or do something',
  label: 'Command palette',
  pages: 'Pages',
  queues: 'Queues',
  cases: 'Cases',
  acts: 'Do',
  searches: 'My queues',
  nothing: 'Nothing of that name.',
  openCase: (id: string) => `Open case ${id}`,
  searchFor: (q: string) => `Search everything for “${q}”`,
  note: 'Write a note on this case',
  owner: 'Change the owner of this case',
  severity: 'Change the severity of this case',
  newSignal: 'Write a new signal from a form',
  backtest: 'Try the draft on history',
  issue: 'Issue a token',
  addUser: 'Let somebody sign in',
  backups: 'Look after backups',
  light: 'Light colours',
  dark: 'Dark colours',
  other: 'Auf Deutsch',
  keys: 'Keyboard shortcuts',
};

const de: typeof en = {
  placeholder: 'Zu einer Seite oder einem Fall, oder etwas tun',
  label: 'Befehle',
  pages: 'Seiten',
  queues: 'Listen',
  cases: 'Fälle',
  acts: 'Tun',
  searches: 'Meine Listen',
  nothing: 'Nichts dieses Namens.',
  openCase: (id) => `Fall ${id} öffnen`,
  searchFor: (q) => `Überall nach „${q}“ suchen`,
  note: 'Eine Notiz zu diesem Fall schreiben',
  owner: 'Zuständigen dieses Falls ändern',
  severity: 'Schweregrad dieses Falls ändern',
  newSignal: 'Ein neues Signal aus einem Formular',
  backtest: 'Den Entwurf an der Vergangenheit prüfen',
  issue: 'Ein Token ausstellen',
  addUser: 'Jemanden anmelden lassen',
  backups: 'Nach den Sicherungen sehen',
  light: 'Helle Farben',
  dark: 'Dunkle Farben',
  other: 'In English',
  keys: 'Tastenkürzel',
};

/** The words of the command palette. */
export function usePaletteWords(): typeof en {
  return useOwnWords({ en, de });
}
