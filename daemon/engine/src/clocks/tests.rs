use mail::{ClassKind, Segment};
use model::{Address, MessageKey};

use super::*;

mod statements;

/// Fixtures of this crate's tests: messages written in one line.
pub(crate) fn message(at: &str, from: &str, to: &[&str], text: &str) -> CaseMessage {
    let segments = [Segment { start: 0, end: text.len() as u32, kind: SegmentKind::New }].to_vec();
    CaseMessage {
        key: MessageKey(model::id::short_hash(&[at.as_bytes(), from.as_bytes(), text.as_bytes()])),
        at: at.parse().unwrap(),
        offset: Some(0),
        from: person(from),
        to: to.iter().map(|email| person(email)).collect(),
        cc: vec![],
        subject: "Export fails".into(),
        body: text.into(),
        segments: segments.into(),
        class: ClassKind::Human,
        attachments: vec![],
        answers: None,
    }
}

/// A participant: who writes from `ours.example` is ours, and its subdomain is the team.
pub(crate) fn person(email: &str) -> Participant {
    let address = Address { name: String::new(), email: email.to_owned() };
    let ours = email.ends_with("ours.example");
    let team = email.strip_suffix(".ours.example").and_then(|rest| rest.split('@').nth(1));
    Participant {
        address,
        side: if ours { Side::Us } else { Side::Customer },
        team: team.map(Arc::from),
        title: "".into(),
    }
}

/// A case of these messages, in a calendar of office hours in UTC.
pub(crate) fn case(mut messages: Vec<CaseMessage>) -> Arc<CaseFile> {
    messages.sort_by_key(|m| (m.at, m.key));
    Arc::new(CaseFile {
        id: model::CaseId::from_number(7),
        account: None,
        contacts: vec![],
        messages: messages.into_iter().map(Arc::new).collect(),
        notes: vec![],
        judged: vec![],
        calendar: Arc::new(Calendar::office_hours(jiff::tz::TimeZone::UTC)),
        reply_minutes: None,
        decided: vec![],
        given_to: None,
        earlier: [].into(),
    })
}

pub(crate) fn level(name: &str, minutes: Option<u32>, round_the_clock: bool) -> Level {
    Level {
        name: name.into(),
        title: name.to_owned(),
        colour: "#888888".to_owned(),
        rank: 50,
        escalated: true,
        reply_minutes: minutes,
        update_minutes: None,
        round_the_clock,
        quiet_hours: None,
    }
}

const JANE: &str = "jane@northwind.example";
const ANNA: &str = "anna@desk.ours.example";

fn due(messages: Vec<CaseMessage>, minutes: u32) -> Option<String> {
    let case = case(messages);
    let levels = [level("S3", Some(minutes), false)];
    reply_due(&case, case.messages.len(), &"S3".into(), &levels).map(|due| due.to_string())
}

fn ask(at: &str) -> CaseMessage {
    message(at, JANE, &["support@ours.example"], "The export fails.")
}

#[test]
fn a_chase_never_resets_the_clock() {
    // Monday.
    let first = "2026-01-12T10:00:00Z";
    let once = due(vec![ask(first)], 240);
    assert_eq!(once.as_deref(), Some("2026-01-12T14:00:00Z"));
    assert_eq!(due(vec![ask(first), ask("2026-01-12T13:00:00Z")], 240), once);
}

#[test]
fn a_clock_starts_at_the_next_opening_and_stands_still_at_night() {
    let friday_evening = "2026-01-16T20:00:00Z";
    let found = due(vec![ask(friday_evening)], 9 * 60);
    assert_eq!(found.as_deref(), Some("2026-01-20T10:00:00Z"));
}

#[test]
fn only_a_person_of_ours_who_writes_to_the_customer_stops_it() {
    let at = "2026-01-12T11:00:00Z";
    let with = |message: CaseMessage| due(vec![ask("2026-01-12T10:00:00Z"), message], 240);
    let running = Some("2026-01-12T14:00:00Z".to_owned());
    let mut acknowledgement = message(at, "support@ours.example", &[JANE], "We got your mail.");
    acknowledgement.class = ClassKind::AutoReply;
    assert_eq!(with(acknowledgement), running);
    let internal = message(at, ANNA, &["lena@eng.ours.example"], "Can you look?");
    assert_eq!(with(internal), running);
    let mut bounce = message(at, "mailer-daemon@northwind.example", &[ANNA], "Undelivered");
    bounce.class = ClassKind::Bounce;
    assert_eq!(with(bounce), running);
    assert_eq!(with(message(at, ANNA, &[JANE], "We look into it.")), None);
    let mut copied = message(at, ANNA, &["lena@eng.ours.example"], "We look into it.");
    copied.cc = vec![person(JANE)];
    assert_eq!(with(copied), None);
}

