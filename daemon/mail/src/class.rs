//! Whether a person wrote a message, and how that is known (F19).
//!
//! Headers of the sender's software decide first, its address next, phrases last. What an ordinary
//! person's mail may carry as well never decides alone: `X-Auto-Response-Suppress`, `List-Id`,
//! `Precedence: list`.

mod phrases;

use mail_parser::{MimeHeaders, PartType};
use model::Address;

use crate::{ClassKind, MailClass, Message, headers::Fields};

impl MailClass {
    /// Written by a person.
    pub(crate) fn human() -> Self {
        Self { kind: ClassKind::Human, reason: String::new() }
    }

    fn of(kind: ClassKind, reason: impl Into<String>) -> Self {
        Self { kind, reason: reason.into() }
    }
}

/// What the decision rests on.
pub(crate) struct Evidence<'e> {
    fields: &'e Fields<'e>,
    parsed: &'e mail_parser::Message<'e>,
    message: &'e Message,
    /// Subject in lower case.
    subject: String,
    /// The part of the From address before the `@`.
    local: &'e str,
}

impl<'e> Evidence<'e> {
    /// The evidence in `message`, whose header fields and body are read already.
    pub fn new(
        fields: &'e Fields<'e>,
        parsed: &'e mail_parser::Message<'e>,
        message: &'e Message,
    ) -> Self {
        let email = &message.from.email;
        let local = email.split_once('@').map_or(email.as_str(), |(local, _)| local);
        Self { fields, parsed, message, subject: message.subject.to_lowercase(), local }
    }

    /// `Name: value` of the first header that is there, the value shortened.
    fn header(&self, name: &str) -> Option<String> {
        let value = self.fields.text(name)?;
        let short: String = value.chars().take(60).collect();
        Some(format!("{name}: {short}"))
    }

    fn has_part(&self, main: &str, sub: &str) -> bool {
        self.parsed.parts.iter().any(|part| part.is_content_type(main, sub))
    }

    fn is_from_a_mailer(&self) -> bool {
        let name = self.message.from.name.to_lowercase();
        ["mailer-daemon", "mailerdaemon", "postmaster", "mail-daemon"].contains(&self.local)
            || ["mailer-daemon", "mail delivery", "mail administrator"]
                .iter()
                .any(|n| name.contains(n))
    }
}

/// The class of a message.
pub(crate) fn classify(evidence: &Evidence<'_>) -> MailClass {
    delivery_report(evidence)
        .or_else(|| calendar(evidence))
        .or_else(|| automatic_answer(evidence))
        .or_else(|| machine(evidence))
        .or_else(|| bulk(evidence))
        .or_else(|| automatic_words(evidence))
        .unwrap_or_else(MailClass::human)
}

/// Bounces and receipts.
fn delivery_report(e: &Evidence<'_>) -> Option<MailClass> {
    let root = e.parsed.parts.first()?;
    let report = root.content_type().and_then(|ct| ct.attribute("report-type")).unwrap_or_default();
    if report.eq_ignore_ascii_case("disposition-notification")
        || e.has_part("message", "disposition-notification")
    {
        return Some(MailClass::of(ClassKind::Receipt, "a disposition notification (RFC 8098)"));
    }
    if report.eq_ignore_ascii_case("feedback-report") || e.has_part("message", "feedback-report") {
        return Some(MailClass::of(ClassKind::Notification, "an abuse report (RFC 5965)"));
    }
    if report.eq_ignore_ascii_case("delivery-status") || e.has_part("message", "delivery-status") {
        return if was_delivered(e.parsed) {
            Some(MailClass::of(ClassKind::Receipt, "a delivery status with `Action: delivered`"))
        } else {
            Some(MailClass::of(ClassKind::Bounce, "a delivery status notification (RFC 3464)"))
        };
    }
    if let Some(reason) = e.header("X-Failed-Recipients") {
        return Some(MailClass::of(ClassKind::Bounce, reason));
    }
    let null_path = matches!(e.fields.keyword("return-path").as_str(), "<>" | "< >");
    let says_so = phrases::BOUNCE_SUBJECTS.iter().any(|s| e.subject.contains(s));
    let returns = e.has_part("message", "rfc822") || e.has_part("text", "rfc822-headers");
    if e.is_from_a_mailer() && (null_path || says_so || returns || e.fields.has("auto-submitted")) {
        return Some(MailClass::of(ClassKind::Bounce, format!("From: {}", e.message.from.shown())));
    }
    if null_path && says_so {
        return Some(MailClass::of(ClassKind::Bounce, "Return-Path: <> and its subject"));
    }
    let receipt = phrases::RECEIPT_SUBJECTS.iter().find(|s| e.subject.starts_with(**s));
    if let Some(subject) = receipt.filter(|_| e.fields.has("auto-submitted") || null_path) {
        return Some(MailClass::of(ClassKind::Receipt, format!("Subject: {subject}")));
    }
    None
}

