//! Calendars (RFC 5545): invitations, answers to them, meetings, in words.

use model::Unread;

use super::text::decode;
use crate::output::{File, Output};

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("calendar");
    let plain = decode(file.bytes, "");
    let words = mail::calendar::text(plain.as_bytes()).unwrap_or_default();
    // What holds no meeting, such as a list of tasks, can be read as it is.
    output.whole(file, if words.is_empty() { &plain } else { &words })
}
