//! Promises of a case as people see them, and their decisions about them.

mod decide;
mod list;

use std::sync::Arc;

use engine::{CaseFile, CaseMessage, DecidedPromise};
use model::{
    Assessment, CaseId, Instant, MessageKey, PromiseId, PromiseStanding, PromiseState, Promisor,
    Span,
};
use serde::{Deserialize, Serialize};

use crate::{
    Result,
    card::quote,
    library::Rows,
    record::{AccountRef, CaseRow, Quote},
    tables::{DECIDED, DecidedRow},
};

pub use decide::Decision;
pub use list::{PromiseFilter, PromiseRates, Rate};

/// A promise with everything that is known of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PromiseRecord {
    /// Its id.
    pub id: PromiseId,
    /// The case it is in.
    pub case: CaseId,
    /// The title of that case.
    pub title: String,
    /// Whose case it is.
    pub account: AccountRef,
    /// The owner of that case.
    pub owner: Option<String>,
    /// Whose promise it is.
    pub by: Promisor,
    /// The address of the person who made it.
    pub who: String,
    /// When it was made.
    pub at: Instant,
    /// Its words.
    pub quote: Option<Quote>,
    /// What is to be delivered; a person's words before those of the mail.
    pub deliverable: Option<String>,
    /// When it is due: a person's time, else what the rules read.
    pub due: Option<Instant>,
    /// When it is due as the rules read it.
    pub rules_due: Option<Instant>,
    /// Whether a careful reader could take its time for another instant.
    pub ambiguous: bool,
    /// Whether a person confirmed it or put it right.
    pub confirmed: bool,
    /// What has become of it.
    pub state: PromiseState,
    /// Since when.
    pub since: Instant,
    /// The promise that stands in its place.
    pub replaced_by: Option<PromiseId>,
    /// All that became of it, oldest first.
    pub history: Vec<TurnRecord>,
    /// What persons decided about it, oldest first; empty in lists across cases.
    pub decisions: Vec<DecisionRecord>,
}

/// One change in the state of a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TurnRecord {
    /// When.
    pub at: Instant,
    /// What became of it.
    pub state: PromiseState,
    /// The message that showed it; nothing if time or a person did.
    pub message: Option<MessageKey>,
    /// The words that showed it.
    pub evidence: Option<Quote>,
}

/// A person's decision about a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecisionRecord {
    /// `confirmed`, `rejected`, `edited`, `withdrawn` or `kept`.
    pub decision: String,
    /// Who decided.
    pub by: String,
    /// When it was recorded.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// The promises of a case as they stand at `now`, in the order in which they were made.
pub(crate) fn records(
    file: &CaseFile,
    assessment: &Assessment,
    card: &CaseRow,
    now: Instant,
) -> Vec<PromiseRecord> {
    let standing = assessment.promises_at(now).into_iter();
    standing.map(|promise| record(file, card, promise)).collect()
}

fn record(file: &CaseFile, card: &CaseRow, promise: PromiseStanding) -> PromiseRecord {
    let words = |span: &Span| quote(file, span);
    let deliverable = promise.deliverable.as_ref().and_then(words).map(|quote| quote.text);
    PromiseRecord {
        case: file.id,
        title: card.title.clone(),
        account: card.account.clone(),
        owner: card.owner.clone(),
        quote: words(&promise.span),
        deliverable: promise.wording.clone().or(deliverable),
        state: promise.state(),
        since: promise.since(),
        history: promise
            .history
            .iter()
            .map(|turn| TurnRecord {
                at: turn.at,
                state: turn.state,
                message: turn.message,
                evidence: turn.evidence.as_ref().and_then(words),
            })
            .collect(),
        id: promise.id,
        by: promise.by,
        who: promise.who,
        at: promise.at,
        due: promise.due,
        rules_due: promise.rules_due,
        ambiguous: promise.ambiguous,
        confirmed: promise.confirmed,
        replaced_by: promise.replaced_by,
        decisions: Vec::new(),
    }
}

/// What persons decided about the promises of `messages`, as the fold takes it in.
pub(crate) fn decided<R: Rows + ?Sized>(
    rows: &R,
    messages: &[Arc<CaseMessage>],
) -> Result<Vec<DecidedPromise>> {
    let mut found: Vec<DecidedRow> = Vec::new();
    for message in messages {
        let of_message: Option<Vec<DecidedRow>> = rows.row(DECIDED, &message.key.0)?;
        found.extend(of_message.unwrap_or_default());
    }
    found.sort_by_key(|row| (row.at, row.act));
    let taken_in =
        |row: DecidedRow| DecidedPromise { at: row.at, promise: row.promise, decided: row.decided };
    Ok(found.into_iter().map(taken_in).collect())
}

/// The decisions about `promise`, whose words stand at `span`.
pub(crate) fn decisions<R: Rows + ?Sized>(rows: &R, span: &Span) -> Result<Vec<DecisionRecord>> {
    let of_message: Option<Vec<DecidedRow>> = rows.row(DECIDED, &span.message.0)?;
    let meant = |row: &DecidedRow| row.promise.start < span.end && span.start < row.promise.end;
    let told = |row: DecidedRow| DecisionRecord {
        decision: row.decided.name().to_owned(),
        by: row.by,
        at: row.recorded,
        reason: row.reason,
    };
    Ok(of_message.unwrap_or_default().into_iter().filter(meant).map(told).collect())
}
