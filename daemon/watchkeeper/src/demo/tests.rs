//! The script holds together, and its mail reads as it was meant.

use mail::{ClassKind, Limits, ParseContext};
use model::Instant;

use super::{Schedule, Script, mails};

fn now() -> Instant {
    "2026-03-04T14:30:00Z".parse().unwrap()
}

#[test]
fn every_address_is_made_up() {
    let script = Script::read().unwrap();
    for person in script.company.people.values() {
        assert!(person.email.ends_with(".example"), "{}", person.email);
    }
}

#[test]
fn the_mail_reads_as_it_was_written() {
    let script = Script::read().unwrap();
    let schedule = Schedule::new(&script.company.timezone, now()).unwrap();
    let rendered = mails::render(&script, &schedule).unwrap();
    let written = script.conversations.iter().flat_map(|c| &c.message);
    let context = ParseContext { received: None, journal: false, captured: now() };
    let fold = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    for (mail, message) in rendered.iter().zip(written) {
        assert!(mail.at < now());
        let parsed = mail::parse(&mail.raw, &context, &Limits::default()).unwrap();
        assert_eq!(parsed.message_id.as_deref(), Some(mail.message_id.as_str()));
        if parsed.class.kind == ClassKind::Human {
            let new: String = parsed.new_text().map(|s| parsed.text_of(s)).collect();
            assert_eq!(fold(&new), fold(&message.text), "{}", mail.message_id);
        }
    }
}

#[test]
fn there_is_enough_to_look_at() {
    let script = Script::read().unwrap();
    assert!(script.conversations.len() >= 38, "{}", script.conversations.len());
    assert_eq!(script.company.accounts.len(), 12);
}