/// Whether a delivery status reports nothing but success.
fn was_delivered(parsed: &mail_parser::Message<'_>) -> bool {
    let status = parsed.parts.iter().find(|p| p.is_content_type("message", "delivery-status"));
    let text = match status.map(|part| &part.body) {
        Some(PartType::Text(text)) => text.as_bytes(),
        Some(PartType::Binary(bytes) | PartType::InlineBinary(bytes)) => bytes,
        _ => return false,
    };
    let text = String::from_utf8_lossy(text).to_ascii_lowercase();
    let mut actions = text.lines().filter_map(|line| line.strip_prefix("action:")).peekable();
    actions.peek().is_some()
        && actions.all(|a| matches!(a.trim(), "delivered" | "relayed" | "expanded"))
}

fn calendar(e: &Evidence<'_>) -> Option<MailClass> {
    let part = e.parsed.parts.iter().find(|part| {
        let attached =
            part.content_disposition().is_some_and(mail_parser::ContentType::is_attachment);
        part.is_content_type("text", "calendar")
            && (!attached || part.content_type().is_some_and(|ct| ct.has_attribute("method")))
    });
    if let Some(part) = part {
        let method = part.content_type().and_then(|ct| ct.attribute("method")).unwrap_or("none");
        return Some(MailClass::of(ClassKind::Calendar, format!("text/calendar, method {method}")));
    }
    let class = e.fields.keyword("content-class");
    if class.contains("calendarmessage") {
        return Some(MailClass::of(ClassKind::Calendar, e.header("Content-Class")?));
    }
    None
}

/// Answers that software sends by itself (RFC 3834 and the headers used before it).
fn automatic_answer(e: &Evidence<'_>) -> Option<MailClass> {
    let submitted = e.fields.keyword("auto-submitted");
    let reason = if submitted.starts_with("auto-replied") {
        e.header("Auto-Submitted")
    } else if e.fields.keyword("precedence") == "auto_reply" {
        e.header("Precedence")
    } else {
        phrases::ANSWER_HEADERS
            .iter()
            .filter(|name| !matches!(e.fields.keyword(name).as_str(), "no" | "false" | "0"))
            .find_map(|name| e.header(name))
    };
    let out_of_office = phrases::out_of_office_subject(&e.subject);
    if let Some(reason) = reason {
        let absent = out_of_office.is_some() || phrases::speaks_of_absence(&e.message.body);
        let kind = if absent { ClassKind::OutOfOffice } else { ClassKind::AutoReply };
        return Some(MailClass::of(kind, reason));
    }
    if let Some(subject) = out_of_office {
        return Some(MailClass::of(ClassKind::OutOfOffice, format!("Subject: {subject}")));
    }
    let answer = phrases::ANSWER_SUBJECTS.iter().find(|s| e.subject.starts_with(**s))?;
    Some(MailClass::of(ClassKind::AutoReply, format!("Subject: {answer}")))
}

