import { useOwnWords } from '../words';

const count = (n: number) => n.toLocaleString('en');
const zahl = (n: number) => n.toLocaleString('de');

const en = {
  help: 'A CSV file is compared with what is known, and taken in when you say so. A file with a fault is not taken in at all.',
  what: 'What the file holds',
  accounts: 'Accounts',
  contacts: 'Contacts',
  file: 'Choose a CSV file',
  clear: 'Choose no file',
  accountColumns:
    'Columns: name, and optionally id, domains, tier, timezone, renewal; any other becomes a field.',
  contactColumns: 'Columns: email, and optionally name, title, account; any other becomes a field.',
  summary: (fresh: number, changed: number, same: number) =>
    `${count(fresh)} new, ${count(changed)} changed, ${count(same)} as they are.`,
  newRows: 'New',
  changedRows: 'Changed',
  row: 'Row',
  differs: 'What it changes',
  nothing: '(nothing)',
  more: (n: number) => `and ${count(n)} more`,
  faulty: 'Nothing can be taken in before this is mended',
  line: 'Line',
  column: 'Column',
  fault: 'What is wrong',
  further: (n: number) => `and ${count(n)} more lines like these`,
  apply: (n: number) => (n === 0 ? 'Nothing to take in' : `Take in ${count(n)}`),
  applied: (fresh: number, changed: number) => `${count(fresh)} added, ${count(changed)} changed`,
  cancel: 'Cancel',
  defined: (file: string) =>
    `Teams, their addresses and people are defined in ${file}, under [[teams]] and [[people]]; they are changed there, and act from the next start of the service on. Hours and holidays are changed here, and act at once.`,
  teams: 'Teams',
  noTeams: 'No team is defined.',
  noTeamsHelp: 'Without one, everybody shares one set of rules and hours.',
  team: 'Team',
  addresses: 'Addresses',
  members: 'People',
  rules: 'Rule set',
  hours: 'Hours',
  ours: 'ours',
  onDuty: 'takes turns on duty',
  workingHours: 'Our working hours',
  free: 'free',
  holidays: 'Holidays',
  noHolidays: 'none',
  targets: 'A reply is owed within',
  within: (hours: number, minutes: number) =>
    [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(' '),
};

const de: typeof en = {
  help: 'Eine CSV-Datei wird mit dem Bekannten verglichen und erst auf Ihr Wort übernommen. Eine Datei mit einem Fehler wird gar nicht übernommen.',
  what: 'Was die Datei enthält',
  accounts: 'Konten',
  contacts: 'Kontakte',
  file: 'CSV-Datei wählen',
  clear: 'Keine Datei wählen',
  accountColumns:
    'Spalten: name, wahlweise id, domains, tier, timezone, renewal; jede andere wird ein Feld.',
  contactColumns: 'Spalten: email, wahlweise name, title, account; jede andere wird ein Feld.',
  summary: (fresh, changed, same) =>
    `${zahl(fresh)} neu, ${zahl(changed)} geändert, ${zahl(same)} unverändert.`,
  newRows: 'Neu',
  changedRows: 'Geändert',
  row: 'Zeile',
  differs: 'Was sich ändert',
  nothing: '(nichts)',
  more: (n) => `und ${zahl(n)} weitere`,
  faulty: 'Erst wenn das behoben ist, lässt sich etwas übernehmen',
  line: 'Zeile',
  column: 'Spalte',
  fault: 'Was nicht stimmt',
  further: (n) => `und ${zahl(n)} weitere solche Zeilen`,
  apply: (n) => (n === 0 ? 'Nichts zu übernehmen' : `${zahl(n)} übernehmen`),
  applied: (fresh, changed) => `${zahl(fresh)} hinzugefügt, ${zahl(changed)} geändert`,
  cancel: 'Abbrechen',
  defined: (file) =>
    `Teams, ihre Adressen und Leute stehen in ${file} unter [[teams]] und [[people]]; dort werden sie geändert und gelten ab dem nächsten Start des Dienstes. Zeiten und Feiertage werden hier geändert und gelten sofort.`,
  teams: 'Teams',
  noTeams: 'Kein Team ist festgelegt.',
  noTeamsHelp: 'Ohne eines gelten für alle dieselben Regeln und Zeiten.',
  team: 'Team',
  addresses: 'Adressen',
  members: 'Leute',
  rules: 'Regelsatz',
  hours: 'Zeiten',
  ours: 'unsere',
  onDuty: 'hat reihum Dienst',
  workingHours: 'Unsere Arbeitszeiten',
  free: 'frei',
  holidays: 'Feiertage',
  noHolidays: 'keine',
  targets: 'Eine Antwort ist fällig binnen',
  within: (hours, minutes) =>
    [hours && `${hours} h`, minutes && `${minutes} min`].filter(Boolean).join(' '),
};

/** The words of imported tables, teams and hours. */
export function useImportWords(): typeof en {
  return useOwnWords({ en, de });
}
