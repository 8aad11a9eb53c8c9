//! Queues and cases.

use std::collections::BTreeMap;

use app::record;
use model::{CaseId, Instant, MessageKey};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, FieldValue, Handoff, Promise, Quote, TimelineItem, each};

/// A queue in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Queue {
    /// Its id.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it holds, in a sentence.
    pub help: String,
    /// How many cases it holds.
    pub count: u64,
}

impl From<record::QueueInfo> for Queue {
    fn from(queue: record::QueueInfo) -> Self {
        Self { id: queue.id, title: queue.title, help: queue.help, count: queue.count }
    }
}

/// An account in one line.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AccountRef {
    /// Its key; nothing while the domain is unknown.
    pub id: Option<String>,
    /// Its name, or the unknown domain or address.
    pub name: String,
    /// Its tier, if known.
    pub tier: Option<String>,
}

impl From<record::AccountRef> for AccountRef {
    fn from(account: record::AccountRef) -> Self {
        Self { id: account.id, name: account.name, tier: account.tier }
    }
}

/// A case as a line of a queue.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseRow {
    /// The case.
    #[schema(value_type = String, examples("7F3K2-M9QAB"))]
    pub id: CaseId,
    /// Whose case it is.
    pub account: AccountRef,
    /// Its title: the subject of its first message.
    pub title: String,
    /// The severity that holds: a person's, else the rules'; `none` for no severity.
    pub level: String,
    /// The title of that level on the scale of the case's team, such as `Critical`; empty for
    /// `none`.
    pub level_title: String,
    /// The colour of that level as `#rrggbb`; empty for `none`.
    pub level_colour: String,
    /// The rank of that level across all teams, 0 to 100.
    pub rank: u8,
    /// Since when.
    #[schema(value_type = Option<String>, format = DateTime)]
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
    #[schema(value_type = Option<String>, format = DateTime)]
    pub reply_due: Option<Instant>,
    /// By when the promise of ours is due that waits the longest; only in queues.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub promise_due: Option<Instant>,
    /// Instant of the last message.
    #[schema(value_type = String, format = DateTime)]
    pub last_at: Instant,
    /// Number of messages.
    pub messages: u32,
    /// The team of ours that handles it, if known.
    pub team: Option<String>,
    /// The top reasons for its rank, at most three.
    pub reasons: Vec<Reason>,
    /// The customer's last words.
    pub last_words: Option<Quote>,
}

impl From<record::CaseRow> for CaseRow {
    fn from(row: record::CaseRow) -> Self {
        Self {
            id: row.id,
            account: row.account.into(),
            title: row.title,
            level: row.level.to_string(),
            level_title: row.level_title,
            level_colour: row.level_colour,
            rank: row.rank,
            level_since: row.level_since,
            attention: row.attention,
            state: row.state,
            owner: row.owner,
            waiting_on: row.waiting_on,
            reply_due: row.reply_due,
            promise_due: row.promise_due,
            last_at: row.last_at,
            messages: row.messages,
            team: row.team,
            reasons: each(row.reasons),
            last_words: row.last_words.map(Quote::from),
        }
    }
}

/// One reason for a case's rank.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Reason {
    /// The signal.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// The passage behind it; nothing if time was.
    pub quote: Option<Quote>,
}

impl From<record::ReasonRow> for Reason {
    fn from(reason: record::ReasonRow) -> Self {
        Self {
            signal: reason.signal.to_string(),
            title: reason.title,
            quote: reason.quote.map(Quote::from),
        }
    }
}

/// Everything about a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseRecord {
    /// Its line.
    #[serde(flatten)]
    pub row: CaseRow,
    /// The token for subjects, such as `[WK-7F3K2-M9QAB]`.
    pub token: String,
    /// The rule set that assessed it.
    pub rules: Option<String>,
    /// Cases that were merged into this one.
    #[schema(value_type = Vec<String>)]
    pub merged: Vec<CaseId>,
    /// The latest time that it was handed over.
    pub handoff: Option<Handoff>,
    /// The signals that hold or held, the latest first.
    pub signals: Vec<Signal>,
    /// What either side promised, in the order in which it was.
    pub promises: Vec<Promise>,
    /// Values of the team's own fields, the latest first.
    pub custom_fields: Vec<FieldValue>,
    /// Why the level is what it is.
    pub level_reasons: Vec<String>,
    /// How the attention that it needs rose and fell, oldest first.
    pub risk: Vec<RiskStep>,
    /// Fields that a person set, each beside the rules' opinion.
    pub overrides: Vec<Override>,
    /// Messages that quote this case from elsewhere and wait for a decision.
    pub review: Vec<Review>,
    /// Who takes part.
    pub people: Vec<Person>,
    /// Everything that happened, oldest first.
    pub timeline: Vec<TimelineItem>,
    /// The sequence of the last fact that changed it.
    pub changed: u64,
}

