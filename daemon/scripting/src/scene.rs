//! A step as scripts look at it: shared, so that every value handed to a script is a few pointers.

use std::sync::{Arc, OnceLock};

use engine::{CaseFile, CaseMessage, Event, Level, Muted, Promise, Step};
use model::{Address, Finding, Instant, LevelName, MessageKey};
use reading::Hits;

use crate::readings::{Part, Read, Reading, Readings};

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
    pub(crate) muted: Arc<Muted>,
    pub(crate) explain: bool,
    pub(crate) promises: Arc<Vec<Promise>>,
    readings: Arc<Readings>,
    /// The reading of the message that just arrived, which every signal asks for.
    current: OnceLock<Arc<Reading>>,
    /// Whether one of ours took part, which nearly every signal asks.
    ours_involved: OnceLock<bool>,
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
            muted: Arc::clone(step.muted),
            explain: step.explain,
            promises: Arc::clone(step.promises),
            readings: Arc::clone(readings),
            current: OnceLock::new(),
            ours_involved: OnceLock::new(),
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
            muted: &self.muted,
            explain: self.explain,
            promises: &self.promises,
        }
    }

    pub(crate) fn step(&self) -> Step<'_> {
        self.step_with(self.messages)
    }

    pub(crate) fn visible(&self) -> &[Arc<CaseMessage>] {
        &self.case.messages[..self.messages]
    }

    /// Whether one of ours wrote in it or was written to.
    pub(crate) fn ours_involved(&self) -> bool {
        *self.ours_involved.get_or_init(|| self.visible().iter().any(|m| m.involves_us()))
    }

    pub(crate) fn readings(&self) -> &Readings {
        &self.readings
    }

    /// Whether two customers belong together: by their domain, or by the account's domains.
    pub(crate) fn same_organisation(&self, a: &Address, b: &Address) -> bool {
        let of_account = |domain: &str| {
            self.case.account.as_ref().is_some_and(|account| {
                account.domains.iter().any(|own| {
                    let outer = domain.strip_suffix(own.as_str());
                    outer.is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
                })
            })
        };
        a.domain() == b.domain() || of_account(a.domain()) && of_account(b.domain())
    }

    pub(crate) fn position_of(&self, key: MessageKey) -> Option<usize> {
        self.visible().iter().position(|m| m.key == key)
    }

    /// Calls `with` on what `part` of the message at `position` says.
    pub(crate) fn read<T>(&self, position: usize, part: Part, with: impl FnOnce(&Read) -> T) -> T {
        let message = &self.visible()[position];
        let calendar = &self.case.calendar;
        let lists = self.readings.lists();
        with(self.reading(position).part(lists, calendar, message, part))
    }

    /// Calls `with` on what the lists find in the subject of the message at `position`.
    pub(crate) fn read_subject<T>(&self, position: usize, with: impl FnOnce(&Hits) -> T) -> T {
        let message = &self.visible()[position];
        with(self.reading(position).subject(self.readings.lists(), message))
    }

    /// The reading of the message at `position`.
    fn reading(&self, position: usize) -> Arc<Reading> {
        let read = || self.readings.of(&self.visible()[position], &self.case.calendar);
        if position + 1 == self.messages {
            return Arc::clone(self.current.get_or_init(read));
        }
        read()
    }
}
