//! What the fold asks of a rule set.

use std::{collections::BTreeMap, sync::Arc};

use model::{Finding, Instant, LevelName, RuleSetId, SignalId, Span, finding::Reason};

use reading::promises::Statements;

use crate::{
    CaseFile, Muted,
    alerts::{Change, PolicyOutcome},
    field::{FieldFound, FieldSpec},
    plugin::{Permits, PluginReport, Reading},
    promises::Promise,
};

/// A rule set, ready to be asked. Implementations are pure: no clock, file, network or randomness;
/// equal steps give equal outcomes.
pub trait Evaluator: Send + Sync {
    /// Which version this is.
    fn rules(&self) -> &RuleSetId;

    /// The levels of its severity scale, the gravest first; `none` is not among them.
    fn levels(&self) -> &[Level];

    /// Runs the signals for one step: all of them for a message or note, the one named for a timer.
    /// A script that fails costs only its own outcome.
    fn step(&self, step: &Step<'_>) -> Outcome;

    /// Title and help of a signal for people, if the rule set knows it.
    fn describe(&self, signal: &SignalId) -> Option<Described> {
        let _ = signal;
        None
    }

    /// Runs the policies for a change of a case. A set without policies alerts nobody.
    fn policies(&self, change: &Change) -> PolicyOutcome {
        let _ = change;
        PolicyOutcome::default()
    }

    /// Title and help of a policy for people, if the rule set knows it.
    fn describe_policy(&self, policy: &str) -> Option<Described> {
        let _ = policy;
        None
    }

    /// The plugins of the set, by name.
    fn plugins(&self) -> Vec<PluginReport> {
        Vec::new()
    }

    /// The same rule set with exactly these plugins permitted; nothing if it has no plugin. Its
    /// name tells which are at work, since they decide too.
    fn permitting(&self, permits: &Permits) -> Option<Arc<dyn Evaluator>> {
        let _ = permits;
        None
    }

    /// What the plugins of the set read out of the message of a step.
    fn read_by_plugins(&self, step: &Step<'_>) -> Reading {
        let _ = step;
        Reading::default()
    }

    /// The fields of the team's own, by name.
    fn fields(&self) -> &[FieldSpec] {
        &[]
    }

    /// The values of those fields that the message at `position` of `case` names, by field, then in
    /// order of place. It depends on that message and the account alone.
    fn read_fields(&self, case: &Arc<CaseFile>, position: usize) -> Vec<FieldFound> {
        let _ = (case, position);
        Vec::new()
    }

    /// What the message at `position` of `case` says about promises, made and earlier ones.
    fn statements(&self, case: &CaseFile, position: usize) -> Arc<Statements> {
        let _ = (case, position);
        Arc::default()
    }

    /// Scripts that ran away so often that they are not asked any more, each with what it did last.
    fn runaways(&self) -> Vec<RuleError> {
        Vec::new()
    }

    /// Decides the severity as it stands after a step.
    fn severity(&self, step: &Step<'_>) -> Result<Verdict, RuleError>;

    /// The same, with what it was decided by.
    fn severity_by(&self, step: &Step<'_>) -> Result<(Verdict, Basis), RuleError> {
        self.severity(step).map(|verdict| (verdict, Basis::Anything))
    }
}

/// What a severity was decided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// Signals and the account alone: the verdict holds as long as no signal changes.
    Signals,
    /// Messages, clocks or whatever else.
    Anything,
}

/// A signal in the words of its author.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Described {
    /// A short title, such as `Repeated follow-up`.
    pub title: String,
    /// What it finds, in a sentence or a few.
    pub help: String,
    /// Whether it only reminds people of what stands elsewhere in the record, such as a promise that
    /// falls due: it ranks in queues and is no finding for other programs.
    pub reminder: bool,
}

/// A level of a severity scale.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Level {
    /// Its short name, such as `S1`.
    pub name: LevelName,
    /// Its title, such as `Critical`.
    pub title: String,
    /// Its colour as `#rrggbb`.
    pub colour: String,
    /// Its rank across teams, 0 to 100; larger is graver.
    pub rank: u8,
    /// Whether a case of this level counts as an escalation.
    pub escalated: bool,
    /// Minutes within which we reply, counted by the clock below; nothing for no target.
    pub reply_minutes: Option<u32>,
    /// Minutes between updates to the customer.
    pub update_minutes: Option<u32>,
    /// Whether its clock runs day and night instead of in working hours.
    pub round_the_clock: bool,
    /// Working hours through which the rules must ask for a lesser level before it takes the place
    /// of this one; nothing for at once.
    pub quiet_hours: Option<u32>,
}

