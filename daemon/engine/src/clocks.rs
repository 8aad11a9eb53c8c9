//! Who owes whom an answer, since when, and until when.

use std::sync::Arc;

use mail::SegmentKind;
use model::{Instant, LevelName, Side};

use crate::{
    case_file::{CaseFile, CaseMessage},
    evaluator::{Event, Level, Step},
};

/// Within which time a reply is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Target {
    /// Minutes, by the clock below.
    pub minutes: u32,
    /// Whether they run day and night instead of in working hours.
    pub round_the_clock: bool,
    /// Whether the account's contract sets it rather than the level.
    pub by_contract: bool,
}

impl CaseMessage {
    /// Whether somebody of the customer's sent it.
    pub fn from_customer(&self) -> bool {
        self.from.side == Side::Customer
    }

    /// Whether one of ours sent it.
    pub fn from_us(&self) -> bool {
        self.from.side == Side::Us
    }

    /// Whether no person wrote it.
    pub fn is_automatic(&self) -> bool {
        self.class.is_automatic()
    }

    /// Whether a person of ours wrote it to somebody who is not ours. A message whose recipients
    /// are unknown counts.
    pub fn is_reply_of_ours(&self) -> bool {
        let outside = |p: &crate::Participant| p.side != Side::Us;
        self.from_us()
            && !self.is_automatic()
            && (self.to.iter().chain(&self.cc).any(outside)
                || (self.to.is_empty() && self.cc.is_empty()))
    }

    /// The passages that the sender wrote for this message, each with its byte offset in the body.
    pub fn new_text(&self) -> impl Iterator<Item = (u32, &str)> {
        self.text_where(|kind| kind == SegmentKind::New)
    }

    /// The passages that are quoted or forwarded, each with its byte offset in the body.
    pub fn quoted_text(&self) -> impl Iterator<Item = (u32, &str)> {
        self.text_where(|kind| matches!(kind, SegmentKind::Quotation | SegmentKind::Forwarded))
    }

    fn text_where(&self, wanted: fn(SegmentKind) -> bool) -> impl Iterator<Item = (u32, &str)> {
        self.segments
            .iter()
            .filter(move |s| wanted(s.kind))
            .filter_map(|s| Some((s.start, self.body.get(s.start as usize..s.end as usize)?)))
    }
}

impl Step<'_> {
    /// The messages that have happened.
    pub fn visible(&self) -> &[Arc<CaseMessage>] {
        &self.case.messages[..self.messages.min(self.case.messages.len())]
    }

    /// The message that arrived, if that is what happened.
    pub fn message(&self) -> Option<&Arc<CaseMessage>> {
        match self.event {
            Event::Message(position) => self.visible().get(*position),
            _ => None,
        }
    }

    /// Positions of the messages that people of the customer's wrote since our last human reply to
    /// the customer, ascending.
    pub fn unanswered(&self) -> Vec<usize> {
        unimplemented!()
    }

    /// The oldest of [`Step::unanswered`] that needs an answer; a mere thank-you does not.
    pub fn reply_owed(&self) -> Option<usize> {
        unimplemented!()
    }

    /// The position of our last human reply to the customer.
    pub fn last_reply_of_ours(&self) -> Option<usize> {
        self.visible().iter().rposition(|m| m.is_reply_of_ours())
    }

    /// Working hours between two instants by the case's calendar; negative if `b` is earlier.
    pub fn working_hours_between(&self, a: Instant, b: Instant) -> f64 {
        self.case.calendar.working_between(a, b).as_secs_f64() / 3600.0
    }

    /// The target that rules a reply owed now: the one of the level or of the account's contract
    /// that falls due first.
    pub fn reply_target(&self) -> Option<Target> {
        unimplemented!()
    }
}

/// The instant by which the oldest unanswered customer message among the first `messages` is to be
/// answered, with `level` out of `levels` holding; nothing if no reply is owed or no target set.
pub fn reply_due(
    case: &CaseFile,
    messages: usize,
    level: &LevelName,
    levels: &[Level],
) -> Option<Instant> {
    let _ = (case, messages, level, levels);
    unimplemented!()
}
