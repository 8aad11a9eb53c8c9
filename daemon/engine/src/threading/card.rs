//! What threading looks at of a message, and keeps of it.

use super::*;

/// A hashed address, scope, subject or token: enough to compare, small enough to keep by the
/// million. Never shown.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Mark(pub u64);

impl Mark {
    /// The mark of `text` as a `kind` of thing, such as `address`.
    pub fn of(kind: &str, text: &str) -> Self {
        let hash = short_hash(&[kind.as_bytes(), text.as_bytes()]);
        let mut low = [0; 8];
        low.copy_from_slice(&hash[..8]);
        Self(u64::from_le_bytes(low))
    }
}

/// A message as threading sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Threadable {
    /// Which message.
    pub key: MessageKey,
    /// Its Message-ID, without angle brackets; nothing if it was missing.
    pub message_id: Option<String>,
    /// When it happened.
    pub at: Instant,
    /// Who wrote it.
    pub from: Participant,
    /// Everybody it is addressed to.
    pub others: Vec<Participant>,
    /// Whose business it is.
    pub scope: AccountScope,
    /// The decoded subject.
    pub subject: String,
    /// References, then In-Reply-To, without angle brackets: oldest first, each once, capped.
    pub references: Vec<String>,
    /// Those of them that stand in In-Reply-To only.
    pub reply_only: Vec<String>,
    /// Message-IDs of messages that it encloses.
    pub encloses: Vec<String>,
    /// List-Id, if any.
    pub list_id: Option<String>,
    /// Whether a person wrote it.
    pub class: ClassKind,
    /// Whether its body quotes or forwards another message.
    pub quotes: bool,
    /// Ticket tokens of other systems in its subject.
    pub foreign_tokens: Vec<String>,
}

impl Threadable {
    /// Reads `message`, with sides and accounts from `directory`.
    pub fn of(message: &mail::Message, directory: &Directory) -> Self {
        let _ = (message, directory);
        unimplemented!()
    }

    /// What is kept of it, by Message-ID.
    pub fn card(&self) -> Card {
        unimplemented!()
    }

    /// What its case is to be found by, within the scope of the case.
    pub fn marks(&self) -> Vec<Mark> {
        unimplemented!()
    }
}

/// What threading keeps of a message that has its place.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which message.
    pub key: MessageKey,
}

/// What threading keeps of a case. It depends on the set of its messages only, not on the order in
/// which they arrived.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct CaseSummary {
    people: BTreeSet<Mark>,
}

impl CaseSummary {
    /// Whose business the case is: the scope of its earliest message that is not internal.
    pub fn scope(&self) -> &AccountScope {
        unimplemented!()
    }

    /// Adds a message.
    pub fn absorb(&mut self, message: &Threadable) {
        let _ = (message, Side::Us);
        unimplemented!()
    }

    /// Adds what another case held.
    pub fn merge(&mut self, other: &Self) {
        self.people.extend(&other.people);
    }
}
