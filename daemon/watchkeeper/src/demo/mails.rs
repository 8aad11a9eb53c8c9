//! Real mail from the script: quoting, HTML and headers as common mail programs write them.

use anyhow::Context as _;
use mail_builder::{
    MessageBuilder,
    headers::{address::Address, message_id::MessageId, raw::Raw},
};
use model::Instant;

use super::{
    schedule::Schedule,
    script::{Conversation, MessageScript, Person, Script},
};

/// A message ready to be delivered.
pub struct Mail {
    /// When it was sent.
    pub at: Instant,
    /// Its Message-ID, without angle brackets.
    pub message_id: String,
    /// Its bytes.
    pub raw: Vec<u8>,
}

/// All mail of the script, in the order of its conversations.
pub fn render(script: &Script, schedule: &Schedule) -> anyhow::Result<Vec<Mail>> {
    let mut mails = Vec::new();
    for conversation in &script.conversations {
        for number in 1..=conversation.message.len() {
            let mail = one(script, schedule, conversation, number)
                .with_context(|| format!("{}, message {number}", conversation.id))?;
            mails.push(mail);
        }
    }
    Ok(mails)
}

/// The Message-ID of message `number` of a conversation.
pub fn message_id(script: &Script, conversation: &Conversation, number: usize) -> Option<String> {
    let message = conversation.message.get(number.checked_sub(1)?)?;
    let domain = script.person(&message.from).ok()?.email.split_once('@')?.1.to_owned();
    Some(format!("{}.{number}@{domain}", conversation.id))
}

/// The message that message `number` answers, counted from 1.
fn answered(conversation: &Conversation, number: usize) -> Option<usize> {
    let message = conversation.message.get(number - 1)?;
    message.answers.or(number.checked_sub(1)).filter(|answered| *answered > 0)
}

fn one(
    script: &Script,
    schedule: &Schedule,
    conversation: &Conversation,
    number: usize,
) -> anyhow::Result<Mail> {
    let message = &conversation.message[number - 1];
    let sender = script.person(&message.from)?;
    let at = schedule.at(&message.at)?;
    let id = message_id(script, conversation, number).context("it has no Message-ID")?;
    let answers = answered(conversation, number);
    let subject = match &message.subject {
        Some(subject) => subject.clone(),
        None if answers.is_some() => format!("Re: {}", conversation.subject),
        None => conversation.subject.clone(),
    };
    let mut builder = MessageBuilder::new()
        .from(address(sender))
        .to(addresses(script, &message.to)?)
        .subject(subject)
        .date(at.seconds())
        .message_id(id.clone());
    if !message.cc.is_empty() {
        builder = builder.cc(addresses(script, &message.cc)?);
    }
    let chain = references(script, conversation, number, message);
    if let Some(last) = chain.last() {
        builder = builder
            .in_reply_to(last.clone())
            .header("References", MessageId::new_list(chain.iter().map(String::as_str)));
    }
    for (name, value) in &message.headers {
        builder = builder.header(name.as_str(), Raw::new(value.as_str()));
    }
    let quoted = answers.filter(|_| message.quote);
    let text = plain(script, schedule, conversation, message, quoted)?;
    if sender.style != "plain" {
        builder = builder.html_body(html(script, schedule, conversation, message, quoted)?);
    }
    builder = builder.text_body(text);
    for (name, text) in &message.attach {
        let is_table = name.rsplit_once('.').is_some_and(|(_, ending)| ending == "csv");
        let kind = if is_table { "text/csv" } else { "text/plain" };
        builder = builder.attachment(kind, name.as_str(), text.as_bytes().to_vec());
    }
    Ok(Mail { at, message_id: id, raw: builder.write_to_vec()? })
}

fn address(person: &Person) -> Address<'_> {
    Address::new_address(Some(person.name.as_str()), person.email.as_str())
}

fn addresses<'a>(script: &'a Script, names: &[String]) -> anyhow::Result<Address<'a>> {
    let people: anyhow::Result<Vec<_>> =
        names.iter().map(|name| script.person(name).map(address)).collect();
    Ok(Address::new_list(people?))
}

fn references(
    script: &Script,
    conversation: &Conversation,
    number: usize,
    message: &MessageScript,
) -> Vec<String> {
    let mut chain = Vec::new();
    let mut current = answered(conversation, number);
    while let Some(earlier) = current {
        chain.extend(message_id(script, conversation, earlier));
        current = answered(conversation, earlier);
    }
    chain.reverse();
    if let Some((id, number)) = message.quotes.as_deref().and_then(|quoted| quoted.split_once('/'))
        && let Some(other) = script.conversations.iter().find(|c| c.id == id)
        && let Ok(number) = number.parse()
    {
        chain.extend(message_id(script, other, number));
    }
    chain
}

