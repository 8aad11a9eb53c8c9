//! One walk over a case.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use model::{
    Assessment, Finding, FindingKind, Instant, LevelName, MessageKey, SignalId, Span,
    finding::Reason,
};

use super::{
    Assessed,
    attention::{Attention, Firing},
    hold::{Cause, Hold},
    people::Turn,
    timers::{TimerKey, Timers},
};
use crate::{
    case_file::CaseFile,
    clocks::{DueLedger, ReplyClock},
    evaluator::{Act, Evaluator, Event, NearMiss, Outcome, RuleError, Step, Verdict},
    judging::Muted,
    promises::{Change, Ledger},
};

/// How often signals are asked anew because the level changed, at one event. Two signals that pull
/// the level to and fro stop there.
const LEVEL_ROUNDS: usize = 3;

/// How often one timer may fall due at one instant; a script that keeps setting it to the past
/// stops there.
const TIMER_ROUNDS: u32 = 3;

/// The most errors that are kept.
const MOST_ERRORS: usize = 100;

/// The state of a walk between two events.
pub(super) struct Walk<'a> {
    case: &'a Arc<CaseFile>,
    evaluator: &'a dyn Evaluator,
    until: Instant,
    now: Instant,
    messages: usize,
    notes: usize,
    /// How many decisions about promises have taken effect.
    decided: usize,
    ledger: Ledger,
    findings: Arc<Vec<Finding>>,
    errors: Vec<RuleError>,
    hold: Hold,
    /// What makes the rules decide at present.
    cause: Cause,
    /// The reasons that were recorded last.
    reasons: Vec<Reason>,
    turn: Turn,
    due: Option<Instant>,
    /// What `due` was worked out from.
    due_basis: (Option<ReplyClock>, LevelName),
    waiting_on: String,
    owner: Option<String>,
    timers: Timers,
    /// Timers that fell due at `now`, and how often.
    fired: BTreeMap<TimerKey, u32>,
    /// The signals that are raised, with the passages they stand on.
    raised: BTreeMap<SignalId, BTreeSet<Span>>,
    attention: Attention,
    score: u8,
    /// How many judgements of persons have been taken in.
    judged: usize,
    muted: Arc<Muted>,
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
        Self {
            case,
            evaluator,
            until,
            now: Instant::from_millis(i64::MIN),
            messages: 0,
            notes: 0,
            decided: 0,
            ledger: Ledger::default(),
            findings: Arc::default(),
            errors: Vec::new(),
            hold: Hold::new(),
            cause: Cause::Course,
            reasons: Vec::new(),
            turn: Turn::default(),
            due: None,
            due_basis: (None, LevelName::none()),
            waiting_on: "nobody".to_owned(),
            owner: None,
            timers: Timers::default(),
            fired: BTreeMap::new(),
            raised: BTreeMap::new(),
            attention: Attention::new(case.account.as_deref()),
            score: 0,
            judged: 0,
            muted: Arc::default(),
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

    fn go(&mut self) {
        while let Some((at, next)) = self.next().filter(|(at, _)| *at <= self.until) {
            if at > self.now {
                self.now = at;
                self.fired.clear();
            }
            self.cause = next.cause();
            match next {
                Next::Message => self.take_message(),
                Next::Note => {
                    self.notes += 1;
                    self.event(&Event::Note(self.notes - 1), None);
                }
                Next::Judged => self.take_judgement(),
                Next::SnoozeEnd => {
                    Arc::make_mut(&mut self.muted).end(self.now);
                    self.reconsider();
                }
                Next::Decision => self.take_decision(),
                Next::Promise => {
                    let change = self.ledger.fall_due(self.now);
                    self.take_changes(change.into_iter().collect(), None);
                }
                Next::Timer => self.take_timer(),
                Next::Quiet => {
                    self.hold.end();
                    self.reconsider();
                }
            }
        }
    }

    fn end(self) -> Assessed {
        let wake = self.next().map(|(at, _)| at);
        let findings = Arc::unwrap_or_clone(self.findings);
        let rules = self.evaluator.rules().clone();
        let assessment = Assessment { rules, until: self.until, findings, wake };
        Assessed { assessment, errors: self.errors }
    }

    /// The event that happens next and its instant: at one instant messages first, so that an
    /// answer in time stops its clock.
    fn next(&self) -> Option<(Instant, Next)> {
        let message = self.case.messages.get(self.messages).map(|m| (m.at, Next::Message));
        let note = self.case.notes.get(self.notes).map(|n| (n.at, Next::Note));
        let judged = self.case.judged.get(self.judged).map(|j| (j.at, Next::Judged));
        let snooze = self.muted.next_end().map(|at| (at.max(self.now), Next::SnoozeEnd));
        let decision = self.case.decided.get(self.decided);
        let decision = decision.map(|d| (d.at.max(self.now), Next::Decision));
        let promise = self.ledger.next_due().map(|at| (at.max(self.now), Next::Promise));
        // What a script sets to the past happens now.
        let timer = self.timers.next().map(|at| (at.max(self.now), Next::Timer));
        let quiet = self.hold.until().map(|at| (at.max(self.now), Next::Quiet));
        [message, note, judged, snooze, decision, promise, timer, quiet]
            .into_iter()
            .flatten()
            .min_by_key(|(at, _)| *at)
    }

    fn take_judgement(&mut self) {
        let judged = &self.case.judged[self.judged];
        self.judged += 1;
        let findings = self.findings.len();
        Arc::make_mut(&mut self.muted).judge(&judged.signal, judged.judgement, findings);
        self.reconsider();
    }

    /// Decides the severity anew though nothing happened that signals look at: other findings count
    /// than before.
    fn reconsider(&mut self) {
        let changed = self.ask_severity(&Event::LevelChanged, None);
        self.settle(changed, None);
    }

    fn take_message(&mut self) {
        let position = self.messages;
        self.messages += 1;
        let message = &self.case.messages[position];
        self.turn.take(position, message);
        let key = message.key;
        if self.turn.owner != self.owner {
            self.owner.clone_from(&self.turn.owner);
            self.find(Some(key), FindingKind::Owner { to: self.owner.clone() });
        }
        let on = self.turn.waiting_on();
        if on != self.waiting_on {
            self.waiting_on.clone_from(&on);
            self.find(Some(key), FindingKind::WaitingOn { on });
        }
        let said = self.evaluator.statements(self.case, position);
        let changes = self.ledger.take(self.case, position, &said);
        let touched = self.record_changes(changes, Some(key));
        self.event(&Event::Message(position), Some(key));
        for promise in touched {
            self.event(&Event::Promise(promise), Some(key));
        }
    }

    fn take_decision(&mut self) {
        let decided = &self.case.decided[self.decided];
        self.decided += 1;
        let changes = self.ledger.decide(self.case, decided);
        self.take_changes(changes, None);
    }

    fn take_changes(&mut self, changes: Vec<Change>, message: Option<MessageKey>) {
        for promise in self.record_changes(changes, message) {
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

    fn take_timer(&mut self) {
        let Some((_, key)) = self.timers.take_first() else { return };
        let rounds = self.fired.entry(key.clone()).or_default();
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
        let score = self.attention.score(self.now, &self.muted);
        if score != self.score {
            self.score = score;
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
        match self.evaluator.severity(&self.step(event)) {
            Ok(verdict) => self.decide(verdict, message),
            Err(error) => {
                self.fail(error);
                false
            }
        }
    }

    fn step<'s>(&'s self, event: &'s Event) -> Step<'s> {
        Step {
            case: self.case,
            messages: self.messages,
            notes: self.notes,
            at: self.now,
            event,
            findings: &self.findings,
            level: self.hold.level(),
            levels: self.evaluator.levels(),
            reply_due: self.due,
            muted: &self.muted,
            explain: self.is_explained(event),
            promises: self.ledger.promises(),
        }
    }

    fn is_explained(&self, event: &Event) -> bool {
        let Event::Message(position) = event else { return false };
        self.explained.is_some_and(|key| self.case.messages[*position].key == key)
    }

    fn apply(&mut self, act: Act, message: Option<MessageKey>) {
        match act {
            Act::Raise { signal, weight, spans, inputs } => {
                if let Some(known) = self.raised.get_mut(&signal) {
                    // Evidence that is known already is no news; a firing without any is none
                    // while the signal is raised.
                    if spans.iter().all(|span| known.contains(span)) {
                        return;
                    }
                    known.extend(spans.iter().cloned());
                } else {
                    self.raised.insert(signal.clone(), spans.iter().cloned().collect());
                }
                let firing = Firing { at: self.now, weight, finding: self.findings.len() };
                self.attention.raise(&signal, firing);
                self.find(message, FindingKind::SignalRaised { signal, weight, spans, inputs });
            }
            Act::Clear { signal } => {
                if self.raised.remove(&signal).is_some() {
                    self.attention.clear(&signal);
                    self.find(message, FindingKind::SignalCleared { signal });
                }
            }
            Act::Wake { signal, name, at } => self.timers.set((signal, name), at),
        }
    }

    /// Takes a verdict in. Gives whether the level that holds became another.
    fn decide(&mut self, verdict: Verdict, message: Option<MessageKey>) -> bool {
        let levels = self.evaluator.levels();
        let before = self.hold.level().clone();
        // What follows from a quiet time that is over has its own before it.
        let cause = self.cause;
        self.cause = cause.after();
        self.hold.take(verdict, cause, self.now, levels, &self.case.calendar);
        let changed = *self.hold.level() != before;
        let reasons = self.hold.reasons(levels);
        if changed || reasons != self.reasons {
            self.reasons.clone_from(&reasons);
            let level = self.hold.level().clone();
            self.find(message, FindingKind::Severity { level, reasons });
        }
        changed
    }

    /// The clock of the reply that is owed.
    fn clock(&self) -> Option<ReplyClock> {
        let (position, _) = self.turn.owed?;
        Some(ReplyClock::of(self.case, self.messages, position, self.ledger.promises()))
    }

    fn update_due(&mut self, message: Option<MessageKey>) {
        let basis = (self.clock(), self.hold.level().clone());
        if basis == self.due_basis {
            return;
        }
        let levels = self.evaluator.levels();
        let due = basis.0.as_ref().and_then(|clock| clock.due(self.case, &basis.1, levels));
        let due = due.map(|(due, _)| due);
        self.due_basis = basis;
        if due != self.due {
            self.due = due;
            self.find(message, FindingKind::ReplyDue { due });
        }
    }

    /// Walks to the end and says why the reply that is owed then is due when it is.
    pub(super) fn explain_due(mut self) -> Option<DueLedger> {
        self.go();
        self.clock()?.ledger(self.case, self.hold.level(), self.evaluator.levels())
    }

    fn find(&mut self, message: Option<MessageKey>, kind: FindingKind) {
        // Nobody else holds the list between two questions, so this copies nothing.
        Arc::make_mut(&mut self.findings).push(Finding { at: self.now, message, kind });
    }

    fn fail(&mut self, error: RuleError) {
        if self.errors.len() < MOST_ERRORS && !self.errors.contains(&error) {
            self.errors.push(error);
        }
    }
}
