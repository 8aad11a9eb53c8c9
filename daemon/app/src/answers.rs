//! What comes back to alerts that went out as mail: bounces, and answers by which people say that
//! they see to it.
//!
//! Each is believed only if it names a notice by its sealed name, which nobody but its recipient and
//! the servers on the way have seen.

use mail::{ClassKind, Message, ParseContext};
use model::{EvidenceId, Fact, Instant, Seq, id::SendingId};

use crate::{
    Result,
    batch::Batch,
    library::Rows as _,
    outbox,
    overlay::read_all,
    project::Projection,
    seal::Seal,
    tables::{ANSWER, EVIDENCE, EvidenceRow, number_key},
    watchkeeper::Watchkeeper,
};

/// What an answer begins with that takes an alert on.
const TAKES_ON: &[&str] = &[
    "ack",
    "acknowledged",
    "i see to it",
    "on it",
    "i'm on it",
    "i am on it",
    "taking it",
    "ich kümmere mich",
    "übernehme",
    "übernommen",
];
/// Characters of a name of a notice: `wk.`, 32 digits, a dot, 32 digits.
const NAME: usize = 3 + 32 + 1 + 32;
/// Bytes of a bounce that are searched.
const SEARCHED: usize = 256 << 10;
/// What is recorded of a mail that came back begins so.
const CAME_BACK: &str = "it came back: ";

/// What came back.
enum Answer {
    Bounced(String),
    Taken(String),
}

impl Projection<'_> {
    /// Has a message looked at that may be about an alert. The row stands until that is done, so
    /// that a crash in between costs no acknowledgement.
    pub(crate) fn may_answer(
        &self,
        batch: &mut Batch,
        message: &Message,
        evidence: EvidenceId,
        seq: Seq,
    ) -> Result<()> {
        let Some(seal) = &self.settings.seal else { return Ok(()) };
        let may = match message.class.kind {
            // What it names lies deep in it; and without an alert nothing came back.
            ClassKind::Bounce => self.desk.alerts().next().is_some(),
            ClassKind::Human => names_notice(seal, message).is_some(),
            _ => false,
        };
        if may { batch.rows.put(ANSWER, &number_key(seq.0), &evidence) } else { Ok(()) }
    }
}

impl Watchkeeper {
    /// Notes what mail that was taken in says of alerts that went out.
    pub(crate) fn heed(&self, now: Instant) -> Result<()> {
        let Some(seal) = self.seal() else { return Ok(()) };
        let _alone = self.heeding.lock();
        let mut waiting: Vec<(Vec<u8>, EvidenceId)> = Vec::new();
        let snapshot = self.ports.views.snapshot()?;
        read_all::<EvidenceId>(&*snapshot, ANSWER, &[], |key, evidence| {
            waiting.push((key.to_vec(), evidence));
            true
        })?;
        if waiting.is_empty() {
            return Ok(());
        }
        let mut noted = false;
        for (_, evidence) in &waiting {
            let row: Option<EvidenceRow> = snapshot.row(EVIDENCE, &evidence.0)?;
            if let (Some(row), Some(bytes)) = (row, self.ports.evidence.get(evidence)?) {
                noted |= self.heed_one(seal, &row, &bytes, now)?;
            }
        }
        drop(snapshot);
        self.forget_answers(waiting.into_iter().map(|(key, _)| key))?;
        if noted { self.project_all(now) } else { Ok(()) }
    }

    /// Gives whether anything was noted.
    fn heed_one(&self, seal: &Seal, row: &EvidenceRow, bytes: &[u8], now: Instant) -> Result<bool> {
        let (received, journal, captured) = (row.received, row.journal, row.captured);
        let context = ParseContext { received, journal, captured };
        let Ok(message) = mail::parse(bytes, &context, &self.settings.limits) else {
            return Ok(false);
        };
        let Some((id, answer)) = read(seal, &message, bytes) else { return Ok(false) };
        let desk = self.desk()?;
        let Some((alert, round, to)) = outbox::find(&desk, id) else { return Ok(false) };
        let Some(tracked) = desk.alert(&alert) else { return Ok(false) };
        match answer {
            Answer::Bounced(error) => {
                // After a crash, or a rebuild, it may have been noted before.
                let noted = tracked.sent.iter().any(|sent| {
                    (sent.round, &sent.to) == (round, &to)
                        && sent.at >= captured
                        && sent.said.starts_with(CAME_BACK)
                });
                if noted {
                    return Ok(false);
                }
                log::error!(alert:% = alert, to = to.as_str(), error = error.as_str();
                    "an alert came back; see the dead letters");
                let fact = Fact::AlertSendFailed { alert, round, to, error, retry: None };
                self.append(model::Actor::System, fact, now)?;
            }
            Answer::Taken(from) => {
                if !from.eq_ignore_ascii_case(&to) || tracked.acknowledged.is_some() {
                    return Ok(false);
                }
                let note = "by mail".to_owned();
                self.append(self.recipient(&to), Fact::AlertAcknowledged { alert, note }, now)?;
            }
        }
        Ok(true)
    }
}

