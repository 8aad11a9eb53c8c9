//! A case with everything that rules may look at.

use std::sync::Arc;

use mail::{ClassKind, Segment};
use model::{
    Account, Address, CaseId, Contact, Instant, MessageKey, Side, SignalId, fact::Judgement,
};

use crate::promises::DecidedPromise;

/// A case, its people and its account, as the fold walks it.
#[derive(Debug, Clone)]
pub struct CaseFile {
    /// The case.
    pub id: CaseId,
    /// Its account, if known.
    pub account: Option<Arc<Account>>,
    /// The contacts known for the account, by address.
    pub contacts: Vec<Arc<Contact>>,
    /// Its messages by [`CaseMessage::at`], then by key.
    pub messages: Vec<Arc<CaseMessage>>,
    /// Its notes by instant.
    pub notes: Vec<CaseNote>,
    /// What people said of its signals, by instant.
    pub judged: Vec<Judged>,
    /// The calendar of our working hours, in the account's time zone where it has one.
    pub calendar: Arc<crate::calendar::Calendar>,
    /// Working minutes within which this account is owed a reply by contract; nothing leaves it
    /// to the level.
    pub reply_minutes: Option<u32>,
    /// What persons decided about its promises, by instant.
    pub decided: Vec<DecidedPromise>,
}

impl CaseFile {
    /// The team of ours that handles it: the first that a message names.
    pub fn team(&self) -> Option<&Arc<str>> {
        self.messages.iter().find_map(|message| {
            let mut people = message.to.iter().chain(&message.cc).chain([&message.from]);
            people.find_map(|person| person.team.as_ref())
        })
    }
}

/// A message as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseMessage {
    /// Which message.
    pub key: MessageKey,
    /// When it happened.
    pub at: Instant,
    /// The offset of its author's clock, in seconds east of UTC, if that is known.
    pub offset: Option<i32>,
    /// Who wrote it.
    pub from: Participant,
    /// To whom.
    pub to: Vec<Participant>,
    /// Who else got it.
    pub cc: Vec<Participant>,
    /// The decoded subject.
    pub subject: Arc<str>,
    /// The decoded body; spans count its bytes.
    pub body: Arc<str>,
    /// Its parts.
    pub segments: Arc<[Segment]>,
    /// Whether a person wrote it.
    pub class: ClassKind,
    /// Names of attached files.
    pub attachments: Vec<String>,
    /// The message it answers, if that is in the case.
    pub answers: Option<MessageKey>,
}

/// Somebody who takes part in a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// Name and address as in the header.
    pub address: Address,
    /// Whose side they are on.
    pub side: Side,
    /// The team of ours that they belong to.
    pub team: Option<Arc<str>>,
    /// The job title as imported; empty if unknown.
    pub title: Arc<str>,
}

/// What a person said of a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// When.
    pub at: Instant,
    /// The signal.
    pub signal: SignalId,
    /// What they said.
    pub judgement: Judgement,
}

/// A note as rules see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CaseNote {
    /// When it was written.
    pub at: Instant,
    /// Who wrote it.
    pub author: String,
    /// What it says.
    pub text: Arc<str>,
}
