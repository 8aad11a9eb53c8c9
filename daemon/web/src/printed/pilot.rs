//! The pilot report on paper.

use app::pilot::{PilotCase, PilotFigures, PilotReport};
use paper::{Bars, Block, Line, Table};

use super::words::{Voice, empty, name_of};

/// The report as a document. `origin` is the address of the page.
pub(crate) fn document(report: &PilotReport, voice: &Voice, origin: &str) -> paper::Document {
    let title = voice.say("Pilot report", "Pilotbericht").to_owned();
    let foot = format!("{origin}/reports?tab=pilot");
    let mut document = empty(voice, title, foot, report.until);
    document.blocks.push(Block::Facts(facts(report, voice)));
    document.blocks.push(Block::Text(lead(&report.whole, voice)));
    document.blocks.push(Block::Text(taken_in(report, voice)));
    document.blocks.push(Block::Bars(Bars {
        title: voice.say("Escalations by month", "Eskalationen nach Monat").to_owned(),
        series: vec![
            voice.say("Escalations", "Eskalationen").to_owned(),
            voice.say("Told before anybody reacted", "Gemeldet, bevor jemand reagierte").to_owned(),
        ],
        rows: report.months.iter().map(|(m, all, told)| (m.clone(), vec![*all, *told])).collect(),
    }));
    heading(&mut document, voice.say("Figures", "Zahlen"));
    document.blocks.push(Block::Table(figures(report, voice)));
    if !report.repeated.is_empty() {
        let title =
            voice.say("Accounts that escalated repeatedly", "Kunden, die mehrfach eskalierten");
        heading(&mut document, title);
        let row = |of: &app::pilot::RepeatedAccount| {
            vec![of.account.name.clone(), voice.count(of.escalations)]
        };
        document.blocks.push(Block::Table(Table {
            head: both(voice, ("Account", "Kunde"), ("Escalations", "Eskalationen")),
            rows: report.repeated.iter().map(row).collect(),
        }));
    }
    if !report.whole.people.is_empty() {
        heading(&mut document, voice.say("Whom it would have disturbed", "Wen es gestört hätte"));
        document.blocks.push(Block::Table(people(&report.whole, voice)));
    }
    if !report.examples.is_empty() {
        let title =
            voice.say("Where most time would have been won", "Wo am meisten Zeit gewonnen wäre");
        heading(&mut document, title);
        let lines = report.examples.iter().map(|case| Block::Line(example(case, voice, origin)));
        document.blocks.extend(lines);
    }
    heading(&mut document, voice.say("How this is computed", "Wie das berechnet ist"));
    document.blocks.extend(HOW.iter().map(|(en, de)| Block::Bullet(voice.say(en, de).to_owned())));
    let rules = format!(
        "{} {}",
        voice.say(
            "The rules are those that are active now, not those of the time:",
            "Die Regeln sind die, die jetzt gelten, nicht die von damals:",
        ),
        report.rules
    );
    document.blocks.push(Block::Bullet(rules));
    heading(&mut document, voice.say("What mail cannot show", "Was Mails nicht zeigen"));
    let limits = LIMITS.iter().map(|(en, de)| Block::Bullet(voice.say(en, de).to_owned()));
    document.blocks.extend(limits);
    document
}

fn heading(document: &mut paper::Document, text: &str) {
    document.blocks.push(Block::Heading(text.to_owned()));
}

type Wordings = (&'static str, &'static str);

fn both(voice: &Voice, one: Wordings, other: Wordings) -> Vec<String> {
    [one, other].map(|(english, german)| voice.say(english, german).to_owned()).into()
}

fn facts(report: &PilotReport, voice: &Voice) -> String {
    let (since, until) = (voice.day(report.since), voice.day(report.until));
    let mut facts = match voice.tag() {
        "de" => format!("Von {since} bis {until}"),
        _ => format!("From {since} to {until}"),
    };
    if let Some(split) = report.split {
        let parted = voice.say("parted at", "getrennt am");
        facts = format!("{facts} · {parted} {}", voice.day(split));
    }
    format!("{facts} · {}", voice.zone_words())
}

fn lead(whole: &PilotFigures, voice: &Voice) -> String {
    let (all, earlier) = (voice.count(whole.escalations), voice.count(whole.earlier));
    let won = voice.span(whole.lead.median);
    match voice.tag() {
        "de" => format!(
            "{all} Eskalationen. Von {earlier} hätte das Team erfahren, bevor jemand reagierte, von \
             der Hälfte davon um {won} oder mehr früher."
        ),
        _ => format!(
            "{all} escalations. Of {earlier} the team would have been told before anybody reacted, \
             half of them by {won} or more."
        ),
    }
}

