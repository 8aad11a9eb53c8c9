//! What readers get: rows of queues, records of cases, messages, accounts and sources.
//!
//! Every value that came from a text carries a [`Quote`]; every value that a person set carries
//! that person.

mod message;
mod search;
mod source;
mod timeline;

use model::{
    Account, Address, CaseId, Contact, Instant, LevelName, MessageKey, Seq, SignalId, Span,
    fact::Judgement,
};
use serde::{Deserialize, Serialize};

pub use self::{
    message::{MessageRecord, NoteRecord, SightingRecord, WhyRecord},
    search::{HitRecord, SearchRecord},
    source::{ComparedRecord, FolderRecord, QuarantineRecord, SourceRecord},
    timeline::{TimelineItem, TimelineKind},
};
pub use crate::tables::Seen;

/// A passage with its words, ready to be shown.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Where it stands.
    pub span: Span,
    /// Its words.
    pub text: String,
    /// Who wrote them.
    pub from: Address,
    /// When.
    pub at: Instant,
}

/// An account in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRef {
    /// Its key; nothing while the domain is unknown.
    pub id: Option<String>,
    /// Its name, or the unknown domain or address.
    pub name: String,
    /// Its tier, if known.
    pub tier: Option<String>,
}

/// A case as a line of a queue.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRow {
    /// The case.
    pub id: CaseId,
    /// Whose case it is.
    pub account: AccountRef,
    /// Its title: the subject of its first message.
    pub title: String,
    /// The severity that holds: a person's, else the rules'.
    pub level: LevelName,
    /// The title of that level on the scale of its team, such as `Critical`.
    pub level_title: String,
    /// Its colour as `#rrggbb`; empty for `none`.
    pub level_colour: String,
    /// The rank of that level across all teams, 0 to 100.
    pub rank: u8,
    /// Since when.
    pub level_since: Option<Instant>,
    /// The attention score, 0 to 100.
    pub attention: u8,
    /// `candidate`, `open`, `monitoring`, `resolved`, `reopened` or `dismissed`.
    pub state: String,
    /// Address of the owner.
    pub owner: Option<String>,
    /// Who has to act: `us`, `customer`, `internal:<team>` or `nobody`.
    pub waiting_on: String,
    /// By when a reply is owed.
    pub reply_due: Option<Instant>,
    /// By when the promise of ours is due that waits the longest; only in queues.
    #[serde(skip)]
    pub promise_due: Option<Instant>,
    /// Instant of the last message.
    pub last_at: Instant,
    /// Number of messages.
    pub messages: u32,
    /// The team of ours that handles it, if known.
    pub team: Option<String>,
    /// The top reasons for its rank, at most three.
    pub reasons: Vec<ReasonRow>,
    /// The customer's last words.
    pub last_words: Option<Quote>,
}

/// One reason for a case's rank.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReasonRow {
    /// The signal.
    pub signal: SignalId,
    /// Its title.
    pub title: String,
    /// The passage behind it; nothing if time was.
    pub quote: Option<Quote>,
}

/// A queue in one line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QueueInfo {
    /// Its id, as in `/queues/{id}`.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it holds, in a sentence.
    pub help: String,
    /// How many cases it holds.
    pub count: u64,
}

/// A page of a list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows.
    pub items: Vec<T>,
    /// What to pass to get the next page; nothing at the end.
    pub next: Option<String>,
    /// How many rows there are in all.
    pub total: u64,
}

/// Everything about a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseRecord {
    /// The latest time that it was handed over.
    pub handoff: Option<crate::handoff::Handoff>,
    /// Its line.
    #[serde(flatten)]
    pub row: CaseRow,
    /// The token for subjects.
    pub token: String,
    /// The rule set that assessed it.
    pub rules: Option<String>,
    /// Cases that were merged into this one.
    pub merged: Vec<CaseId>,
    /// The signals that hold or held, the latest first.
    pub signals: Vec<SignalRecord>,
    /// What either side promised, in the order in which it was.
    pub promises: Vec<crate::promises::PromiseRecord>,
    /// Why the level is what it is.
    pub level_reasons: Vec<String>,
    /// How the attention that it needs rose and fell, oldest first.
    pub risk: Vec<RiskStep>,
    /// Values of the team's own fields, the latest first.
    pub custom_fields: Vec<crate::fields::FieldValueRecord>,
    /// Fields that a person set, each beside the rules' opinion.
    pub overrides: Vec<OverrideRecord>,
    /// Messages that quote this case from elsewhere and wait for a decision.
    pub review: Vec<ReviewRecord>,
    /// Who takes part.
    pub people: Vec<PersonRecord>,
    /// Everything that happened, oldest first.
    pub timeline: Vec<TimelineItem>,
    /// The sequence of the last fact that changed it; serves as ETag.
    pub changed: Seq,
}

