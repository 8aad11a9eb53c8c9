import { watchingInGerman } from './watching';

/**
 * Sentences that the service and the shipped rule set speak in English, in German. A sentence that
 * is not here was written by a team for itself and is shown as it is.
 */
const german: Record<string, string> = {
  'New escalations': 'Neue Eskalationen',
  'Cases that became an escalation within the last three days.':
    'Fälle, die in den letzten drei Tagen zur Eskalation wurden.',
  Escalations: 'Eskalationen',
  "Every open case whose severity reaches the team's line.":
    'Jeder offene Fall, dessen Schweregrad die Grenze des Teams erreicht.',
  'Overdue replies': 'Überfällige Antworten',
  'Cases whose oldest unanswered customer message is past its target.':
    'Fälle, deren älteste unbeantwortete Nachricht ihr Ziel überschritten hat.',
  'Without an owner': 'Ohne Zuständigen',
  'Escalations that nobody of ours has answered or taken.':
    'Eskalationen, die keiner von uns beantwortet oder übernommen hat.',
  Candidates: 'Kandidaten',
  'Cases with signals that are no escalation yet.':
    'Fälle mit Signalen, die noch keine Eskalation sind.',
  'Unknown senders': 'Unbekannte Absender',
  'Cases of domains and people that belong to no account.':
    'Fälle von Domänen und Personen, die zu keinem Kunden gehören.',
  'High severity': 'Hoher Schweregrad',
  "Open cases whose level is high on every team's scale: rank 70 and more.":
    'Offene Fälle, deren Grad auf der Skala jedes Teams hoch ist: Rang 70 und mehr.',
  'With another team': 'Beim anderen Team',
  'Open cases in which another team of ours has to act.':
    'Offene Fälle, in denen ein anderes unserer Teams handeln muss.',
  'Repeated escalations': 'Wiederholte Eskalationen',
  'Open escalations of accounts that had more than one within 90 days.':
    'Offene Eskalationen von Kunden, die innerhalb von 90 Tagen mehr als eine hatten.',
  'Promised for today': 'Für heute zugesagt',
  'Cases with a promise of ours that falls due today and is not kept yet.':
    'Fälle mit einer Zusage von uns, die heute fällig und noch nicht gehalten ist.',
  Closed: 'Geschlossen',
  'Cases that a person has closed.': 'Fälle, die eine Person geschlossen hat.',
  'All cases': 'Alle Fälle',
  'Every case, the latest first.': 'Jeder Fall, der neueste zuerst.',
  'Handed over': 'Übergeben',
  'Cases that were handed over and that nobody has taken yet.':
    'Fälle, die übergeben wurden und die noch niemand übernommen hat.',
  'To review': 'Zu prüfen',
  "Cases with a message that quotes another account's case.":
    'Fälle mit einer Nachricht, die den Fall eines anderen Kunden zitiert.',
  'Deadline reference': 'Frist genannt',
  'Executive visibility': 'Führung beteiligt',
  Frustration: 'Verärgerung',
  'Overdue response': 'Antwort überfällig',
  'Repeated follow-up': 'Wiederholte Nachfrage',
  'the customer had to ask again': 'der Kunde musste erneut fragen',
  'an answer is overdue': 'eine Antwort ist überfällig',
  'the customer is angry or disappointed': 'der Kunde ist verärgert oder enttäuscht',
  "a leader of the customer's is involved": 'eine Führungskraft des Kunden ist beteiligt',
  "a date of the customer's depends on it": 'ein Termin des Kunden hängt davon ab',
  'Account risk': 'Kunde gefährdet',
  'Escalation request': 'Eskalation verlangt',
  'Evidence added': 'Beleg nachgereicht',
  'Financial impact': 'Finanzieller Schaden',
  'Gone quiet': 'Verstummt',
  'Missed commitment': 'Zusage nicht gehalten',
  'Negative shift': 'Stimmung gekippt',
  'New decision maker': 'Neuer Entscheider',
  Outage: 'Ausfall',
  'Ownership churn': 'Häufig weitergereicht',
  'Parallel contact': 'Weiterer Kontakt zur selben Sache',
  'Ping-pong': 'Hin und Her',
  'Promise changed': 'Zusage geändert',
  'Promise disputed': 'Zusage bestritten',
  'Promise due soon': 'Zusage bald fällig',
  Reopened: 'Wieder aufgelebt',
  'Repeat issue': 'Wiederholtes Problem',
  'Security incident': 'Sicherheitsvorfall',
  'Spreading teams': 'Weitere Teams beteiligt',
  'Waiting on another team': 'Wartet auf ein anderes Team',
  'Executive joined': 'Führung kam hinzu',
  'Legal threat': 'Drohung mit dem Rechtsweg',
  'Level lowered': 'Stufe gesenkt',
  'Level raised': 'Stufe erhöht',
  'Promise missed': 'Zusage verpasst',
  'Reply overdue': 'Antwort überfällig',
  'the account may be lost, go to a lawyer or go public':
    'der Kunde könnte gehen, klagen oder an die Öffentlichkeit treten',
  'the customer asks for somebody with more say':
    'der Kunde verlangt jemanden mit mehr Entscheidungsmacht',
  'money is lost or at stake': 'Geld ist verloren oder steht auf dem Spiel',
  'we did not do what we had promised': 'wir haben eine Zusage nicht gehalten',
  'somebody who decides has joined': 'ein Entscheider ist hinzugekommen',
  'production is down': 'die Produktion steht',
  'we have moved what we had promised': 'wir haben eine Zusage verschoben',
  'the customer says that we broke a promise': 'der Kunde sagt, wir hätten eine Zusage gebrochen',
  'what was settled is back': 'Erledigtes ist wieder da',
  'it happened before': 'es ist schon einmal vorgekommen',
  'data may be lost or in wrong hands': 'Daten könnten verloren oder in falschen Händen sein',
  'Case handed over': 'Fall übergeben',
  'Tells whoever is to take a case over, at once. It ends when somebody takes it.':
    'Sagt es sofort der Person, die einen Fall übernehmen soll. Endet, wenn jemand ihn übernimmt.',
  'Handoff not accepted': 'Übergabe nicht angenommen',
  'Tells whoever handed a case over, and whoever is told by default, that nobody has taken it in time. It ends when somebody takes it.':
    'Sagt es der Person, die einen Fall übergab, und allen, die sonst benachrichtigt werden, wenn ihn niemand rechtzeitig übernahm. Endet, wenn jemand ihn übernimmt.',
  'Saved search': 'Gemerkte Suche',
  'Tells whoever saved a search of new mail that it finds; changed in the list of queues.':
    'Sagt der Person, die eine Suche merkte, welche neue Mail sie findet; zu ändern in der Liste der Listen.',
  'Source unusually quiet': 'Quelle ungewöhnlich still',
  'Tells that a source has taken nothing in.': 'Sagt, dass eine Quelle nichts aufgenommen hat.',
  'Source incomplete': 'Quelle unvollständig',
  'Tells that messages on a server are missing in the ledger of their source.':
    'Sagt, dass Nachrichten eines Servers im Buch ihrer Quelle fehlen.',
  'Silence over': 'Stille vorbei',
  'Tells whoever silenced alerts that this has ended.':
    'Sagt der Person, die Alarme stillstellte, dass dies vorbei ist.',
};

