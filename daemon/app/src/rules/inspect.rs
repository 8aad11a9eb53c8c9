//! One case, looked at closely: a trace of one script, and the case as a test.

use std::sync::Arc;

use engine::{CaseFile, FixtureRequest, LoadedRules, Trace, TraceRequest};
use model::{CaseId, Instant, MessageKey, SignalId};

use crate::{AppError, Result, watchkeeper::Watchkeeper};

/// The most steps of a trace.
pub const STEPS: usize = 5000;

/// What is to be traced.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceWish {
    /// The case.
    pub case: CaseId,
    /// The signal; nothing for the severity function.
    pub signal: Option<SignalId>,
    /// Only what this message sets off.
    pub message: Option<MessageKey>,
    /// The most steps.
    pub steps: usize,
}

/// How a case is to become a test.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FixtureWish {
    /// What the test says; the case's title, unless given.
    pub name: Option<String>,
    /// Up to when; the last message or note, unless given.
    pub until: Option<Instant>,
    /// Whether real names, addresses and numbers give way to made-up ones.
    pub replace_names: bool,
    /// A signal that should have been raised, and when.
    pub wanted: Option<(SignalId, Instant)>,
}

impl Watchkeeper {
    /// A case with everything that rules may look at.
    pub fn case_file(&self, case: CaseId) -> Result<Arc<CaseFile>> {
        let (id, state) = self.live_case(case)?;
        let snapshot = self.ports.views.snapshot()?;
        Ok(Arc::new(self.file(&*snapshot, id, &state)?))
    }

    /// Follows one script of `rules` over a case, step by step, up to `now`.
    pub fn trace_rules(
        &self,
        rules: &dyn LoadedRules,
        wish: &TraceWish,
        now: Instant,
    ) -> Result<Trace> {
        let file = self.case_file(wish.case)?;
        let asked = TraceRequest {
            signal: wish.signal.clone(),
            message: wish.message,
            until: now,
            steps: wish.steps.clamp(1, STEPS),
            permits: self.permits()?,
        };
        rules.trace(&file, &asked).map_err(AppError::Rules)
    }

    /// A case as a test of the active set, in the form of `tests/*.toml`.
    pub fn case_fixture(&self, case: CaseId, wish: &FixtureWish) -> Result<String> {
        let file = self.case_file(case)?;
        let team = file.team().map(|team| &**team);
        let rules = self.active_rules(self.bench().owner(team))?;
        let (last, noted) = (file.messages.last().map(|m| m.at), file.notes.last().map(|n| n.at));
        let title = file.messages.first().map(|m| mail::display_subject(&m.subject));
        let asked = FixtureRequest {
            name: wish.name.clone().unwrap_or_else(|| title.unwrap_or_default()),
            until: wish.until.or(last.max(noted)).unwrap_or(Instant::EPOCH),
            replace_names: wish.replace_names,
            wanted: wish.wanted.clone(),
        };
        Ok(rules.fixture(&file, &asked))
    }
}