/// From when on a case had which attention score.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskStep {
    /// From when on.
    pub at: Instant,
    /// The score, 0 to 100.
    pub score: u8,
}

/// A signal on a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SignalRecord {
    /// The signal.
    pub signal: SignalId,
    /// Its title.
    pub title: String,
    /// Since when.
    pub at: Instant,
    /// Until when; nothing while it holds.
    pub cleared_at: Option<Instant>,
    /// Its weight.
    pub weight: i32,
    /// The message that raised it; nothing if time did.
    pub message: Option<MessageKey>,
    /// The passages it stands on.
    pub evidence: Vec<Quote>,
    /// What the rule looked at.
    pub inputs: std::collections::BTreeMap<String, String>,
    /// The rule set that raised it.
    pub rules: String,
    /// What persons said of it, oldest first.
    pub judged: Vec<JudgedRecord>,
}

/// What a person said of a signal (F44).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedRecord {
    /// What they said.
    pub judgement: Judgement,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// A signal that nearly fired on a message (F43).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearMissRecord {
    /// The signal.
    pub signal: SignalId,
    /// Its title.
    pub title: String,
    /// The condition that failed, in the rule's words.
    pub reason: String,
    /// Where it would have stood.
    pub evidence: Vec<Quote>,
}

/// A field that a person set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OverrideRecord {
    /// The field.
    pub field: String,
    /// The person's value.
    pub value: String,
    /// What the rules say.
    pub rules_value: Option<String>,
    /// Who set it.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Why.
    pub reason: String,
}

/// A message of an unrelated account that quotes a case (F18).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRecord {
    /// The message.
    pub message: MessageKey,
    /// The case it is in.
    pub case: CaseId,
    /// The case it quotes.
    pub quoted_case: CaseId,
    /// What it quotes, and why it did not join.
    pub reason: String,
    /// Its sender.
    pub from: Address,
    /// Its subject.
    pub subject: String,
    /// When it came.
    pub at: Instant,
}

/// Somebody who takes part in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PersonRecord {
    /// Name and address.
    pub address: Address,
    /// `us`, `customer` or `partner`.
    pub side: String,
    /// The team of ours.
    pub team: Option<String>,
    /// The job title: a person's, else the import's, else that of their latest signature.
    pub title: Option<String>,
    /// Where it comes from: `person`, `import` or `signature`.
    pub title_from: Option<String>,
    /// Who gave it, if a person did.
    pub title_by: Option<String>,
    /// What their latest signature in the case says, whatever the title is.
    pub title_quote: Option<Quote>,
    /// How senior the title makes them: `executive`, `manager` or `staff`.
    pub seniority: Option<String>,
    /// Messages written.
    pub wrote: u32,
    /// When first seen in the case.
    pub first_at: Instant,
}

/// Everything about an account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountRecord {
    /// The account.
    pub account: Account,
    /// Its people.
    pub contacts: Vec<Contact>,
    /// Its cases, the gravest first.
    pub cases: Vec<CaseRow>,
    /// Notes about it, and what was seen of it elsewhere than in mail; the latest first.
    pub notes: Vec<TimelineItem>,
}

/// A domain that belongs to no account (F29).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnknownDomain {
    /// The domain, or the address for free-mail.
    pub name: String,
    /// Its cases.
    pub cases: u64,
    /// Its latest message.
    pub last_at: Instant,
}

/// What the program holds, for the status page and `doctor`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct StatusRecord {
    /// Facts in the journal.
    pub facts: u64,
    /// Hash of the last fact.
    pub head: String,
    /// Items of evidence.
    pub evidence_items: u64,
    /// Their original bytes.
    pub evidence_bytes: u64,
    /// Bytes of the packs.
    pub stored_bytes: u64,
    /// Messages, copies counted once.
    pub messages: u64,
    /// Cases.
    pub cases: u64,
    /// Escalations.
    pub escalations: u64,
    /// Messages in quarantine.
    pub quarantined: u64,
    /// The sequence that the views have applied.
    pub views_applied: Seq,
    /// The sequence that the index has applied.
    pub search_applied: Seq,
    /// Share of the documents that the index holds, in percent.
    pub search_coverage: f32,
    /// The active rule set.
    pub rules: String,
}
