//! One escalation: the customer's first sign, what the rules and policies said, and who reacted.

use std::collections::BTreeMap;

use engine::alerts::Wish;
use model::{Assessment, FindingKind, Instant, LevelName, Side, SignalId, Span, alert::Urgency};

use crate::{
    record::{CaseRow, Quote},
    tables::{CaseState, MessageRow},
};

/// How somebody of ours reacted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReactionKind {
    /// A person wrote.
    Wrote,
    /// Somebody was made its owner.
    Owned,
}

impl ReactionKind {
    /// Its name, as the API says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Wrote => "wrote",
            Self::Owned => "owned",
        }
    }
}

/// That somebody of ours reacted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reaction {
    /// When.
    pub at: Instant,
    /// Who.
    pub by: String,
    /// How.
    pub kind: ReactionKind,
}

/// An escalation as it went, or a case with a promise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PilotCase {
    /// The case as it is now.
    pub row: CaseRow,
    /// When the customer first gave a sign of what it escalated for; else when it is counted.
    pub sign: Instant,
    /// Where that sign stands.
    pub(super) span: Option<Span>,
    /// Its words.
    pub quote: Option<Quote>,
    /// The escalated level that it reached first; nothing where it is counted for a promise.
    pub level: Option<LevelName>,
    /// When it reached that level.
    pub escalated: Instant,
    /// When somebody would have been told.
    pub told: Option<Instant>,
    /// When somebody of ours reacted to the sign, if anybody did.
    pub reaction: Option<Reaction>,
}

impl PilotCase {
    /// By how many seconds the notice would have come before the reaction; negative where it would
    /// have come after.
    pub fn lead(&self) -> Option<i64> {
        let (told, reaction) = (self.told?, self.reaction.as_ref()?);
        Some(reaction.at.seconds() - told.seconds())
    }

    /// A case that is counted for a promise made at `at`.
    pub(super) fn of_promise(row: &CaseRow, at: Instant) -> Self {
        let (row, span, quote, level, told, reaction) = (row.clone(), None, None, None, None, None);
        Self { row, sign: at, span, quote, level, escalated: at, told, reaction }
    }

    /// The time won until the reaction, or until `end` where there is none.
    pub(super) fn won(&self, end: Instant) -> i64 {
        let Some(told) = self.told else { return i64::MIN };
        self.lead().unwrap_or_else(|| end.seconds() - told.seconds())
    }
}

/// The sign that an escalation began with.
pub(super) struct Sign {
    pub(super) at: Instant,
    pub(super) span: Option<Span>,
    pub(super) level: LevelName,
    pub(super) escalated: Instant,
}

/// The first time that a case reached an escalated level, with the earliest sign among the reasons
/// for it. A signal that time raised is no sign of the customer's.
pub(super) fn first_sign(
    assessment: &Assessment,
    escalated: &dyn Fn(&LevelName) -> bool,
) -> Option<Sign> {
    let mut raised: BTreeMap<&SignalId, usize> = BTreeMap::new();
    for (place, finding) in assessment.findings.iter().enumerate() {
        match &finding.kind {
            FindingKind::SignalRaised { signal, .. } if finding.message.is_some() => {
                raised.entry(signal).or_insert(place);
            }
            FindingKind::SignalCleared { signal } => {
                raised.remove(signal);
            }
            FindingKind::Severity { level, reasons } if escalated(level) => {
                let named = reasons.iter().filter_map(|reason| reason.signal.as_ref());
                let place = named.filter_map(|signal| raised.get(signal)).min();
                let place = place.or_else(|| raised.values().min()).copied();
                let first = place.and_then(|place| assessment.findings.get(place));
                let span = first.and_then(|finding| match &finding.kind {
                    FindingKind::SignalRaised { spans, .. } => spans.first().cloned(),
                    _ => None,
                });
                return Some(Sign {
                    at: first.map_or(finding.at, |first| first.at),
                    span,
                    level: level.clone(),
                    escalated: finding.at,
                });
            }
            _ => {}
        }
    }
    None
}

/// When somebody would have been told first since `sign`; what waits for a digest does not count.
pub(super) fn told(wishes: &[Wish], sign: Instant) -> Option<Instant> {
    let told = wishes.iter().filter_map(|wish| match wish {
        Wish::Alert(alert) if alert.urgency > Urgency::Digest && alert.at >= sign => Some(alert.at),
        _ => None,
    });
    told.min()
}

/// The first that somebody of ours did after `sign`: wrote, or was made the owner by a person.
pub(super) fn reaction(
    state: &CaseState,
    messages: &[MessageRow],
    sign: Instant,
) -> Option<Reaction> {
    let ours = messages.iter().filter(|row| is_ours(row) && row.at > sign);
    let wrote = ours.min_by_key(|row| (row.at, row.key)).map(|row| Reaction {
        at: row.at,
        by: row.from_email.clone(),
        kind: ReactionKind::Wrote,
    });
    let set = state.fields.iter().filter(|field| field.field == "owner" && field.at >= sign);
    let owned = set.map(|field| Reaction {
        at: field.at,
        by: field.value.clone(),
        kind: ReactionKind::Owned,
    });
    wrote.into_iter().chain(owned).min_by_key(|reaction| reaction.at)
}

/// Whether a person of ours wrote a message.
pub(super) fn is_ours(row: &MessageRow) -> bool {
    row.side == Side::Us as u8 && !row.class.is_automatic()
}
