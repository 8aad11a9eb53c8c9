//! The words of Watchkeeper: identifiers, instants, facts and findings.
//!
//! Everything here is plain data. This crate never reads a clock, a file or the network, and it
//! holds no message text: facts name evidence by hash and passages by [`Span`], so that erasing
//! the evidence erases the text everywhere.
//!
//! Start with [`fact::Fact`], which lists everything that the journal can hold.

pub mod account;
pub mod alert;
pub mod fact;
pub mod file;
pub mod finding;
pub mod id;
pub mod instant;
pub mod ledger;
pub mod plugin;
pub mod promise;
pub mod span;

pub use account::{Account, Address, Contact, Side, fold_text};
pub use alert::Alert;
pub use fact::{Actor, Entry, Fact};
pub use file::{FileText, Unread};
pub use finding::{Assessment, Finding, FindingKind, LevelName, SignalId};
pub use id::{
    AccountId, AlertId, CaseId, Digest, EvidenceId, ItemKey, MessageKey, NoteId, PromiseId,
    RuleSetId, SendingId, Seq, SilenceId, SourceId, UserName,
};
pub use instant::Instant;
pub use ledger::Ledger;
pub use plugin::{Capability, PluginName};
pub use promise::{PromiseDecision, PromiseStanding, PromiseState, Promisor};
pub use span::{Span, SpanPart};
