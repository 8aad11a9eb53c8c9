//! Which of the times in a sentence is the one by which something is due.

use model::Instant;

use crate::{
    dates::Moment,
    token::{Text, Token},
};

/// Words before a moment by which it is not what is due: "since Monday", "instead of today".
const NO_DUE: &str = "since after seit nach statt anstatt depuis apres desde despues dopo dal sinds \
    na depois";
/// Articles between such a word and its moment.
const ARTICLES: &str = "the dem der den le la el los il de het o a l";
/// Words before a day by which the day itself is too late.
const BEFORE: &str = "before vor avant antes prima voor";
/// How many words may stand between "before" and its day: "before your audit on the 14th".
const REACH: usize = 5;

/// Whether words in front of `moment` keep it from being what is due.
pub(super) fn is_no_due(text: &Text<'_>, moment: &Moment) -> bool {
    let tokens = text.tokens();
    let at = tokens.partition_point(|t| t.start < moment.start);
    let Some(here) = tokens.get(at) else { return false };
    let mut before = tokens[..at].iter().rev().filter(|t| t.clause == here.clause).peekable();
    while before.next_if(|t| listed(ARTICLES, text.folded(t))).is_some() {}
    match before.next() {
        Some(last) if text.folded(last) == "of" => {
            before.next().is_some_and(|t| matches!(text.folded(t), "instead" | "because" | "end"))
        }
        Some(last) => listed(NO_DUE, text.folded(last)),
        None => false,
    }
}

/// The time that is due among those of a promise whose words begin at `start`: the first behind
/// them, else the first. One that only names something else ("Monday's build") comes last.
pub(super) fn choose<'a>(
    text: &Text<'_>,
    moments: &[&'a Moment],
    start: u32,
) -> Option<&'a Moment> {
    let plain = |m: &&&Moment| !possessive(text, m);
    let mut behind = moments.iter().filter(|m| m.start >= start);
    behind.find(plain).or_else(|| moments.iter().find(plain)).or_else(|| moments.first()).copied()
}

/// Whether `moment` is a name's part: "Wednesday night's work".
fn possessive(text: &Text<'_>, moment: &Moment) -> bool {
    let tokens = text.tokens();
    let next = tokens.partition_point(|t| t.start < moment.end);
    let ends_in_s = |t: &Token| {
        text.folded(t) == "s" && text.source()[moment.end as usize..t.start as usize].len() <= 3
    };
    tokens.get(next).is_some_and(ends_in_s)
}

/// The instant by which a promise with `moment` as its time is due.
pub(super) fn of(text: &Text<'_>, moment: &Moment) -> Instant {
    match moment.day_before {
        Some(earlier) if before_it(text, moment) => earlier,
        _ => moment.at,
    }
}

/// Whether "before" reaches `moment`.
fn before_it(text: &Text<'_>, moment: &Moment) -> bool {
    let tokens = text.tokens();
    let at = tokens.partition_point(|t| t.start < moment.start);
    let Some(here) = tokens.get(at) else { return false };
    let near = tokens[at.saturating_sub(REACH)..at].iter().rev();
    near.take_while(|t: &&Token| t.clause == here.clause).any(|t| listed(BEFORE, text.folded(t)))
}

fn listed(words: &str, word: &str) -> bool {
    words.split_ascii_whitespace().any(|listed| listed == word)
}
