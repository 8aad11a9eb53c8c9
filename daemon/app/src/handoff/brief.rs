//! The brief of a case: one page that lets the next one act. Every line has the passage, the
//! message or the person that it comes from; nothing in it was made up to join lines together.

use engine::{CaseFile, CaseMessage};
use model::{CaseId, Instant, PromiseState, Promisor, Side, Span, SpanPart, fact::Visibility};

use crate::{
    Result,
    card::{opening, quote},
    record::{CaseRecord, CaseRow, Quote, TimelineKind},
    watchkeeper::Watchkeeper,
};

/// The most lines of what was tried, and of notes.
const TRIED: usize = 6;
/// The most open questions.
const QUESTIONS: usize = 8;

/// The brief of a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// The case.
    pub row: CaseRow,
    /// When it was written.
    pub at: Instant,
    /// Its sections, each with its lines; a section without any is left out.
    pub sections: Vec<BriefSection>,
}

/// A section of a brief.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefSection {
    /// `state`, `promises`, `people`, `tried`, `questions` or `next`.
    pub name: &'static str,
    /// Its lines.
    pub lines: Vec<BriefLine>,
}

/// What a line of a brief says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BriefKind {
    /// Why the level is what it is.
    Signal,
    /// A person set a field.
    Set,
    /// A promise.
    Promise,
    /// Somebody who takes part.
    Person,
    /// What we wrote.
    Reply,
    /// A note.
    Note,
    /// What the customer asked and nobody answered.
    Question,
    /// A reply is owed.
    ReplyDue,
    /// A person named the next step.
    NextStep,
}

impl BriefKind {
    /// Its name, as the API says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Signal => "signal",
            Self::Set => "set",
            Self::Promise => "promise",
            Self::Person => "person",
            Self::Reply => "reply",
            Self::Note => "note",
            Self::Question => "question",
            Self::ReplyDue => "reply_due",
            Self::NextStep => "next_step",
        }
    }
}

/// A line of a brief with what stands behind it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BriefLine {
    /// What it is.
    pub kind: BriefKind,
    /// What it says: a title, a name, a value.
    pub text: String,
    /// More of it, such as a state or a field.
    pub detail: String,
    /// The passage it stands on.
    pub quote: Option<Quote>,
    /// The person it comes from, where it is no passage.
    pub by: Option<String>,
    /// When it was said or set.
    pub at: Option<Instant>,
    /// By when something is due.
    pub due: Option<Instant>,
}

impl BriefLine {
    fn new(kind: BriefKind, text: impl Into<String>) -> Self {
        let text = text.into();
        Self { kind, text, detail: String::new(), quote: None, by: None, at: None, due: None }
    }
}

