//! What readers get: rows of queues, records of cases, messages, accounts and sources.
//!
//! Every value that came from a text carries a [`Quote`]; every value that a person set carries
//! that person.

use model::{
    Account, Address, AlertId, CaseId, Contact, EvidenceId, Instant, Ledger, LevelName, MessageKey,
    NoteId, Seq, SignalId, SourceId, Span,
    fact::{Envelope, Judgement, NoteTarget, Visibility},
};
use serde::{Deserialize, Serialize};

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

/// One thing that happened in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimelineItem {
    /// When.
    pub at: Instant,
    /// What.
    #[serde(flatten)]
    pub what: TimelineKind,
}

/// The kinds of things that happen in a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineKind {
    /// A message.
    Message {
        /// Which.
        message: MessageKey,
        /// Who wrote it.
        from: Address,
        /// `us`, `customer` or `partner`.
        side: String,
        /// Its subject.
        subject: String,
        /// The beginning of its new text.
        preview: String,
        /// Its class, such as `human` or `out_of_office`.
        class: String,
        /// Number of attached files.
        attachments: u32,
        /// The message that encloses it, for nested ones.
        within: Option<MessageKey>,
    },
    /// A note.
    Note {
        /// Which.
        note: NoteId,
        /// Who wrote it.
        author: String,
        /// What it says.
        text: String,
        /// Who may read it.
        visibility: Visibility,
        /// What it was seen in, if a source wrote it.
        seen: Option<Seen>,
    },
    /// A signal was raised.
    Signal {
        /// The signal.
        signal: SignalId,
        /// Its title.
        title: String,
        /// The passages behind it.
        evidence: Vec<Quote>,
    },
    /// A signal ceased to hold.
    SignalCleared {
        /// The signal.
        signal: SignalId,
        /// Its title.
        title: String,
    },
    /// The severity changed.
    Severity {
        /// From this level.
        before: LevelName,
        /// To this one.
        level: LevelName,
        /// Why.
        reasons: Vec<String>,
        /// The person who set it; nothing if the rules did.
        by: Option<String>,
    },
    /// The owner changed.
    Owner {
        /// To whom.
        to: Option<String>,
        /// The person who set it; nothing if the mail shows it.
        by: Option<String>,
    },
    /// Somebody was to be told of a change.
    Alert {
        /// The alert.
        alert: AlertId,
        /// The title of its policy.
        title: String,
        /// What it says, in words of the rule.
        says: String,
        /// Who was meant, such as `owner`.
        audience: String,
        /// `page`, `notice` or `digest`.
        urgency: String,
        /// How it stands now, such as `acknowledged`.
        state: String,
        /// Why it was told or not.
        reason: String,
        /// Who saw to it.
        acknowledged_by: Option<String>,
    },
    /// A person moved, merged or took back.
    Act {
        /// The fact, for taking it back.
        act: Seq,
        /// What was done, in words.
        text: String,
        /// By whom.
        by: String,
        /// Whether it can be taken back still.
        undoable: bool,
    },
}

/// Everything about a message.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MessageRecord {
    /// The message.
    pub key: MessageKey,
    /// The evidence of its first copy; its original bytes are under `/evidence/{id}`.
    pub evidence: EvidenceId,
    /// The case it is in.
    pub case: CaseId,
    /// Why it is there (F16).
    pub why: WhyRecord,
    /// The message that encloses it, for nested ones.
    pub within: Option<MessageKey>,
    /// The decoded message; its nested messages are listed by key in `nested_keys`.
    pub message: mail::Message,
    /// Keys of the messages within it.
    pub nested_keys: Vec<MessageKey>,
    /// Whether it has an HTML form.
    pub has_html: bool,
    /// Whether another message bears the same Message-ID with another body.
    pub reused_message_id: bool,
    /// Where it was seen.
    pub sightings: Vec<SightingRecord>,
    /// The signals that stand on it.
    pub signals: Vec<SignalRecord>,
    /// Whether a person corrected its segments.
    pub segments_by: Option<String>,
}

/// Why a message is in its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyRecord {
    /// The rule, such as `references`.
    pub rule: String,
    /// The header or value that decided.
    pub detail: String,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// Where evidence was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SightingRecord {
    /// The evidence of this copy.
    pub evidence: EvidenceId,
    /// The source.
    pub source: SourceId,
    /// Its title.
    pub source_title: String,
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// Flags there.
    pub flags: String,
    /// The envelope that it came in, if a mail server handed it to us.
    pub envelope: Option<Envelope>,
    /// When it was captured.
    pub captured: Instant,
}

/// A note.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRecord {
    /// The note.
    pub id: NoteId,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// What it is about.
    pub about: NoteTarget,
    /// Who may read it.
    pub visibility: Visibility,
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

/// A source with its completeness ledger (F6).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRecord {
    /// The source.
    pub id: SourceId,
    /// What it is.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The mailbox's owner.
    pub owner: Option<String>,
    /// When it was last read to the end.
    pub complete_at: Option<Instant>,
    /// Since when it rests, if a person lets it.
    pub paused: Option<crate::sources::Pause>,
    /// The ledger of every folder.
    pub folders: Vec<FolderRecord>,
}

/// The ledger of a folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRecord {
    /// The folder; empty for the root.
    pub folder: String,
    /// What became of every item.
    pub ledger: Ledger,
    /// Items that the source showed once and shows no more.
    pub gone: u64,
    /// Whether that accounts for every item.
    pub balances: bool,
}

/// Evidence that could not be parsed (F7).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineRecord {
    /// The evidence.
    pub evidence: EvidenceId,
    /// What went wrong.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// Its size in bytes.
    pub size: u64,
    /// Where it was seen first.
    pub source: SourceId,
    /// The folder.
    pub folder: String,
    /// The place in it.
    pub place: String,
    /// How often it was tried.
    pub tries: u32,
}

/// One hit of a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct HitRecord {
    /// `message`, `nested`, `note` or `file`.
    pub kind: String,
    /// The message; of a file, the first that has it; nothing for a note.
    pub message: Option<MessageKey>,
    /// The note; nothing for a message.
    pub note: Option<NoteId>,
    /// The case it is in.
    pub case: Option<CaseId>,
    /// Whose case that is.
    pub account: Option<AccountRef>,
    /// The level of that case.
    pub level: LevelName,
    /// Subject of the message, or title of the case of a note.
    pub subject: String,
    /// Who wrote it.
    pub from: Address,
    /// When.
    pub at: Instant,
    /// A passage around the best match.
    pub snippet: String,
    /// Byte ranges of the matching words within the snippet.
    pub marks: Vec<(u32, u32)>,
    /// Who may read it; only notes are for some readers alone.
    pub visibility: Visibility,
    /// The attached file that was found, if it is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<crate::files::FileHit>,
}

/// The answer to a search.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SearchRecord {
    /// How many documents match.
    pub total: u64,
    /// The hits asked for.
    pub hits: Vec<HitRecord>,
    /// What could not be understood: byte offset in the query, and why.
    pub problems: Vec<(usize, String)>,
    /// Words widened to near spellings.
    pub corrected: Vec<(String, Vec<String>)>,
    /// The share of all documents that the index holds, in percent (F76).
    pub coverage: f32,
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
