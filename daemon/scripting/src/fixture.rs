//! A case of a real store as a test of a rule set: the thread in, what the set finds now out.

use std::{collections::BTreeMap, sync::Arc};

use engine::{CaseFile, CaseMessage, FixtureRequest, Participant};
use mail::{ClassKind, SegmentKind};
use model::{Instant, Side};

use crate::{
    set::RuleSet,
    trial::{self, InTest},
};

mod disguise;

use disguise::Disguise;

/// The domain that tests take for ours.
const OURS: &str = "ours.example";
/// The longest passage that a test expects word by word, in bytes.
const QUOTE: usize = 80;

/// The case as a test file that expects what `set` finds in it.
pub(crate) fn fixture(set: &Arc<RuleSet>, case: &CaseFile, asked: &FixtureRequest) -> String {
    let disguise = Disguise::of(case, asked.replace_names);
    let mut text = thread(case, asked, &disguise);
    match trial::found(set, &text) {
        Ok((found, level)) => expectations(&mut text, &found, &level, asked),
        Err(error) => text.push_str(&format!("\n# This test cannot be run yet: {error}\n")),
    }
    text
}

fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

/// The keys of the test itself, then its contacts, messages and notes.
fn thread(case: &CaseFile, asked: &FixtureRequest, disguise: &Disguise) -> String {
    let mut text = String::from("[[test]]\n");
    let mut key = |name: &str, value: &str| text.push_str(&format!("{name} = {value}\n"));
    key("name", &quoted(&disguise.text(&asked.name)));
    key("until", &quoted(&asked.until.to_string()));
    if let Some(account) = &case.account {
        if let Some(tier) = &account.tier {
            key("tier", &quoted(tier));
        }
        if let Some(zone) = &account.timezone {
            key("timezone", &quoted(zone));
        }
    }
    if let Some(minutes) = case.reply_minutes {
        key("reply_minutes", &minutes.to_string());
    }
    for (email, title) in titles(case) {
        text.push_str("\n[[test.contact]]\n");
        text.push_str(&format!("email = {}\n", quoted(&disguise.email(&email))));
        text.push_str(&format!("title = {}\n", quoted(&title)));
    }
    for earlier in &*case.earlier {
        text.push_str("\n[[test.earlier]]\n");
        text.push_str(&format!("at = {}\n", quoted(&earlier.opened.to_string())));
        text.push_str(&format!("title = {}\n", quoted(&disguise.text(&earlier.title))));
        text.push_str(&format!("likeness = {}\n", earlier.likeness));
        text.push_str(&format!("same_person = {}\n", earlier.same_person));
    }
    for message in case.messages.iter().filter(|m| m.at <= asked.until) {
        written(&mut text, message, disguise);
    }
    for note in case.notes.iter().filter(|n| n.at <= asked.until) {
        text.push_str("\n[[test.note]]\n");
        text.push_str(&format!("at = {}\n", quoted(&note.at.to_string())));
        text.push_str(&format!("author = {}\n", quoted(&disguise.email(&note.author))));
        text.push_str(&format!("text = {}\n", quoted(&disguise.text(&note.text))));
        if note.kind != engine::NoteKind::Person {
            text.push_str(&format!("kind = {}\n", quoted(note.kind.word())));
        }
    }
    text
}

/// Job titles of those who take part, by address.
fn titles(case: &CaseFile) -> BTreeMap<String, String> {
    let everybody = case.messages.iter().flat_map(|message| message.to.iter().chain(&message.cc));
    let senders = case.messages.iter().map(|message| &message.from);
    let titled = everybody.chain(senders).filter(|person| !person.title.is_empty());
    titled.map(|person| (person.address.email.clone(), person.title.to_string())).collect()
}

fn written(text: &mut String, message: &CaseMessage, disguise: &Disguise) {
    let mut key = |name: &str, value: &str| text.push_str(&format!("{name} = {value}\n"));
    let people = |list: &[Participant]| -> String {
        let shown: Vec<String> = list.iter().map(|p| quoted(&disguise.person(p))).collect();
        format!("[{}]", shown.join(", "))
    };
    key("\n[[test.message]]\nat", &quoted(&message.at.to_string()));
    key("from", &quoted(&disguise.person(&message.from)));
    key("to", &people(&message.to));
    if !message.cc.is_empty() {
        key("cc", &people(&message.cc));
    }
    if !message.subject.is_empty() {
        key("subject", &quoted(&disguise.text(&message.subject)));
    }
    if message.class != ClassKind::Human {
        key("class", &quoted(message.class.name()));
    }
    let part = |wanted: &[SegmentKind]| -> String {
        let segments = message.segments.iter().filter(|s| wanted.contains(&s.kind));
        let passages = segments
            .filter_map(|s| message.body.get(s.start as usize..s.end as usize))
            .map(str::trim_end);
        disguise.text(&passages.collect::<Vec<_>>().join("\n\n"))
    };
    key("text", &quoted(&part(&[SegmentKind::New])));
    for (name, kinds) in [
        ("signature", &[SegmentKind::Signature][..]),
        ("quoted", &[SegmentKind::Quotation, SegmentKind::Forwarded][..]),
    ] {
        let passage = part(kinds);
        if !passage.trim().is_empty() {
            key(name, &quoted(&passage));
        }
    }
}

fn expectations(text: &mut String, found: &[InTest], level: &str, asked: &FixtureRequest) {
    // Keys of the test itself stand before its tables.
    let head = text.find("\n[[test.").unwrap_or(text.len());
    text.insert_str(head, &format!("level = {}\n", quoted(level)));
    for one in found {
        text.push_str(&format!("\n[[test.found]]\nsignal = {}\n", quoted(&one.signal)));
        match one.message {
            Some(message) => text.push_str(&format!("message = {message}\n")),
            None => text.push_str(&format!("at = {}\n", quoted(&one.at.to_string()))),
        }
        if let Some(quote) = one.quote.as_ref().filter(|quote| quote.len() <= QUOTE) {
            text.push_str(&format!("quote = {}\n", quoted(quote)));
        }
    }
    let Some((signal, since)) = &asked.wanted else { return };
    if found.iter().any(|one| one.signal == signal.as_str() && one.at <= *since) {
        return;
    }
    text.push_str(&missed(signal.as_str(), *since, found));
}

/// The expectation that a label of a missed escalation stands for.
fn missed(signal: &str, since: Instant, found: &[InTest]) -> String {
    if found.iter().any(|one| one.signal == signal) {
        return format!("\n# Labelled as found too late: {signal} should hold since {since}.\n");
    }
    format!(
        "\n# Labelled as missed: it should hold since {since}.\n[[test.found]]\nsignal = {}\n",
        quoted(signal)
    )
}

/// The address of one of ours in a test.
fn ours(local: &str, person: &Participant) -> String {
    match &person.team {
        Some(team) if local == team.as_ref() => format!("{team}@{OURS}"),
        Some(team) => {
            let team: String = team
                .chars()
                .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
                .collect();
            format!("{local}@{team}.{OURS}")
        }
        None => format!("{local}@{OURS}"),
    }
}

fn is_ours(person: &Participant) -> bool {
    person.side == Side::Us
}
