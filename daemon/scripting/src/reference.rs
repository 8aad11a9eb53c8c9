//! The reference of everything that scripts can say, from what is registered.

use std::fmt::Write as _;

use crate::api::Entry;

/// `entries` as Markdown: functions first, then a section a type.
pub fn reference(entries: &[Entry]) -> String {
    let mut text = String::from("### Functions\n\n| | |\n|---|---|\n");
    for entry in entries.iter().filter(|e| e.owner.is_empty()) {
        row(&mut text, entry);
    }
    for kind in entries.iter().filter(|e| e.signature.is_empty()) {
        let _ = write!(text, "\n### {}\n\n{}\n", kind.owner, kind.help);
        let members: Vec<&Entry> =
            entries.iter().filter(|e| e.owner == kind.owner && !e.signature.is_empty()).collect();
        if members.is_empty() {
            continue;
        }
        text.push_str("\n| | |\n|---|---|\n");
        for entry in members {
            row(&mut text, entry);
        }
    }
    text
}

fn row(text: &mut String, entry: &Entry) {
    let _ = writeln!(text, "| `{}` | {} |", entry.signature.replace('|', "\\|"), entry.help);
}
