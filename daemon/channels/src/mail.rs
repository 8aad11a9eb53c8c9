//! A letter as a mail: plain text and HTML, with the headers that keep a case's mails together and
//! keep machines from answering.

use app::seal::NOTICE_HEADER;
use mail_builder::{
    MessageBuilder,
    headers::{message_id::MessageId, raw::Raw},
};
use model::Instant;

use crate::{Letter, letter::Item};

/// A mail ready to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mail {
    /// Its Message-ID, without angle brackets.
    pub id: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// Who writes to whom.
pub(crate) struct Envelope<'a> {
    pub from: &'a str,
    pub from_name: &'a str,
    pub reply_to: Option<&'a str>,
    pub to: &'a str,
    /// The sealed name of the notice.
    pub name: &'a str,
    pub now: Instant,
}

/// Writes `letter` as a mail.
pub(crate) fn write(letter: &Letter, envelope: &Envelope<'_>) -> std::io::Result<Mail> {
    let domain = envelope.from.rsplit('@').next().unwrap_or("localhost");
    let id = format!("{}@{domain}", envelope.name);
    let mut builder = MessageBuilder::new()
        .message_id(id.clone())
        .date(envelope.now.seconds())
        .from((envelope.from_name, envelope.from))
        .to(envelope.to)
        .subject(letter.subject.as_str())
        .header("Auto-Submitted", Raw::new("auto-generated"))
        .header("X-Auto-Response-Suppress", Raw::new("All"))
        .header(NOTICE_HEADER, Raw::new(envelope.name.to_owned()))
        .text_body(plain(letter))
        .html_body(html(letter));
    if let Some(case) = letter.case {
        // No message has this id: it is the common root under which mail programs gather a case.
        let root = format!("wk-case.{case}@{domain}");
        builder =
            builder.in_reply_to(MessageId::new(root.clone())).references(MessageId::new(root));
    }
    if let Some(reply_to) = envelope.reply_to {
        builder = builder.reply_to(reply_to);
    }
    Ok(Mail { id, bytes: builder.write_to_vec()? })
}

/// A letter as plain text.
pub(crate) fn plain(letter: &Letter) -> String {
    let mut text = format!("{}\n", letter.lead);
    for item in &letter.items {
        text.push_str(&format!("\n{}\n", item.title));
        if !item.facts.is_empty() {
            text.push_str(&format!("{}\n", item.facts.join(" · ")));
        }
        for says in &item.says {
            text.push_str(&format!("- {says}\n"));
        }
        if let Some(link) = &item.link {
            text.push_str(&format!("{link}\n"));
        }
    }
    if let Some(link) = &letter.acknowledge {
        text.push_str(&format!("\nI see to it:\n{link}\n"));
    }
    text.push_str(&format!("\n{}\n", letter.footer));
    text
}

/// A letter as HTML that a phone shows well: one column, nothing fetched, nothing hidden.
pub(crate) fn html(letter: &Letter) -> String {
    let mut body = format!("<p style=\"{LEAD}\">{}</p>", escape(&letter.lead));
    for item in &letter.items {
        body.push_str(&item_html(item));
    }
    if let Some(link) = &letter.acknowledge {
        let link = escape(link);
        body.push_str(&format!(
            "<p style=\"margin:20px 0\"><a href=\"{link}\" style=\"{BUTTON}\">I see to it</a></p>"
        ));
    }
    body.push_str(&format!("<p style=\"{SMALL}\">{}</p>", escape(&letter.footer)));
    format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <meta name=\"color-scheme\" content=\"light dark\"><title>{}</title></head>\
         <body style=\"{PAGE}\"><div style=\"max-width:600px;margin:0 auto\">{body}</div></body>\
         </html>",
        escape(&letter.subject)
    )
}

const PAGE: &str = "margin:0;padding:16px;font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,\
                    sans-serif";
const LEAD: &str = "margin:0 0 16px;font-size:18px;font-weight:600";
const CARD: &str = "margin:0 0 12px;padding:12px 14px;border:1px solid #8886;border-radius:8px";
const SMALL: &str = "margin:4px 0;font-size:14px;opacity:.75";
const BUTTON: &str = "display:inline-block;padding:12px 20px;border-radius:8px;background:#1f5fae;\
                      color:#ffffff;text-decoration:none;font-weight:600";

fn item_html(item: &Item) -> String {
    let title = escape(&item.title);
    let title = match &item.link {
        Some(link) => format!("<a href=\"{}\">{title}</a>", escape(link)),
        None => title,
    };
    let facts = escape(&item.facts.join(" · "));
    let says: Vec<String> = item.says.iter().map(|says| escape(says)).collect();
    format!(
        "<div style=\"{CARD}\"><div style=\"font-weight:600\">{title}</div>\
         <div style=\"{SMALL}\">{facts}</div><div>{}</div></div>",
        says.join("<br>")
    )
}

/// Text as HTML shows it.
pub(crate) fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            other => escaped.push(other),
        }
    }
    escaped
}
