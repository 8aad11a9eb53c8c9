//! Finding a signature that no delimiter announces: by a closing, the sender's name, or several
//! lines as on a business card.

use super::{
    closing::{Closing, closing},
    footer,
    lines::Line,
    paragraph::{Paragraph, has_contact, is_card_line},
    sender::Sender,
};

/// Lines at the end of a text among which a signature is looked for.
const MAX_TAIL: usize = 36;
/// Lines of a signature below a name, as far as it must look like one.
const MAX_CARD: usize = 14;

/// Where and for whose signature to look.
pub(super) struct Card<'c, 'l> {
    pub lines: &'c [Line<'l>],
    pub sender: &'c Sender,
    /// Paragraphs that look like notices: they may stand below a signature.
    pub notices: &'c [Paragraph],
}

impl Card<'_, '_> {
    /// The first line of the signature at the end of lines `start..end`.
    pub fn find(&self, start: usize, end: usize) -> Option<usize> {
        let filled = |at: &usize| !self.lines[*at].is_blank();
        let mut zone: Vec<usize> = (start..end).rev().filter(filled).take(MAX_TAIL + 1).collect();
        zone.reverse();
        // The first line of a message is never its signature; nor is one far above the end.
        let zone = zone.get(1..)?;
        zone.iter().enumerate().find_map(|(at, line)| {
            let below = zone.get(at + 1..).unwrap_or_default();
            self.starts(*line, below, start).then_some(*line)
        })
    }

    /// Whether a signature starts on line `at`, with the lines `below` it.
    fn starts(&self, at: usize, below: &[usize], start: usize) -> bool {
        let text = self.lines[at].text;
        if let Some(closing) = closing(text, self.sender) {
            let below = self.without_notices(below);
            return (closing == Closing::Sure || !below.is_empty()) && self.is_signed(&below);
        }
        let opens_paragraph = at == start || self.lines[at - 1].is_blank();
        if self.sender.is_name(text) || self.sender.starts(text) && is_card_line(text) {
            // An initial may end a sentence that was wrapped; a name hardly does.
            let letters = text.chars().filter(|c| c.is_alphabetic()).count();
            let below = self.without_notices(below);
            return below.len() <= MAX_CARD
                && self.is_card(&below)
                && (opens_paragraph || letters >= 3 || !below.is_empty());
        }
        if !opens_paragraph {
            return false;
        }
        let below = self.without_notices(below);
        below.is_empty() && is_dashed_name(text) || self.is_contact_block(at, &below)
    }

    fn without_notices(&self, below: &[usize]) -> Vec<usize> {
        let in_notice = |at: &usize| self.notices.iter().any(|p| (p.start..p.end).contains(at));
        below.iter().copied().filter(|at| !in_notice(at)).collect()
    }

    /// Whether what follows a closing fits below one: a name at least, if anything.
    fn is_signed(&self, below: &[usize]) -> bool {
        below.len() <= MAX_CARD * 2 && below.iter().take(2).all(|at| self.fits(*at))
    }

    /// Whether all these lines, or most of many, are of a business card.
    fn is_card(&self, below: &[usize]) -> bool {
        let fitting = below.iter().filter(|at| self.fits(**at)).count();
        fitting == below.len() || fitting >= 3 && fitting * 4 >= below.len() * 3
    }

    fn fits(&self, at: usize) -> bool {
        let text = self.lines[at].text;
        is_card_line(text)
            || self.sender.is_name(text)
            || footer::is_footer(text)
            || closing(text, self.sender).is_some()
    }

    /// A last paragraph of several card lines, two of them with a number or an address.
    fn is_contact_block(&self, at: usize, below: &[usize]) -> bool {
        let Some(last) = below.last() else { return false };
        below.len() <= MAX_CARD
            && (at..*last).all(|at| !self.lines[at].is_blank())
            && is_card_line(self.lines[at].text)
            && below.iter().all(|at| self.fits(*at))
            && below.iter().filter(|at| has_contact(self.lines[**at].text)).count() >= 2
    }
}

/// `-Jane Doe`, `--Jane`: a last line that can only be a name.
fn is_dashed_name(text: &str) -> bool {
    let name = text.trim_start_matches(['-', '–', '—', '~']);
    let is_name = |word: &str| {
        word.starts_with(char::is_uppercase) && word.chars().all(|c| c.is_alphabetic() || c == '.')
    };
    name.len() < text.len()
        && name.len() <= 40
        && name.split(' ').count() <= 3
        && name.split(' ').all(is_name)
}
