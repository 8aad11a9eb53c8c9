import { useOwnWords } from '../words';

const en = {
  title: 'My queues',
  ofTeam: (team: string) => `Queues of ${team}`,
  arrange: 'Arrange my queues',
  save: 'Save as a queue',
  saveSearch: 'Save as a queue or alert',
  tell: 'Tell me of new mail that it finds',
  tellHelp: 'What was taken in before is not told.',
  tells: { never: 'No', notice: 'As an alert, within my hours', digest: 'In my next digest' },
  tellsSo: {
    notice: (who: string) => `alerts ${who}`,
    digest: (who: string) => `in the digest of ${who}`,
  },
  name: 'Name',
  nameHelp: 'It stands in the list at the side, with what it holds.',
  who: 'Who sees it',
  me: 'Only I',
  team: (team: string) => `Team ${team}`,
  keep: 'Save',
  cancel: 'Cancel',
  forget: (name: string) => `Remove “${name}”`,
  savedNow: (name: string) => `“${name}” stands in your list`,
  keptNow: (name: string) => `“${name}” is changed`,
  gone: (name: string) => `“${name}” is removed`,
  changed: (name: string) =>
    `Somebody changed “${name}” meanwhile. Nothing was overwritten: look at it as it is now.`,
  held: (n: string) => `holds ${n}`,
  lost: 'its queue is gone',
  up: (name: string) => `Move “${name}” up`,
  down: (name: string) => `Move “${name}” down`,
  edit: (name: string) => `Change “${name}”`,
  none: 'No queue of your own yet',
  noneHelp: 'Narrow a queue, or search for something, then choose “Save as a queue”.',
  by: (who: string) => `changed by ${who}`,
  searches: 'Search',
};

const de: typeof en = {
  title: 'Meine Listen',
  ofTeam: (team) => `Listen von ${team}`,
  arrange: 'Meine Listen ordnen',
  save: 'Als Liste merken',
  saveSearch: 'Als Liste oder Alarm merken',
  tell: 'Neue Mail, die sie findet, mir sagen',
  tellHelp: 'Was vorher aufgenommen wurde, wird nicht gesagt.',
  tells: {
    never: 'Nein',
    notice: 'Als Alarm, zu meinen Zeiten',
    digest: 'In meiner nächsten Zusammenfassung',
  },
  tellsSo: {
    notice: (who) => `alarmiert ${who}`,
    digest: (who) => `in der Zusammenfassung für ${who}`,
  },
  name: 'Name',
  nameHelp: 'Sie steht in der Liste am Rand, mit dem, was sie enthält.',
  who: 'Wer sie sieht',
  me: 'Nur ich',
  team: (team) => `Team ${team}`,
  keep: 'Merken',
  cancel: 'Abbrechen',
  forget: (name) => `„${name}“ entfernen`,
  savedNow: (name) => `„${name}“ steht in Ihrer Liste`,
  keptNow: (name) => `„${name}“ ist geändert`,
  gone: (name) => `„${name}“ ist entfernt`,
  changed: (name) =>
    `Jemand hat „${name}“ inzwischen geändert. Nichts wurde überschrieben: Sehen Sie den jetzigen Stand an.`,
  held: (n) => `enthält ${n}`,
  lost: 'die Liste dahinter gibt es nicht mehr',
  up: (name) => `„${name}“ nach oben`,
  down: (name) => `„${name}“ nach unten`,
  edit: (name) => `„${name}“ ändern`,
  none: 'Noch keine eigene Liste',
  noneHelp: 'Grenzen Sie eine Liste ein oder suchen Sie etwas, dann „Als Liste merken“.',
  by: (who) => `geändert von ${who}`,
  searches: 'Suche',
};

/** Words about queues of one's own. */
export function useViewWords(): typeof en {
  return useOwnWords({ en, de });
}
