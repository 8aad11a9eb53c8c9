//! A case with everything that rules may look at.

use std::{borrow::Cow, sync::Arc};

use mail::{ClassKind, Segment};
use model::{
    Account, Address, CaseId, Contact, Instant, MessageKey, Side, SignalId, SpanPart,
    fact::Judgement,
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
    /// The team of ours that a person gave it to, before any that its messages name.
    pub given_to: Option<Arc<str>>,
    /// Like cases of the same account that were opened before it, the latest first; at most
    /// [`EarlierCase::MOST`].
    pub earlier: Arc<[EarlierCase]>,
}

impl CaseFile {
    /// The team of ours that handles it: the one that a person gave it to, else the first that a
    /// message names.
    pub fn team(&self) -> Option<&Arc<str>> {
        self.given_to.as_ref().or_else(|| self.team_of_mail())
    }

    /// The first team of ours that a message names.
    pub fn team_of_mail(&self) -> Option<&Arc<str>> {
        self.messages.iter().find_map(|message| {
            let mut people = message.to.iter().chain(&message.cc).chain([&message.from]);
            people.find_map(|person| person.team.as_ref())
        })
    }
}

/// A case of the same account that was opened earlier about something alike. Only what its first
/// message shows is told, so that nothing later can change what a rule made of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EarlierCase {
    /// The case.
    pub id: CaseId,
    /// When its first message came.
    pub opened: Instant,
    /// Its title: the subject of its first message.
    pub title: String,
    /// Whether the same person of the customer's wrote the first message of both.
    pub same_person: bool,
    /// How much of the subject with the fewer telling words both share, in percent.
    pub likeness: u8,
}

impl EarlierCase {
    /// The most that a case is told of.
    pub const MOST: usize = 8;
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

impl CaseMessage {
    /// The names of its attached files, a line each: what spans of [`model::SpanPart::Attachments`]
    /// count.
    pub fn attachment_names(&self) -> String {
        self.attachments.join("\n")
    }

    /// The text of one part, as spans count it.
    pub fn part_text(&self, part: SpanPart) -> Cow<'_, str> {
        let people = |list: &[Participant]| {
            list.iter().map(|p| p.address.to_string()).collect::<Vec<_>>().join(", ")
        };
        match part {
            SpanPart::Body => Cow::Borrowed(&*self.body),
            SpanPart::Subject => Cow::Borrowed(&*self.subject),
            SpanPart::From => self.from.address.to_string().into(),
            SpanPart::To => people(&self.to).into(),
            SpanPart::Cc => people(&self.cc).into(),
            SpanPart::Attachments => self.attachment_names().into(),
        }
    }
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
    /// What wrote it: a person, or a source that watches something.
    pub kind: NoteKind,
}

/// What wrote a note.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum NoteKind {
    /// A person.
    #[default]
    Person,
    /// A watched page: it says what changed.
    Page,
    /// A calendar: it says who met whom.
    Meeting,
    /// A watched folder: it says what lies there.
    Document,
}

impl NoteKind {
    /// The word that rules and records use.
    pub fn word(self) -> &'static str {
        match self {
            Self::Person => "note",
            Self::Page => "page",
            Self::Meeting => "meeting",
            Self::Document => "document",
        }
    }

    /// The kind that `word` names.
    pub fn of(word: &str) -> Option<Self> {
        [Self::Person, Self::Page, Self::Meeting, Self::Document]
            .into_iter()
            .find(|kind| kind.word() == word)
    }
}
