//! Journal reports of Exchange and Microsoft 365: a message wrapped into another that tells its true
//! envelope, those in BCC included.
//!
//! The report is multipart/mixed: a text of lines such as `Sender:`, `To:`, `Bcc:`, `Recipient:`, and
//! the message itself as message/rfc822.

use mail_parser::{Message as Parsed, MimeHeaders as _, PartType};
use model::Address;

use crate::{
    Message,
    defect::defect,
    headers::Fields,
    parts::{self, Inner, Numbered},
};

/// Recipients of a report that are kept; a list of thousands says nothing more about a case.
const RECIPIENTS: usize = 1_000;

/// A report that was recognised.
pub(crate) struct Report<'r> {
    /// The message within it.
    pub parsed: &'r Parsed<'r>,
    /// Its parts, numbered within the report.
    pub numbered: &'r [Numbered<'r>],
    recipients: Vec<Recipient>,
}

/// Somebody whom the message was delivered to.
struct Recipient {
    /// Who, in lower case.
    email: String,
    /// Whether the report says that the headers do not name them.
    hidden: bool,
    /// The list that they stand behind, if they do.
    behind: Option<String>,
}

/// The report that `parsed` is, if it is one.
pub(crate) fn read<'r>(parsed: &'r Parsed<'r>, numbered: &'r [Numbered<'r>]) -> Option<Report<'r>> {
    let root = parsed.parts.first()?;
    let fields = Fields::new(&parsed.raw_message, &root.headers);
    if !["x-ms-journal-report", "x-ms-exchange-generated-message-source"]
        .into_iter()
        .any(|name| fields.has(name))
    {
        return None;
    }
    let told = parsed
        .parts
        .iter()
        .find(|part| matches!(part.body, PartType::Text(_)) && part.attachment_name().is_none())?;
    let told = parts::text(&parsed.raw_message, told).text;
    if !told.trim_start().get(..7).is_some_and(|start| start.eq_ignore_ascii_case("sender:")) {
        return None;
    }
    let within = numbered.iter().find_map(|one| match &one.inner {
        Inner::Message(parsed, numbered) => Some((*parsed, numbered.as_slice())),
        _ => None,
    });
    let (parsed, numbered) = within?;
    let recipients = told.lines().filter_map(recipient).take(RECIPIENTS).collect();
    Some(Report { parsed, numbered, recipients })
}

/// Whom a line such as `To: jane@northwind.example, Expanded: all@northwind.example` names.
fn recipient(line: &str) -> Option<Recipient> {
    let (word, rest) = line.split_once(':')?;
    let hidden = match word.trim().to_ascii_lowercase().as_str() {
        "bcc" => true,
        "to" | "cc" | "recipient" => false,
        _ => return None,
    };
    let mut pieces = rest.split(',').map(str::trim);
    let email = address(pieces.next()?)?;
    let behind = pieces.find_map(|piece| {
        let (how, list) = piece.split_once(':')?;
        let how = how.trim();
        let through = how.eq_ignore_ascii_case("expanded") || how.eq_ignore_ascii_case("forwarded");
        if through { address(list) } else { None }
    });
    Some(Recipient { email, hidden, behind })
}

fn address(text: &str) -> Option<String> {
    let text = text.trim().trim_matches(['<', '>']);
    let plain = text.contains('@') && !text.contains(char::is_whitespace);
    plain.then(|| text.to_lowercase())
}

impl Report<'_> {
    /// Adds to the message whom its headers hide.
    pub fn complete(&self, message: &mut Message) {
        for recipient in &self.recipients {
            let named = |email: &str| {
                [&message.to, &message.cc, &message.bcc]
                    .into_iter()
                    .flatten()
                    .any(|known| known.email == email)
            };
            let through = recipient.behind.as_deref().is_some_and(named);
            if named(&recipient.email) || (through && !recipient.hidden) {
                continue;
            }
            let email = recipient.email.clone();
            message.bcc.push(Address { name: String::new(), email });
        }
        let detail = "the message was in a journal report, which tells its recipients";
        message.defects.push(defect("journal_report", detail));
    }
}

#[cfg(test)]
mod tests {
    use model::Instant;

    use crate::{Limits, Message, ParseContext, attachment_bytes, parse, reported_html_body};

    const REPORT: &str = "From: Microsoft Exchange <MicrosoftExchange329e71@brightwater.example>\r\n\
        To: journal@watch.brightwater.example\r\nSubject: Export fails\r\nMessage-ID: \
        <report-1@brightwater.example>\r\nX-MS-Journal-Report:\r\nMIME-Version: 1.0\r\n\
        Content-Type: multipart/mixed; boundary=outer\r\n\r\n--outer\r\nContent-Type: text/plain; \
        charset=us-ascii\r\n\r\nSender: jane@northwind.example\r\nSubject: Export \
        fails\r\nMessage-Id: <1@northwind.example>\r\nTo: support@brightwater.example\r\nTo: \
        ben@brightwater.example, Expanded: support@brightwater.example\r\nBcc: \
        Boss@Brightwater.example\r\nRecipient: quiet@brightwater.example\r\n\r\n--outer\r\n\
        Content-Type: message/rfc822\r\n\r\nFrom: Jane <jane@northwind.example>\r\nTo: \
        support@brightwater.example\r\nDate: Mon, 12 Jan 2026 09:00:00 +0000\r\nMessage-ID: \
        <1@northwind.example>\r\nSubject: Export fails\r\nMIME-Version: 1.0\r\nContent-Type: \
        multipart/mixed; boundary=inner\r\n\r\n--inner\r\nContent-Type: text/html\r\n\r\n<p>It \
        fails.</p>\r\n--inner\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; \
        filename=log.txt\r\n\r\nline one\r\n--inner--\r\n--outer--\r\n";

    fn read(text: &str, journal: bool) -> Message {
        let captured = Instant::from_seconds(1_768_392_000);
        let context = ParseContext { received: None, journal, captured };
        parse(text.as_bytes(), &context, &Limits::default()).unwrap()
    }

    #[test]
    fn a_report_is_the_message_within_it_with_those_that_its_headers_hide() {
        let message = read(REPORT, true);
        assert_eq!(message.message_id.as_deref(), Some("1@northwind.example"));
        assert_eq!(message.from.email, "jane@northwind.example");
        let hidden: Vec<_> = message.bcc.iter().map(|known| known.email.as_str()).collect();
        assert_eq!(hidden, ["boss@brightwater.example", "quiet@brightwater.example"]);
        let file = message.attachments.iter().find(|file| file.name == "log.txt").unwrap();
        let bytes = attachment_bytes(REPORT.as_bytes(), file.part).unwrap();
        assert_eq!(bytes, b"line one");
        let html = reported_html_body(REPORT.as_bytes()).unwrap();
        assert!(html.contains("It fails"), "{html}");
    }

    #[test]
    fn the_message_of_a_report_and_its_copy_in_a_mailbox_are_one() {
        let within = REPORT.split("message/rfc822\r\n\r\n").nth(1).unwrap();
        let copy = within.replace("--outer--\r\n", "");
        assert_eq!(read(&copy, false).key, read(REPORT, true).key);
    }

    #[test]
    fn a_report_that_a_stranger_wrote_into_a_mailbox_speaks_for_nobody() {
        let message = read(REPORT, false);
        assert_eq!(message.message_id.as_deref(), Some("report-1@brightwater.example"));
        let plain = REPORT.replace("X-MS-Journal-Report:\r\n", "");
        let message = read(&plain, true);
        assert_eq!(message.message_id.as_deref(), Some("report-1@brightwater.example"));
    }
}
