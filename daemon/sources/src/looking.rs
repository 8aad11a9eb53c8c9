//! What is told of a place that is looked at before it is watched: enough to know it again, and never
//! more than fits on a page.

use egress::{Egress, Host, Protection};

use app::saved::Found;

/// Lines that are told.
pub(crate) const LINES: usize = 8;
/// The most characters of one.
const LINE: usize = 160;

/// A line as it is told.
pub(crate) fn line(text: &str) -> String {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.char_indices().nth(LINE) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text,
    }
}

/// What the connection to `host` was like, as the book has it.
pub(crate) fn with_connection(found: Found, host: &Host, egress: &Egress) -> Found {
    let hosts = egress.book().hosts();
    let known = hosts.into_iter().find(|one| one.host == host.name && one.port == host.port);
    Found {
        protected: Some(host.protection != Protection::None),
        certificate: known.and_then(|one| one.certificate),
        ..found
    }
}
