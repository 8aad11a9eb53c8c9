//! Who owes whom an answer, since when, and until when.

use std::sync::Arc;

use jiff::SignedDuration;
use mail::SegmentKind;
use model::{Instant, LevelName, Side};

use crate::{
    calendar::Calendar,
    case_file::{CaseFile, CaseMessage, Participant},
    closing::{MOST_BYTES, closes},
    evaluator::{Event, Level, Step},
};

mod explain;

pub use explain::{DueLedger, Pause, Period, PeriodKind, ReplyClock};

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

    /// Whether one of ours wrote it or it was written to one of ours.
    pub fn involves_us(&self) -> bool {
        self.from_us() || self.to.iter().chain(&self.cc).any(|p| p.side == Side::Us)
    }

    /// Whether no person wrote it.
    pub fn is_automatic(&self) -> bool {
        self.class.is_automatic()
    }

    /// Whether a person of ours wrote it to somebody who is not ours. A message whose recipients
    /// are unknown counts.
    pub fn is_reply_of_ours(&self) -> bool {
        let outside = |p: &Participant| p.side != Side::Us;
        self.from_us()
            && !self.is_automatic()
            && (self.to.iter().chain(&self.cc).any(outside)
                || (self.to.is_empty() && self.cc.is_empty()))
    }

    /// Whether a person of the customer's wrote it and it asks for something, if only by telling of
    /// a problem. A mere thank-you does not.
    pub fn needs_answer(&self) -> bool {
        if !self.from_customer() || self.is_automatic() {
            return false;
        }
        let mut text = String::new();
        for (_, passage) in self.new_text() {
            text.push_str(passage);
            text.push('\n');
            if text.len() > MOST_BYTES {
                return true;
            }
        }
        !closes(&text)
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
        unanswered(self.visible()).collect()
    }

    /// The oldest of [`Step::unanswered`] that needs an answer; a mere thank-you does not.
    pub fn reply_owed(&self) -> Option<usize> {
        owed(self.visible())
    }

    /// The position of our last human reply to the customer.
    pub fn last_reply_of_ours(&self) -> Option<usize> {
        self.visible().iter().rposition(|m| m.is_reply_of_ours())
    }

    /// Working hours between two instants by the case's calendar; negative if `b` is earlier.
    pub fn working_hours_between(&self, a: Instant, b: Instant) -> f64 {
        self.case.calendar.working_between(a, b).as_secs_f64() / 3600.0
    }

    /// The target that rules the reply owed, or that would rule one owed from now on: the one of the
    /// level or of the account's contract that falls due first.
    pub fn reply_target(&self) -> Option<Target> {
        let start = self.reply_owed().map_or(self.at, |position| self.visible()[position].at);
        Target::from(self.case, start, self.level, self.levels).map(|(target, _)| target)
    }
}

impl Target {
    /// The target for a message of `start` and the instant at which it passes: that of the level or
    /// of the account's contract, whichever passes first.
    pub(crate) fn from(
        case: &CaseFile,
        start: Instant,
        level: &LevelName,
        levels: &[Level],
    ) -> Option<(Self, Instant)> {
        let of_level = levels.iter().find(|l| l.name == *level).and_then(|level| {
            let minutes = level.reply_minutes?;
            let round_the_clock = level.round_the_clock;
            Some(Self { minutes, round_the_clock, by_contract: false })
        });
        let of_contract = case.reply_minutes.map(|minutes| Self {
            minutes,
            round_the_clock: false,
            by_contract: true,
        });
        let due = |target: Self| (target, target.due(&case.calendar, start));
        [of_level, of_contract].into_iter().flatten().map(due).min_by_key(|(_, due)| *due)
    }

    /// When it passes for a message of `start`.
    pub fn due(&self, calendar: &Calendar, start: Instant) -> Instant {
        if self.round_the_clock {
            start.plus(SignedDuration::from_mins(i64::from(self.minutes)))
        } else {
            calendar.plus_working(start, self.minutes)
        }
    }
}

/// The instant by which the oldest unanswered customer message among the first `messages` is to be
/// answered, with `level` out of `levels` holding; nothing if no reply is owed or no target set.
///
/// The clock starts at that message whatever came after: a chase does not reset it, a raised level
/// counts from the same start. Only a person of ours who writes to the customer stops it.
pub fn reply_due(
    case: &CaseFile,
    messages: usize,
    level: &LevelName,
    levels: &[Level],
) -> Option<Instant> {
    let visible = &case.messages[..messages.min(case.messages.len())];
    let start = visible[owed(visible)?].at;
    Target::from(case, start, level, levels).map(|(_, due)| due)
}

/// Positions of human customer messages since our last human reply.
fn unanswered(visible: &[Arc<CaseMessage>]) -> impl Iterator<Item = usize> {
    let since = visible.iter().rposition(|m| m.is_reply_of_ours()).map_or(0, |last| last + 1);
    (since..visible.len()).filter(|i| visible[*i].from_customer() && !visible[*i].is_automatic())
}

/// The oldest of those that needs an answer.
fn owed(visible: &[Arc<CaseMessage>]) -> Option<usize> {
    unanswered(visible).find(|i| visible[*i].needs_answer())
}

#[cfg(test)]
pub(crate) mod tests;
