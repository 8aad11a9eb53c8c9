import { useOwnWords } from '../words';

const many = (n: number, one: string, more: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const viele = (n: number, one: string, more: string) =>
  `${n.toLocaleString('de')} ${n === 1 ? one : more}`;

const en = {
  preview: 'Preview the digest',
  title: 'The next digest',
  back: 'What changed',
  whose: 'Whose digest',
  form: 'Form',
  forms: { html: 'As mail', text: 'As text' },
  to: 'To',
  due: 'Due',
  by: 'By',
  says: 'Says',
  subject: 'Subject',
  summary: (changes: number, cases: number) =>
    `${many(changes, 'change', 'changes')} in ${many(cases, 'case', 'cases')}`,
  nothing: 'nothing',
  later: (n: number) => `${many(n, 'line', 'lines')} for a digest after this one`,
  none: 'This digest would not be sent.',
  noneHelp:
    'Digests tell changes only, and nothing waits for this one. What happens until it is due may still come in.',
  noneFor: 'No digest goes to you.',
  noneForHelp:
    'An administrator adds you under [[people]] in the configuration, with your address as `email` and the name that you sign in with as `user`.',
  unknown: (channel: string) =>
    `There is no channel “${channel}”, so it cannot go out: an administrator adds it to the configuration.`,
  frame: (to: string) => `The digest for ${to}`,
  empty: 'nothing to send',
  late: 'came late',
  lateTitle: (when: string) => `It happened before, and was taken in ${when}`,
};

const de: typeof en = {
  preview: 'Zusammenfassung ansehen',
  title: 'Die nächste Zusammenfassung',
  back: 'Was sich änderte',
  whose: 'Wessen Zusammenfassung',
  form: 'Form',
  forms: { html: 'Als Mail', text: 'Als Text' },
  to: 'An',
  due: 'Fällig',
  by: 'Über',
  says: 'Sagt',
  subject: 'Betreff',
  summary: (changes, cases) =>
    `${viele(changes, 'Änderung', 'Änderungen')} in ${viele(cases, 'Fall', 'Fällen')}`,
  nothing: 'nichts',
  later: (n) => `${viele(n, 'Zeile', 'Zeilen')} für eine spätere Zusammenfassung`,
  none: 'Diese Zusammenfassung würde nicht gesendet.',
  noneHelp:
    'Zusammenfassungen nennen nur Änderungen, und für diese wartet nichts. Was bis zu ihrer Zeit geschieht, kann noch hinzukommen.',
  noneFor: 'An Sie geht keine Zusammenfassung.',
  noneForHelp:
    'Die Verwaltung trägt Sie in der Konfiguration unter [[people]] ein, mit Ihrer Adresse als `email` und Ihrem Anmeldenamen als `user`.',
  unknown: (channel) =>
    `Es gibt keinen Kanal „${channel}“, also kann sie nicht hinausgehen: Die Verwaltung trägt ihn in der Konfiguration ein.`,
  frame: (to) => `Die Zusammenfassung für ${to}`,
  empty: 'nichts zu senden',
  late: 'kam spät',
  lateTitle: (when) => `Es geschah vorher und wurde ${when} aufgenommen`,
};

/** Words about what changed, and about digests of it. */
export function useChangeWords(): typeof en {
  return useOwnWords({ en, de });
}