const MOVED = /^moved (\d+) message\(s\) here: (.*)$/s;
/** Where in a file a passage stands, within another file or not. */
const PLACE = /^(.*, )?(?:(page|slide) (\d+)|sheet ([^,]+))$/s;
const MERGED = /^merged case (\S+) into this one: (.*)$/s;

const HANDED = /^handed over to (.+?)(?: instead of (.+?))?(: .*)?$/s;
const TOOK = /^took the case over after (.+)$/s;
const HANDS = /^(.+?) hands this case over to (.+?)(: .*)?$/s;
const UNTAKEN = /^(.+?) has not taken this case over, which (.+) handed over\.$/s;

/** What the service says of cases that change hands; nothing if it says something else. */
function handedInGerman(said: string): string | undefined {
  const handed = HANDED.exec(said);
  if (handed) {
    const [, to, before, note = ''] = handed;
    return `an ${to}${before ? ` statt an ${before}` : ''} übergeben${note}`;
  }
  const took = TOOK.exec(said);
  if (took) return `übernahm den Fall nach ${took[1]?.replace(' d', ' T')}`;
  const hands = HANDS.exec(said);
  if (hands) return `${hands[1]} übergibt diesen Fall an ${hands[2]}${hands[3] ?? ''}`;
  const untaken = UNTAKEN.exec(said);
  if (untaken)
    return `${untaken[1]} hat diesen Fall noch nicht übernommen, den ${untaken[2]} übergab.`;
  return undefined;
}

/** What the service says, for an English reader. */
export function inEnglish(said: string): string {
  const moved = MOVED.exec(said);
  if (moved)
    return `moved ${moved[1]} ${moved[1] === '1' ? 'message' : 'messages'} here: ${moved[2]}`;
  return said;
}

/** What the service says, for a German reader. */
export function inGerman(said: string): string {
  const moved = MOVED.exec(said);
  if (moved)
    return `${moved[1]} ${moved[1] === '1' ? 'Nachricht' : 'Nachrichten'} hierher verschoben: ${moved[2]}`;
  const merged = MERGED.exec(said);
  if (merged) return `Fall ${merged[1]} mit diesem vereint: ${merged[2]}`;
  const place = PLACE.exec(said);
  if (place) {
    const [, path = '', unit, number, sheet] = place;
    if (sheet) return `${path}Blatt ${sheet}`;
    return `${path}${unit === 'page' ? 'Seite' : 'Folie'} ${number}`;
  }
  const handed = handedInGerman(said);
  if (handed) return handed;
  const search = /^New mail is found by your search "(.+)"\.$/s.exec(said);
  if (search) return `Ihre Suche „${search[1]}“ findet neue Mail.`;
  return german[said] ?? watchingInGerman(said) ?? said;
}
