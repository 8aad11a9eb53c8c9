import { useOwnWords } from '../words';
import type { PilotCounted as Counted, PilotStretch } from './calls';
import { durationWords, type ReportWords } from './words';

export type PilotCounted = Counted;

type Taken = {
  sources: number;
  messages: number;
  quarantined: number;
  files: number;
  files_read: number;
  files_waiting: number;
  files_unread: number;
};

const n = (value: number) => value.toLocaleString('en');
const z = (value: number) => value.toLocaleString('de');

const en = {
  help: 'What the team would have known, and when, had Watchkeeper read the imported history as it happened: today’s rules and policies, run along the time of the mail.',
  split: 'Before/after',
  splitHelp: 'The day that parts before from after, such as the first day of a pilot',
  print: 'Print',
  none: 'Nothing is imported in this time.',
  noneHelp: 'Import a mailbox, or choose a longer time.',
  lead: (all: string, earlier: string, lead: string) =>
    `${all} escalations. Of ${earlier} the team would have been told before anybody reacted, half of them by ${lead} or more.`,
  from: (since: string, until: string) => `From ${since} to ${until}.`,
  taken: (t: Taken) =>
    `Taken in so far: ${n(t.sources)} ${t.sources === 1 ? 'source' : 'sources'}, ${n(t.messages)} messages (${n(t.quarantined)} could not be read), ${n(t.files)} attached files: ${n(t.files_read)} read, ${n(t.files_waiting)} waiting, ${n(t.files_unread)} not read.`,
  within: (p90: number | null | undefined, w: ReportWords): string | undefined =>
    p90 == null ? undefined : `nine of ten within ${durationWords(p90, w)}`,
  of: (some: number, all: number) => `${n(some)} of ${n(all)}`,
  most: (most: number) => `at most ${n(most)} on one day`,
  byMonth: 'Escalations by month',
  figures: 'Figures',
  whole: 'Whole time',
  before: (day: string) => `Before ${day}`,
  after: (day: string) => `From ${day}`,
  stretches: { whole: 'whole time', before: 'before', after: 'after' } as Record<
    PilotStretch,
    string
  >,
  rows: {
    messages: 'Messages',
    cases: 'Cases begun',
    escalations: 'Escalations',
    to_told: 'Until told',
    to_reaction: 'Until somebody reacted',
    earlier: 'Told before anybody reacted',
    lead: 'Time won',
    later: 'Reacted before told',
    unanswered: 'Nobody reacted',
    untold: 'No policy told',
    repeated: 'Accounts that escalated repeatedly',
    promises: 'Promises found',
    kept: 'Promises kept',
    broken: 'Promises missed, late or disputed',
    rate: 'Kept, of those decided',
    unfollowed: 'Promises never followed up',
    notices_a_day: 'Notices a day',
    most_a_day: 'Most notices on one day',
  },
  help_of: {
    messages: undefined,
    cases: undefined,
    escalations: 'Cases that first reached an escalated level in this time',
    to_told: 'Half of them: from the customer’s first sign to the first notice or page',
    to_reaction:
      'Half of them: from the customer’s first sign until somebody of ours wrote or took the case',
    earlier: undefined,
    lead: 'Half of them: how much earlier the notice, where it came before the reaction',
    later: 'Or at the same moment',
    unanswered: 'Nobody of ours wrote or took the case after the sign, as far as mail shows',
    untold: 'Policies left it to a digest or to nobody',
    repeated: 'More than one escalation in this time',
    promises: 'Made by us in this time, with or without a time',
    kept: 'In time, by the time that was named',
    broken: undefined,
    rate: undefined,
    unfollowed: 'Missed, and nobody of ours wrote in the case after the time had passed',
    notices_a_day: 'To all persons together, with grouping, quiet hours and budgets as configured',
    most_a_day: undefined,
  } as Record<string, string | undefined>,
  people: 'Whom it would have disturbed',
  person: 'Person',
  notices: 'Notices',
  aDay: 'A day',
  examples: 'Where most time would have been won',
  close: 'Close',
  more: 'Show more',
  sign: 'First sign',
  promised: 'Promised',
  told: 'told',
  reacted: 'reacted',
  never: 'never',
  nobody: 'nobody reacted',
  won: (span: string) => `${span} earlier`,
  lost: (span: string) => `${span} after the reaction`,
  how: 'How this is computed',
  rules: (id: string) => `The rules are those that are active now (${id}), not those of the time.`,
  zone: (zone: string) => `Days and months are those of ${zone}.`,
  hows: [
    'A case counts as an escalation from the moment at which the rules give it an escalated level, looking only at what had arrived by then.',
    'The customer’s first sign is the earliest message that raised one of the signals behind that level.',
    'Told is the first notice or page that the policies wish for after that sign; what waits for a digest does not count.',
    'A reaction is the first message that a person of ours wrote in the case after the sign, or the moment at which somebody was made its owner.',
    'Notices are counted as if somebody had acknowledged each within the hour.',
  ],
  limits: 'What mail cannot show',
  limit: [
    'Calls, chats and meetings: whoever picked up the telephone has reacted, and is not seen here.',
    'Whether a notice would have changed anything. Time won is time in which somebody could have known.',
    'Escalations that the rules do not see. Label them in the case as missed; Rules, Missed counts them.',
    'Mailboxes and files that were not imported or could not be read.',
    'Promises made by word of mouth, and those kept without a word in the mail, which count as missed.',
  ],
};

