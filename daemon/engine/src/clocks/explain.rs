//! Why a reply is due when it is: the ledger of counted and excluded periods.

use model::{Instant, LevelName, MessageKey, PromiseId, PromiseState, Promisor};

use crate::{
    calendar::Calendar,
    case_file::{CaseFile, CaseMessage},
    clocks::Target,
    evaluator::Level,
    promises::Promise,
};

/// The most periods that a ledger lists.
const MOST_PERIODS: usize = 400;

/// The clock of a reply that is owed: when it starts, what pauses it, and what shortens it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReplyClock {
    /// The oldest message that waits for an answer.
    pub message: MessageKey,
    /// When it came, and the clock starts.
    pub start: Instant,
    /// A promise of the customer's that we wait for, and until when.
    pub pause: Option<Pause>,
    /// A promise of ours and its time, which replaces the target if it is earlier.
    pub promise: Option<(PromiseId, Instant)>,
}

/// A pause of a clock: the customer answered our question by promising something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pause {
    /// The promise.
    pub promise: PromiseId,
    /// Our message that asked, the evidence for the pause.
    pub asked: MessageKey,
    /// When the pause ends: the promise's time, or what became of it, or a further customer message.
    pub until: Instant,
}

/// Why a reply is due when it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DueLedger {
    /// The clock.
    pub clock: ReplyClock,
    /// The target that counts; nothing where only a promise does.
    pub target: Option<Target>,
    /// When the target alone would pass.
    pub target_due: Option<Instant>,
    /// When the reply is due.
    pub due: Instant,
    /// From the start to the due time, without gaps.
    pub periods: Vec<Period>,
}

/// A stretch of time that a clock counted or left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Period {
    /// Its beginning.
    pub from: Instant,
    /// Its end.
    pub to: Instant,
    /// What it is.
    pub kind: PeriodKind,
}

/// What a stretch of time is to a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PeriodKind {
    /// Counted: working hours, or any hour of a clock that runs day and night.
    Counted,
    /// Left out: outside of working hours.
    Closed,
    /// Left out: a holiday of the calendar.
    Holiday,
    /// Left out: the customer promised what we wait for.
    Paused,
}

impl PeriodKind {
    /// Its name, as the API says it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Counted => "counted",
            Self::Closed => "closed",
            Self::Holiday => "holiday",
            Self::Paused => "paused",
        }
    }
}

impl ReplyClock {
    /// The clock of the oldest unanswered message, at `position` of `case`, with what `promises`
    /// make of it; only the first `messages` messages have happened.
    pub fn of(case: &CaseFile, messages: usize, position: usize, promises: &[Promise]) -> Self {
        let visible = &case.messages[..messages.min(case.messages.len())];
        let owed = &visible[position];
        let ours = promises.iter().filter(|p| p.by == Promisor::Us && !p.is_rejected());
        let binding = ours.filter(|p| p.is_open() || p.state == PromiseState::Missed);
        let ahead =
            binding.filter_map(|p| p.due.filter(|due| *due >= owed.at).map(|due| (p.id, due)));
        Self {
            message: owed.key,
            start: owed.at,
            pause: pause(visible, position, promises),
            promise: ahead.min_by_key(|(_, due)| *due),
        }
    }

    /// When counting begins: at the start, or when the pause ends.
    pub fn counts_from(&self) -> Instant {
        self.pause.as_ref().map_or(self.start, |pause| pause.until.max(self.start))
    }

    /// When the reply is due with the target that rules, and that target's own time.
    pub fn due(
        &self,
        case: &CaseFile,
        level: &LevelName,
        levels: &[Level],
    ) -> Option<(Instant, Option<(Target, Instant)>)> {
        let target = Target::from(case, self.counts_from(), level, levels);
        let promised = self.promise.map(|(_, due)| due);
        let due = [target.map(|(_, due)| due), promised].into_iter().flatten().min()?;
        Some((due, target))
    }

    /// The ledger of this clock.
    pub fn ledger(self, case: &CaseFile, level: &LevelName, levels: &[Level]) -> Option<DueLedger> {
        let (due, target) = self.due(case, level, levels)?;
        let mut periods = Vec::new();
        let counting = self.counts_from().min(due);
        if counting > self.start {
            periods.push(Period { from: self.start, to: counting, kind: PeriodKind::Paused });
        }
        match target {
            Some((target, _)) if !target.round_the_clock => {
                stretches(&case.calendar, counting, due, &mut periods);
            }
            _ if due > counting => {
                periods.push(Period { from: counting, to: due, kind: PeriodKind::Counted });
            }
            _ => {}
        }
        Some(DueLedger {
            clock: self,
            target: target.map(|(target, _)| target),
            target_due: target.map(|(_, due)| due),
            due,
            periods,
        })
    }
}

/// The pause that a customer's promise in the message at `position` makes: it answers our question,
/// and nothing further has come.
fn pause(
    visible: &[std::sync::Arc<CaseMessage>],
    position: usize,
    promises: &[Promise],
) -> Option<Pause> {
    let owed = &visible[position];
    let asked = visible[..position].iter().rev().find(|m| m.is_reply_of_ours())?;
    if !asked.new_text().any(|(_, text)| text.contains('?')) {
        return None;
    }
    if owed.new_text().any(|(_, text)| text.contains('?')) {
        // Who asks in turn waits for us all the same.
        return None;
    }
    let promise = promises.iter().find(|p| {
        p.by == Promisor::Customer && p.message == owed.key && !p.is_rejected() && p.due.is_some()
    })?;
    let due = promise.due?;
    let next = visible[position + 1..].iter().find(|m| m.from_customer() && !m.is_automatic());
    let settled = (!promise.is_open()).then_some(promise.since);
    let until = [Some(due), next.map(|m| m.at), settled].into_iter().flatten().min()?;
    Some(Pause { promise: promise.id, asked: asked.key, until })
}

/// The working hours between two instants and what lies between them.
fn stretches(calendar: &Calendar, from: Instant, to: Instant, periods: &mut Vec<Period>) {
    let mut at = from;
    while at < to && periods.len() < MOST_PERIODS {
        let Some(open) = calendar.next_open(at) else { break };
        if open > at {
            let closed = open.min(to);
            let holiday = calendar.holidays.contains(&calendar.date_of(at));
            let kind = if holiday { PeriodKind::Holiday } else { PeriodKind::Closed };
            periods.push(Period { from: at, to: closed, kind });
            at = closed;
            continue;
        }
        let closes = calendar.closes_after(at).unwrap_or(to).min(to);
        periods.push(Period { from: at, to: closes, kind: PeriodKind::Counted });
        at = closes;
    }
}

#[cfg(test)]
mod tests;
