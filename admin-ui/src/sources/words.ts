import { useOwnWords } from '../words';

const many = (n: number, one: string, more: string) =>
  `${n.toLocaleString('en')} ${n === 1 ? one : more}`;
const viele = (n: number, one: string, more: string) =>
  `${n.toLocaleString('de')} ${n === 1 ? one : more}`;

const en = {
  ledger: 'Ledgers',
  attached: 'Attached files',
  watch: {
    health: {
      unused: 'not used yet',
      starting: 'starting',
      working: 'works',
      failing: 'fails',
      paused: 'rests',
    } as Record<string, string>,
    taken: 'last taken in',
    heard: 'server last heard',
    retry: 'tried again',
    never: 'nothing since the start',
    from: (host: string) => `from ${host}`,
  },
  compared: {
    at: 'compared with the server',
    found: (there: number, taken: number, gone: number) =>
      `${many(there, 'message', 'messages')} there, ${taken.toLocaleString('en')} of them taken in ` +
      `then, ${gone.toLocaleString('en')} deleted there since the time before`,
    missing: (n: number, folder: string) =>
      `${many(n, 'message', 'messages')} on the server in "${folder}" could not be taken in. Look ` +
      'above for what went wrong; let the source rest and go on, and it is compared again.',
  },
  rest: {
    pause: 'Let it rest',
    resume: 'Let it go on',
    paused: 'Nothing is taken in until you let it go on',
    resumed: 'It goes on',
  },
  quarantine: {
    readable: 'It could be read; it is in its case now',
    unreadable: 'It still cannot be read; the reason stands beside it',
  },
  coverage: {
    title: 'What of the attached files can be found',
    sentence: (read: number, files: number) =>
      files === 0
        ? 'No file is attached to any message.'
        : `${read.toLocaleString('en')} of ${many(files, 'file', 'files')} read`,
    inPart: (n: number) => `${n.toLocaleString('en')} in part`,
    waiting: (n: number) => `${many(n, 'waits', 'wait')}`,
    all: 'Every file was read.',
    reasons: 'Not read, by reason',
    files: 'Files',
    reason: 'Reason',
    show: 'Show them',
    hide: 'Hide them',
    where: 'Where',
    size: 'Size',
    retry: 'Read again',
    retried: 'It will be read again',
    more: 'Show more',
    nowhere: 'no message holds it any more',
  },
};

const de: typeof en = {
  ledger: 'Bücher',
  attached: 'Angehängte Dateien',
  watch: {
    health: {
      unused: 'noch nicht benutzt',
      starting: 'fährt an',
      working: 'arbeitet',
      failing: 'schlägt fehl',
      paused: 'ruht',
    },
    taken: 'zuletzt empfangen',
    heard: 'Server zuletzt gehört',
    retry: 'neuer Versuch',
    never: 'nichts seit dem Start',
    from: (host) => `von ${host}`,
  },
  compared: {
    at: 'mit dem Server verglichen',
    found: (there, taken, gone) =>
      `${viele(there, 'Nachricht', 'Nachrichten')} dort, davon ${taken.toLocaleString('de')} dabei ` +
      `aufgenommen, ${gone.toLocaleString('de')} dort seit dem Mal davor gelöscht`,
    missing: (n, folder) =>
      `${viele(n, 'Nachricht', 'Nachrichten')} auf dem Server in "${folder}" ließen sich nicht ` +
      'aufnehmen. Oben steht, was schiefging; lassen Sie die Quelle ruhen und weitermachen, dann ' +
      'wird neu verglichen.',
  },
  rest: {
    pause: 'Ruhen lassen',
    resume: 'Weiter lassen',
    paused: 'Nichts wird aufgenommen, bis es weitergehen darf',
    resumed: 'Es geht weiter',
  },
  quarantine: {
    readable: 'Sie ließ sich lesen und steht nun in ihrem Fall',
    unreadable: 'Sie lässt sich weiterhin nicht lesen; der Grund steht daneben',
  },
  coverage: {
    title: 'Was von den angehängten Dateien zu finden ist',
    sentence: (read, files) =>
      files === 0
        ? 'An keiner Nachricht hängt eine Datei.'
        : `${read.toLocaleString('de')} von ${viele(files, 'Datei', 'Dateien')} gelesen`,
    inPart: (n) => `${n.toLocaleString('de')} teilweise`,
    waiting: (n) => viele(n, 'wartet', 'warten'),
    all: 'Jede Datei wurde gelesen.',
    reasons: 'Nicht gelesen, nach Grund',
    files: 'Dateien',
    reason: 'Grund',
    show: 'Zeigen',
    hide: 'Verbergen',
    where: 'Wo',
    size: 'Größe',
    retry: 'Erneut lesen',
    retried: 'Sie wird erneut gelesen',
    more: 'Mehr zeigen',
    nowhere: 'keine Nachricht enthält sie mehr',
  },
};

/** The words of watched sources and of attached files. */
export function useSourceWords(): typeof en {
  return useOwnWords({ en, de });
}