const de: typeof en = {
  help: 'Was das Team wann gewusst hätte, hätte Watchkeeper die importierte Geschichte gelesen, während sie geschah: die heutigen Regeln und Richtlinien, entlang der Zeit der Mails.',
  split: 'Vorher/nachher',
  splitHelp: 'Der Tag, der vorher von nachher trennt, etwa der erste Tag eines Pilotbetriebs',
  print: 'Drucken',
  none: 'In dieser Zeit ist nichts importiert.',
  noneHelp: 'Importieren Sie ein Postfach, oder wählen Sie eine längere Zeit.',
  lead: (all, earlier, lead) =>
    `${all} Eskalationen. Von ${earlier} hätte das Team erfahren, bevor jemand reagierte, von der Hälfte davon um ${lead} oder mehr früher.`,
  from: (since, until) => `Von ${since} bis ${until}.`,
  taken: (t) =>
    `Bisher aufgenommen: ${z(t.sources)} ${t.sources === 1 ? 'Quelle' : 'Quellen'}, ${z(t.messages)} Nachrichten (${z(t.quarantined)} nicht lesbar), ${z(t.files)} angehängte Dateien: ${z(t.files_read)} gelesen, ${z(t.files_waiting)} warten, ${z(t.files_unread)} nicht gelesen.`,
  within: (p90, w) => (p90 == null ? undefined : `neun von zehn binnen ${durationWords(p90, w)}`),
  of: (some, all) => `${z(some)} von ${z(all)}`,
  most: (most) => `höchstens ${z(most)} an einem Tag`,
  byMonth: 'Eskalationen nach Monat',
  figures: 'Zahlen',
  whole: 'Gesamte Zeit',
  before: (day) => `Vor dem ${day}`,
  after: (day) => `Ab dem ${day}`,
  stretches: { whole: 'gesamte Zeit', before: 'vorher', after: 'nachher' },
  rows: {
    messages: 'Nachrichten',
    cases: 'Begonnene Fälle',
    escalations: 'Eskalationen',
    to_told: 'Bis gemeldet',
    to_reaction: 'Bis jemand reagierte',
    earlier: 'Gemeldet, bevor jemand reagierte',
    lead: 'Gewonnene Zeit',
    later: 'Reaktion vor der Meldung',
    unanswered: 'Niemand reagierte',
    untold: 'Keine Richtlinie meldete',
    repeated: 'Kunden, die mehrfach eskalierten',
    promises: 'Gefundene Zusagen',
    kept: 'Gehaltene Zusagen',
    broken: 'Verpasste, verspätete oder bestrittene Zusagen',
    rate: 'Gehalten, von den entschiedenen',
    unfollowed: 'Nie nachverfolgte Zusagen',
    notices_a_day: 'Meldungen am Tag',
    most_a_day: 'Meiste Meldungen an einem Tag',
  },
  help_of: {
    escalations: 'Fälle, die in dieser Zeit zuerst eine eskalierte Stufe erreichten',
    to_told: 'Die Hälfte: vom ersten Zeichen des Kunden bis zur ersten Meldung oder zum Ruf',
    to_reaction:
      'Die Hälfte: vom ersten Zeichen des Kunden, bis jemand von uns schrieb oder den Fall übernahm',
    lead: 'Die Hälfte: um wie viel früher die Meldung, wo sie vor der Reaktion kam',
    later: 'Oder im selben Augenblick',
    unanswered:
      'Niemand von uns schrieb oder übernahm den Fall nach dem Zeichen, soweit Mails es zeigen',
    untold: 'Richtlinien überließen es einer Zusammenfassung oder niemandem',
    repeated: 'Mehr als eine Eskalation in dieser Zeit',
    promises: 'Von uns in dieser Zeit gegeben, mit oder ohne Termin',
    kept: 'Rechtzeitig, bis zum genannten Termin',
    unfollowed: 'Verpasst, und niemand von uns schrieb im Fall, nachdem der Termin verstrichen war',
    notices_a_day:
      'An alle Personen zusammen, mit Bündelung, Ruhezeiten und Obergrenzen wie eingestellt',
  },
  people: 'Wen es gestört hätte',
  person: 'Person',
  notices: 'Meldungen',
  aDay: 'Am Tag',
  examples: 'Wo am meisten Zeit gewonnen wäre',
  close: 'Schließen',
  more: 'Mehr zeigen',
  sign: 'Erstes Zeichen',
  promised: 'Zugesagt',
  told: 'gemeldet',
  reacted: 'reagiert',
  never: 'nie',
  nobody: 'niemand reagierte',
  won: (span) => `${span} früher`,
  lost: (span) => `${span} nach der Reaktion`,
  how: 'Wie das berechnet ist',
  rules: (id) => `Die Regeln sind die, die jetzt gelten (${id}), nicht die von damals.`,
  zone: (zone) => `Tage und Monate sind die von ${zone}.`,
  hows: [
    'Ein Fall zählt als Eskalation von dem Augenblick an, in dem ihm die Regeln eine eskalierte Stufe geben; dabei sehen sie nur, was bis dahin angekommen war.',
    'Das erste Zeichen des Kunden ist die früheste Nachricht, die eines der Signale hinter dieser Stufe auslöste.',
    'Gemeldet ist die erste Meldung oder der erste Ruf, den die Richtlinien nach diesem Zeichen wünschen; was auf eine Zusammenfassung wartet, zählt nicht.',
    'Eine Reaktion ist die erste Nachricht, die ein Mensch von uns nach dem Zeichen im Fall schrieb, oder der Augenblick, in dem jemand zuständig wurde.',
    'Meldungen sind gezählt, als hätte jemand jede binnen einer Stunde bestätigt.',
  ],
  limits: 'Was Mails nicht zeigen',
  limit: [
    'Anrufe, Chats und Treffen: Wer zum Telefon griff, hat reagiert, und ist hier nicht zu sehen.',
    'Ob eine Meldung etwas geändert hätte. Gewonnene Zeit ist Zeit, in der jemand es hätte wissen können.',
    'Eskalationen, die die Regeln nicht sehen. Markieren Sie diese im Fall als übersehen; Regeln, Übersehen zählt sie.',
    'Postfächer und Dateien, die nicht importiert wurden oder nicht lesbar waren.',
    'Mündliche Zusagen, und solche, die ohne ein Wort in den Mails gehalten wurden; sie zählen als verpasst.',
  ],
};

/** The words of the pilot report. */
export function usePilotWords(): typeof en {
  return useOwnWords({ en, de });
}

const COUNTED: readonly Counted[] = [
  'escalations',
  'earlier',
  'later',
  'unanswered',
  'untold',
  'repeated',
  'promises',
  'kept',
  'broken',
  'unfollowed',
];

/** The figure that an address names; all escalations where it names none. */
export const countedOf = (given: string | undefined): Counted =>
  COUNTED.find((one) => one === given) ?? 'escalations';

/** The stretch that an address names, where there is a split at all. */
export const stretchOf = (given: string | undefined, split: boolean): PilotStretch =>
  split && (given === 'before' || given === 'after') ? given : 'whole';
