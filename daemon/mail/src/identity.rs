//! What names a message whatever its number of copies: nothing that a relay changes.

use model::{Address, Digest, Instant, MessageKey, id::short_hash};

use crate::Attachment;

/// The digest over From, Date, decoded body and attachments. White space at the ends of lines and
/// of the body does not count, as transports change it.
pub(crate) fn digest(
    from: &Address,
    date: Option<Instant>,
    body: &str,
    attachments: &[Attachment],
) -> Digest {
    let mut bytes = Vec::with_capacity(body.len() + from.email.len() + 64 + 32 * attachments.len());
    let author = if from.email.is_empty() { &from.name } else { &from.email };
    bytes.extend_from_slice(author.as_bytes());
    bytes.push(0);
    bytes.extend_from_slice(&date.map_or(i64::MIN, Instant::millis).to_le_bytes());
    for line in body.trim_end().split('\n') {
        bytes.extend_from_slice(line.trim_end().as_bytes());
        bytes.push(b'\n');
    }
    for attachment in attachments {
        bytes.push(0);
        bytes.extend_from_slice(attachment.sha256.as_bytes());
    }
    Digest::of(&bytes)
}

/// The key of the message with this Message-ID and digest.
pub(crate) fn key(message_id: Option<&str>, digest: &Digest) -> MessageKey {
    MessageKey(short_hash(&[message_id.unwrap_or_default().as_bytes(), digest.as_bytes()]))
}