fn attribution(schedule: &Schedule, at: Instant, person: &Person) -> String {
    let when = at.in_zone(schedule.zone());
    match person.style.as_str() {
        "apple" => format!(
            "On {}, {} <{}> wrote:",
            when.strftime("%-d %b %Y, at %H:%M"),
            person.name,
            person.email
        ),
        _ => format!(
            "On {}, {} <{}> wrote:",
            when.strftime("%a, %b %-d, %Y at %-I:%M %p"),
            person.name,
            person.email
        ),
    }
}

/// The header block that Outlook puts above what it quotes.
fn outlook_block(
    script: &Script,
    schedule: &Schedule,
    conversation: &Conversation,
    earlier: &MessageScript,
) -> anyhow::Result<String> {
    let sender = script.person(&earlier.from)?;
    let when = schedule.at(&earlier.at)?.in_zone(schedule.zone());
    let to: anyhow::Result<Vec<String>> = earlier
        .to
        .iter()
        .map(|name| script.person(name).map(|p| format!("{} <{}>", p.name, p.email)))
        .collect();
    Ok(format!(
        "From: {} <{}>\nSent: {}\nTo: {}\nSubject: {}",
        sender.name,
        sender.email,
        when.strftime("%A, %-d %B %Y %H:%M"),
        to?.join("; "),
        conversation.subject
    ))
}

/// New text, signature and what is quoted, as plain text.
fn plain(
    script: &Script,
    schedule: &Schedule,
    conversation: &Conversation,
    message: &MessageScript,
    quoted: Option<usize>,
) -> anyhow::Result<String> {
    let sender = script.person(&message.from)?;
    let mut text = message.text.trim().to_owned();
    if !sender.signature.is_empty() {
        let delimiter = if sender.style == "plain" { "\n\n-- \n" } else { "\n\n" };
        text.push_str(delimiter);
        text.push_str(sender.signature.trim());
    }
    if let Some(number) = quoted {
        let earlier = &conversation.message[number - 1];
        let above = answered(conversation, number).filter(|_| earlier.quote);
        let inner = plain(script, schedule, conversation, earlier, above)?;
        if sender.style == "outlook" {
            let block = outlook_block(script, schedule, conversation, earlier)?;
            text.push_str(&format!("\n\n________________________________\n{block}\n\n{inner}"));
        } else {
            let at = schedule.at(&earlier.at)?;
            let line = attribution(schedule, at, script.person(&earlier.from)?);
            text.push_str(&format!("\n\n{line}\n"));
            for inner in inner.lines() {
                text.push_str(if inner.starts_with('>') { ">" } else { "> " });
                text.push_str(inner);
                text.push('\n');
            }
        }
    }
    Ok(text)
}

/// The same as HTML.
fn html(
    script: &Script,
    schedule: &Schedule,
    conversation: &Conversation,
    message: &MessageScript,
    quoted: Option<usize>,
) -> anyhow::Result<String> {
    let sender = script.person(&message.from)?;
    let mut page = paragraphs(&message.text);
    if !sender.signature.is_empty() {
        page.push_str(&format!("<div>{}</div>", lines(&sender.signature)));
    }
    if let Some(number) = quoted {
        let earlier = &conversation.message[number - 1];
        let above = answered(conversation, number).filter(|_| earlier.quote);
        let inner = html(script, schedule, conversation, earlier, above)?;
        let at = schedule.at(&earlier.at)?;
        let line = escape(&attribution(schedule, at, script.person(&earlier.from)?));
        page.push_str(&match sender.style.as_str() {
            "outlook" => {
                let block = lines(&outlook_block(script, schedule, conversation, earlier)?);
                format!(
                    "<div style=\"border:none;border-top:solid #E1E1E1 1.0pt\"><p>{block}</p></div>{inner}"
                )
            }
            "apple" => format!("<br><blockquote type=\"cite\">{line}<br><br>{inner}</blockquote>"),
            _ => format!(
                "<div class=\"gmail_quote\"><div class=\"gmail_attr\">{line}</div><blockquote \
                 class=\"gmail_quote\">{inner}</blockquote></div>"
            ),
        });
    }
    Ok(page)
}

fn paragraphs(text: &str) -> String {
    text.trim().split("\n\n").map(|paragraph| format!("<p>{}</p>", lines(paragraph))).collect()
}

fn lines(text: &str) -> String {
    escape(text.trim()).replace('\n', "<br>")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