/// What a message says of a notice, if it says anything.
fn read(seal: &Seal, message: &Message, bytes: &[u8]) -> Option<(SendingId, Answer)> {
    match message.class.kind {
        ClassKind::Bounce => {
            let text = String::from_utf8_lossy(&bytes[..bytes.len().min(SEARCHED)]);
            if is_no_failure(&text) {
                return None;
            }
            let id = named(seal, &text)?;
            let reason = text.lines().find(|line| {
                let line = line.to_ascii_lowercase();
                line.starts_with("diagnostic-code:") || line.starts_with("status:")
            });
            let reason = reason.and_then(|line| line.split_once(':')).map_or("", |(_, said)| said);
            let reason: String = reason.trim().chars().take(200).collect();
            Some((id, Answer::Bounced(format!("{CAME_BACK}{reason}"))))
        }
        ClassKind::Human => {
            let id = names_notice(seal, message)?;
            let said =
                message.new_text().map(|segment| message.text_of(segment)).find_map(|text| {
                    text.lines().map(str::trim).find(|line| !line.is_empty()).map(str::to_lowercase)
                })?;
            let takes = TAKES_ON.iter().any(|word| {
                let rest = said.strip_prefix(word);
                rest.is_some_and(|rest| !rest.starts_with(char::is_alphanumeric))
            });
            takes.then(|| (id, Answer::Taken(message.from.email.clone())))
        }
        _ => None,
    }
}

/// The notice that a message answers.
fn names_notice(seal: &Seal, message: &Message) -> Option<SendingId> {
    message.in_reply_to.iter().chain(&message.references).find_map(|id| named(seal, id))
}

/// Whether a report says what became of a mail (RFC 3464), and nothing of it failed: a mail that is
/// late, or was delivered, is not lost.
fn is_no_failure(text: &str) -> bool {
    let actions = text.lines().filter_map(|line| {
        let (name, action) = line.split_once(':')?;
        name.eq_ignore_ascii_case("action").then(|| action.trim().to_ascii_lowercase())
    });
    let actions: Vec<String> = actions.collect();
    !actions.is_empty() && !actions.iter().any(|action| action.starts_with("failed"))
}

/// The first notice that `text` names truly.
fn named(seal: &Seal, text: &str) -> Option<SendingId> {
    let mut rest = text;
    while let Some(at) = rest.find("wk.") {
        let name = rest.get(at..at + NAME);
        if let Some(id) = name.and_then(|name| seal.read_notice(name)) {
            return Some(id);
        }
        rest = rest.get(at + 3..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Message {
        let captured = Instant::from_seconds(1_768_392_000);
        let context = ParseContext { received: None, journal: false, captured };
        mail::parse(text.as_bytes(), &context, &mail::Limits::default()).unwrap()
    }

    fn answer(reference: &str, body: &str) -> String {
        format!(
            "From: Kim <kim@brightwater.example>\r\nTo: watch@brightwater.example\r\nMessage-ID: \
             <1@brightwater.example>\r\nIn-Reply-To: <{reference}@brightwater.example>\r\nSubject: \
             Re: Export fails\r\n\r\n{body}\r\n"
        )
    }

    fn takes(text: &str) -> bool {
        let seal = Seal::new(b"key");
        matches!(read(&seal, &parse(text), text.as_bytes()), Some((_, Answer::Taken(_))))
    }

    #[test]
    fn only_an_answer_to_the_very_notice_that_takes_it_on_counts() {
        let name = Seal::new(b"key").notice(SendingId([4; 16]));
        assert!(takes(&answer(&name, "Ack, calling them now.")));
        assert!(takes(&answer(&name, "\r\nOn it!\r\n\r\nKim")));
        assert!(!takes(&answer(&name, "Who is on it?")), "a question is no promise");
        assert!(!takes(&answer(&name, "Acknowledgements are due")), "a longer word is another");
        let forged = Seal::new(b"other").notice(SendingId([4; 16]));
        assert!(!takes(&answer(&forged, "Ack")), "the name is not ours");
        let away =
            answer(&name, "Ack").replace("Subject:", "Auto-Submitted: auto-replied\r\nSubject:");
        assert!(!takes(&away), "a machine takes nothing on");
    }

    #[test]
    fn a_bounce_names_what_came_back_and_why() {
        let seal = Seal::new(b"key");
        let name = seal.notice(SendingId([5; 16]));
        let text = format!(
            "From: MAILER-DAEMON@mx.example\r\nTo: watch@brightwater.example\r\nSubject: \
             Undelivered\r\nMIME-Version: 1.0\r\nContent-Type: multipart/report; \
             report-type=delivery-status; boundary=b\r\n\r\n--b\r\nContent-Type: \
             text/plain\r\n\r\nSorry.\r\n--b\r\nContent-Type: \
             message/delivery-status\r\n\r\nReporting-MTA: dns; mx.example\r\n\r\nAction: \
             failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no such \
             user\r\n\r\n--b\r\nContent-Type: text/rfc822-headers\r\n\r\nWatchkeeper-Notice: \
             {name}\r\n\r\n--b--\r\n"
        );
        let Some((id, Answer::Bounced(error))) = read(&seal, &parse(&text), text.as_bytes()) else {
            panic!("it is a bounce of ours");
        };
        assert_eq!(id, SendingId([5; 16]));
        assert!(error.contains("5.1.1"), "{error}");
        for kind in ["delayed", "delivered", "relayed"] {
            let late = text.replace("Action: failed", &format!("Action: {kind}"));
            assert!(read(&seal, &parse(&late), late.as_bytes()).is_none(), "{kind} is not lost");
        }
    }
}