impl Watchkeeper {
    /// The brief of a case as it stands at `now`.
    pub fn brief(&self, case: CaseId, now: Instant) -> Result<Brief> {
        let record = self.case(case, now)?;
        let (id, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        let file = self.file(&*snapshot, id, &state)?;
        let sections = [
            ("state", situation(&record)),
            ("promises", promised(&record)),
            ("people", people(&record)),
            ("tried", tried(&record, &file)),
            ("questions", questions(&file)),
            ("next", next(&record, &file)),
        ];
        let sections = sections.into_iter().filter(|(_, lines)| !lines.is_empty());
        let sections = sections.map(|(name, lines)| BriefSection { name, lines }).collect();
        Ok(Brief { row: record.row, at: now, sections })
    }
}

/// Why the case stands as it does: what people set, and the signals that hold, the weightiest first.
fn situation(record: &CaseRecord) -> Vec<BriefLine> {
    let set = record.overrides.iter().filter(|one| one.field != "next_step").map(|one| BriefLine {
        detail: one.value.clone(),
        by: Some(one.by.clone()),
        at: Some(one.at),
        ..BriefLine::new(BriefKind::Set, one.field.clone())
    });
    let mut holding: Vec<_> =
        record.signals.iter().filter(|signal| signal.cleared_at.is_none()).collect();
    holding.sort_by_key(|signal| std::cmp::Reverse(signal.weight));
    let signals = holding.into_iter().map(|signal| BriefLine {
        quote: signal.evidence.first().cloned(),
        at: Some(signal.at),
        ..BriefLine::new(BriefKind::Signal, signal.title.clone())
    });
    set.chain(signals).collect()
}

fn promised(record: &CaseRecord) -> Vec<BriefLine> {
    let stands =
        |state| matches!(state, PromiseState::Open | PromiseState::Missed | PromiseState::Disputed);
    let wanted = record.promises.iter().filter(|promise| stands(promise.state));
    wanted
        .map(|promise| BriefLine {
            detail: promise.state.name().to_owned(),
            quote: promise.quote.clone(),
            by: Some(promise.who.clone()),
            at: Some(promise.at),
            due: promise.due,
            ..BriefLine::new(BriefKind::Promise, promise.deliverable.clone().unwrap_or_default())
        })
        .collect()
}

/// The customer's people, those who decide first, each with where they were first seen.
fn people(record: &CaseRecord) -> Vec<BriefLine> {
    let mut theirs: Vec<_> = record.people.iter().filter(|person| person.side != "us").collect();
    let weight = |seniority: Option<&str>| match seniority {
        Some("executive") => 0,
        Some("manager") => 1,
        _ => 2,
    };
    theirs.sort_by_key(|person| {
        (weight(person.seniority.as_deref()), std::cmp::Reverse(person.wrote))
    });
    let line = |person: &&crate::record::PersonRecord| BriefLine {
        detail: person.title.clone().unwrap_or_default(),
        quote: person.title_quote.clone(),
        by: Some(person.address.email.clone()),
        at: Some(person.first_at),
        ..BriefLine::new(BriefKind::Person, person.address.name.clone())
    };
    theirs.iter().map(line).collect()
}

/// What people of ours wrote of late, and the notes that everybody of ours may read.
fn tried(record: &CaseRecord, file: &CaseFile) -> Vec<BriefLine> {
    let ours = |m: &&std::sync::Arc<CaseMessage>| m.from.side == Side::Us && !m.is_automatic();
    let replies = file.messages.iter().rev().filter(ours).filter_map(|m| opening(m)).take(TRIED);
    let mut lines: Vec<BriefLine> = replies
        .map(|quote| BriefLine {
            at: Some(quote.at),
            quote: Some(quote),
            ..BriefLine::new(BriefKind::Reply, String::new())
        })
        .collect();
    let notes = record.timeline.iter().rev().filter_map(|item| match &item.what {
        TimelineKind::Note { author, text, visibility: Visibility::Internal, .. } => {
            Some(BriefLine {
                by: Some(author.clone()),
                at: Some(item.at),
                ..BriefLine::new(BriefKind::Note, text.clone())
            })
        }
        _ => None,
    });
    lines.extend(notes.take(TRIED));
    lines.sort_by_key(|line| std::cmp::Reverse(line.at));
    lines
}

/// What the customer asked since a person of ours wrote last.
fn questions(file: &CaseFile) -> Vec<BriefLine> {
    let ours = |m: &CaseMessage| m.from.side == Side::Us && !m.is_automatic();
    let mut lines = Vec::new();
    for message in file.messages.iter().rev().take_while(|message| !ours(message)) {
        if !message.from_customer() || message.is_automatic() {
            continue;
        }
        let asked = message.new_text().flat_map(|(start, text)| asked(start, text));
        for (start, end) in asked {
            let span = Span { message: message.key, part: SpanPart::Body, start, end };
            let quote = quote(file, &span);
            lines.extend(quote.map(|quote| BriefLine {
                at: Some(quote.at),
                quote: Some(quote),
                ..BriefLine::new(BriefKind::Question, String::new())
            }));
        }
    }
    lines.truncate(QUESTIONS);
    lines
}

/// Where the questions of a text that begins at byte `start` stand, in the bytes of the body.
fn asked(start: u32, text: &str) -> Vec<(u32, u32)> {
    let mut found = Vec::new();
    let mut begun = 0;
    for (at, sign) in text.char_indices() {
        let end = at + sign.len_utf8();
        if !matches!(sign, '.' | '!' | '?' | '？' | '\n' | ';') {
            continue;
        }
        // A dot within a number or a name ends nothing.
        if sign == '.' && text[end..].starts_with(|next: char| !next.is_whitespace()) {
            continue;
        }
        let sentence = &text[begun..end];
        let lead = sentence.len() - sentence.trim_start().len();
        if matches!(sign, '?' | '？') && sentence.trim().chars().count() > 3 {
            found.push((start + (begun + lead) as u32, start + end as u32));
        }
        // A line may break within a sentence: only an empty one ends it.
        if sign != '\n' || text[end..].starts_with(['\n', '\r']) || sentence.trim().is_empty() {
            begun = end;
        }
    }
    found
}

/// What has to happen next: a person's word for it, promises of ours, the reply that is owed.
fn next(record: &CaseRecord, file: &CaseFile) -> Vec<BriefLine> {
    let mut lines = Vec::new();
    if let Some(step) = record.overrides.iter().find(|one| one.field == "next_step") {
        lines.push(BriefLine {
            by: Some(step.by.clone()),
            at: Some(step.at),
            ..BriefLine::new(BriefKind::NextStep, step.value.clone())
        });
    }
    let open = record.promises.iter().filter(|promise| {
        promise.by == Promisor::Us && matches!(promise.state, PromiseState::Open)
    });
    lines.extend(open.map(|promise| BriefLine {
        detail: promise.state.name().to_owned(),
        quote: promise.quote.clone(),
        by: Some(promise.who.clone()),
        at: Some(promise.at),
        due: promise.due,
        ..BriefLine::new(BriefKind::Promise, promise.deliverable.clone().unwrap_or_default())
    }));
    if let Some(due) = record.row.reply_due {
        let ours = |m: &CaseMessage| m.from.side == Side::Us && !m.is_automatic();
        let waiting = file.messages.iter().rev().take_while(|message| !ours(message));
        let oldest = waiting.filter(|m| m.from_customer() && !m.is_automatic()).last();
        lines.push(BriefLine {
            quote: oldest.and_then(|message| opening(message)),
            due: Some(due),
            ..BriefLine::new(BriefKind::ReplyDue, String::new())
        });
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::asked;

    fn questions(text: &str) -> Vec<&str> {
        asked(0, text).into_iter().map(|(from, to)| &text[from as usize..to as usize]).collect()
    }

    #[test]
    fn a_question_is_found_across_a_line_and_without_the_sentence_before_it() {
        let text = "Thanks for 4.1.2 on Tuesday. Who will\ncall us back? We wait.\n\nIs it fixed?";
        assert_eq!(questions(text), ["Who will\ncall us back?", "Is it fixed?"]);
    }

    #[test]
    fn what_asks_nothing_is_no_question() {
        assert!(questions("It is down. Call us!\n?\nRegards").is_empty());
    }
}
