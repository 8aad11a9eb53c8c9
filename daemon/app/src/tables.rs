//! The views: which tables there are, and what their rows mean.
//!
//! All of it can be computed again from the journal and the evidence. Rows are written with
//! postcard; a change of any form raises [`VIEW_FORMAT`], and an older store is then rebuilt.

mod keys;

use engine::{
    Judged,
    threading::{CaseSummary, Mark, ThreadRule},
};
use model::{
    Assessment, CaseId, EvidenceId, Instant, Ledger, MessageKey, NoteId, PromiseDecision, Seq,
    SignalId, SourceId, Span,
    fact::{Compared, Judgement, NoteTarget, Received, Visibility},
};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use store::Table;

pub use self::keys::{
    account_note_prefix, active_key, case_key, header_id_key, latest_key, mark_key, number_key,
    place_key, scope_account, scope_text,
};
use crate::{AppError, Result};

/// The version of all rows together, with the parser's.
pub const VIEW_FORMAT: u32 = 9;

/// One row: counters and format, under the key `state`.
pub const STATE: Table = "state";
/// [`EvidenceRow`] by evidence id.
pub const EVIDENCE: Table = "evidence";
/// [`MessageRow`] by message number.
pub const MESSAGE: Table = "message";
/// Message number by message key.
pub const MESSAGE_KEY: Table = "message_key";
/// [`HeaderIdRow`] by hash of a Message-ID.
pub const HEADER_ID: Table = "header_id";
/// [`CaseState`] by case.
pub const CASE: Table = "case";
/// [`crate::record::CaseRow`] by case: the line that queues show.
pub const CARD: Table = "card";
/// [`AssessmentRow`] by case.
pub const ASSESSMENT: Table = "assessment";
/// Case of a message, by message number.
pub const MESSAGE_CASE: Table = "message_case";
/// What threading keeps of a message ([`engine::threading::Card`]), by message number.
pub const THREAD_CARD: Table = "thread_card";
/// Number of a nested message, by its key.
pub const NESTED_KEY: Table = "nested_key";
/// Case ids by hash of scope and mark.
pub const MARK: Table = "mark";
/// Nothing, by scope, day and case: which cases of a scope had a message on which day.
pub const ACTIVE: Table = "active";
/// Nothing, by domain or address: scopes of cases whose account is unknown.
pub const UNKNOWN: Table = "unknown";
/// Segments that a person corrected, by message number.
pub const SEGMENTS: Table = "segments";
/// [`model::Account`] by its id.
pub const ACCOUNT: Table = "account";
/// [`model::Contact`] by address.
pub const CONTACT: Table = "contact";
/// [`NoteRow`] by note number.
pub const NOTE: Table = "note";
/// Nothing, by account and note number: the notes about an account.
pub const ACCOUNT_NOTE: Table = "account_note";
/// [`LatestRow`] by source and place: what was seen there last that is no mail.
pub const LATEST: Table = "latest";
/// The capture ([`Seq`]) by source, folder and place: the mail that a server still shows.
pub const PLACE: Table = "place";
/// Note number by note id.
pub const NOTE_ID: Table = "note_id";
/// [`SourceRow`] by source id.
pub const SOURCE: Table = "source";
/// [`QuarantineRow`] by evidence id.
pub const QUARANTINE: Table = "quarantine";
/// [`ReviewRow`] by message key.
pub const REVIEW: Table = "review";
/// What persons decided about the promises of a message ([`DecidedRow`]s), by message key.
pub const DECIDED: Table = "decided";
/// The promises of a case ([`crate::promises::PromiseRecord`]s), by case; none without any.
pub const PROMISE: Table = "promise";
/// When something about a case changed last ([`model::Instant`]), by case.
pub const CHANGED: Table = "changed";
/// [`HandoffRow`] by case: the latest time that it was handed over.
pub const HANDOFF: Table = "handoff";
/// [`HandoffRow`]s by case: offers that another one came after, oldest first.
pub const HANDOFF_BEFORE: Table = "handoff_before";
/// Cases that wait to be assessed: nothing, by case.
pub const WAITING: Table = "waiting";
/// Cases whose policies wished for alerts that are not decided about yet: nothing, by case.
pub const UNDECIDED: Table = "undecided";
/// [`engine::alerts::Tracked`] by alert.
pub const ALERT: Table = "alert";
/// [`engine::alerts::Kept`] by silence.
pub const SILENCE: Table = "silence";
/// Evidence of messages that may be about an alert and were not looked at yet, by sequence.
pub const ANSWER: Table = "answer";
/// [`ActRow`] by sequence of the act.
pub const ACT: Table = "act";
/// [`engine::plugin::Permit`] by plugin.
pub const PERMIT: Table = "permit";
/// Since when a plugin is switched off, by name.
pub const SWITCHED_OFF: Table = "plugin_switched_off";

