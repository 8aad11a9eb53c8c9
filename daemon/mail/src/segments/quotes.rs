//! Which lines are quoted or forwarded.

use crate::{SegmentKind, headers};

use super::{
    Hints, attribution,
    header_block::{self, HeaderBlock, Label},
    lines::Line,
    markers::{Marker, ends_message, find_marker},
};

/// The kind of each line as far as quoting goes: new, quotation, forwarded.
pub(super) fn mark(lines: &[Line<'_>], hints: &Hints) -> Vec<SegmentKind> {
    let mut kinds = vec![SegmentKind::New; lines.len()];
    mark_quoted_lines(lines, &mut kinds);
    mark_attributions(lines, &mut kinds);
    mark_regions(lines, &mut kinds, hints);
    kinds
}

fn set(kinds: &mut [SegmentKind], lines: std::ops::Range<usize>, kind: SegmentKind) {
    kinds.get_mut(lines).unwrap_or_default().fill(kind);
}

fn mark_quoted_lines(lines: &[Line<'_>], kinds: &mut [SegmentKind]) {
    if are_bullets(lines) {
        return;
    }
    let quoted = |at: usize| lines[at].is_quoted();
    for (at, line) in lines.iter().enumerate() {
        if line.is_quoted() && !is_no_quotation(lines, at) {
            kinds[at] = SegmentKind::Quotation;
        } else if at > 0 && quoted(at - 1) && !line.is_quoted() {
            let len = wrapped_rest(lines, at);
            set(kinds, at..at + len, SegmentKind::Quotation);
        }
    }
}

/// Whether a line that starts with `>` is a `From ` escaped for an mbox, and quotes nobody.
fn is_no_quotation(lines: &[Line<'_>], at: usize) -> bool {
    let quoted = |at: Option<usize>| at.and_then(|at| lines.get(at)).is_some_and(Line::is_quoted);
    lines[at].text.starts_with(">From ") && !quoted(at.checked_sub(1)) && !quoted(Some(at + 1))
}

/// Whether all quotation marks are bullets (`>> Read more`) or prompts (`>>> import this`): never
/// a single one, and nobody named above.
fn are_bullets(lines: &[Line<'_>]) -> bool {
    let Some(first) = lines.iter().position(Line::is_quoted) else { return false };
    let marked = |line: &Line<'_>| line.text.starts_with(">> ") || line.text.starts_with(">>> ");
    lines.iter().filter(|line| line.is_quoted()).all(marked)
        && attribution::above(lines, first).is_none()
}

/// How many unmarked lines from `at` on are the rest of a quoted line that a mailer wrapped: they
/// go on in the middle of its sentence, and quoted lines follow at once.
fn wrapped_rest(lines: &[Line<'_>], at: usize) -> usize {
    let above = lines[at - 1].text;
    // GroupWise puts the Message-ID of what it quotes on a line of its own.
    let text = lines[at].text;
    if text.starts_with('<') && text.ends_with(">:") && !text.contains(' ') {
        return 1;
    }
    let goes_on = |c: char| c.is_lowercase() || c.is_ascii_digit();
    if above.len() < 60 || above.ends_with(['.', '?', '!', ':']) || !text.starts_with(goes_on) {
        return 0;
    }
    let rest = lines.get(at..lines.len().min(at + 6)).unwrap_or_default();
    let len = rest.iter().position(Line::is_quoted).unwrap_or(0);
    if rest.iter().take(len).any(Line::is_blank) { 0 } else { len }
}

fn mark_attributions(lines: &[Line<'_>], kinds: &mut [SegmentKind]) {
    for at in 1..lines.len() {
        let starts = kinds[at] == SegmentKind::Quotation
            && lines[at].is_quoted()
            && kinds[at - 1] != SegmentKind::Quotation;
        if starts && let Some(first) = attribution::above(lines, at) {
            set(kinds, first..at, SegmentKind::Quotation);
        }
    }
}

/// Where a quoted or forwarded message without quotation marks starts.
struct Region {
    /// Its first line: marker, header block or attribution.
    start: usize,
    /// The first line of the message itself.
    text: usize,
    kind: SegmentKind,
}

/// Marks messages that are not marked line by line: they reach to the end of the body, unless
/// only their heading is unmarked.
fn mark_regions(lines: &[Line<'_>], kinds: &mut [SegmentKind], hints: &Hints) {
    let mut at = 0;
    while at < lines.len() {
        let Some(region) = region_at(lines, kinds, at, hints) else {
            at += 1;
            continue;
        };
        let first = (region.text..lines.len()).find(|at| !lines[*at].is_blank());
        let Some(first) = first.filter(|first| lines[*first].is_quoted()) else {
            let end = marked_end(lines, &region).unwrap_or(lines.len());
            set(kinds, region.start..end, region.kind);
            at = end;
            continue;
        };
        let end = (first..lines.len()).find(|at| !lines[*at].is_quoted() && !lines[*at].is_blank());
        let end = end.unwrap_or(lines.len());
        set(kinds, region.start..end, region.kind);
        at = end;
    }
}

/// The line behind the one that ends a region in so many words, where a short text follows it.
fn marked_end(lines: &[Line<'_>], region: &Region) -> Option<usize> {
    let marker = lines.get(region.start)?.text;
    find_marker(marker).filter(|marker| *marker != Marker::Rule)?;
    let mut ends = (region.text..lines.len()).filter(|at| ends_message(lines[*at].text, marker));
    let end = ends.next().filter(|_| ends.next().is_none())?;
    let below = lines.get(end + 1..)?;
    let letters: usize = below.iter().map(|line| line.text.len()).sum();
    (letters <= 300 && below.iter().filter(|line| !line.is_blank()).count() <= 6).then_some(end + 1)
}

fn region_at(
    lines: &[Line<'_>],
    kinds: &[SegmentKind],
    at: usize,
    hints: &Hints,
) -> Option<Region> {
    let line = &lines[at];
    if line.is_blank() || kinds[at] != SegmentKind::New {
        return None;
    }
    let kind_of = |block: Option<&HeaderBlock>| {
        let is_first = || kinds.iter().take(at).all(|kind| *kind == SegmentKind::New);
        let foreign = hints.forwards || block.is_some_and(|block| is_foreign(block, hints));
        let forwarded = foreign && is_first();
        if forwarded { SegmentKind::Forwarded } else { SegmentKind::Quotation }
    };
    if let Some(marker) = find_marker(line.text) {
        let block = block_below(lines, at + 1);
        let text = at + 1 + block.as_ref().map_or(0, |block| block.len);
        let kind = match marker {
            Marker::Forwarded => SegmentKind::Forwarded,
            Marker::Rule if block.is_none() => return None,
            Marker::Original | Marker::Rule => kind_of(block.as_ref()),
        };
        return Some(Region { start: at, text, kind });
    }
    if let Some((label, _)) = header_block::labelled(line.text)
        && label != Label::Other
    {
        let texts = texts(lines, at);
        if let Some(block) = header_block::read(&texts, false) {
            return Some(Region { start: at, text: at + block.len, kind: kind_of(Some(&block)) });
        }
        // Notes writes who and when on lines of their own above `To:`.
        let start = (label == Label::To).then(|| dated_heading(lines, at)).flatten()?;
        return Some(Region { start, text: at + short_block(&texts)?, kind: kind_of(None) });
    }
    let first = attribution::ends_on(lines, at)?;
    let below = lines.get(at + 1..)?.iter().find(|line| !line.is_blank())?;
    (!below.is_quoted()).then_some(Region { start: first, text: at + 1, kind: kind_of(None) })
}

/// Whether the message with this header block came from neither the sender's side nor anybody
/// who is written to: then it is not answered but passed on.
fn is_foreign(block: &HeaderBlock, hints: &Hints) -> bool {
    let Some(author) = block.get(Label::From).and_then(|from| headers::loose_addresses(from).pop())
    else {
        return false;
    };
    let domain = author.domain();
    let to = block.fields.iter().filter(|(label, _)| matches!(label, Label::To | Label::Cc));
    let shared = to
        .flat_map(|(_, people)| headers::loose_addresses(people))
        .any(|person| hints.recipients.iter().any(|known| known.email == person.email));
    !shared
        && !domain.is_empty()
        && !hints.recipients.is_empty()
        && hints.recipients.iter().chain([&hints.from]).all(|known| known.domain() != domain)
}

/// The header block below a marker, over empty lines.
fn block_below(lines: &[Line<'_>], at: usize) -> Option<HeaderBlock> {
    let first = (at..lines.len().min(at + 3)).find(|at| !lines[*at].is_blank())?;
    let mut block = header_block::read(&texts(lines, first), true)?;
    block.len += first - at;
    Some(block)
}

fn texts<'l>(lines: &[Line<'l>], from: usize) -> Vec<&'l str> {
    let end = lines.len().min(from + 60);
    lines.get(from..end).unwrap_or_default().iter().map(|line| line.content).collect()
}

/// Lines of a block with To and Subject only.
fn short_block(texts: &[&str]) -> Option<usize> {
    let labels = texts
        .iter()
        .take(12)
        .enumerate()
        .filter_map(|(at, text)| header_block::labelled(text).map(|(label, _)| (at, label)));
    labels.filter(|(_, label)| *label == Label::Subject).map(|(at, _)| at + 1).next()
}

/// The start of a heading above line `below` whose last line is a date with a time.
fn dated_heading(lines: &[Line<'_>], below: usize) -> Option<usize> {
    let filled = |at: &usize| {
        let text = lines[*at].text.trim();
        !text.is_empty() && !text.starts_with("Please respond to")
    };
    let mut above = (0..below).rev().filter(filled);
    let dated = above.next().filter(|at| below - at <= 4)?;
    let text = lines[dated].text;
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if !(6..=14).contains(&digits) || !text.contains(':') || !text.contains(['/', '-', '.']) {
        return None;
    }
    // The name may stand on the line of the date or on the one above.
    let starts_with_digit = text.trim_start().starts_with(|c: char| c.is_ascii_digit());
    match above.next() {
        Some(name) if starts_with_digit && dated - name <= 2 => Some(name),
        _ => Some(dated),
    }
}