#[test]
fn a_thank_you_starts_no_clock_but_what_follows_it_does() {
    let reply = message("2026-01-12T09:00:00Z", ANNA, &[JANE], "Done.");
    let thanks = message("2026-01-12T10:00:00Z", JANE, &[ANNA], "Thank you, works!");
    assert_eq!(due(vec![reply.clone(), thanks.clone()], 60), None);
    let later = ask("2026-01-12T12:00:00Z");
    let found = due(vec![reply, thanks, later], 60);
    assert_eq!(found.as_deref(), Some("2026-01-12T13:00:00Z"));
}

#[test]
fn the_shorter_of_level_and_contract_rules() {
    let mut file = (*case(vec![ask("2026-01-16T16:00:00Z")])).clone();
    file.reply_minutes = Some(240);
    let levels = [level("S1", Some(30), true), level("S4", Some(480), false)];
    let due = |level: &str| reply_due(&file, 1, &level.into(), &levels).unwrap().to_string();
    assert_eq!(due("S1"), "2026-01-16T16:30:00Z");
    // Four working hours from Friday 16:00: one on Friday, three on Monday.
    assert_eq!(due("S4"), "2026-01-19T12:00:00Z");
    assert_eq!(due("none"), "2026-01-19T12:00:00Z");
    file.reply_minutes = None;
    assert_eq!(reply_due(&file, 1, &"none".into(), &levels), None);
}

#[test]
fn a_step_shows_nothing_of_what_comes_later() {
    let case = case(vec![
        ask("2026-01-12T10:00:00Z"),
        ask("2026-01-12T15:00:00Z"),
        message("2026-01-12T16:00:00Z", ANNA, &[JANE], "Sorry, we are on it."),
        ask("2026-01-13T10:00:00Z"),
    ]);
    let (event, findings, none) = (Event::Message(1), Arc::default(), LevelName::none());
    let promises = Arc::default();
    let levels = [level("S3", Some(60), false)];
    let muted = Arc::default();
    let step = |messages: usize| Step {
        case: &case,
        messages,
        notes: 0,
        at: case.messages[messages - 1].at,
        event: &event,
        findings: &findings,
        level: &none,
        levels: &levels,
        reply_due: None,
        muted: &muted,
        explain: false,
        promises: &promises,
    };
    assert_eq!(step(2).unanswered(), [0, 1]);
    assert_eq!(step(2).message().map(|m| m.at), Some(case.messages[1].at));
    assert!(step(1).message().is_none());
    assert_eq!(step(3).unanswered(), [0_usize; 0]);
    assert_eq!(step(3).last_reply_of_ours(), Some(2));
    assert_eq!((step(4).unanswered(), step(4).reply_owed()), (vec![3], Some(3)));
    let hours = step(4).working_hours_between(case.messages[0].at, case.messages[3].at);
    assert!((hours - 8.0).abs() < 1e-9);
    assert_eq!(step(4).reply_target(), None);
    let s3 = Step { level: &"S3".into(), ..step(4) };
    let target = Target { minutes: 60, round_the_clock: false, by_contract: false };
    assert_eq!(s3.reply_target(), Some(target));
}

#[test]
fn quoted_words_are_not_new_ones() {
    let mut one = message("2026-01-12T10:00:00Z", JANE, &[ANNA], "New.\n> Old.\nMore.");
    let cut = |start, end, kind| Segment { start, end, kind };
    one.segments = vec![
        cut(0, 5, SegmentKind::New),
        cut(5, 12, SegmentKind::Quotation),
        cut(12, 17, SegmentKind::New),
    ]
    .into();
    assert_eq!(one.new_text().collect::<Vec<_>>(), [(0, "New.\n"), (12, "More.")]);
    assert_eq!(one.quoted_text().collect::<Vec<_>>(), [(5, "> Old.\n")]);
}
