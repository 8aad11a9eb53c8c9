import { useOwnWords } from '../words';

const many = (n: number, one: string, more: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const viele = (n: number, one: string, more: string) =>
  `${n.toLocaleString('de')} ${n === 1 ? one : more}`;

const en = {
  help: 'Backups hold all that cannot be made anew: the journal, the evidence, who may sign in, the configuration. Only what is new is copied.',
  none: 'No backups are made by themselves',
  noneHelp: (file: string) =>
    `Name a folder under [backup] in ${file}, best on another disk or machine, and start the service again:`,
  byHand: 'Or make one by hand, beside the running service:',
  destination: 'They go to',
  schedule: 'How often',
  keep: 'Kept',
  kept: (n: number) => many(n, 'backup', 'backups'),
  days: (n: number) => (n === 1 ? 'every day' : `every ${n} days`),
  hours: (n: number) => (n === 1 ? 'every hour' : `every ${n} hours`),
  minutes: (n: number) => `every ${n} minutes`,
  atTime: (time: string, zone: string) => `at ${time} (${zone})`,
  last: 'Last one',
  next: 'Next one',
  never: 'none yet',
  soon: 'now',
  now: 'Back up now',
  begun: 'A backup is begun',
  rehearse: 'Rehearse',
  rehearseOf: (when: string) => `Rehearse the backup of ${when}`,
  rehearsing: 'The rehearsal is begun',
  rehearseHelp:
    'A rehearsal restores a backup aside, compares every fact and every item of evidence with its hash, and removes the copy again.',
  running: {
    backup: 'A backup is being made',
    rehearsal: 'A backup is restored aside and compared',
  } as Record<string, string>,
  of: (done: string, total: string) => `${done} of ${total}`,
  by: (name: string) => `by ${name}`,
  whom: { schedule: 'schedule', 'command line': 'command line' } as Record<string, string>,
  failed: {
    backup: 'No backup could be made',
    rehearsal: 'This backup cannot be relied upon',
  } as Record<string, string>,
  list: 'Backups',
  empty: 'There is no backup yet',
  emptyHelp: 'The first one copies everything, those after it only what is new.',
  when: 'When',
  holds: 'Holds',
  facts: (n: number) => many(n, 'fact', 'facts'),
  packs: (n: number) => many(n, 'pack', 'packs'),
  files: (n: number) => many(n, 'other file', 'other files'),
  size: 'Size',
  fresh: (size: string) => `${size} new`,
  proof: 'Proof',
  unproved: 'not rehearsed',
  proved: 'restorable',
  broken: (n: number) => many(n, 'thing does not fit', 'things do not fit'),
};

const de: typeof en = {
  help: 'Sicherungen enthalten alles, was sich nicht neu berechnen lässt: Journal, Belege, wer sich anmelden darf, Konfiguration. Kopiert wird nur, was neu ist.',
  none: 'Von selbst wird nichts gesichert',
  noneHelp: (file) =>
    `Nennen Sie unter [backup] in ${file} einen Ordner, am besten auf einer anderen Platte oder Maschine, und starten Sie den Dienst neu:`,
  byHand: 'Oder sichern Sie von Hand, neben dem laufenden Dienst:',
  destination: 'Ziel',
  schedule: 'Wie oft',
  keep: 'Behalten werden',
  kept: (n) => viele(n, 'Sicherung', 'Sicherungen'),
  days: (n) => (n === 1 ? 'jeden Tag' : `alle ${n} Tage`),
  hours: (n) => (n === 1 ? 'jede Stunde' : `alle ${n} Stunden`),
  minutes: (n) => `alle ${n} Minuten`,
  atTime: (time, zone) => `um ${time} (${zone})`,
  last: 'Letzte',
  next: 'Nächste',
  never: 'noch keine',
  soon: 'jetzt',
  now: 'Jetzt sichern',
  begun: 'Die Sicherung hat begonnen',
  rehearse: 'Proben',
  rehearseOf: (when) => `Die Sicherung von ${when} proben`,
  rehearsing: 'Die Probe hat begonnen',
  rehearseHelp:
    'Eine Probe stellt eine Sicherung beiseite wieder her, vergleicht jede Tatsache und jeden Beleg mit seinem Hash und entfernt die Kopie wieder.',
  running: {
    backup: 'Es wird gesichert',
    rehearsal: 'Eine Sicherung wird beiseite wiederhergestellt und verglichen',
  },
  of: (done, total) => `${done} von ${total}`,
  by: (name) => `durch ${name}`,
  whom: { schedule: 'Zeitplan', 'command line': 'Kommandozeile' },
  failed: {
    backup: 'Es konnte nicht gesichert werden',
    rehearsal: 'Auf diese Sicherung ist kein Verlass',
  },
  list: 'Sicherungen',
  empty: 'Es gibt noch keine Sicherung',
  emptyHelp: 'Die erste kopiert alles, jede weitere nur, was neu ist.',
  when: 'Wann',
  holds: 'Enthält',
  facts: (n) => viele(n, 'Tatsache', 'Tatsachen'),
  packs: (n) => viele(n, 'Paket', 'Pakete'),
  files: (n) => viele(n, 'weitere Datei', 'weitere Dateien'),
  size: 'Größe',
  fresh: (size) => `${size} neu`,
  proof: 'Probe',
  unproved: 'nicht geprobt',
  proved: 'wiederherstellbar',
  broken: (n) => viele(n, 'Stelle passt nicht', 'Stellen passen nicht'),
};

/** The words of backups. */
export function useBackupWords(): typeof en {
  return useOwnWords({ en, de });
}
