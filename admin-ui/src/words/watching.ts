/** What watched sources and channels say of themselves, in German: a pattern and what it becomes. */
const sentences: [RegExp, (...parts: string[]) => string][] = [
  [/^not begun$/, () => 'noch nicht begonnen'],
  [/^connecting$/, () => 'verbindet sich'],
  [/^waiting to try again$/, () => 'wartet auf den nächsten Versuch'],
  [
    /^waiting to try again; the page counts as unchanged$/,
    () => 'wartet auf den nächsten Versuch; die Seite gilt als unverändert',
  ],
  [/^comparing all folders with the journal$/, () => 'vergleicht alle Ordner mit dem Journal'],
  [/^waiting for mail \(IDLE\)$/, () => 'wartet auf Mail (IDLE)'],
  [/^looking every (\S+) s \(no IDLE\)$/, (every) => `sieht alle ${every} s nach (kein IDLE)`],
  [
    /^taking in (.*): (\d+) of (\d+) messages$/s,
    (folder, done, all) => `nimmt ${folder} auf: ${done} von ${all} Nachrichten`,
  ],
  [/^paused by (.+) since (\S+)$/s, (by, since) => `ruht seit ${since}, angehalten von ${by}`],
  [/^listening on (.+) \((\S+)\)$/s, (place, protocol) => `horcht auf ${place} (${protocol})`],
  [
    /^looking again whether a change stays$/,
    () => 'sieht noch einmal nach, ob eine Änderung bleibt',
  ],
  [/^keeping what was read before$/, () => 'behält, was vorher gelesen wurde'],
  [
    /^looking every (.+) whether it changes$/s,
    (every) => `sieht alle ${every} nach, ob sich etwas ändert`,
  ],
  [
    /^looking every (.+); at the last look: (.+)$/s,
    (every, found) => `sieht alle ${every} nach; beim letzten Mal: ${looks[found] ?? found}`,
  ],
  [
    /^looking every (.+?) at (\d+) files(?:; (\d+) are still written to)?(?:; (\d+) are not taken, as the ledger says)?$/s,
    (every, files, still, left) =>
      `sieht alle ${every} nach ${files} Dateien${still ? `; an ${still} wird noch geschrieben` : ''}${left ? `; ${left} werden nicht genommen, wie im Buch steht` : ''}`,
  ],
  [/^looking every (\S+ ?\S*)$/s, (every) => `sieht alle ${every} nach`],
  [
    /^its password or token (ended|ends) on (\S+); write a new one into its file, and its day into `expires`$/,
    (when, day) =>
      `sein Passwort oder Token ${when === 'ended' ? 'galt' : 'gilt'} bis ${day}; schreiben Sie ein neues in seine Datei und dessen Tag in \`expires\``,
  ],
  [
    /^the certificate of (\S+) (ended|ends) on (\S+); it has to be renewed there$/,
    (host, when, day) =>
      `das Zertifikat von ${host} ${when === 'ended' ? 'galt' : 'gilt'} bis ${day}; es muss dort erneuert werden`,
  ],
];

const looks: Record<string, string> = {
  'kept as it is now': 'behalten, wie sie jetzt ist',
  'as it was': 'wie sie war',
  'differs at every fetch in what does not count as a change':
    'bei jedem Abruf anders, in dem, was nicht als Änderung zählt',
  changed: 'geändert',
};

/** What a watched source or a channel says of itself; nothing if it is another sentence. */
export function watchingInGerman(said: string): string | undefined {
  for (const [pattern, becomes] of sentences) {
    const found = pattern.exec(said);
    if (found) return becomes(...found.slice(1));
  }
  return undefined;
}