fn taken_in(report: &PilotReport, voice: &Voice) -> String {
    let taken = &report.taken_in;
    let [sources, messages, quarantined, files, read, waiting, unread] = [
        taken.sources,
        taken.messages,
        taken.quarantined,
        taken.files,
        taken.files_read,
        taken.files_waiting,
        taken.files_unread,
    ]
    .map(|count| voice.count(count));
    let one = taken.sources == 1;
    match voice.tag() {
        "de" => format!(
            "Bisher aufgenommen: {sources} {}, {messages} Nachrichten ({quarantined} nicht \
             lesbar), {files} angehängte Dateien: {read} gelesen, {waiting} warten, {unread} nicht \
             gelesen.",
            if one { "Quelle" } else { "Quellen" }
        ),
        _ => format!(
            "Taken in so far: {sources} {}, {messages} messages ({quarantined} could not be \
             read), {files} attached files: {read} read, {waiting} waiting, {unread} not read.",
            if one { "source" } else { "sources" }
        ),
    }
}

/// A row of figures: its name, what it counts, and the figure of a stretch.
type Row = (Wordings, Wordings, fn(&PilotFigures, &Voice) -> String);

const NOTHING: Wordings = ("", "");

const ROWS: &[Row] = &[
    (("Messages", "Nachrichten"), NOTHING, |one, voice| voice.count(one.messages)),
    (("Cases begun", "Begonnene Fälle"), NOTHING, |one, voice| voice.count(one.cases)),
    (
        ("Escalations", "Eskalationen"),
        (
            "Cases that first reached an escalated level in this time",
            "Fälle, die in dieser Zeit zuerst eine eskalierte Stufe erreichten",
        ),
        |one, voice| voice.count(one.escalations),
    ),
    (
        ("Until told", "Bis gemeldet"),
        (
            "Half of them: from the customer’s first sign to the first notice or page",
            "Die Hälfte: vom ersten Zeichen des Kunden bis zur ersten Meldung oder zum Ruf",
        ),
        |one, voice| voice.span(one.to_told.median),
    ),
    (
        ("Until somebody reacted", "Bis jemand reagierte"),
        (
            "Half of them: until somebody of ours wrote or took the case",
            "Die Hälfte: bis jemand von uns schrieb oder den Fall übernahm",
        ),
        |one, voice| voice.span(one.to_reaction.median),
    ),
    (("Told before anybody reacted", "Gemeldet, bevor jemand reagierte"), NOTHING, |one, voice| {
        voice.count(one.earlier)
    }),
    (
        ("Time won", "Gewonnene Zeit"),
        ("Half of them, where the notice came first", "Die Hälfte, wo die Meldung zuerst kam"),
        |one, voice| voice.span(one.lead.median),
    ),
    (("Reacted before told", "Reaktion vor der Meldung"), NOTHING, |one, voice| {
        voice.count(one.later)
    }),
    (
        ("Nobody reacted", "Niemand reagierte"),
        ("As far as mail shows", "Soweit Mails es zeigen"),
        |one, voice| voice.count(one.unanswered),
    ),
    (("No policy told", "Keine Richtlinie meldete"), NOTHING, |one, voice| voice.count(one.untold)),
    (
        ("Accounts that escalated repeatedly", "Kunden, die mehrfach eskalierten"),
        NOTHING,
        |one, voice| voice.count(one.repeated),
    ),
    (("Promises found", "Gefundene Zusagen"), NOTHING, |one, voice| {
        voice.count(one.promises.found)
    }),
    (("Promises kept", "Gehaltene Zusagen"), NOTHING, |one, voice| {
        voice.count(one.promises.rate.kept)
    }),
    (
        ("Promises missed, late or disputed", "Verpasste, verspätete oder bestrittene Zusagen"),
        NOTHING,
        |one, voice| voice.count(one.promises.rate.broken),
    ),
    (("Kept, of those decided", "Gehalten, von den entschiedenen"), NOTHING, |one, voice| {
        voice.share(one.promises.rate.share())
    }),
    (
        ("Promises never followed up", "Nie nachverfolgte Zusagen"),
        (
            "Missed, and nobody of ours wrote in the case afterwards",
            "Verpasst, und niemand von uns schrieb danach im Fall",
        ),
        |one, voice| voice.count(one.promises.unfollowed),
    ),
    (
        ("Notices a day", "Meldungen am Tag"),
        ("To all persons together", "An alle Personen zusammen"),
        |one, voice| voice.decimal(one.notices_a_day),
    ),
    (("Most notices on one day", "Meiste Meldungen an einem Tag"), NOTHING, |one, voice| {
        voice.count(one.most_a_day)
    }),
];

fn figures(report: &PilotReport, voice: &Voice) -> Table {
    let mut head = vec![String::new()];
    let mut columns: Vec<&PilotFigures> = Vec::new();
    if let (Some(before), Some(after)) = (&report.before, &report.after) {
        head.extend(both(voice, ("Before", "Vorher"), ("After", "Nachher")));
        columns.extend([before, after]);
    }
    head.push(voice.say("Whole time", "Gesamte Zeit").to_owned());
    columns.push(&report.whole);
    let row = |(name, help, figure): &Row| {
        let (name, help) = (voice.say(name.0, name.1), voice.say(help.0, help.1));
        let mut cells = vec![format!("{name}\n{help}").trim_end().to_owned()];
        cells.extend(columns.iter().map(|one| figure(one, voice)));
        cells
    };
    Table { head, rows: ROWS.iter().map(row).collect() }
}

