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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::RuleSet;

    const BEGIN: &str = "<!-- reference: written by a test of daemon/scripting -->\n";
    const END: &str = "<!-- end of reference -->\n";

    /// The manual's reference is what is registered. When it is not, the test puts it right and
    /// fails once, so that the change is seen and committed.
    #[test]
    fn the_manual_shows_everything_that_scripts_can_say() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../rules/README.md");
        let manual = String::from_utf8(std::fs::read(path).unwrap()).unwrap();
        let set = RuleSet::default_set().unwrap_or_else(|e| panic!("{e}"));
        let written = reference(set.reference());
        let from = manual.find(BEGIN).unwrap() + BEGIN.len();
        let to = manual.find(END).unwrap();
        if manual[from..to] != written {
            let right = format!("{}{written}{}", &manual[..from], &manual[to..]);
            std::fs::write(path, right).unwrap();
            panic!("rules/README.md was out of date and is rewritten: look at it and commit it");
        }
    }
}
