//! What threading keeps of a message.

use model::{Instant, MessageKey, id::short_hash};
use serde::{Deserialize, Serialize};

/// A hashed address, scope, subject, word or token: enough to compare, small enough to keep by the
/// million. Never shown. The first 8 bytes of a SHA-256, so nobody finds an address that passes
/// for another's.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
#[serde(from = "[u8; 8]", into = "[u8; 8]")]
pub struct Mark(pub u64);

impl From<[u8; 8]> for Mark {
    fn from(bytes: [u8; 8]) -> Self {
        Self(u64::from_le_bytes(bytes))
    }
}

/// A number that is random in all of its bits takes eight bytes so, ten as one of variable length.
impl From<Mark> for [u8; 8] {
    fn from(mark: Mark) -> Self {
        mark.0.to_le_bytes()
    }
}

impl Mark {
    /// The mark of `text` as a `kind` of thing, such as `address`.
    pub fn of(kind: &str, text: &str) -> Self {
        let hash = short_hash(&[kind.as_bytes(), text.as_bytes()]);
        let mut low = [0; 8];
        low.copy_from_slice(&hash[..8]);
        Self(u64::from_le_bytes(low))
    }
}

/// A hashed word of a subject: half of a [`Mark`], since a word alone ties nothing.
#[derive(
    Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
)]
pub(super) struct Word([u8; 4]);

impl Word {
    /// The hash of a folded word.
    pub(super) fn of(text: &str) -> Self {
        let [a, b, c, d, ..] = <[u8; 8]>::from(Mark::of("word", text));
        Self([a, b, c, d])
    }
}

/// What threading keeps of a message that has its place: enough to decide, when its parent or child
/// comes late, as if they had come in order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Card {
    /// Which message.
    pub key: MessageKey,
    /// When it happened.
    pub at: Instant,
    /// Whether a person decided which case it is in; see [`super::Threadable::moved`].
    pub moved: bool,
    pub(super) traits: Traits,
}

/// What two messages are compared by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Traits {
    pub(super) flags: u8,
    /// The normalised subject.
    pub(super) subject: Mark,
    /// Its telling words, ascending.
    pub(super) words: Vec<Word>,
    /// The sender.
    pub(super) sender: Mark,
    /// Everybody who is not ours, the sender included, ascending: address and scope.
    pub(super) outside: Vec<(Mark, Mark)>,
    /// The mailing list.
    pub(super) list: Option<Mark>,
}

/// One of ours sent it.
pub(super) const FROM_US: u8 = 1;
/// A partner sent it.
pub(super) const FROM_PARTNER: u8 = 2;
/// No person wrote it.
pub(super) const AUTOMATIC: u8 = 4;
/// A machine answers with it: a bounce, an out-of-office, an acknowledgement.
pub(super) const MACHINE_ANSWER: u8 = 8;
/// Its body quotes or forwards another message.
pub(super) const QUOTES: u8 = 16;
/// It looks like an answer: a mark in the subject, or a quotation.
pub(super) const ANSWERS: u8 = 32;
/// It is addressed to nobody, as mail from the archive of a list is.
pub(super) const UNADDRESSED: u8 = 64;
/// It goes to a known account.
pub(super) const KNOWN_ACCOUNT: u8 = 128;

impl Traits {
    pub(super) fn has(&self, flag: u8) -> bool {
        self.flags & flag != 0
    }

    /// The sender's scope, if the sender is not ours.
    pub(super) fn sender_scope(&self) -> Option<Mark> {
        self.outside.iter().find(|(address, _)| *address == self.sender).map(|(_, scope)| *scope)
    }

    /// The people who are not ours, without the sender.
    pub(super) fn others_outside(&self) -> impl Iterator<Item = Mark> {
        let sender = self.sender;
        self.outside.iter().map(|(address, _)| *address).filter(move |a| *a != sender)
    }

    pub(super) fn includes(&self, address: Mark) -> bool {
        self.outside.iter().any(|(known, _)| *known == address)
    }
}
