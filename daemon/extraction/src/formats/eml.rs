//! A message as a file: what it says, and what is attached to it.

use mail::{Limits, Message, ParseContext};
use model::{Instant, Unread};

use super::read_within;
use crate::output::{File, Output};

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("eml");
    let context = ParseContext { received: None, captured: Instant::default(), journal: false };
    let limits = Limits { text_bytes: output.text_left() as usize, ..Limits::default() };
    let message = mail::parse(file.bytes, &context, &limits).map_err(|error| match error {
        mail::ParseError::Empty => Unread::Empty,
        mail::ParseError::TooLarge { .. } => Unread::TooLarge,
        _ => Unread::Corrupt,
    })?;
    let mut text = String::new();
    write(&message, &mut text);
    output.whole(file, &text)?;
    attached(&message, file, output)
}

fn write(message: &Message, text: &mut String) {
    let line = |name: &str, value: &str| match value {
        "" => String::new(),
        value => format!("{name}: {value}\n"),
    };
    let to: Vec<String> = message.to.iter().chain(&message.cc).map(ToString::to_string).collect();
    text.push_str(&line("From", &message.from.to_string()));
    text.push_str(&line("To", &to.join(", ")));
    text.push_str(&line("Subject", &message.subject));
    text.push('\n');
    text.push_str(&message.body);
    text.push('\n');
    for inner in &message.nested {
        write(&inner.message, text);
    }
}

fn attached(message: &Message, file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    for attachment in &message.attachments {
        if attachment.media_type == "message/rfc822" {
            continue;
        }
        let name = match attachment.name.as_str() {
            "" => format!("part-{}", attachment.part),
            name => name.to_owned(),
        };
        if let Some(bytes) = mail::attachment_bytes(file.bytes, attachment.part) {
            read_within(file, &name, &attachment.media_type, &bytes, output)?;
        }
    }
    message.nested.iter().try_for_each(|inner| attached(&inner.message, file, output))
}