/// What happened at a step.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The message with this position in [`CaseFile::messages`] arrived.
    Message(usize),
    /// The note with this position in [`CaseFile::notes`] was written.
    Note(usize),
    /// A timer that a signal had set fell due.
    Timer {
        /// The signal that set it.
        signal: SignalId,
        /// The name it gave it.
        name: String,
    },
    /// Something became of the promise with this position in [`Step::promises`]: it was made, moved,
    /// put right, or its time has passed.
    Promise(usize),
    /// The severity became another; signals may set their timers anew.
    LevelChanged,
}

impl Event {
    /// What it is in a few words, such as `message 3` or `timer warn`.
    pub fn shown(&self) -> String {
        match self {
            Self::Message(position) => format!("message {}", position + 1),
            Self::Note(position) => format!("note {}", position + 1),
            Self::Timer { name, .. } => format!("timer {name}"),
            Self::Promise(position) => format!("promise {}", position + 1),
            Self::LevelChanged => "level changed".to_owned(),
        }
    }
}

/// A case at an instant, as a script sees it: nothing after `at` may show.
#[derive(Debug, Clone)]
pub struct Step<'a> {
    /// The whole case; only the first `messages` messages and `notes` notes have happened.
    pub case: &'a Arc<CaseFile>,
    /// How many messages have happened.
    pub messages: usize,
    /// How many notes have happened.
    pub notes: usize,
    /// The instant.
    pub at: Instant,
    /// What happened.
    pub event: &'a Event,
    /// The findings so far, oldest first.
    pub findings: &'a Arc<Vec<Finding>>,
    /// The level that holds.
    pub level: &'a LevelName,
    /// The levels of the scale, for their targets.
    pub levels: &'a [Level],
    /// Due instant of the reply that is owed, if one is.
    pub reply_due: Option<Instant>,
    /// Findings that do not count because a person said so.
    pub muted: &'a Arc<Muted>,
    /// Whether somebody wants to know what nearly happened, too.
    pub explain: bool,
    /// The promises so far, in the order in which they were made.
    pub promises: &'a Arc<Vec<Promise>>,
}

/// What the signals did at a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Their acts, in the order of the signals' names.
    pub acts: Vec<Act>,
    /// Scripts that failed.
    pub errors: Vec<RuleError>,
    /// Where a signal nearly fired; only filled where the step asks to explain.
    pub nearly: Vec<NearMiss>,
}

/// A signal that nearly fired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NearMiss {
    /// The signal.
    pub signal: SignalId,
    /// The condition that failed, in the rule's words; never words of a message.
    pub reason: String,
    /// Where it would have stood.
    pub spans: Vec<Span>,
}

/// One act of a signal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Act {
    /// Raises the signal, or adds evidence to it.
    Raise {
        /// The signal.
        signal: SignalId,
        /// Its weight.
        weight: i32,
        /// Where it stands.
        spans: Vec<Span>,
        /// What the rule looked at, by name.
        inputs: BTreeMap<String, String>,
    },
    /// The signal no longer holds.
    Clear {
        /// The signal.
        signal: SignalId,
    },
    /// Asks to be called at a later instant; a second timer of the same name replaces the first.
    Wake {
        /// The signal to call.
        signal: SignalId,
        /// The timer's name.
        name: String,
        /// When.
        at: Instant,
    },
}

impl Act {
    /// The signal that acts.
    pub fn signal(&self) -> &SignalId {
        match self {
            Self::Raise { signal, .. } | Self::Clear { signal } | Self::Wake { signal, .. } => {
                signal
            }
        }
    }

    /// What it does in a few words, such as `raise outage, weight 20, 1 places`.
    pub fn shown(&self) -> String {
        match self {
            Self::Raise { signal, weight, spans, inputs } => {
                let inputs: Vec<String> =
                    inputs.iter().map(|(name, value)| format!(" {name} = {value}")).collect();
                format!(
                    "raise {signal}, weight {weight}, {} places{}{}",
                    spans.len(),
                    if inputs.is_empty() { "" } else { ";" },
                    inputs.join(",")
                )
            }
            Self::Clear { signal } => format!("clear {signal}"),
            Self::Wake { name, at, .. } => format!("wake {name} at {at}"),
        }
    }
}

/// What the severity function decided.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// The level; `none` for an ordinary case.
    pub level: LevelName,
    /// Why, the most important first.
    pub reasons: Vec<Reason>,
}

/// A script that failed while it ran.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}{}: {message}", position.map(|(line, column)| format!(":{line}:{column}")).unwrap_or_default())]
pub struct RuleError {
    /// The script's file within the rule set.
    pub file: String,
    /// Line and column, from 1, where known.
    pub position: Option<(usize, usize)>,
    /// What went wrong, with a hint.
    pub message: String,
}
