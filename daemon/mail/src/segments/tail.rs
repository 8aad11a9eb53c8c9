//! What stands at the end of new text without being any: signatures, footers, notices.

use model::Address;

use crate::SegmentKind;

use super::{
    card::Card,
    disclaimer::{self, Notice},
    footer,
    lines::Line,
    paragraph::{self, Paragraph, has_contact, is_card_line, is_personal},
    sender::Sender,
};

/// Lines below a delimiter that still are a signature.
const MAX_DELIMITED: usize = 40;
/// Paragraphs at the end of a text among which notices are looked for.
const MAX_NOTICES: usize = 12;

/// Marks signatures and notices among the lines that are new so far.
pub(super) fn mark(lines: &[Line<'_>], kinds: &mut [SegmentKind], from: &Address) {
    let sender = Sender::new(from);
    let runs = runs(kinds);
    // Backwards: whether an earlier run ends the text depends on what the later ones are.
    let mut new_below = false;
    for (number, (start, end)) in runs.iter().copied().enumerate().rev() {
        let only = runs.len() == 1;
        let mut run = Run { lines, kinds, start, end, sender: &sender, only, new_below };
        if number == 0 {
            run.mark_banner();
        }
        run.mark_delimited();
        if run.ends_a_text() {
            run.mark_tail();
        }
        let still_new = |at: usize| !lines[at].is_blank() && kinds[at] == SegmentKind::New;
        new_below |= (start..end).any(still_new);
    }
}

/// The runs of new lines, as ranges.
fn runs(kinds: &[SegmentKind]) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in kinds.iter().enumerate().filter(|(_, kind)| **kind == SegmentKind::New) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    runs
}

/// Consecutive lines of new text.
struct Run<'r, 'l> {
    lines: &'r [Line<'l>],
    kinds: &'r mut [SegmentKind],
    start: usize,
    end: usize,
    sender: &'r Sender,
    /// Whether there is no other new text that could be the message.
    only: bool,
    /// Whether new text stands further below.
    new_below: bool,
}

/// A paragraph with what is known of its words.
struct Judged {
    at: Paragraph,
    /// Its text in lower case.
    text: String,
    /// How much it looks like a notice.
    notice: Notice,
    /// Whether it is talk between people.
    talk: bool,
}

impl Run<'_, '_> {
    fn set(&mut self, start: usize, end: usize, kind: SegmentKind) {
        self.kinds.get_mut(start..end).unwrap_or_default().fill(kind);
    }

    fn judge(&self, at: Paragraph) -> Judged {
        let text = paragraph::text(self.lines, at).to_lowercase();
        let talk = is_personal(&text);
        let notice = disclaimer::judge(&text, talk);
        Judged { at, text, notice, talk }
    }

    /// Marks the banner of a gateway above the text.
    fn mark_banner(&mut self) {
        let head = paragraph::split(self.lines, self.start, self.end.min(self.start + 12));
        if let [first, _, ..] = head.as_slice()
            && first.end - first.start <= 5
            && disclaimer::is_banner(&paragraph::text(self.lines, *first).to_lowercase())
        {
            self.set(first.start, first.end, SegmentKind::Disclaimer);
            self.start = first.end;
        }
    }

    /// Marks what follows a signature delimiter and shortens the run to what stands above it.
    fn mark_delimited(&mut self) {
        let Some(at) = (self.start..self.end).find(|at| self.is_delimiter(*at)) else { return };
        self.mark_below(at + 1, SegmentKind::Signature);
        self.set(at, at + 1, SegmentKind::Signature);
        self.end = at;
    }

    /// Whether line `at` is the delimiter of RFC 3676 4.3, or one of its common misspellings.
    fn is_delimiter(&self, at: usize) -> bool {
        let line = self.lines[at].text;
        let dashes = matches!(line, "--" | "—" | "–" | "---" | "__" | "___" | "- --");
        let rule = !dashes && line.len() >= 5 && footer::is_rule(line);
        if !dashes && !rule {
            return false;
        }
        let below = self.lines.get(at + 1..self.end).unwrap_or_default().iter();
        let filled: Vec<&str> = below
            .map(|line| line.text.trim())
            .filter(|text| !text.is_empty())
            .take(MAX_DELIMITED + 1)
            .collect();
        if filled.len() > MAX_DELIMITED {
            return false;
        }
        if rule {
            let contacts = filled.iter().filter(|line| has_contact(line)).count();
            return footer::is_list_text(&filled.join(" "))
                || filled.first().is_some_and(|line| footer::is_footer(line))
                || filled.len() <= 14 && contacts >= 2 && filled.iter().all(|l| is_card_line(l));
        }
        line == "--"
            || (1..=10).contains(&filled.len()) && filled.iter().all(|line| is_card_line(line))
    }

