import { useOwnWords } from '../../words';

const count = (n: number) => n.toLocaleString('en');
const zahl = (n: number) => n.toLocaleString('de');

const en = {
  change: 'Change',
  title: (name: string) => `Change: ${name}`,
  hours: (zone: string) => `Hours, in ${zone}`,
  write: 'As 09:00-17:00; several with a comma between them. Empty: free.',
  free: 'free',
  unreadable: 'Write hours as 09:00-12:30, 13:30-17:00',
  holds: 'From when on they hold',
  from: 'From a day on',
  fromHelp: 'What was due before stays as it was.',
  firstDay: 'First day with these hours',
  past: 'The first day is today or later',
  always: 'They were always these',
  alwaysHelp: 'All of history is reckoned anew, also what was kept and what was late.',
  holidays: 'Days without work',
  holiday: 'A day without work',
  add: 'Add',
  without: (day: string) => `Work on ${day}`,
  fromFile: 'From a calendar file (.ics)',
  found: (n: number) =>
    n === 1 ? 'One whole day was found and added.' : `${count(n)} whole days were found and added.`,
  compare: 'See what changes',
  effect: 'What changes',
  otherFrom: 'Hours are others from',
  nothing: 'Every day has the hours that it has now.',
  noneMoves: (of: number) =>
    of === 0
      ? 'No reply is owed now.'
      : `None of ${count(of)} owed replies would be due at another time.`,
  moves: (n: number, of: number) =>
    `${count(n)} of ${count(of)} owed replies would be due at another time.`,
  ofMany: (all: number) =>
    `${count(all)} are owed in all; those that are due first were looked at.`,
  pastToo: 'Days that have passed are among them: their due times are reckoned anew.',
  case: 'Case',
  dueNow: 'Due now',
  dueThen: 'Due then',
  never: 'never',
  save: 'Let these hours hold',
  done: (name: string) => `${name}: the new hours hold`,
  meanwhile:
    'Somebody changed these hours meanwhile. Nothing of yours was kept; look at theirs first.',
  readAgain: 'Look at theirs',
  cancel: 'Cancel',
  until: 'Before',
  asConfigured: (file: string) => `As ${file} says.`,
  changedHere: (file: string) => `Changed on this page; ${file} says otherwise.`,
  reset: 'Back to the configuration',
  resetTitle: (name: string) => `${name}: back to the configuration?`,
  resetHelp: (file: string) =>
    `The hours and holidays of ${file} hold again, from ever on; due times are reckoned anew.`,
  resetDone: (name: string) => `${name} is as the configuration says`,
};

const de: typeof en = {
  change: 'Ändern',
  title: (name) => `Ändern: ${name}`,
  hours: (zone) => `Zeiten, in ${zone}`,
  write: 'Wie 09:00-17:00; mehrere mit Komma dazwischen. Leer: frei.',
  free: 'frei',
  unreadable: 'Zeiten als 09:00-12:30, 13:30-17:00 schreiben',
  holds: 'Ab wann sie gelten',
  from: 'Ab einem Tag',
  fromHelp: 'Was davor fällig war, bleibt, wie es war.',
  firstDay: 'Erster Tag mit diesen Zeiten',
  past: 'Der erste Tag ist heute oder später',
  always: 'Sie waren schon immer so',
  alwaysHelp:
    'Die ganze Geschichte wird neu gerechnet, auch was gehalten wurde und was zu spät war.',
  holidays: 'Arbeitsfreie Tage',
  holiday: 'Ein arbeitsfreier Tag',
  add: 'Hinzufügen',
  without: (day) => `Am ${day} arbeiten`,
  fromFile: 'Aus einer Kalenderdatei (.ics)',
  found: (n) =>
    n === 1
      ? 'Ein ganzer Tag wurde gefunden und hinzugefügt.'
      : `${zahl(n)} ganze Tage wurden gefunden und hinzugefügt.`,
  compare: 'Sehen, was sich ändert',
  effect: 'Was sich ändert',
  otherFrom: 'Andere Zeiten gelten ab dem',
  nothing: 'Jeder Tag hat die Zeiten, die er jetzt hat.',
  noneMoves: (of) =>
    of === 0
      ? 'Zurzeit ist keine Antwort fällig.'
      : `Von ${zahl(of)} ausstehenden Antworten wäre keine zu einer anderen Zeit fällig.`,
  moves: (n, of) =>
    `Von ${zahl(of)} ausstehenden Antworten wären ${zahl(n)} zu einer anderen Zeit fällig.`,
  ofMany: (all) => `Insgesamt stehen ${zahl(all)} aus; angesehen wurden die zuerst fälligen.`,
  pastToo: 'Vergangene Tage sind darunter: Ihre Fälligkeiten werden neu gerechnet.',
  case: 'Fall',
  dueNow: 'Jetzt fällig',
  dueThen: 'Dann fällig',
  never: 'nie',
  save: 'Diese Zeiten gelten lassen',
  done: (name) => `${name}: Die neuen Zeiten gelten`,
  meanwhile:
    'Jemand hat diese Zeiten inzwischen geändert. Von Ihnen wurde nichts übernommen; sehen Sie sich erst an, was jetzt gilt.',
  readAgain: 'Ansehen',
  cancel: 'Abbrechen',
  until: 'Vor dem',
  asConfigured: (file) => `Wie ${file} es sagt.`,
  changedHere: (file) => `Auf dieser Seite geändert; ${file} sagt es anders.`,
  reset: 'Zurück zur Konfiguration',
  resetTitle: (name) => `${name}: zurück zur Konfiguration?`,
  resetHelp: (file) =>
    `Zeiten und Feiertage aus ${file} gelten wieder, von jeher; Fälligkeiten werden neu gerechnet.`,
  resetDone: (name) => `${name} ist, wie die Konfiguration es sagt`,
};

/** The words of working hours. */
export function useHoursWords(): typeof en {
  return useOwnWords({ en, de });
}