/// From when on a case had which attention score.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct RiskStep {
    /// From when on.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// The score, 0 to 100.
    pub score: u8,
}

impl From<record::RiskStep> for RiskStep {
    fn from(step: record::RiskStep) -> Self {
        Self { at: step.at, score: step.score }
    }
}

impl From<record::CaseRecord> for CaseRecord {
    fn from(case: record::CaseRecord) -> Self {
        Self {
            row: case.row.into(),
            token: case.token,
            rules: case.rules,
            merged: case.merged,
            handoff: case.handoff.map(Into::into),
            signals: each(case.signals),
            promises: each(case.promises),
            custom_fields: each(case.custom_fields),
            level_reasons: case.level_reasons,
            risk: each(case.risk),
            overrides: each(case.overrides),
            review: each(case.review),
            people: each(case.people),
            timeline: each(case.timeline),
            changed: case.changed.0,
        }
    }
}

/// A signal on a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Signal {
    /// The signal.
    pub signal: String,
    /// Its title.
    pub title: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Until when; nothing while it holds.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cleared_at: Option<Instant>,
    /// Its weight.
    pub weight: i32,
    /// The message that raised it; nothing if time did.
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// The passages it stands on.
    pub evidence: Vec<Quote>,
    /// What the rule looked at, by name.
    pub inputs: BTreeMap<String, String>,
    /// The rule set that raised it.
    pub rules: String,
    /// What persons said of it, oldest first.
    pub judged: Vec<super::Judged>,
}

impl From<record::SignalRecord> for Signal {
    fn from(signal: record::SignalRecord) -> Self {
        Self {
            signal: signal.signal.to_string(),
            title: signal.title,
            at: signal.at,
            cleared_at: signal.cleared_at,
            weight: signal.weight,
            message: signal.message,
            evidence: each(signal.evidence),
            inputs: signal.inputs,
            rules: signal.rules,
            judged: each(signal.judged),
        }
    }
}

/// A field that a person set.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Override {
    /// The field.
    pub field: String,
    /// The person's value.
    pub value: String,
    /// What the rules say.
    pub rules_value: Option<String>,
    /// Who set it.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// Why.
    pub reason: String,
}

impl From<record::OverrideRecord> for Override {
    fn from(set: record::OverrideRecord) -> Self {
        let record::OverrideRecord { field, value, rules_value, by, at, reason } = set;
        Self { field, value, rules_value, by, at, reason }
    }
}

/// A message of an unrelated account that quotes a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Review {
    /// The message.
    #[schema(value_type = String)]
    pub message: MessageKey,
    /// The case it is in.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// The case it quotes.
    #[schema(value_type = String)]
    pub quoted_case: CaseId,
    /// What it quotes, and why it did not join.
    pub reason: String,
    /// Its sender.
    pub from: Address,
    /// Its subject.
    pub subject: String,
    /// When it came.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
}

impl From<record::ReviewRecord> for Review {
    fn from(review: record::ReviewRecord) -> Self {
        Self {
            message: review.message,
            case: review.case,
            quoted_case: review.quoted_case,
            reason: review.reason,
            from: review.from.into(),
            subject: review.subject,
            at: review.at,
        }
    }
}

/// Somebody who takes part in a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Person {
    /// Name and address.
    pub address: Address,
    /// `us`, `customer` or `partner`.
    pub side: String,
    /// The team of ours.
    pub team: Option<String>,
    /// The job title: a person's, else the import's, else that of their latest signature.
    pub title: Option<String>,
    /// Where the title comes from: `person`, `import` or `signature`.
    pub title_from: Option<String>,
    /// Who gave the title, if a person did.
    pub title_by: Option<String>,
    /// What their latest signature in the case says, whatever the title is.
    pub title_quote: Option<Quote>,
    /// How senior the title makes them: `executive`, `manager` or `staff`.
    pub seniority: Option<String>,
    /// Messages written.
    pub wrote: u32,
    /// When first seen in the case.
    #[schema(value_type = String, format = DateTime)]
    pub first_at: Instant,
}

impl From<record::PersonRecord> for Person {
    fn from(person: record::PersonRecord) -> Self {
        Self {
            address: person.address.into(),
            side: person.side,
            team: person.team,
            title: person.title,
            title_from: person.title_from,
            title_by: person.title_by,
            title_quote: person.title_quote.map(Quote::from),
            seniority: person.seniority,
            wrote: person.wrote,
            first_at: person.first_at,
        }
    }
}