/// Notes have numbers from here on, so that search tells them from messages.
pub const FIRST_NOTE_NUMBER: u64 = 1 << 40;
/// Files have numbers from here on.
pub const FIRST_FILE_NUMBER: u64 = 1 << 41;

/// Counters.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct StateRow {
    /// Version of the rows.
    pub format: u32,
    /// Version of the parser that made them.
    pub parser: u16,
    /// The number that the next message gets.
    pub next_message: u64,
    /// The number that the next note gets, less [`FIRST_NOTE_NUMBER`].
    pub next_note: u64,
    /// The number that the next attached file gets, less [`FIRST_FILE_NUMBER`].
    pub next_file: u64,
    /// The rule set that assessed the cases.
    pub rules: String,
}

/// What became of evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct EvidenceRow {
    /// The message it holds; nothing while it is in quarantine.
    pub message: Option<u64>,
    /// The captures of these very bytes.
    pub captures: Vec<Seq>,
    /// Bytes.
    pub size: u64,
    /// When it was captured first.
    pub captured: Instant,
    /// When its source received it, if it knew.
    pub received: Option<Received>,
    /// Whether it stands for the message within it if it is a journal report.
    pub journal: bool,
    /// The source it was captured from first.
    pub source: String,
}

/// A message, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MessageRow {
    /// Its key.
    pub key: MessageKey,
    /// The evidence of its first copy.
    pub evidence: EvidenceId,
    /// Further evidence with the same message.
    pub copies: Vec<EvidenceId>,
    /// Position within the enclosing evidence, from the outside in; empty for the message itself.
    pub path: Vec<u32>,
    /// The number of the message that encloses it.
    pub within: Option<u64>,
    /// When it happened.
    pub at: Instant,
    /// When it could be known here: when it was taken in; for what the first pass of a source
    /// brought from long before, when it happened, since nobody takes that for news.
    pub noticed: Instant,
    /// Message-ID, or what stands for it.
    pub message_id: String,
    /// Sender's name.
    pub from_name: String,
    /// Sender's address.
    pub from_email: String,
    /// `us`, `customer` or `partner`: 0, 1, 2.
    pub side: u8,
    /// Subject.
    pub subject: String,
    /// Beginning of the new text.
    pub preview: String,
    /// Class of mail.
    pub class: mail::ClassKind,
    /// Number of attached files.
    pub attachments: u32,
    /// Why it is in its case.
    pub why: WhyRow,
    /// Numbers of the messages within it.
    pub nested: Vec<u64>,
    /// Who corrected its segments.
    pub corrected: Option<String>,
}

/// Why a message is in its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WhyRow {
    /// The rule.
    pub rule: ThreadRule,
    /// The message whose Message-ID decided, if it is one that is known ...
    pub by: Option<u64>,
    /// ... else the header or value that did.
    pub detail: String,
    /// How sure that is, in percent.
    pub confidence: u8,
}

/// What is known of a Message-ID.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeaderIdRow {
    /// Messages that bear it, in order of capture; more than one if it was reused.
    pub messages: Vec<u64>,
    /// Messages that refer to it though it has not arrived, by key.
    pub awaiting: Vec<u64>,
    /// Notes that are about it and wait for its arrival.
    pub notes: Vec<u64>,
}

