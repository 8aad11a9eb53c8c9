//! HTML: what a reader sees.

use model::Unread;

use super::text::decode;
use crate::output::{File, Output};

/// How far into a page its character set is declared.
const DECLARED_WITHIN: usize = 2_048;

pub(super) fn read(file: &File<'_>, output: &mut Output) -> Result<(), Unread> {
    output.format("html");
    output.whole(file, &text(file.bytes))
}

/// The text of a page.
pub(super) fn text(bytes: &[u8]) -> String {
    mail::html_text(&decode(bytes, &charset(bytes)))
}

/// The character set that a page names for itself; empty if it names none.
fn charset(bytes: &[u8]) -> String {
    let head = String::from_utf8_lossy(&bytes[..bytes.len().min(DECLARED_WITHIN)]).to_lowercase();
    let Some(at) = head.find("charset=") else { return String::new() };
    let rest = head[at + "charset=".len()..].trim_start_matches(['"', '\'', ' ']);
    rest.chars().take_while(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_')).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_in_its_own_character_set_is_read() {
        let page = b"<html><head><meta charset=\"windows-1252\"><title>x</title></head>\
                     <body><p>Caf\xe9<script>evil()</script></p></body></html>";
        assert_eq!(text(page).trim(), "Café");
    }
}
