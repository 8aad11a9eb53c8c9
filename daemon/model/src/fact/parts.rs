//! What facts are made of.

use serde::{Deserialize, Serialize};

use crate::{AccountId, CaseId, Instant, RuleSetId, SourceId, UserName};

/// Who or what recorded a fact.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Actor {
    /// The program itself.
    System,
    /// A source while it captured.
    Source(SourceId),
    /// A signed-in person.
    User(UserName),
    /// A rule set.
    Rules(RuleSetId),
    /// An administrator at the command line.
    CommandLine,
}

/// What kind of item evidence is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EvidenceKind {
    /// An RFC 5322 message.
    Message,
    /// An internal or call note, as JSON.
    Note,
    /// A row of an account import, as JSON.
    Account,
    /// A row of a contact import, as JSON.
    Contact,
    /// A watched page as its server gave it: status line, header and body (RFC 9112).
    Page,
    /// A calendar file (RFC 5545).
    Calendar,
    /// A file of a watched folder.
    Document,
}

/// A folder of a server, compared with the ledger from end to end.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Compared {
    /// The folder.
    pub folder: String,
    /// Messages on the server that are to be in the ledger.
    pub on_server: u64,
    /// Of these, those that were not in it when the comparison began.
    pub unknown: u64,
    /// Of these, those that are not in it after the comparison either.
    pub missing: u64,
    /// Messages in the ledger that are on the server no more.
    pub gone: u64,
    /// What UIDs mean there (UIDVALIDITY).
    pub validity: u32,
    /// The first UID that was not there yet.
    pub next: u32,
    /// The highest modification sequence (RFC 7162) up to which changes are known, if the server
    /// counts them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub modseq: Option<u64>,
    /// By which what is wanted of the folder is told from what was wanted before.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub wanted: String,
}

/// When a source says that it received an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Received {
    /// The instant.
    pub at: Instant,
    /// Whether it may outrank the message's own headers (INTERNALDATE may, an mbox separator may
    /// not).
    pub trusted: bool,
}

/// Where and when evidence was seen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sighting {
    /// The source.
    pub source: SourceId,
    /// The folder within it; empty for its root.
    pub folder: String,
    /// The place within the folder: a file name, an offset, a UID.
    pub place: String,
    /// The flags it bore there, as letters of Maildir (`S` seen, `R` replied, `F` flagged, …).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub flags: String,
    /// When the source received it, if it knows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received: Option<Received>,
    /// The envelope that it came in, if it was sent to us.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub envelope: Option<Envelope>,
}

/// The envelope of a message that a mail server handed to us (RFC 5321).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The reverse path; empty for notices of mail servers.
    pub from: String,
    /// The recipients that are addresses of the source.
    pub to: Vec<String>,
    /// Whether the source gets journal reports, so that a report stands for the message within it.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub journal: bool,
}

impl Sighting {
    /// Whether a journal report seen there stands for the message within it.
    pub fn unwraps_reports(&self) -> bool {
        self.envelope.as_ref().is_some_and(|envelope| envelope.journal)
    }
}

/// What a note is about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NoteTarget {
    /// The case that holds the message with this Message-ID (without angle brackets), now or later.
    MessageId(String),
    /// A case.
    Case(CaseId),
    /// An account.
    Account(AccountId),
    /// Nothing but the source that it came from.
    Source(SourceId),
}

/// Who may read a note.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Visibility {
    /// Everybody who may read its case.
    #[default]
    Internal,
    /// Managers, ops and administrators.
    Managers,
}

/// Where a version of a rule set came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RulesOrigin {
    /// The program was built with it.
    BuiltIn,
    /// The folder that the configuration names.
    Folder,
    /// A person edited it in the page or by the API.
    Draft,
    /// A pack was imported.
    Pack,
}

/// Where a person moves messages to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MoveTarget {
    /// A case of their own.
    NewCase,
    /// An existing case.
    Case(CaseId),
}

/// What a person may do in Watchkeeper; each role may do what the later ones may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Installs and operates; users, tokens, sources.
    Admin,
    /// Edits rules.
    Ops,
    /// Works all queues; overrides severity, merges and splits.
    Manager,
    /// Works cases; notes, owners.
    Agent,
    /// Reads.
    Viewer,
}

impl Role {
    /// The role as people and files write it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Ops => "ops",
            Self::Manager => "manager",
            Self::Agent => "agent",
            Self::Viewer => "viewer",
        }
    }
}

/// What a person says of a signal on a case.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Judgement {
    /// Seen, and somebody sees to it. It counts as before.
    Acknowledged,
    /// It was wrong: what it stood on so far no longer counts; a later firing does.
    Disagreed,
    /// It does not count until then, whatever it fires on meanwhile.
    Snoozed {
        /// Until when.
        until: Instant,
    },
    /// It counts again, as if none of these had been said.
    Restored,
}

/// What a person decides about the value of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FieldDecision {
    /// It is right.
    Approved,
    /// It is another one.
    Corrected(String),
    /// It is none: what stands there is no value of this field.
    Rejected,
    /// It stands as the rules read it, as if nothing had been decided.
    Restored,
}
