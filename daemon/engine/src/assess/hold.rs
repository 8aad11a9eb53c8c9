//! Hysteresis: a level goes up at once, and down only by a person or after a quiet time.

use model::{Instant, LevelName, finding::Reason};

use crate::{
    calendar::Calendar,
    evaluator::{Level, Verdict},
};

/// What made the rules decide anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Mail, notes or time.
    Course,
    /// A person said that something does not count, or put it right.
    Person,
    /// The quiet time of the level that holds is over.
    Quiet,
}

impl Cause {
    /// What makes them decide once more at the same event.
    pub(super) fn after(self) -> Self {
        if self == Self::Quiet { Self::Course } else { self }
    }
}

/// The level that holds, and how far the rules still stand behind it.
#[derive(Debug, Clone)]
pub(super) struct Hold {
    level: LevelName,
    /// Those of the last verdict for this level.
    reasons: Vec<Reason>,
    /// What the rules said last: the level, or a lesser one that waits.
    wanted: LevelName,
    /// When the lesser level takes its place, if nothing happens before.
    until: Option<Instant>,
}

impl Hold {
    pub(super) fn new() -> Self {
        Self {
            level: LevelName::none(),
            reasons: Vec::new(),
            wanted: LevelName::none(),
            until: None,
        }
    }

    /// The level that holds.
    pub(super) fn level(&self) -> &LevelName {
        &self.level
    }

    /// When the quiet time is over, if a lesser level waits for it.
    pub(super) fn until(&self) -> Option<Instant> {
        self.until
    }

    /// The quiet time is over: the next verdict decides alone.
    pub(super) fn end(&mut self) {
        self.until = None;
    }

    /// Takes a verdict of `now` in. A lesser level than the one that holds waits until the rules
    /// have asked for a lesser one all through its quiet time.
    pub(super) fn take(
        &mut self,
        verdict: Verdict,
        cause: Cause,
        now: Instant,
        levels: &[Level],
        calendar: &Calendar,
    ) {
        let Verdict { level, reasons } = verdict;
        let rank = |level| rank(level, levels);
        let eased = rank(&level) < rank(&self.wanted);
        let lesser = rank(&level) < rank(&self.level);
        self.wanted = level;
        let quiet = quiet_minutes(&self.level, levels);
        let at_once = match cause {
            Cause::Course => quiet == 0,
            Cause::Person => quiet == 0 || eased,
            Cause::Quiet => true,
        };
        if lesser && !at_once {
            self.until.get_or_insert_with(|| calendar.plus_working(now, quiet));
            return;
        }
        self.until = None;
        self.level = self.wanted.clone();
        self.reasons = reasons;
    }

    /// Why the level holds, for people.
    pub(super) fn reasons(&self, levels: &[Level]) -> Vec<Reason> {
        let mut reasons = self.reasons.clone();
        if self.until.is_some() {
            let (level, wanted) = (&self.level, &self.wanted);
            let hours = quiet_minutes(level, levels) / 60;
            let text = format!(
                "the rules say {wanted} now, and {level} holds until that lasts for {hours} working hours"
            );
            reasons.push(Reason { text, signal: None });
        }
        reasons
    }
}

/// The rank of a level; no level is below all.
fn rank(name: &LevelName, levels: &[Level]) -> i16 {
    levels.iter().find(|level| level.name == *name).map_or(-1, |level| level.rank.into())
}

/// The quiet time of a level in working minutes.
fn quiet_minutes(name: &LevelName, levels: &[Level]) -> u32 {
    let level = levels.iter().find(|level| level.name == *name);
    level.and_then(|level| level.quiet_hours).unwrap_or(0).saturating_mul(60)
}

#[cfg(test)]
mod tests;
