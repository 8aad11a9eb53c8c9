//! One walk over a case.

use std::sync::Arc;

use model::{Assessment, Finding, FindingKind, Instant, MessageKey};

use super::{Assessed, attention::Firing, course::Course, hold::Cause};
use crate::{
    case_file::CaseFile,
    clocks::{DueLedger, ReplyClock},
    evaluator::{Act, Basis, Evaluator, Event, NearMiss, Outcome, RuleError, Step, Verdict},
    promises::Change,
};

/// How often signals are asked anew because the level changed, at one event. Two signals that pull
/// the level to and fro stop there.
const LEVEL_ROUNDS: usize = 3;

/// How often one timer may fall due at one instant; a script that keeps setting it to the past
/// stops there.
const TIMER_ROUNDS: u32 = 3;

/// The most errors that are kept.
const MOST_ERRORS: usize = 100;

/// A walk over one case by one rule set.
pub(super) struct Walk<'a> {
    case: &'a Arc<CaseFile>,
    evaluator: &'a dyn Evaluator,
    until: Instant,
    course: Course,
    /// Whether how things stood right after the last message is kept.
    keeps: bool,
    last_message: Option<Course>,
    /// The message that somebody asks "why not?" about, and what nearly fired on it.
    explained: Option<MessageKey>,
    nearly: Vec<NearMiss>,
}

/// What comes next.
enum Next {
    Message,
    Note,
    Judged,
    SnoozeEnd,
    /// A person's decision about a promise.
    Decision,
    /// The time of a promise passes.
    Promise,
    Timer,
    /// A lesser level takes the place of the one that holds.
    Quiet,
}

