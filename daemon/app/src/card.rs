//! A case as a line of a queue: made when it is assessed, kept in the views.

use engine::{CaseFile, CaseMessage, Evaluator, Muted, NOBODY, directory::AccountScope};
use model::{
    Address, Assessment, Finding, FindingKind, Instant, LevelName, SignalId, Span, SpanPart,
};

use crate::{
    record::{AccountRef, CaseRow, Quote, ReasonRow},
    standing,
    tables::{CaseState, FieldRow},
};

/// The most characters that a quotation in a list has.
const QUOTE: usize = 240;
/// The most reasons in a line.
const REASONS: usize = 3;

/// The line of a case.
pub fn card(
    file: &CaseFile,
    state: &CaseState,
    assessment: &Assessment,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> CaseRow {
    let set = |field: &str| state.fields.iter().find(|row| row.field == field);
    let (level, level_since) = level(assessment, set("severity"), now);
    let known = evaluator.levels().iter().find(|l| l.name == level);
    let human = |m: &&std::sync::Arc<CaseMessage>| m.from_customer() && !m.is_automatic();
    let last_words = file.messages.iter().rev().find(human).and_then(|m| opening(m));
    CaseRow {
        id: file.id,
        account: account(file, state),
        title: state.title.clone(),
        level_title: known.map(|level| level.title.clone()).unwrap_or_default(),
        level_colour: known.map(|level| level.colour.clone()).unwrap_or_default(),
        rank: known.map_or(0, |level| level.rank),
        level_since,
        attention: attention(assessment, now),
        state: standing::state(set("state"), file, &level),
        owner: set("owner").map_or_else(|| owner(assessment, now), |row| Some(row.value.clone())),
        waiting_on: waiting_on(assessment, now),
        reply_due: reply_due(assessment, now),
        promise_due: None,
        last_at: state.last_at,
        messages: file.messages.len() as u32,
        team: file.team().map(ToString::to_string),
        reasons: reasons(file, assessment, evaluator, now),
        last_words,
        level,
    }
}

/// The level that holds, a person's before the rules', and since when.
fn level(
    assessment: &Assessment,
    set: Option<&FieldRow>,
    now: Instant,
) -> (LevelName, Option<Instant>) {
    if let Some(row) = set {
        return (LevelName::from(row.value.as_str()), Some(row.at));
    }
    let mut held = (LevelName::none(), None);
    for finding in assessment.findings.iter().filter(|f| f.at <= now) {
        if let FindingKind::Severity { level, .. } = &finding.kind
            && *level != held.0
        {
            held = (level.clone(), Some(finding.at));
        }
    }
    held
}

/// The last finding up to `now` that `pick` takes.
fn last<'a, T>(
    assessment: &'a Assessment,
    now: Instant,
    pick: impl Fn(&'a FindingKind) -> Option<T>,
) -> Option<T> {
    assessment.findings.iter().rev().filter(|f| f.at <= now).find_map(|f| pick(&f.kind))
}

fn attention(assessment: &Assessment, now: Instant) -> u8 {
    let found = last(assessment, now, |kind| match kind {
        FindingKind::Attention { score } => Some(*score),
        _ => None,
    });
    found.unwrap_or(0)
}

/// The owner that the mail shows.
pub fn owner(assessment: &Assessment, now: Instant) -> Option<String> {
    last(assessment, now, |kind| match kind {
        FindingKind::Owner { to } => Some(to.clone()),
        _ => None,
    })
    .flatten()
}

fn waiting_on(assessment: &Assessment, now: Instant) -> String {
    let found = last(assessment, now, |kind| match kind {
        FindingKind::WaitingOn { on } => Some(on.clone()),
        _ => None,
    });
    found.unwrap_or_else(|| NOBODY.to_owned())
}

fn reply_due(assessment: &Assessment, now: Instant) -> Option<Instant> {
    last(assessment, now, |kind| match kind {
        FindingKind::ReplyDue { due } => Some(*due),
        _ => None,
    })
    .flatten()
}

pub(crate) fn account(file: &CaseFile, state: &CaseState) -> AccountRef {
    if let Some(account) = &file.account {
        return AccountRef {
            id: Some(account.id.to_string()),
            name: account.name.clone(),
            tier: account.tier.clone(),
        };
    }
    let name = match state.summary.scope() {
        AccountScope::Account(id) => id.to_string(),
        AccountScope::Domain(domain) => domain.clone(),
        AccountScope::Person(address) => address.clone(),
        AccountScope::Internal => "internal".to_owned(),
    };
    AccountRef { id: None, name, tier: None }
}

fn reasons(
    file: &CaseFile,
    assessment: &Assessment,
    evaluator: &dyn Evaluator,
    now: Instant,
) -> Vec<ReasonRow> {
    let muted = Muted::at(&assessment.findings, &file.judged, now);
    let counts = |finding: &&Finding| {
        let FindingKind::SignalRaised { signal, .. } = &finding.kind else { return false };
        let all = assessment.findings.iter().enumerate();
        let same = |kind: &FindingKind| matches!(kind, FindingKind::SignalRaised { signal: other, .. } if other == signal);
        muted.is_empty()
            || all
                .filter(|(_, f)| f.at <= now && same(&f.kind))
                .any(|(at, _)| !muted.hides(signal, at))
    };
    let mut held: Vec<(&SignalId, i32, &Finding, &[Span])> = assessment
        .signals_at(now)
        .into_iter()
        .filter(counts)
        .filter_map(|finding| match &finding.kind {
            FindingKind::SignalRaised { signal, weight, spans, .. } => {
                Some((signal, *weight, finding, spans.as_slice()))
            }
            _ => None,
        })
        .collect();
    held.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(b.0)));
    held.into_iter()
        .take(REASONS)
        .map(|(signal, _, _, spans)| ReasonRow {
            signal: signal.clone(),
            title: signal_title(evaluator, signal),
            quote: spans.iter().find_map(|span| quote(file, span)),
        })
        .collect()
}

