//! Which case a message belongs to, and why.
//!
//! [`place`] is pure: it looks at one message and, through [`ThreadIndex`], at what is known of
//! earlier ones. It never joins by a subject alone, and it never lets an unrelated account into a
//! case: what such a message quotes (a token, a Message-ID) becomes a [`Review`] for a person (F18).
//!
//! | rule | ties by | guards |
//! |---|---|---|
//! | SameMessageId | its own Message-ID, as the same sender's | `admit::refusal` |
//! | References, In-Reply-To | the nearest known ancestor | `admit::refusal`, `admit::hijacks` |
//! | Enclosed | a message within this one, as in a bounce | the same |
//! | LateParent | messages that reference this one | the same, asked of each child |
//! | SharedAncestor | messages that reference the same missing one | the same |
//! | Token | our own token in the subject | `admit::refusal` |
//! | ForeignToken | a ticket token of the same system, within the scope | |
//! | SubjectInAccount | the subject, somebody of the customer's, 30 days, within the scope | it must look like an answer; no generic subject |
//! | SamePeople | people, time, words, an open request, within the scope | one live matter, or clear evidence for one |
//!
//! The first five are exact: whatever the order of arrival, they end in the same groups, because a
//! message that ties cases together merges them. The weak ones judge a message by what had happened
//! before it; where that arrives later, the messages that opened later cases are judged again.

use std::sync::Arc;

use model::{CaseId, Instant, MessageKey};
use serde::{Deserialize, Serialize};

use crate::directory::AccountScope;

mod admit;
mod card;
mod late;
mod memory;
mod opened;
mod place;
mod subject;
mod summary;
mod threadable;
mod ties;

pub use card::{Card, Mark};
pub use memory::MemoryIndex;
pub use opened::Opened;
pub use place::place;
pub use summary::CaseSummary;
pub use threadable::Threadable;

/// What threading asks of earlier messages. The app answers from its views; [`MemoryIndex`] is the
/// twin in memory.
pub trait ThreadIndex {
    /// The message with this Message-ID (without angle brackets) and the case that holds it now.
    fn by_message_id(&self, message_id: &str) -> Option<Known>;

    /// The messages that reference this Message-ID (see [`Threadable::references`]), which itself
    /// has not arrived; by key.
    fn awaiting(&self, message_id: &str) -> Vec<Known>;

    /// What is known of a case.
    fn case(&self, case: CaseId) -> Option<Arc<CaseSummary>>;

    /// The cases of a scope that hold a message with this mark (see [`Threadable::marks`]), by id.
    fn by_mark(&self, scope: &AccountScope, mark: Mark) -> Vec<CaseId>;

    /// The cases of a scope with a message between the two instants, by id.
    fn active(&self, scope: &AccountScope, from: Instant, to: Instant) -> Vec<CaseId>;
}

/// A message that has its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Known {
    /// The case that holds it now, whoever put it there.
    pub case: CaseId,
    /// What threading keeps of it.
    pub card: Card,
}

/// Where a message belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Placement {
    /// The case it joins.
    pub case: CaseChoice,
    /// Cases that turn out to be part of that case; never the case itself. Ascending.
    pub merges: Vec<CaseId>,
    /// Why (F16).
    pub why: Why,
    /// A case that the message quotes without belonging to it, for a person to decide.
    pub review: Option<Review>,
    /// Messages placed earlier that quote this one without belonging to it: each is to be reviewed
    /// against the case that this one is in. Ascending.
    pub quoted_by: Vec<MessageKey>,
}

/// The case that a message joins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CaseChoice {
    /// One of its own.
    New,
    /// This one.
    Existing(CaseId),
}

/// Why a message is in its case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Why {
    /// The rule that decided.
    pub rule: ThreadRule,
    /// What it stands on: a Message-ID, a token, a subject, people.
    pub detail: String,
    /// How sure that is, 0 to 100.
    pub confidence: u8,
}

/// Rules by which messages find their case, the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ThreadRule {
    /// A person put it there.
    Moved,
    /// It lies within another message.
    Nested,
    /// Another copy of it, changed on its way (by a list's footer, say), is in the case.
    SameMessageId,
    /// Its References header names a message of the case.
    References,
    /// Its In-Reply-To header does.
    InReplyTo,
    /// It encloses a message of the case, as a bounce does.
    Enclosed,
    /// A message of the case references it: it came late.
    LateParent,
    /// It references a message that has not arrived and that a message of the case references too.
    SharedAncestor,
    /// Its subject bears our token of the case.
    Token,
    /// Its subject bears a ticket token of somebody else's that the case knows.
    ForeignToken,
    /// Same subject, same people, within the account and a month.
    SubjectInAccount,
    /// Same people of the account while this was their only live matter.
    SamePeople,
    /// A reply that starts something new.
    Hijack,
    /// Nothing ties it to an earlier message.
    New,
}

impl ThreadRule {
    /// Its name, as in the API.
    pub fn name(self) -> &'static str {
        match self {
            Self::Moved => "moved",
            Self::Nested => "nested",
            Self::SameMessageId => "same_message_id",
            Self::References => "references",
            Self::InReplyTo => "in_reply_to",
            Self::Enclosed => "enclosed",
            Self::LateParent => "late_parent",
            Self::SharedAncestor => "shared_ancestor",
            Self::Token => "token",
            Self::ForeignToken => "foreign_token",
            Self::SubjectInAccount => "subject_in_account",
            Self::SamePeople => "same_people",
            Self::Hijack => "hijack",
            Self::New => "new",
        }
    }

    /// Whether the detail of a decision by this rule is the Message-ID of another message.
    pub fn is_by_message_id(self) -> bool {
        matches!(
            self,
            Self::SameMessageId
                | Self::References
                | Self::InReplyTo
                | Self::Enclosed
                | Self::Nested
        )
    }
}

/// A case that a message quotes without belonging to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// The case.
    pub case: CaseId,
    /// What is quoted, and why it did not join.
    pub reason: String,
}

#[cfg(test)]
mod tests;
