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
  'took the case over': 'übernahm den Fall',
};

const MOVED = /^moved (\d+) message\(s\) here: (.*)$/s;
/** Where in a file a passage stands, within another file or not. */
const PLACE = /^(.*, )?(?:(page|slide) (\d+)|sheet ([^,]+))$/s;
const MERGED = /^merged case (\S+) into this one: (.*)$/s;

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
  const handed = /^handed over to (\S+?)(: .*)?$/s.exec(said);
  if (handed) return `an ${handed[1]} übergeben${handed[2] ?? ''}`;
  return german[said] ?? watchingInGerman(said) ?? said;
}