/// A case, as threading knows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseState {
    /// Its title.
    pub title: String,
    /// What threading keeps of it.
    pub summary: std::sync::Arc<CaseSummary>,
    /// What its messages are found by.
    pub marks: Vec<Mark>,
    /// First and last instant of its messages.
    pub first_at: Instant,
    /// See `first_at`.
    pub last_at: Instant,
    /// When its messages could be known here, at the latest.
    pub noticed: Instant,
    /// Numbers of its messages, in order of capture.
    pub messages: Vec<u64>,
    /// Numbers of its notes.
    pub notes: Vec<u64>,
    /// The case that it was merged into.
    pub merged_into: Option<CaseId>,
    /// Cases that were merged into it.
    pub merged: Vec<CaseId>,
    /// Fields that a person set.
    pub fields: Vec<FieldRow>,
    /// What persons said of its signals, by instant.
    pub judged: Vec<JudgedRow>,
    /// The last fact that changed it.
    pub changed: Seq,
    /// Acts of persons on it.
    pub acts: Vec<Seq>,
}

/// A field that a person set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRow {
    /// The field.
    pub field: String,
    /// Its value.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

/// What a person said of a signal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JudgedRow {
    /// The signal.
    pub signal: SignalId,
    /// What they said.
    pub judgement: Judgement,
    /// Why.
    pub reason: String,
    /// Who.
    pub by: String,
    /// When.
    pub at: Instant,
}

impl JudgedRow {
    /// What the fold takes of it.
    pub(crate) fn judged(&self) -> Judged {
        Judged { at: self.at, signal: self.signal.clone(), judgement: self.judgement }
    }
}

/// A case that was handed over.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandoffRow {
    /// The fact that offered it.
    pub offer: Seq,
    /// Who is to take it.
    pub to: String,
    /// Who handed it over.
    pub by: String,
    /// When.
    pub at: Instant,
    /// What they said to it.
    pub note: String,
    /// Who took it, and when.
    pub accepted: Option<(String, Instant)>,
}

/// A recorded assessment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssessmentRow {
    /// The fact that recorded it last; zero while nothing was worth recording.
    pub seq: Seq,
    /// What it found.
    pub assessment: Assessment,
}

/// A note, without its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRow {
    /// Its id.
    pub id: NoteId,
    /// Its evidence.
    pub evidence: EvidenceId,
    /// What it is about.
    pub about: NoteTarget,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// The case it is in; nothing while its message has not arrived.
    pub case: Option<CaseId>,
}

/// The text of a note as it is kept in the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteEvidence {
    /// What it is about.
    pub about: NoteTarget,
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: String,
    /// Who may read it.
    pub visibility: Visibility,
    /// What it was seen in, if a source wrote it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub seen: Option<Seen>,
}

/// What a source saw that is no mail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Seen {
    /// `page`, `meeting` or `document`.
    pub kind: String,
    /// The source.
    pub source: SourceId,
    /// What people call it, such as the title of the page.
    pub title: String,
    /// Where it is: a URL, a path.
    pub place: String,
    /// The original bytes, as they are now.
    pub evidence: EvidenceId,
    /// The original bytes, as they were before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub before: Option<EvidenceId>,
}

/// A source with its ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SourceRow {
    /// What it is.
    pub kind: String,
    /// What people call it.
    pub title: String,
    /// The mailbox's owner.
    pub owner: Option<String>,
    /// When it was last read to its end.
    pub complete_at: Option<Instant>,
    /// Since when it rests, if a person lets it.
    pub paused: Option<PausedRow>,
    /// By folder: what the facts say, and what the source showed at the last whole pass.
    pub folders: Vec<FolderRow>,
}

/// A source that rests.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PausedRow {
    /// Since when.
    pub since: Instant,
    /// Who wanted it.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// The two sides of a folder's ledger.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FolderRow {
    /// The folder.
    pub folder: String,
    /// Counted from the facts.
    pub recorded: Ledger,
    /// Counted by the source at its last whole pass.
    pub shown: Option<u64>,
    /// Items that the source showed once and shows no more.
    pub gone: u64,
    /// Items that the source shows in another folder now.
    pub moved: u64,
    /// The last comparison with the server, and when it was.
    pub compared: Option<ComparedRow>,
}