fn people(whole: &PilotFigures, voice: &Voice) -> Table {
    let mut head = both(voice, ("Person", "Person"), ("Notices", "Meldungen"));
    head.extend(both(voice, ("A day", "Am Tag"), ("Most on one day", "Meiste an einem Tag")));
    let row = |one: &app::alerts::PersonLoad| {
        vec![
            name_of(&one.to),
            voice.count(u64::from(one.notices)),
            voice.decimal(one.notices_a_day),
            voice.count(u64::from(one.most_a_day)),
        ]
    };
    Table { head, rows: whole.people.iter().map(row).collect() }
}

fn example(case: &PilotCase, voice: &Voice, origin: &str) -> Line {
    let row = &case.row;
    let level = case.level.as_ref().map_or("", |level| level.as_str());
    let won = match case.lead() {
        Some(lead) if lead > 0 => {
            format!("{} {}", voice.span(Some(lead)), voice.say("earlier", "früher"))
        }
        Some(lead) => {
            let after = voice.say("after the reaction", "nach der Reaktion");
            format!("{} {after}", voice.span(Some(-lead)))
        }
        None => voice.say("nobody reacted", "niemand reagierte").to_owned(),
    };
    let never = || voice.say("never", "nie").to_owned();
    let mut source = format!(
        "{} {} · {} {} · {} {}",
        voice.say("First sign", "Erstes Zeichen"),
        voice.moment(case.sign),
        voice.say("told", "gemeldet"),
        case.told.map_or_else(never, |at| voice.moment(at)),
        voice.say("reacted", "reagiert"),
        case.reaction.as_ref().map_or_else(never, |one| voice.moment(one.at)),
    );
    if let Some(reaction) = &case.reaction {
        source = format!("{source} ({})", name_of(&reaction.by));
    }
    if let Some(quote) = &case.quote {
        let from = if quote.from.name.is_empty() { &quote.from.email } else { &quote.from.name };
        source = format!("{from} · {source}");
    }
    let quote = case.quote.as_ref().map(|quote| match voice.tag() {
        "de" => format!("„{}“", quote.text),
        _ => format!("“{}”", quote.text),
    });
    Line {
        text: format!("{level} {} · {} · {won}", row.account.name, row.title),
        quote,
        source,
        link: Some(format!("{origin}/cases/{}", row.id)),
    }
}

const HOW: &[Wordings] = &[
    (
        "A case counts as an escalation from the moment at which the rules give it an escalated \
         level, looking only at what had arrived by then.",
        "Ein Fall zählt als Eskalation von dem Augenblick an, in dem ihm die Regeln eine eskalierte \
         Stufe geben; dabei sehen sie nur, was bis dahin angekommen war.",
    ),
    (
        "The customer’s first sign is the earliest message that raised one of the signals behind \
         that level.",
        "Das erste Zeichen des Kunden ist die früheste Nachricht, die eines der Signale hinter \
         dieser Stufe auslöste.",
    ),
    (
        "Told is the first notice or page that the policies wish for after that sign; what waits \
         for a digest does not count.",
        "Gemeldet ist die erste Meldung oder der erste Ruf, den die Richtlinien nach diesem Zeichen \
         wünschen; was auf eine Zusammenfassung wartet, zählt nicht.",
    ),
    (
        "A reaction is the first message that a person of ours wrote in the case after the sign, or \
         the moment at which somebody was made its owner.",
        "Eine Reaktion ist die erste Nachricht, die ein Mensch von uns nach dem Zeichen im Fall \
         schrieb, oder der Augenblick, in dem jemand zuständig wurde.",
    ),
    (
        "Notices are counted as if somebody had acknowledged each within the hour.",
        "Meldungen sind gezählt, als hätte jemand jede binnen einer Stunde bestätigt.",
    ),
];

const LIMITS: &[Wordings] = &[
    (
        "Calls, chats and meetings: whoever picked up the telephone has reacted, and is not seen \
         here.",
        "Anrufe, Chats und Treffen: Wer zum Telefon griff, hat reagiert, und ist hier nicht zu \
         sehen.",
    ),
    (
        "Whether a notice would have changed anything. Time won is time in which somebody could \
         have known.",
        "Ob eine Meldung etwas geändert hätte. Gewonnene Zeit ist Zeit, in der jemand es hätte \
         wissen können.",
    ),
    ("Escalations that the rules do not see.", "Eskalationen, die die Regeln nicht sehen."),
    (
        "Mailboxes and files that were not imported or could not be read.",
        "Postfächer und Dateien, die nicht importiert wurden oder nicht lesbar waren.",
    ),
    (
        "Promises made by word of mouth, and those kept without a word in the mail, which count as \
         missed.",
        "Mündliche Zusagen, und solche, die ohne ein Wort in den Mails gehalten wurden; sie zählen \
         als verpasst.",
    ),
];
