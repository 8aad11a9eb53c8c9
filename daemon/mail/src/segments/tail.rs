//! What stands at the end of new text without being any: signatures, footers, notices.

use model::Address;

use crate::SegmentKind;

use super::{
    closing::{Closing, closing},
    disclaimer, footer,
    lines::Line,
    paragraph::{self, Paragraph, has_contact, is_card_line, is_personal},
    sender::Sender,
};

/// Lines below a delimiter that still are a signature.
const MAX_DELIMITED: usize = 40;
/// Lines at the end of a text among which a signature is looked for.
const MAX_TAIL: usize = 45;
/// Lines of a signature that no delimiter announces, as far as it must look like one.
const MAX_CARD: usize = 14;

/// Marks signatures and notices among the lines that are new so far.
pub(super) fn mark(lines: &[Line<'_>], kinds: &mut [SegmentKind], from: &Address) {
    let sender = Sender::new(from);
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (at, _) in kinds.iter().enumerate().filter(|(_, kind)| **kind == SegmentKind::New) {
        match runs.last_mut() {
            Some((_, end)) if *end == at => *end = at + 1,
            _ => runs.push((at, at + 1)),
        }
    }
    // Backwards: whether an earlier run ends the text depends on what the later ones are.
    for (number, (start, end)) in runs.iter().copied().enumerate().rev() {
        let mut run = Run { lines, kinds, start, end, sender: &sender, only: runs.len() == 1 };
        if number == 0 {
            run.mark_banner();
        }
        run.mark_delimited();
        if run.ends_a_text() {
            run.mark_tail();
        }
    }
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
}

impl Run<'_, '_> {
    fn set(&mut self, start: usize, end: usize, kind: SegmentKind) {
        self.kinds.get_mut(start..end).unwrap_or_default().fill(kind);
    }

    fn paragraphs(&self) -> Vec<Paragraph> {
        paragraph::split(self.lines, self.start, self.end)
    }

    fn lower(&self, paragraph: Paragraph) -> String {
        paragraph::text(self.lines, paragraph).to_lowercase()
    }

    /// Marks the banner of a gateway above the text.
    fn mark_banner(&mut self) {
        let paragraphs = self.paragraphs();
        if let [first, _, ..] = paragraphs.as_slice()
            && first.end - first.start <= 5
            && disclaimer::is_banner(&self.lower(*first))
        {
            self.set(first.start, first.end, SegmentKind::Disclaimer);
            self.start = first.end;
        }
    }

    /// Marks what follows a signature delimiter and shortens the run to what stands above it.
    fn mark_delimited(&mut self) {
        let Some(at) = (self.start..self.end).find(|at| self.is_delimiter(*at)) else { return };
        let end = self.end;
        self.mark_below(at + 1, SegmentKind::Signature);
        self.set(at, at + 1, SegmentKind::Signature);
        self.end = at;
        debug_assert!(self.end <= end);
    }

    /// Whether line `at` is the delimiter of RFC 3676 4.3, or one of its common misspellings.
    fn is_delimiter(&self, at: usize) -> bool {
        let line = self.lines[at].text;
        if !matches!(line, "--" | "—" | "–" | "---" | "__" | "___" | "- --")
            && !footer::is_rule(line)
        {
            return false;
        }
        let below = self.lines.get(at + 1..self.end).unwrap_or_default();
        let filled: Vec<&str> =
            below.iter().map(|l| l.text.trim()).filter(|t| !t.is_empty()).collect();
        if line == "--" {
            return filled.len() <= MAX_DELIMITED;
        }
        if footer::is_rule(line) {
            let text = filled.join(" ");
            return footer::is_list_text(&text)
                || filled.first().is_some_and(|l| footer::is_footer(l));
        }
        !filled.is_empty() && filled.len() <= 10 && filled.iter().all(|line| is_card_line(line))
    }

    /// Whether a signature may stand here: above a whole quoted message or at the end, not between
    /// answers that are written into a quotation.
    fn ends_a_text(&self) -> bool {
        let below = self.lines.get(self.end..).unwrap_or_default();
        below.iter().find(|line| !line.is_blank()).is_none_or(|line| !line.is_quoted())
            || self
                .kinds
                .get(self.end..)
                .unwrap_or_default()
                .iter()
                .all(|kind| *kind != SegmentKind::New)
    }

    fn mark_tail(&mut self) {
        self.mark_notices();
        self.mark_footers();
        let Some(start) = self.signature_start() else { return };
        self.mark_below(start, SegmentKind::Signature);
        self.end = start;
    }

    /// Marks notices at the end of the run, from the first sure one on.
    fn mark_notices(&mut self) {
        let paragraphs = self.paragraphs();
        let sure = |p: &Paragraph| {
            let text = self.lower(*p);
            let score = disclaimer::score(&text);
            score >= 4 || score == 3 && (text.len() < 600 && !is_personal_talk(&text))
        };
        let mut first = None;
        for p in paragraphs.iter().skip(1).rev() {
            let text = self.lower(*p);
            if sure(p) {
                first = Some(*p);
            } else if is_personal_talk(&text) && disclaimer::score(&text) < 2 && first.is_none() {
                break;
            } else if first.is_some() && disclaimer::score(&text) == 0 {
                break;
            }
        }
        let Some(first) = first else { return };
        self.mark_below(first.start, SegmentKind::Disclaimer);
        self.end = first.start;
    }

    /// Marks footers at the end of the run, line by line.
    fn mark_footers(&mut self) {
        while let Some(last) = (self.start..self.end).rev().find(|at| !self.lines[*at].is_blank()) {
            let alone =
                last == self.start || !(self.start..last).any(|at| !self.lines[at].is_blank());
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
        for (number, p) in paragraph::split(self.lines, start, self.end).into_iter().enumerate() {
            let text = self.lower(p);
            let score = disclaimer::score(&text);
            let card = (p.start..p.end).filter(|at| is_card_line(self.lines[*at].text)).count();
            let is_card = card * 2 > p.end - p.start;
            let delimited = matches!(self.lines[p.start].text, "--" | "---");
            let second = self.lines.get(p.start + 1).map_or("", |line| line.text);
            let kind = if delimited
                || footer::is_footer(self.lines[p.start].text)
                || footer::is_footer(second)
            {
                SegmentKind::Signature
            } else if score >= 3 || score >= 1 && !is_card && number > 0 {
                SegmentKind::Disclaimer
            } else if number > 0 && is_postscript(&text) {
                SegmentKind::New
            } else if number > 0
                && !is_card
                && is_personal_talk(&text)
                && kind == SegmentKind::Signature
            {
                SegmentKind::New
            } else if kind == SegmentKind::Disclaimer && is_card {
                SegmentKind::Signature
            } else {
                kind
            };
            self.set(p.start, p.end, kind);
        }
    }

    /// The first line of a signature that no delimiter announces.
    fn signature_start(&self) -> Option<usize> {
        let notices: Vec<Paragraph> = self
            .paragraphs()
            .into_iter()
            .rev()
            .take(4)
            .filter(|p| disclaimer::score(&self.lower(*p)) > 0)
            .collect();
        let in_notice = |at: &usize| notices.iter().any(|p| (p.start..p.end).contains(at));
        let filled: Vec<usize> =
            (self.start..self.end).filter(|at| !self.lines[*at].is_blank()).collect();
        let zone = filled.get(filled.len().saturating_sub(MAX_TAIL)..).unwrap_or_default();
        // The first line of a message is never its signature.
        let zone =
            if zone.len() == filled.len() { zone.get(1..).unwrap_or_default() } else { zone };
        zone.iter().enumerate().find_map(|(at, line)| {
            let below = zone.get(at + 1..).unwrap_or_default().iter().copied();
            let below: Vec<usize> = below.filter(|at| !in_notice(at)).collect();
            self.starts_signature(*line, &below).then_some(*line)
        })
    }

    fn starts_signature(&self, at: usize, below: &[usize]) -> bool {
        let text = self.lines[at].text;
        let card_below = || below.len() <= MAX_CARD && self.is_card(below);
        match closing(text, self.sender) {
            Some(Closing::Sure) => return self.is_signed(below),
            Some(Closing::Perhaps) => return !below.is_empty() && self.is_signed(below),
            None => {}
        }
        let opens_paragraph = at == self.start || self.lines[at - 1].is_blank();
        if self.sender.is_name(text) || self.sender.starts(text) && is_card_line(text) {
            return card_below()
                && (opens_paragraph || !below.is_empty() || text.starts_with(['-', '–', '—']));
        }
        opens_paragraph
            && (below.is_empty() && is_dashed_name(text) || self.is_contact_block(at, below))
    }

    /// Whether what follows a closing fits below one: a name at least, if anything.
    fn is_signed(&self, below: &[usize]) -> bool {
        let near = below.get(..below.len().min(2)).unwrap_or_default();
        below.len() <= MAX_CARD * 2 && near.iter().all(|at| self.fits_card(*at))
    }

    /// Whether all these lines are of a business card, talk in later paragraphs aside.
    fn is_card(&self, below: &[usize]) -> bool {
        let fitting = below.iter().filter(|at| self.fits_card(**at)).count();
        fitting == below.len() || fitting >= 3 && fitting * 4 >= below.len() * 3
    }

    fn fits_card(&self, at: usize) -> bool {
        let text = self.lines[at].text;
        is_card_line(text)
            || footer::is_footer(text)
            || self.sender.is_name(text)
            || closing(text, self.sender).is_some()
    }

    /// A last paragraph of several card lines, two of them with a number or an address.
    fn is_contact_block(&self, at: usize, below: &[usize]) -> bool {
        let contacts = below.iter().filter(|at| has_contact(self.lines[**at].text)).count();
        (1..=MAX_CARD).contains(&below.len())
            && contacts >= 2
            && is_card_line(self.lines[at].text)
            && below.iter().all(|at| self.fits_card(*at))
            && !(at..=*below.last().unwrap_or(&at)).any(|at| self.lines[at].is_blank())
    }
}

/// Whether `text`, a paragraph in lower case, is talk between people.
fn is_personal_talk(text: &str) -> bool {
    is_personal(text)
}

/// `-Jane Doe`, `--Jane`: a last line that can only be a name.
fn is_dashed_name(text: &str) -> bool {
    let name = text.trim_start_matches(['-', '–', '—', '~']);
    let words = name.split(' ').count();
    name.len() < text.len()
        && words <= 3
        && name.len() <= 40
        && name.split(' ').all(|word| {
            word.starts_with(char::is_uppercase)
                && word.chars().all(|c| c.is_alphabetic() || c == '.')
        })
}

fn is_postscript(text: &str) -> bool {
    ["ps ", "ps:", "ps.", "p.s.", "p.s ", "pps", "nb:", "n.b."]
        .iter()
        .any(|start| text.starts_with(start))
}
