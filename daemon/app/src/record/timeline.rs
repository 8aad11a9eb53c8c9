//! A case in the order in which it happened.

use model::{
    Address, AlertId, Instant, LevelName, MessageKey, NoteId, Seq, SignalId, fact::Visibility,
};
use serde::{Deserialize, Serialize};

use super::{Quote, Seen};

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
        /// When it could be known here: when it was taken in, but not before it happened; for what
        /// the first pass of a source brought from long before, when it happened.
        noticed: Instant,
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
