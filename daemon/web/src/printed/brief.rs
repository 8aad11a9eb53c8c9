//! The brief of a case on paper: every line with what stands behind it.

use app::handoff::{Brief, BriefKind, BriefLine};

use super::words::{Voice, empty, name_of};

/// The brief as a document. `origin` is the address of the page, such as `https://desk.example`.
pub(crate) fn document(brief: &Brief, voice: &Voice, origin: &str) -> paper::Document {
    let row = &brief.row;
    let title = format!("{}: {}", row.account.name, row.title);
    let address = format!("{origin}/cases/{}", row.id);
    let mut document = empty(voice, title, address.clone(), brief.at);
    let owner = row.owner.as_deref().map_or(voice.say("nobody", "niemand").to_owned(), name_of);
    let facts = [
        row.level.to_string(),
        state(voice, &row.state).to_owned(),
        format!("{} {}", voice.say("waiting on", "wartet auf"), waiting(voice, &row.waiting_on)),
        format!("{} {owner}", voice.say("owner", "zuständig")),
        format!("{} {}", voice.say("as of", "Stand"), voice.moment(brief.at)),
        voice.zone_words(),
        row.id.to_string(),
    ];
    document.blocks.push(paper::Block::Facts(facts.join(" · ")));
    for part in &brief.sections {
        document.blocks.push(paper::Block::Heading(section(voice, part.name).to_owned()));
        let lines = part.lines.iter().map(|one| paper::Block::Line(line(voice, one, &address)));
        document.blocks.extend(lines);
    }
    document
}

fn line(voice: &Voice, line: &BriefLine, address: &str) -> paper::Line {
    let mut text = words(voice, line);
    if let Some(due) = line.due {
        let due = format!("{} {}", voice.say("due", "fällig"), voice.moment(due));
        text = if text.is_empty() { due } else { format!("{text} · {due}") };
    }
    let Some(quote) = &line.quote else {
        let by = line.by.as_deref().map(|by| match line.kind {
            BriefKind::Person => by.to_owned(),
            _ => name_of(by),
        });
        let at = line.at.map(|at| voice.moment(at));
        let source = by.into_iter().chain(at).collect::<Vec<_>>().join(", ");
        return paper::Line { text, quote: None, source, link: None };
    };
    let from = if quote.from.name.is_empty() { &quote.from.email } else { &quote.from.name };
    let span = &quote.span;
    let (message, start, end) = (span.message, span.start, span.end);
    paper::Line {
        text,
        quote: Some(match voice.tag() {
            "de" => format!("„{}“", quote.text),
            _ => format!("“{}”", quote.text),
        }),
        source: format!("{from}, {}", voice.moment(quote.at)),
        link: Some(format!("{address}?message={message}&start={start}&end={end}")),
    }
}

/// What a line says, as the page says it.
fn words(voice: &Voice, line: &BriefLine) -> String {
    match line.kind {
        BriefKind::Set => {
            let (field, value) = (field(voice, &line.text), name_of(&line.detail));
            format!("{field}{} {value}", voice.say(" set to", ":"))
        }
        BriefKind::Promise => joined(promise(voice, &line.detail), &line.text, ": "),
        BriefKind::Person => {
            let name = if line.text.is_empty() { line.by.as_deref() } else { Some(&*line.text) };
            joined(name.unwrap_or_default(), &line.detail, ", ")
        }
        BriefKind::Reply => voice.say("We wrote", "Wir schrieben").to_owned(),
        BriefKind::Question => voice.say("They asked", "Gefragt wurde").to_owned(),
        BriefKind::ReplyDue => {
            voice.say("A reply is owed", "Eine Antwort ist geschuldet").to_owned()
        }
        BriefKind::Signal | BriefKind::Note | BriefKind::NextStep => line.text.clone(),
    }
}

fn joined(one: &str, other: &str, between: &str) -> String {
    let parts: Vec<&str> = [one, other].into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(between)
}

fn section<'a>(voice: &Voice, name: &'a str) -> &'a str {
    match name {
        "state" => voice.say("Where it stands", "Wie es steht"),
        "promises" => voice.say("Promises", "Zusagen"),
        "people" => voice.say("Their people", "Leute des Kunden"),
        "tried" => voice.say("What was done", "Was getan wurde"),
        "questions" => voice.say("Open questions", "Offene Fragen"),
        "next" => voice.say("Next", "Als Nächstes"),
        other => other,
    }
}

fn field<'a>(voice: &Voice, name: &'a str) -> &'a str {
    match name {
        "owner" => voice.say("Owner", "Zuständig"),
        "severity" => voice.say("Severity", "Schweregrad"),
        "state" => voice.say("State", "Zustand"),
        "team" => voice.say("Team", "Team"),
        "title" => voice.say("Title", "Titel"),
        "issue_type" => voice.say("Issue type", "Art des Problems"),
        other => other,
    }
}

fn promise<'a>(voice: &Voice, state: &'a str) -> &'a str {
    match state {
        "open" => voice.say("open", "offen"),
        "kept" => voice.say("kept", "gehalten"),
        "missed" => voice.say("not kept", "nicht gehalten"),
        "late" => voice.say("kept late", "zu spät gehalten"),
        "changed" => voice.say("changed", "geändert"),
        "withdrawn" => voice.say("withdrawn", "zurückgenommen"),
        "disputed" => voice.say("disputed", "bestritten"),
        other => other,
    }
}

fn state<'a>(voice: &Voice, state: &'a str) -> &'a str {
    match state {
        "candidate" => voice.say("candidate", "Kandidat"),
        "open" => voice.say("open", "offen"),
        "monitoring" => voice.say("monitoring", "beobachtet"),
        "resolved" => voice.say("resolved", "gelöst"),
        "reopened" => voice.say("reopened", "wieder aufgelebt"),
        "dismissed" => voice.say("dismissed", "verworfen"),
        other => other,
    }
}

fn waiting(voice: &Voice, on: &str) -> String {
    match on {
        "us" => voice.say("us", "uns").to_owned(),
        "customer" => voice.say("the customer", "den Kunden").to_owned(),
        "nobody" => voice.say("nobody", "niemanden").to_owned(),
        on => match on.strip_prefix("internal:") {
            Some(team) => format!("{} {team}", voice.say("our team", "unser Team")),
            None => on.to_owned(),
        },
    }
}