/// Monitoring, builds, trackers and senders that take no answer.
fn machine(e: &Evidence<'_>) -> Option<MailClass> {
    let submitted = e.fields.keyword("auto-submitted");
    if submitted.starts_with("auto-") {
        return Some(MailClass::of(ClassKind::Notification, e.header("Auto-Submitted")?));
    }
    if let Some(reason) = phrases::MACHINE_HEADERS.iter().find_map(|name| e.header(name)) {
        return Some(MailClass::of(ClassKind::Notification, reason));
    }
    if e.is_from_a_mailer() {
        return Some(MailClass::of(
            ClassKind::Notification,
            format!("From: {}", e.message.from.shown()),
        ));
    }
    let takes_no_answer = phrases::NO_REPLY.iter().any(|word| e.local.contains(word));
    if takes_no_answer && !is_newsletter_header(e) || phrases::MACHINE_SENDERS.contains(&e.local) {
        return Some(MailClass::of(
            ClassKind::Notification,
            format!("From: {}", e.message.from.email),
        ));
    }
    None
}

/// The class of a message of which only sender and text are known.
pub(crate) fn classify_enclosed(from: &Address, subject: &str) -> MailClass {
    let local = from.email.split('@').next().unwrap_or_default();
    let named = phrases::NO_REPLY.iter().any(|word| local.contains(word));
    if named || phrases::MACHINE_SENDERS.contains(&local) {
        let reason = format!("From: {}", from.email);
        return MailClass { kind: ClassKind::Notification, reason };
    }
    match phrases::out_of_office_subject(&subject.to_lowercase()) {
        Some(start) => {
            MailClass { kind: ClassKind::OutOfOffice, reason: format!("Subject: {start}") }
        }
        None => MailClass::human(),
    }
}

fn is_newsletter_header(e: &Evidence<'_>) -> bool {
    e.fields.has("list-unsubscribe") || e.fields.has("feedback-id")
}

/// Newsletters and digests, as opposed to what people write to a discussion list.
fn bulk(e: &Evidence<'_>) -> Option<MailClass> {
    let digest =
        e.parsed.parts.first().is_some_and(|root| root.is_content_type("multipart", "digest"));
    let answers = !e.message.in_reply_to.is_empty() || e.subject.contains("re: ");
    if digest || e.subject.contains(" digest, vol ") && !answers {
        return Some(MailClass::of(ClassKind::Newsletter, "a digest of a list"));
    }
    if is_discussion(e) {
        return None;
    }
    if matches!(e.fields.keyword("precedence").as_str(), "bulk" | "junk") {
        return Some(MailClass::of(ClassKind::Newsletter, e.header("Precedence")?));
    }
    let names =
        ["List-Unsubscribe", "List-Unsubscribe-Post", "Feedback-ID", "X-Campaign", "X-CampaignID"];
    if let Some(reason) = names.iter().find_map(|name| e.header(name)) {
        return Some(MailClass::of(ClassKind::Newsletter, reason));
    }
    phrases::NEWSLETTER_SENDERS
        .contains(&e.local)
        .then(|| MailClass::of(ClassKind::Newsletter, format!("From: {}", e.message.from.email)))
}

/// Whether the message came by a list that people write to: it takes posts, or this is an answer.
fn is_discussion(e: &Evidence<'_>) -> bool {
    const SOFTWARE: [&str; 6] = [
        "x-mailman-version",
        "x-beenthere",
        "x-mailing-list",
        "mailing-list",
        "x-google-group-id",
        "x-loop-list",
    ];
    let takes_posts = e.fields.has("list-post") && !e.fields.keyword("list-post").starts_with("no");
    let by_list_software = SOFTWARE.iter().any(|name| e.fields.has(name));
    let answers = !e.message.in_reply_to.is_empty() || !e.message.references.is_empty();
    let by_list = e.fields.has("list-id") || e.fields.has("sender");
    takes_posts || by_list_software || by_list && answers
}

/// Automatic mail that carries no header which says so, but says so in words.
fn automatic_words(e: &Evidence<'_>) -> Option<MailClass> {
    if e.message.body.len() > 4_000 {
        return None;
    }
    let phrase = phrases::automatic_phrase(&e.message.body)?;
    let answers = !e.message.in_reply_to.is_empty() || e.subject.starts_with("re:");
    let kind = if answers { ClassKind::AutoReply } else { ClassKind::Notification };
    Some(MailClass::of(kind, format!("its text says “{phrase}”")))
}
