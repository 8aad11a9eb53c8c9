import { useOwnWords } from '../words';
import type { Handoffs } from './calls';

const many = (n: number, one: string, more: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const viele = (n: number, one: string, more: string) =>
  `${n.toLocaleString('de')} ${n === 1 ? one : more}`;

const en = {
  title: 'Reports',
  tabs: {
    outcomes: 'Outcomes',
    pilot: 'Pilot',
    baselines: 'Out of the usual',
    noise: 'Noise of the signals',
  },
  outcomes: {
    help: 'How quickly escalations are noticed, taken and handed on, how often they come back, and how often promises are kept.',
    none: 'No escalation began and no promise fell due in this time.',
    noneHelp: 'Choose a longer time, or wait for the first one.',
    since: 'Since',
    periods: { '90': 'Three months', '182': 'Half a year', '365': 'A year', all: 'All history' },
    period: 'Period',
    escalations: 'Escalations',
    detect: 'Until noticed',
    escalationsHelp: 'Cases that first reached an escalated level in this time',
    detectHelp: 'From the first message of the case until the rules gave it an escalated level',
    own: 'Until owned',
    ownHelp:
      'From that level until the case had an owner: who was set, else who answered first; at once where it had one before',
    handOff: 'Until handed on',
    handOffHelp: 'From that level until another owner or another team of ours took over',
    never: 'Never owned',
    neverHelp: 'Nobody of ours was set as owner or answered',
    reopened: 'Came back',
    reopenedHelp: 'Of the resolved ones: the customer wrote again about it',
    kept: 'Promises kept',
    keptHelp:
      'Promises of ours that fell due in this time, in any case; changed and withdrawn ones do not count',
    ofDecided: (n: number, all: number) =>
      `${n.toLocaleString('en')} of ${all.toLocaleString('en')} decided`,
    ofMade: (n: number, all: number) => `${n.toLocaleString('en')} of ${all.toLocaleString('en')}`,
    keptByMonth: 'Promises kept in percent, by the month in which they fell due',
    ofResolved: (n: number, all: number) =>
      `${n.toLocaleString('en')} of ${all.toLocaleString('en')} resolved`,
    median: 'median',
    p90: 'nine of ten',
    within: (span: string) => `nine of ten within ${span}`,
    month: 'Month',
    byMonth: 'Escalations by month',
    hours: 'Hours until noticed, by month',
    resolved: 'Resolved',
    handoffs: 'Handoffs',
    ofHandoffs: ({ offered, waiting, replaced }: Handoffs) =>
      [
        many(offered, 'handoff', 'handoffs'),
        waiting > 0 && `${waiting.toLocaleString('en')} not taken yet`,
        replaced > 0 && `${replaced.toLocaleString('en')} replaced`,
      ]
        .filter(Boolean)
        .join(', '),
    accept: 'Until taken over',
    acceptHelp: 'From the handoff until the other one accepted it',
  },
  baselines: {
    help: 'Accounts and kinds of issues that wrote far more or far less in a week than they usually do, each against the median of its own twelve weeks before.',
    week: 'Week of',
    before: 'Week before',
    after: 'Week after',
    running: 'This week still runs; a drop shows once it is over.',
    all: 'Show everybody',
    none: 'Everybody wrote about as much as usual.',
    noneHelp: (compared: number, tooNew: number) =>
      `${many(compared, 'was', 'were')} compared; ${many(tooNew, 'is', 'are')} too new to tell.`,
    account: 'Account',
    swing: 'This week',
    usual: 'Usually',
    weeks: 'The weeks before',
    swings: { spike: 'far more', drop: 'far less', usual: 'as usual' },
    bars: (weeks: string) => `messages by week, oldest first: ${weeks}`,
  },
  durations: {
    none: '–',
    minutes: (n: number) => `${n} min`,
    hours: (n: number) => `${n.toLocaleString('en', { maximumFractionDigits: 1 })} h`,
    days: (n: number) => `${n.toLocaleString('en', { maximumFractionDigits: 1 })} d`,
    atOnce: 'at once',
  },
};

const de: typeof en = {
  title: 'Berichte',
  tabs: {
    outcomes: 'Ergebnisse',
    pilot: 'Pilot',
    baselines: 'Ungewöhnlich',
    noise: 'Rauschen der Signale',
  },
  outcomes: {
    help: 'Wie schnell Eskalationen bemerkt, übernommen und weitergegeben werden, wie oft sie wiederkommen und wie oft Zusagen gehalten werden.',
    none: 'In dieser Zeit begann keine Eskalation, und keine Zusage wurde fällig.',
    noneHelp: 'Wählen Sie eine längere Zeit, oder warten Sie auf die erste.',
    since: 'Seit',
    periods: { '90': 'Drei Monate', '182': 'Ein halbes Jahr', '365': 'Ein Jahr', all: 'Alles' },
    period: 'Zeitraum',
    escalations: 'Eskalationen',
    detect: 'Bis bemerkt',
    escalationsHelp: 'Fälle, die in dieser Zeit zuerst eine eskalierte Stufe erreichten',
    detectHelp:
      'Von der ersten Nachricht des Falls, bis die Regeln ihm eine eskalierte Stufe gaben',
    own: 'Bis übernommen',
    ownHelp:
      'Von dieser Stufe, bis der Fall einen Zuständigen hatte: wer gesetzt wurde, sonst wer zuerst antwortete; sofort, wo er schon einen hatte',
    handOff: 'Bis weitergegeben',
    handOffHelp:
      'Von dieser Stufe, bis ein anderer Zuständiger oder ein anderes Team von uns übernahm',
    never: 'Nie übernommen',
    neverHelp: 'Niemand von uns war zuständig oder antwortete',
    reopened: 'Kam zurück',
    reopenedHelp: 'Von den gelösten: Der Kunde schrieb deswegen wieder',
    kept: 'Zusagen gehalten',
    keptHelp:
      'Zusagen von uns, die in dieser Zeit fällig wurden, in allen Fällen; geänderte und zurückgenommene zählen nicht',
    ofDecided: (n, all) =>
      `${n.toLocaleString('de')} von ${all.toLocaleString('de')} entschiedenen`,
    ofMade: (n, all) => `${n.toLocaleString('de')} von ${all.toLocaleString('de')}`,
    keptByMonth: 'Gehaltene Zusagen in Prozent, nach dem Monat ihrer Fälligkeit',
    ofResolved: (n, all) => `${n.toLocaleString('de')} von ${all.toLocaleString('de')} gelösten`,
    median: 'Median',
    p90: 'neun von zehn',
    within: (span) => `neun von zehn binnen ${span}`,
    month: 'Monat',
    byMonth: 'Eskalationen nach Monat',
    hours: 'Stunden bis bemerkt, nach Monat',
    resolved: 'Gelöst',
    handoffs: 'Übergaben',
    ofHandoffs: ({ offered, waiting, replaced }) =>
      [
        viele(offered, 'Übergabe', 'Übergaben'),
        waiting > 0 && `${waiting.toLocaleString('de')} noch nicht übernommen`,
        replaced > 0 && `${replaced.toLocaleString('de')} ersetzt`,
      ]
        .filter(Boolean)
        .join(', '),
    accept: 'Bis angenommen',
    acceptHelp: 'Von der Übergabe, bis der andere sie annahm',
  },
  baselines: {
    help: 'Kunden und Arten von Anliegen, die in einer Woche weit mehr oder weit weniger schrieben als sonst, jeweils gegen den Median der eigenen zwölf Wochen davor.',
    week: 'Woche vom',
    before: 'Woche davor',
    after: 'Woche danach',
    running: 'Diese Woche läuft noch; ein Rückgang zeigt sich erst, wenn sie vorbei ist.',
    all: 'Alle zeigen',
    none: 'Alle schrieben etwa so viel wie sonst.',
    noneHelp: (compared, tooNew) =>
      `${viele(compared, 'wurde', 'wurden')} verglichen; ${viele(tooNew, 'ist', 'sind')} zu neu dafür.`,
    account: 'Kunde',
    swing: 'Diese Woche',
    usual: 'Sonst',
    weeks: 'Die Wochen davor',
    swings: { spike: 'weit mehr', drop: 'weit weniger', usual: 'wie sonst' },
    bars: (weeks) => `Nachrichten je Woche, die älteste zuerst: ${weeks}`,
  },
  durations: {
    none: '–',
    minutes: (n) => `${n} min`,
    hours: (n) => `${n.toLocaleString('de', { maximumFractionDigits: 1 })} h`,
    days: (n) => `${n.toLocaleString('de', { maximumFractionDigits: 1 })} T`,
    atOnce: 'sofort',
  },
};

export type ReportWords = typeof en;

/** The words of the reports. */
export function useReportWords(): ReportWords {
  return useOwnWords({ en, de });
}

/** A duration in seconds as people say it. */
export function durationWords(seconds: number | null | undefined, w: ReportWords): string {
  if (seconds == null) return w.durations.none;
  if (seconds < 60) return w.durations.atOnce;
  if (seconds < 5400) return w.durations.minutes(Math.round(seconds / 60));
  if (seconds < 172_800) return w.durations.hours(seconds / 3600);
  return w.durations.days(seconds / 86_400);
}
