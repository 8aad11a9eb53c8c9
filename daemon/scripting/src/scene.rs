//! A step as scripts look at it: shared, so that every value handed to a script is a few pointers.

use std::sync::{Arc, OnceLock};

use engine::{CaseFile, CaseMessage, Event, Level, Step};
use model::{Finding, Instant, LevelName, MessageKey};

use crate::readings::{Reading, Readings};

/// The case at an instant, with what was read of its texts.
#[derive(Debug)]
pub(crate) struct Scene {
    pub(crate) case: Arc<CaseFile>,
    pub(crate) messages: usize,
    pub(crate) notes: usize,
    pub(crate) at: Instant,
    pub(crate) event: Event,
    pub(crate) findings: Arc<Vec<Finding>>,
    pub(crate) level: LevelName,
    pub(crate) levels: Arc<[Level]>,
    pub(crate) reply_due: Option<Instant>,
    readings: Arc<Readings>,
    /// The reading of the message that just arrived, which every signal asks for.
    current: OnceLock<Arc<Reading>>,
}

impl Scene {
    pub(crate) fn of(step: &Step<'_>, levels: &Arc<[Level]>, readings: &Arc<Readings>) -> Self {
        Self {
            case: Arc::clone(step.case),
            messages: step.messages.min(step.case.messages.len()),
            notes: step.notes.min(step.case.notes.len()),
            at: step.at,
            event: step.event.clone(),
            findings: Arc::clone(step.findings),
            level: step.level.clone(),
            levels: Arc::clone(levels),
            reply_due: step.reply_due,
            readings: Arc::clone(readings),
            current: OnceLock::new(),
        }
    }

    /// The step with its first `messages` messages only.
    pub(crate) fn step_with(&self, messages: usize) -> Step<'_> {
        Step {
            case: &self.case,
            messages,
            notes: self.notes,
            at: self.at,
            event: &self.event,
            findings: &self.findings,
            level: &self.level,
            levels: &self.levels,
            reply_due: self.reply_due,
        }
    }

    pub(crate) fn step(&self) -> Step<'_> {
        self.step_with(self.messages)
    }

    pub(crate) fn visible(&self) -> &[Arc<CaseMessage>] {
        &self.case.messages[..self.messages]
    }

    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    pub(crate) fn position_of(&self, key: MessageKey) -> Option<usize> {
        self.visible().iter().position(|m| m.key == key)
    }

    /// The reading of the message at `position`.
    pub(crate) fn reading(&self, position: usize) -> Arc<Reading> {
        let read = || self.readings.of(&self.visible()[position], &self.case.calendar);
        if position + 1 == self.messages {
            return Arc::clone(self.current.get_or_init(read));
        }
        read()
    }
}
