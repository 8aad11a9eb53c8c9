//! A message forwarded in the text of another: its header block and its body.

use model::Address;

use crate::{
    date::{WrittenDate, read_date},
    headers,
    segments::{
        find_marker,
        header_block::{self, Label},
        unquote,
    },
};

/// What a forwarded message says of itself.
pub(super) struct Forward {
    pub from: Address,
    pub to: Vec<Address>,
    pub cc: Vec<Address>,
    pub subject: String,
    pub written: Option<WrittenDate>,
    pub body: String,
}

/// Reads a forwarded segment; nothing if it has no header block that says who wrote it.
pub(super) fn read(segment: &str) -> Option<Forward> {
    let text = without_markers(segment)?;
    let quoted = text.lines().find(|line| !line.trim().is_empty())?.trim_start().starts_with('>');
    let text = if quoted { unquote(text) } else { text.to_owned() };
    let text = text.trim_start_matches('\n');
    let lines: Vec<&str> = text.lines().take(80).collect();
    let block = header_block::read(&lines, true)?;
    let author = block.get(Label::From)?;
    let from = headers::loose_addresses(author).into_iter().next()?;
    // Notes writes the date behind the name.
    let date = block.get(Label::Date).or_else(|| author.rsplit_once(" on ").map(|(_, date)| date));
    let people = |label| block.get(label).map(headers::loose_addresses).unwrap_or_default();
    let body_at: usize = text.split_inclusive('\n').take(block.len).map(str::len).sum();
    let body = text.get(body_at..).unwrap_or_default();
    Some(Forward {
        from,
        to: people(Label::To),
        cc: people(Label::Cc),
        subject: block.get(Label::Subject).unwrap_or_default().to_owned(),
        written: date.and_then(read_date),
        body: body.trim_matches('\n').to_owned(),
    })
}

/// The text behind the lines that announce the message.
fn without_markers(segment: &str) -> Option<&str> {
    let mut rest = segment;
    for _ in 0..8 {
        let (line, below) = rest.split_once('\n')?;
        if !line.trim().is_empty() && find_marker(line).is_none() {
            return Some(rest);
        }
        rest = below;
    }
    Some(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_forwarded_message_is_dated_and_attributed() {
        for segment in [
            "---------- Forwarded message ---------\nFrom: Jane Doe <jane@b.example>\nDate: Mon, Jan 12, 2026 at 9:14 AM\nSubject: Export\nTo: <help@c.example>\n\n\nIt fails.\n",
            "Begin forwarded message:\n\n> From: Jane Doe <jane@b.example>\n> Date: 12 January 2026 at 09:14:00\n> Subject: Export\n> To: help@c.example\n> \n> It fails.\n",
            "-------- Weitergeleitete Nachricht --------\nBetreff: \tExport\nDatum: \tMon, 12 Jan 2026 09:14:00 +0000\nVon: \tJane Doe <jane@b.example>\nAn: \thelp@c.example\n\nIt fails.\n",
            "________________________________\nDe : Jane Doe <jane@b.example>\nEnvoyé : lundi 12 janvier 2026 09:14\nÀ : help@c.example\nObjet : Export\n\nIt fails.\n",
        ] {
            let forward = read(segment).expect(segment);
            assert_eq!(forward.from.to_string(), "Jane Doe <jane@b.example>", "{segment}");
            assert_eq!(
                forward.written.unwrap().at.to_string(),
                "2026-01-12T09:14:00Z",
                "{segment}"
            );
            assert_eq!((forward.subject.as_str(), forward.body.as_str()), ("Export", "It fails."));
            assert_eq!(forward.to[0].email, "help@c.example");
        }
    }
}