    /// Whether a signature may stand here: above a whole quoted message or at the end, not between
    /// answers that are written into a quotation.
    fn ends_a_text(&self) -> bool {
        let mut below = self.lines.get(self.end..).unwrap_or_default().iter();
        !self.new_below || below.find(|line| !line.is_blank()).is_none_or(|line| !line.is_quoted())
    }

    fn mark_tail(&mut self) {
        let notices = self.mark_notices();
        self.mark_footers();
        let card = Card { lines: self.lines, sender: self.sender, notices: &notices };
        if let Some(start) = card.find(self.start, self.end) {
            self.mark_below(start, SegmentKind::Signature);
            self.end = start;
        }
    }

    /// Marks notices at the end of the run, from the first sure one on. Gives the paragraphs above
    /// it that may be notices too.
    fn mark_notices(&mut self) -> Vec<Paragraph> {
        let mut first = None;
        let mut perhaps = Vec::new();
        for at in paragraph::last(self.lines, self.start, self.end, MAX_NOTICES).into_iter().rev() {
            // What starts the message is no notice below it.
            if self.is_first(at.start) {
                break;
            }
            let p = self.judge(at);
            if p.notice == Notice::Sure {
                first = Some(at.start);
                perhaps.clear();
                continue;
            }
            if p.notice == Notice::Perhaps {
                perhaps.push(at);
            }
            if p.talk || first.is_some() && p.notice == Notice::No {
                break;
            }
        }
        if let Some(start) = first {
            self.mark_below(start, SegmentKind::Disclaimer);
            self.end = start;
        }
        perhaps
    }

    /// Whether nothing stands between the start of the run and line `at`.
    fn is_first(&self, at: usize) -> bool {
        self.lines.get(self.start..at).unwrap_or_default().iter().all(Line::is_blank)
    }

    /// Marks footers at the end of the run, line by line.
    fn mark_footers(&mut self) {
        while let Some(last) = (self.start..self.end).rev().find(|at| !self.lines[*at].is_blank()) {
            let alone = self.is_first(last);
            if !footer::is_footer(self.lines[last].text) || alone && !self.only {
                break;
            }
            self.set(last, self.end, SegmentKind::Signature);
            self.end = last;
            if alone {
                break;
            }
        }
    }

    /// Marks the lines from `start` to the end of the run: notices as such, talk as new, the rest
    /// as `kind`.
    fn mark_below(&mut self, start: usize, kind: SegmentKind) {
        self.set(start, self.end, kind);
        for (number, at) in paragraph::split(self.lines, start, self.end).into_iter().enumerate() {
            let kind = self.kind_below(&self.judge(at), number == 0, kind);
            self.set(at.start, at.end, kind);
        }
    }

    /// The kind of a paragraph below the start of a signature or notice.
    fn kind_below(&self, p: &Judged, is_first: bool, kind: SegmentKind) -> SegmentKind {
        let lines = self.lines.get(p.at.start..p.at.end).unwrap_or_default();
        let added =
            |line: &Line<'_>| matches!(line.text, "--" | "---") || footer::is_footer(line.text);
        let talks = kind == SegmentKind::Signature && p.talk;
        let cards = lines.iter().filter(|line| is_card_line(line.text)).count();
        let is_card = cards * 2 > lines.len();
        let below_card = !is_card && !is_first;
        if lines.iter().take(2).any(added) {
            SegmentKind::Signature
        } else if !is_first && is_postscript(&p.text) {
            SegmentKind::New
        } else if p.notice == Notice::Sure || below_card && p.notice == Notice::Perhaps {
            SegmentKind::Disclaimer
        } else if !is_first && !is_card && talks {
            SegmentKind::New
        } else if kind == SegmentKind::Disclaimer && is_card {
            SegmentKind::Signature
        } else {
            kind
        }
    }
}

fn is_postscript(text: &str) -> bool {
    let starts = ["ps ", "ps:", "ps.", "p.s.", "p.s ", "pps", "nb:", "n.b."];
    starts.iter().any(|start| text.starts_with(start))
}
