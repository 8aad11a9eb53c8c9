import { useOwnWords } from '../words';

const many = (n: number, one: string, more: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const viele = (n: number, one: string, more: string) =>
  `${n.toLocaleString('de')} ${n === 1 ? one : more}`;

const en = {
  title: 'Reports',
  tabs: { outcomes: 'Outcomes', baselines: 'Out of the usual', noise: 'Noise of the signals' },
  outcomes: {
    help: 'How quickly escalations are noticed, taken and handed on, and how often they come back.',
    none: 'No escalation began in this time.',
    noneHelp: 'Choose a longer time, or wait for the first one.',
    since: 'Since',
    periods: { '90': 'Three months', '182': 'Half a year', '365': 'A year', all: 'All history' },
    period: 'Period',
    escalations: 'Escalations',
    detect: 'Until noticed',
    detectHelp: 'From the first message to the first escalated level',
    own: 'Until owned',
    ownHelp: 'From that level to an owner',
    handOff: 'Until handed on',
    handOffHelp: 'From that level until somebody else took over',
    never: 'Never owned',
    reopened: 'Came back',
    ofResolved: (n: number, all: number) =>
      `${n.toLocaleString('en')} of ${all.toLocaleString('en')} resolved`,
    median: 'median',
    p90: 'nine of ten',
    within: (span: string) => `nine of ten within ${span}`,
    month: 'Month',
    byMonth: 'Escalations by month',
    hours: 'Hours until noticed, by month',
    resolved: 'Resolved',
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
  tabs: { outcomes: 'Ergebnisse', baselines: 'Ungewöhnlich', noise: 'Rauschen der Signale' },
  outcomes: {
    help: 'Wie schnell Eskalationen bemerkt, übernommen und weitergegeben werden, und wie oft sie wiederkommen.',
    none: 'In dieser Zeit begann keine Eskalation.',
    noneHelp: 'Wählen Sie eine längere Zeit, oder warten Sie auf die erste.',
    since: 'Seit',
    periods: { '90': 'Drei Monate', '182': 'Ein halbes Jahr', '365': 'Ein Jahr', all: 'Alles' },
    period: 'Zeitraum',
    escalations: 'Eskalationen',
    detect: 'Bis bemerkt',
    detectHelp: 'Von der ersten Nachricht bis zur ersten eskalierten Stufe',
    own: 'Bis übernommen',
    ownHelp: 'Von dieser Stufe bis zu einem Zuständigen',
    handOff: 'Bis weitergegeben',
    handOffHelp: 'Von dieser Stufe, bis jemand anders übernahm',
    never: 'Nie übernommen',
    reopened: 'Kam zurück',
    ofResolved: (n, all) => `${n.toLocaleString('de')} von ${all.toLocaleString('de')} gelösten`,
    median: 'Median',
    p90: 'neun von zehn',
    within: (span) => `neun von zehn binnen ${span}`,
    month: 'Monat',
    byMonth: 'Eskalationen nach Monat',
    hours: 'Stunden bis bemerkt, nach Monat',
    resolved: 'Gelöst',
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