impl Next {
    fn cause(&self) -> Cause {
        match self {
            Self::Judged | Self::Decision => Cause::Person,
            Self::Quiet => Cause::Quiet,
            _ => Cause::Course,
        }
    }
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        case: &'a Arc<CaseFile>,
        evaluator: &'a dyn Evaluator,
        until: Instant,
    ) -> Self {
        Self::from(Course::new(case), case, evaluator, until)
    }

    /// Goes on where `course` stands.
    pub(super) fn from(
        course: Course,
        case: &'a Arc<CaseFile>,
        evaluator: &'a dyn Evaluator,
        until: Instant,
    ) -> Self {
        Self {
            case,
            evaluator,
            until,
            course,
            keeps: false,
            last_message: None,
            explained: None,
            nearly: Vec::new(),
        }
    }

    /// The same as [`Walk::run`], with what nearly fired when the message `key` came.
    pub(super) fn explaining(mut self, key: MessageKey) -> (Assessed, Vec<NearMiss>) {
        self.explained = Some(key);
        self.go();
        let nearly = std::mem::take(&mut self.nearly);
        (self.end(), nearly)
    }

    pub(super) fn run(mut self) -> Assessed {
        self.go();
        self.end()
    }

    /// The same, with how things stood right after the last message of the case, if that is reached.
    pub(super) fn run_on(mut self) -> (Assessed, Option<Course>) {
        self.keeps = true;
        self.keep_last_message();
        self.go();
        let last = self.last_message.take();
        (self.end(), last)
    }

    fn keep_last_message(&mut self) {
        if self.keeps && self.course.messages == self.case.messages.len() {
            self.last_message = Some(self.course.clone());
        }
    }

    fn go(&mut self) {
        while let Some((at, next)) = self.next().filter(|(at, _)| *at <= self.until) {
            if at > self.course.now {
                self.course.now = at;
                self.course.fired.clear();
            }
            self.course.cause = next.cause();
            match next {
                Next::Message => {
                    self.take_message();
                    self.keep_last_message();
                }
                Next::Note => {
                    self.course.notes += 1;
                    self.event(&Event::Note(self.course.notes - 1), None);
                }
                Next::Judged => self.take_judgement(),
                Next::SnoozeEnd => {
                    Arc::make_mut(&mut self.course.muted).end(self.course.now);
                    self.reconsider();
                }
                Next::Decision => self.take_decision(),
                Next::Promise => {
                    let change = self.course.ledger.fall_due(self.course.now);
                    self.take_changes(change.into_iter().collect(), None);
                }
                Next::Timer => self.take_timer(),
                Next::Quiet => {
                    self.course.hold.end();
                    self.reconsider();
                }
            }
        }
    }

    fn end(self) -> Assessed {
        let wake = self.next().map(|(at, _)| at);
        let findings = Arc::unwrap_or_clone(self.course.findings);
        let rules = self.evaluator.rules().clone();
        let assessment = Assessment { rules, until: self.until, findings, wake };
        Assessed { assessment, errors: self.course.errors }
    }

    /// The event that happens next and its instant: at one instant messages first, so that an
    /// answer in time stops its clock.
    fn next(&self) -> Option<(Instant, Next)> {
        let message = self.case.messages.get(self.course.messages).map(|m| (m.at, Next::Message));
        let note = self.case.notes.get(self.course.notes).map(|n| (n.at, Next::Note));
        let judged = self.case.judged.get(self.course.judged).map(|j| (j.at, Next::Judged));
        let snooze =
            self.course.muted.next_end().map(|at| (at.max(self.course.now), Next::SnoozeEnd));
        let decision = self.case.decided.get(self.course.decided);
        let decision = decision.map(|d| (d.at.max(self.course.now), Next::Decision));
        let promise =
            self.course.ledger.next_due().map(|at| (at.max(self.course.now), Next::Promise));
        // What a script sets to the past happens now.
        let timer = self.course.timers.next().map(|at| (at.max(self.course.now), Next::Timer));
        let quiet = self.course.hold.until().map(|at| (at.max(self.course.now), Next::Quiet));
        [message, note, judged, snooze, decision, promise, timer, quiet]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn take_judgement(&mut self) {
        let judged = &self.case.judged[self.course.judged];
        self.course.judged += 1;
        let findings = self.course.findings.len();
        Arc::make_mut(&mut self.course.muted).judge(&judged.signal, judged.judgement, findings);
        self.reconsider();
    }

    /// Decides the severity anew though nothing happened that signals look at: other findings count
    /// than before.
    fn reconsider(&mut self) {
        self.course.verdict = None;
        let changed = self.ask_severity(&Event::LevelChanged, None);
        self.settle(changed, None);
    }

    fn take_message(&mut self) {
        let position = self.course.messages;
        self.course.messages += 1;
        let message = &self.case.messages[position];
        self.course.turn.take(position, message);
        let key = message.key;
        if self.course.turn.owner != self.course.owner {
            self.course.owner.clone_from(&self.course.turn.owner);
            self.find(Some(key), FindingKind::Owner { to: self.course.owner.clone() });
        }
        let read = || self.evaluator.statements(self.case, position);
        let changes = self.course.ledger.take(self.case, position, read);
        let touched = self.record_changes(changes, Some(key));
        self.record_turn(Some(key));
        self.event(&Event::Message(position), Some(key));
        for promise in touched {
            self.event(&Event::Promise(promise), Some(key));
        }
    }

    fn take_decision(&mut self) {
        let decided = &self.case.decided[self.course.decided];
        self.course.decided += 1;
        let changes = self.course.ledger.decide(self.case, decided);
        self.take_changes(changes, None);
    }

    fn take_changes(&mut self, changes: Vec<Change>, message: Option<MessageKey>) {
        let touched = self.record_changes(changes, message);
        self.record_turn(message);
        for promise in touched {
            self.event(&Event::Promise(promise), message);
        }
    }

    /// Records what became of promises. Gives the promises, each once.
    fn record_changes(&mut self, changes: Vec<Change>, message: Option<MessageKey>) -> Vec<usize> {
        let mut touched: Vec<usize> = Vec::new();
        for Change { promise, kind } in changes {
            self.find(message, kind);
            if !touched.contains(&promise) {
                touched.push(promise);
            }
        }
        touched
    }

    /// Records who has to act next, if that is another than before.
    fn record_turn(&mut self, message: Option<MessageKey>) {
        let on = self.course.turn.waiting_on(&self.course.ledger);
        if on != self.course.waiting_on {
            self.course.waiting_on.clone_from(&on);
            self.find(message, FindingKind::WaitingOn { on });
        }
    }

    fn take_timer(&mut self) {
        let Some((_, key)) = self.course.timers.take_first() else { return };
        let rounds = self.course.fired.entry(key.clone()).or_default();
        *rounds += 1;
        let rounds = *rounds;
        let (signal, name) = key;
        if rounds > TIMER_ROUNDS {
            self.fail(RuleError {
                file: format!("signals/{signal}.rhai"),
                position: None,
                message: format!(
                    "the timer `{name}` is set to its own instant or the past again and again; set \
                     it to a later instant"
                ),
            });
            return;
        }
        self.event(&Event::Timer { signal, name }, None);
    }

    /// Asks signals and severity about an event, and once more whenever the level changes.
    fn event(&mut self, event: &Event, message: Option<MessageKey>) {
        self.update_due(message);
        let changed = self.ask(event, message);
        self.settle(changed, message);
    }

    /// Asks signals again as long as the level changes, and takes the attention score.
    fn settle(&mut self, mut changed: bool, message: Option<MessageKey>) {
        for _ in 0..LEVEL_ROUNDS {
            if !changed {
                break;
            }
            self.update_due(message);
            changed = self.ask(&Event::LevelChanged, message);
        }
        if changed {
            self.update_due(message);
        }
        let score = self.course.attention.score(self.course.now, &self.course.muted);
        if score != self.course.score {
            self.course.score = score;
            self.find(message, FindingKind::Attention { score });
        }
    }

    /// Runs signals and severity once. Gives whether the level became another.
    fn ask(&mut self, event: &Event, message: Option<MessageKey>) -> bool {
        let Outcome { acts, errors, nearly } = self.evaluator.step(&self.step(event));
        self.nearly.extend(nearly);
        for error in errors {
            self.fail(error);
        }
        for act in acts {
            self.apply(act, message);
        }
        self.ask_severity(event, message)
    }

    /// Asks the severity function once. Gives whether the level became another.
    fn ask_severity(&mut self, event: &Event, message: Option<MessageKey>) -> bool {
        if let Some(verdict) = &self.course.verdict {
            let verdict = verdict.clone();
            return self.decide(verdict, message);
        }
        match self.evaluator.severity_by(&self.step(event)) {
            Ok((verdict, basis)) => {
                self.course.verdict = (basis == Basis::Signals).then(|| verdict.clone());
                self.decide(verdict, message)
            }
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }

    fn step<'s>(&'s self, event: &'s Event) -> Step<'s> {
        Step {
            case: self.case,
            messages: self.course.messages,
            notes: self.course.notes,
            at: self.course.now,
            event,
            findings: &self.course.findings,
            level: self.course.hold.level(),
            levels: self.evaluator.levels(),
            reply_due: self.course.due,
            muted: &self.course.muted,
            explain: self.is_explained(event),
            promises: self.course.ledger.promises(),
        }
    }

    fn is_explained(&self, event: &Event) -> bool {
        let Event::Message(position) = event else { return false };
        self.explained.is_some_and(|key| self.case.messages[*position].key == key)
    }

    fn apply(&mut self, act: Act, message: Option<MessageKey>) {
        match act {
            Act::Raise { signal, weight, spans, inputs } => {
                if let Some(known) = self.course.raised.get_mut(&signal) {
                    // Evidence that is known already is no news; a firing without any is none
                    // while the signal is raised.
                    if spans.iter().all(|span| known.contains(span)) {
                        return;
                    }
                    known.extend(spans.iter().cloned());
                } else {
                    self.course.raised.insert(signal.clone(), spans.iter().cloned().collect());
                }
                let firing =
                    Firing { at: self.course.now, weight, finding: self.course.findings.len() };
                self.course.verdict = None;
                self.course.attention.raise(&signal, firing);
                self.find(message, FindingKind::SignalRaised { signal, weight, spans, inputs });
            }
            Act::Clear { signal } => {
                if self.course.raised.remove(&signal).is_some() {
                    self.course.verdict = None;
                    self.course.attention.clear(&signal);
                    self.find(message, FindingKind::SignalCleared { signal });
                }
            }
            Act::Wake { signal, name, at } => self.course.timers.set((signal, name), at),
        }
    }

    /// Takes a verdict in. Gives whether the level that holds became another.
    fn decide(&mut self, verdict: Verdict, message: Option<MessageKey>) -> bool {
        let levels = self.evaluator.levels();
        let before = self.course.hold.level().clone();
        // What follows from a quiet time that is over has its own before it.
        let cause = self.course.cause;
        self.course.cause = cause.after();
        self.course.hold.take(verdict, cause, self.course.now, levels, &self.case.calendar);
        let changed = *self.course.hold.level() != before;
        let reasons = self.course.hold.reasons(levels);
        if changed || reasons != self.course.reasons {
            self.course.reasons.clone_from(&reasons);
            let level = self.course.hold.level().clone();
            self.find(message, FindingKind::Severity { level, reasons });
        }
        changed
    }

    /// The clock of the reply that is owed.
    fn clock(&self) -> Option<ReplyClock> {
        let (position, _) = self.course.turn.owed?;
        Some(ReplyClock::of(
            self.case,
            self.course.messages,
            position,
            self.course.ledger.promises(),
        ))
    }

    fn update_due(&mut self, message: Option<MessageKey>) {
        let basis = (self.clock(), self.course.hold.level().clone());
        if basis == self.course.due_basis {
            return;
        }
        let levels = self.evaluator.levels();
        let due = basis.0.as_ref().and_then(|clock| clock.due(self.case, &basis.1, levels));
        let due = due.map(|(due, _)| due);
        self.course.due_basis = basis;
        if due != self.course.due {
            self.course.due = due;
            self.find(message, FindingKind::ReplyDue { due });
        }
    }

    /// Walks to the end and says why the reply that is owed then is due when it is.
    pub(super) fn explain_due(mut self) -> Option<DueLedger> {
        self.go();
        self.clock()?.ledger(self.case, self.course.hold.level(), self.evaluator.levels())
    }

    fn find(&mut self, message: Option<MessageKey>, kind: FindingKind) {
        // Nobody else holds the list between two questions, so this copies nothing.
        Arc::make_mut(&mut self.course.findings).push(Finding {
            at: self.course.now,
            message,
            kind,
        });
    }

    fn fail(&mut self, error: RuleError) {
        if self.course.errors.len() < MOST_ERRORS && !self.course.errors.contains(&error) {
            self.course.errors.push(error);
        }
    }
}