/// What the last comparison of a folder with its server found.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComparedRow {
    /// When it ended.
    pub at: Instant,
    /// Messages on the server that are to be in the ledger.
    pub on_server: u64,
    /// Of these, those that were not in it before.
    pub unknown: u64,
    /// Of these, those that are not in it afterwards either.
    pub missing: u64,
    /// Messages in the ledger that were on the server no more.
    pub gone: u64,
    /// UIDVALIDITY.
    pub validity: u32,
    /// The first UID that was not there yet.
    pub next: u32,
    /// The modification sequence up to which changes are known.
    pub modseq: Option<u64>,
    /// By which what is wanted is told from what was wanted before.
    pub wanted: String,
}

impl ComparedRow {
    /// What a fact of `at` says.
    pub fn of(compared: &Compared, at: Instant) -> Self {
        let Compared {
            folder: _,
            on_server,
            unknown,
            missing,
            gone,
            validity,
            next,
            modseq,
            wanted,
        } = compared.clone();
        Self { at, on_server, unknown, missing, gone, validity, next, modseq, wanted }
    }

    /// The same as a fact says it of `folder`.
    pub fn of_folder(self, folder: &str) -> Compared {
        let Self { at: _, on_server, unknown, missing, gone, validity, next, modseq, wanted } =
            self;
        let folder = folder.to_owned();
        Compared { folder, on_server, unknown, missing, gone, validity, next, modseq, wanted }
    }
}

/// Evidence that waits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct QuarantineRow {
    /// What went wrong.
    pub reason: String,
    /// When.
    pub at: Instant,
    /// The capture.
    pub captured: Seq,
    /// How often it was tried.
    pub tries: u32,
    /// Whether the journal says so already.
    pub recorded: bool,
}

/// A message that quotes the case of another account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewRow {
    /// The message.
    pub message: u64,
    /// The case that it quotes.
    pub quoted: CaseId,
    /// What it quotes, and why it did not join.
    pub reason: String,
}

/// A person's decision about a promise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DecidedRow {
    /// The fact.
    pub act: Seq,
    /// When it took effect.
    pub at: Instant,
    /// When it was recorded.
    pub recorded: Instant,
    /// Who decided.
    pub by: String,
    /// The words of the promise.
    pub promise: Span,
    /// What was decided.
    pub decided: PromiseDecision,
    /// Why.
    pub reason: String,
}

/// What was seen last at a place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LatestRow {
    /// The original bytes.
    pub evidence: EvidenceId,
    /// When they were captured.
    pub at: Instant,
}

/// How an act is taken back.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActRow {
    /// What was done, in words.
    pub text: String,
    /// By whom.
    pub by: String,
    /// When.
    pub at: Instant,
    /// Where each message was before.
    pub before: Vec<(u64, CaseId)>,
    /// Notes that moved along, and where they were.
    pub notes: Vec<(u64, CaseId)>,
    /// The case that was merged away, if one was.
    pub merged: Option<CaseId>,
    /// The case that it led to.
    pub into: CaseId,
    /// Whether it was taken back.
    pub undone: bool,
}

/// The ledger of `folder`, made if it is not there yet.
pub fn folder_of<'a>(row: &'a mut SourceRow, folder: &str) -> &'a mut FolderRow {
    let at = row.folders.partition_point(|known| known.folder.as_str() < folder);
    if row.folders.get(at).is_none_or(|known| known.folder != folder) {
        row.folders.insert(at, FolderRow { folder: folder.to_owned(), ..FolderRow::default() });
    }
    &mut row.folders[at]
}

/// Writes a row.
pub fn encode<T: Serialize>(table: Table, row: &T) -> Result<Vec<u8>> {
    postcard::to_stdvec(row).map_err(|error| AppError::View { table, detail: error.to_string() })
}

/// Reads a row.
pub fn decode<T: DeserializeOwned>(table: Table, bytes: &[u8]) -> Result<T> {
    postcard::from_bytes(bytes).map_err(|error| AppError::View { table, detail: error.to_string() })
}
