//! What happened in a case.

use app::record;
use model::{AlertId, EvidenceId, Instant, MessageKey, NoteId};
use serde::Serialize;
use utoipa::ToSchema;

use super::{Address, Quote, Visibility, each};

/// One thing that happened in a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TimelineItem {
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What.
    #[serde(flatten)]
    pub what: TimelineKind,
}

impl From<record::TimelineItem> for TimelineItem {
    fn from(item: record::TimelineItem) -> Self {
        Self { at: item.at, what: item.what.into() }
    }
}

/// What a source saw that is no mail.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SeenElsewhere {
    /// `page`, `meeting` or `document`.
    pub kind: String,
    /// The source.
    pub source: String,
    /// What people call it, such as the title of the page.
    pub title: String,
    /// Where it is: a URL, a path.
    pub place: String,
    /// The original bytes as they are now, under `/evidence/{id}`.
    #[schema(value_type = String)]
    pub evidence: EvidenceId,
    /// The original bytes as they were before.
    #[schema(value_type = Option<String>)]
    pub before: Option<EvidenceId>,
}

impl From<record::Seen> for SeenElsewhere {
    fn from(seen: record::Seen) -> Self {
        Self {
            kind: seen.kind,
            source: seen.source.to_string(),
            title: seen.title,
            place: seen.place,
            evidence: seen.evidence,
            before: seen.before,
        }
    }
}

/// The kinds of things that happen in a case, told apart by `type`.
#[derive(Debug, Clone, Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum TimelineKind {
    /// A message.
    Message {
        /// Which.
        #[schema(value_type = String)]
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
        #[schema(value_type = Option<String>)]
        within: Option<MessageKey>,
        /// When it could be known here: when it was taken in, but not before it happened; for what
        /// the first pass of a source brought from long before, when it happened.
        #[schema(value_type = String, format = DateTime)]
        noticed: Instant,
    },
    /// A note.
    Note {
        /// Which.
        #[schema(value_type = String)]
        note: NoteId,
        /// Who wrote it.
        author: String,
        /// What it says.
        text: String,
        /// Who may read it.
        visibility: Visibility,
        /// What it was seen in, if a source wrote it.
        seen: Option<SeenElsewhere>,
    },
    /// A signal was raised.
    Signal {
        /// The signal.
        signal: String,
        /// Its title.
        title: String,
        /// The passages behind it.
        evidence: Vec<Quote>,
    },
    /// A signal ceased to hold.
    SignalCleared {
        /// The signal.
        signal: String,
        /// Its title.
        title: String,
    },
    /// The severity changed.
    Severity {
        /// From this level.
        before: String,
        /// To this one.
        level: String,
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
        #[schema(value_type = String)]
        alert: AlertId,
        /// The title of its policy.
        title: String,
        /// What it says.
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
        act: u64,
        /// What was done, in words.
        text: String,
        /// By whom.
        by: String,
        /// Whether it can be taken back still.
        undoable: bool,
    },
}

impl From<record::TimelineKind> for TimelineKind {
    fn from(kind: record::TimelineKind) -> Self {
        use record::TimelineKind as From;
        match kind {
            From::Message {
                message,
                from,
                side,
                subject,
                preview,
                class,
                attachments,
                within,
                noticed,
            } => Self::Message {
                message,
                from: from.into(),
                side,
                subject,
                preview,
                class,
                attachments,
                within,
                noticed,
            },
            From::Note { note, author, text, visibility, seen } => {
                let (visibility, seen) = (visibility.into(), seen.map(Into::into));
                Self::Note { note, author, text, visibility, seen }
            }
            From::Signal { signal, title, evidence } => {
                Self::Signal { signal: signal.to_string(), title, evidence: each(evidence) }
            }
            From::SignalCleared { signal, title } => {
                Self::SignalCleared { signal: signal.to_string(), title }
            }
            From::Severity { before, level, reasons, by } => {
                let (before, level) = (before.to_string(), level.to_string());
                Self::Severity { before, level, reasons, by }
            }
            From::Owner { to, by } => Self::Owner { to, by },
            From::Alert {
                alert,
                title,
                says,
                audience,
                urgency,
                state,
                reason,
                acknowledged_by,
            } => Self::Alert {
                alert,
                title,
                says,
                audience,
                urgency,
                state,
                reason,
                acknowledged_by,
            },
            From::Act { act, text, by, undoable } => Self::Act { act: act.0, text, by, undoable },
        }
    }
}