/// The title of a signal: its author's, else its name in words.
pub fn signal_title(evaluator: &dyn Evaluator, signal: &SignalId) -> String {
    if let Some(described) = evaluator.describe(signal) {
        return described.title;
    }
    let mut words = signal.as_str().replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

/// The words of `span`, if its message is in the case and the span fits.
pub fn quote(file: &CaseFile, span: &Span) -> Option<Quote> {
    let message = file.messages.iter().find(|message| message.key == span.message)?;
    let from = message.from.address.clone();
    Some(Quote { span: span.clone(), text: words_of(message, span)?, from, at: message.at })
}

/// The words of a span of `message` on one line; nothing if it does not fit.
pub(crate) fn words_of(message: &CaseMessage, span: &Span) -> Option<String> {
    span.of(&message.part_text(span.part)).map(shortened)
}

/// The first words of a message's new text.
pub(crate) fn opening(message: &CaseMessage) -> Option<Quote> {
    let (start, text) = message.new_text().find(|(_, text)| !text.trim().is_empty())?;
    let lead = text.len() - text.trim_start().len();
    let words = text.trim();
    let end = words.char_indices().nth(QUOTE).map_or(words.len(), |(at, _)| at);
    let start = start as usize + lead;
    let span = Span {
        message: message.key,
        part: SpanPart::Body,
        start: start as u32,
        end: (start + end) as u32,
    };
    let from: Address = message.from.address.clone();
    Some(Quote { span, text: shortened(words), from, at: message.at })
}

/// `words` on one line, cut after [`QUOTE`] characters.
fn shortened(words: &str) -> String {
    let line = words.split_whitespace().collect::<Vec<_>>().join(" ");
    match line.char_indices().nth(QUOTE) {
        Some((at, _)) => format!("{}…", line[..at].trim_end()),
        None => line,
    }
}
