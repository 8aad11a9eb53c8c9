//! Rule sets on trial: backtests, shadow, traces.

use app::rules::{
    self, CaseChange as AppChange,
    backtest::{BacktestReport as AppReport, JobRecord, JobState},
    shadow::ShadowReport as AppShadow,
};
use model::{CaseId, Instant, MessageKey, RuleSetId, SignalId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{AlertForecast, RuleFault, each};

/// A backtest to be begun.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewBacktest {
    /// The set to compare with the active one: `draft`, `folder`, `built_in`, or a version.
    pub candidate: String,
    /// A team with a rule set of its own: its cases, and its active set. Without it, all others.
    #[serde(default)]
    pub team: Option<String>,
    /// Only what happened since.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub since: Option<Instant>,
}

/// How a backtest stands.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Backtest {
    /// Its number, while the service runs.
    pub id: u64,
    /// Who began it.
    pub by: String,
    /// When.
    #[schema(value_type = String, format = DateTime)]
    pub started: Instant,
    /// The active set.
    #[schema(value_type = String)]
    pub before: RuleSetId,
    /// The other set.
    #[schema(value_type = String)]
    pub after: RuleSetId,
    /// `running`, `done`, `cancelled` or `failed`.
    pub state: String,
    /// Why it failed.
    pub failure: Option<String>,
    /// Cases done.
    pub cases_done: u64,
    /// Cases in all.
    pub cases: u64,
    /// Messages done.
    pub messages_done: u64,
    /// Messages in all.
    pub messages: u64,
    /// Seconds it has taken.
    pub seconds: f64,
    /// Seconds it will still take, once that can be told.
    pub seconds_to_go: Option<f64>,
    /// The figures so far; of all history once it is done.
    pub report: Option<BacktestReport>,
}

impl Backtest {
    /// A backtest with its report, or without for lists.
    pub fn of(job: JobRecord, with_report: bool) -> Self {
        let (state, failure) = match job.state {
            JobState::Running => ("running", None),
            JobState::Done => ("done", None),
            JobState::Cancelled => ("cancelled", None),
            JobState::Failed(why) => ("failed", Some(why)),
        };
        let report = job.report.filter(|_| with_report);
        Self {
            id: job.id,
            by: job.by,
            started: job.started,
            before: job.before,
            after: job.after,
            state: state.to_owned(),
            failure,
            cases_done: job.progress.cases_done,
            cases: job.progress.cases,
            messages_done: job.progress.messages_done,
            messages: job.progress.messages,
            seconds: job.took.as_secs_f64(),
            seconds_to_go: job.to_go.map(|left| left.as_secs_f64()),
            report: report.map(|report| BacktestReport::from((*report).clone())),
        }
    }
}

/// What another set would have made of history.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BacktestReport {
    /// Cases compared.
    pub cases: u64,
    /// Their messages.
    pub messages: u64,
    /// Cases that differ.
    pub changed: u64,
    /// Cases that ever were escalations by the active set.
    pub escalated_before: u64,
    /// The same by the other set.
    pub escalated_after: u64,
    /// Escalations a day by the active set, on average.
    pub a_day_before: f64,
    /// The same by the other set.
    pub a_day_after: f64,
    /// Escalations only the other set sees.
    pub escalations_gained: u64,
    /// Escalations only the active set sees.
    pub escalations_lost: u64,
    /// Escalations that the other set sees earlier.
    pub earlier: u64,
    /// Escalations that the other set sees later.
    pub later: u64,
    /// Signals by name.
    pub signals: Vec<SignalChange>,
    /// Fields of the teams' own, by name.
    pub fields: Vec<FieldChange>,
    /// Cases whose gravest level is another.
    pub moved: Vec<LevelMoved>,
    /// Days on which cases became escalations, in order.
    pub days: Vec<CountChange>,
    /// Owners of the cases that became escalations; an empty name for nobody.
    pub people: Vec<CountChange>,
    /// Cases that differ, the gravest change first, at most 1,000.
    pub named: Vec<CaseChange>,
    /// Scripts of the other set that failed.
    pub errors: Vec<RuleFault>,
    /// Scripts of the other set that ran away and were stopped.
    pub runaways: Vec<RuleFault>,
    /// Plugins of the other set that took no part, because nobody granted them.
    pub left_out: Vec<String>,
    /// Whom the policies of both sets would have told, if somebody had acknowledged every notice
    /// within the hour; once all history is through.
    pub alerts: Option<AlertsChange>,
}

/// What becomes of the values of a field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// Values that the active set reads.
    pub before: u64,
    /// Values that the other set reads.
    pub after: u64,
    /// Values that only the other set reads.
    pub gained: u64,
    /// Values that only the active set reads.
    pub lost: u64,
}

impl From<rules::backtest::FieldChange> for FieldChange {
    fn from(change: rules::backtest::FieldChange) -> Self {
        let rules::backtest::FieldChange { field, before, after, gained, lost } = change;
        Self { field, before, after, gained, lost }
    }
}

impl From<AppReport> for BacktestReport {
    fn from(report: AppReport) -> Self {
        let (a_day_before, a_day_after) = report.a_day();
        let count = |name: String, before, after| CountChange { name, before, after };
        Self {
            cases: report.cases,
            messages: report.messages,
            changed: report.changed,
            escalated_before: report.escalated.0,
            escalated_after: report.escalated.1,
            a_day_before,
            a_day_after,
            escalations_gained: report.escalations_gained,
            escalations_lost: report.escalations_lost,
            earlier: report.earlier,
            later: report.later,
            signals: each(report.signals),
            fields: each(report.fields),
            moved: each(report.moved),
            days: report.days.into_iter().map(|d| count(d.day, d.before, d.after)).collect(),
            people: report.people.into_iter().map(|p| count(p.person, p.before, p.after)).collect(),
            named: each(report.named),
            errors: each(report.errors),
            runaways: each(report.runaways),
            left_out: report.left_out,
            alerts: report.alerts.map(AlertsChange::from),
        }
    }
}

/// Whom two sets would have told of what, over the same days.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct AlertsChange {
    /// Days from the first alert of either set to the last, at most 92.
    pub days: u32,
    /// By the active set.
    pub before: AlertForecast,
    /// By the other set.
    pub after: AlertForecast,
}

impl From<rules::backtest::AlertsChange> for AlertsChange {
    fn from(change: rules::backtest::AlertsChange) -> Self {
        Self { days: change.days, before: change.before.into(), after: change.after.into() }
    }
}

/// What becomes of a signal.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct SignalChange {
    /// The signal.
    #[schema(value_type = String)]
    pub signal: SignalId,
    /// Cases that the active set raises it on.
    pub before: u64,
    /// Cases that the other set raises it on.
    pub after: u64,
    /// Cases that only the other set raises it on.
    pub gained: u64,
    /// Cases that only the active set raises it on.
    pub lost: u64,
}

impl From<rules::backtest::SignalChange> for SignalChange {
    fn from(change: rules::backtest::SignalChange) -> Self {
        let rules::backtest::SignalChange { signal, before, after, gained, lost } = change;
        Self { signal, before, after, gained, lost }
    }
}

/// Cases whose gravest level is another.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct LevelMoved {
    /// The level by the active set.
    pub from: String,
    /// The level by the other set.
    pub to: String,
    /// How many.
    pub cases: u64,
}

impl From<rules::backtest::Moved> for LevelMoved {
    fn from(moved: rules::backtest::Moved) -> Self {
        Self { from: moved.from, to: moved.to, cases: moved.cases }
    }
}

/// A count by the active set and by the other.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CountChange {
    /// A day or an address.
    pub name: String,
    /// By the active set.
    pub before: u64,
    /// By the other set.
    pub after: u64,
}

/// A case that two sets see differently.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct CaseChange {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// Its title.
    pub title: String,
    /// Its account's name, if known.
    pub account: Option<String>,
    /// Signals that only the other set raises.
    #[schema(value_type = Vec<String>)]
    pub gained: Vec<SignalId>,
    /// Signals that only the active set raises.
    #[schema(value_type = Vec<String>)]
    pub lost: Vec<SignalId>,
    /// Its gravest level by the active set.
    pub level_before: String,
    /// Its gravest level by the other set.
    pub level_after: String,
    /// When the active set makes it an escalation first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub escalated_before: Option<Instant>,
    /// When the other set makes it an escalation first.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub escalated_after: Option<Instant>,
}

impl From<AppChange> for CaseChange {
    fn from(change: AppChange) -> Self {
        Self {
            case: change.case,
            title: change.title,
            account: change.account,
            gained: change.gained,
            lost: change.lost,
            level_before: change.level_before,
            level_after: change.level_after,
            escalated_before: change.escalated_before,
            escalated_after: change.escalated_after,
        }
    }
}

/// A version to run beside the active one.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StartShadow {
    /// The version.
    pub rules: String,
    /// For how many days, 1 to 92.
    #[schema(minimum = 1, maximum = 92)]
    pub days: u32,
    /// Why.
    #[serde(default)]
    pub note: String,
}

/// What a shadow has shown so far.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct ShadowReport {
    /// The version that runs beside the active one.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// The active set.
    #[schema(value_type = String)]
    pub active: RuleSetId,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub since: Instant,
    /// Until when.
    #[schema(value_type = String, format = DateTime)]
    pub until: Instant,
    /// Who started it.
    pub by: String,
    /// Why.
    pub note: String,
    /// Whether it still runs.
    pub running: bool,
    /// Cases that something happened to meanwhile.
    pub watched: u64,
    /// Cases that both sets see alike.
    pub alike: u64,
    /// By signal: cases that only the active set raises it on, and only the other.
    pub signals: Vec<CountChange>,
    /// Escalations only the other set sees.
    pub escalations_gained: u64,
    /// Escalations only the active set sees.
    pub escalations_lost: u64,
    /// Cases that differ, at most 500.
    pub cases: Vec<CaseChange>,
    /// Scripts of the other set that ran away.
    pub runaways: Vec<RuleFault>,
}

impl From<AppShadow> for ShadowReport {
    fn from(report: AppShadow) -> Self {
        let signals = report.signals.into_iter().map(|(signal, (gained, lost))| CountChange {
            name: signal.to_string(),
            before: lost,
            after: gained,
        });
        Self {
            rules: report.shadow.rules,
            active: report.active,
            since: report.shadow.since,
            until: report.shadow.until,
            by: report.shadow.by,
            note: report.shadow.note,
            running: report.running,
            watched: report.watched,
            alike: report.alike,
            signals: signals.collect(),
            escalations_gained: report.escalations_gained,
            escalations_lost: report.escalations_lost,
            cases: each(report.cases),
            runaways: each(report.runaways),
        }
    }
}

/// What is to be traced.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewTrace {
    /// The case.
    #[schema(value_type = String)]
    pub case: CaseId,
    /// The signal; nothing for the severity function.
    #[serde(default)]
    pub signal: Option<String>,
    /// Only what this message sets off.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    pub message: Option<MessageKey>,
    /// The set: `active` if not given, `draft`, `folder`, `built_in`, or a version.
    #[serde(default)]
    pub rules: Option<String>,
    /// The most steps, at most 5,000; 1,000 if not given.
    #[serde(default)]
    pub steps: Option<usize>,
}

/// The steps that a script took on a case.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Trace {
    /// The set.
    #[schema(value_type = String)]
    pub rules: RuleSetId,
    /// Its calls, in order of time.
    pub calls: Vec<TracedCall>,
    /// Whether there was more than was asked for.
    pub cut: bool,
}

impl From<rules::Trace> for Trace {
    fn from(trace: rules::Trace) -> Self {
        Self { rules: trace.rules, calls: each(trace.calls), cut: trace.cut }
    }
}

/// One call of a script.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TracedCall {
    /// The instant, along the time things happened.
    #[schema(value_type = String, format = DateTime)]
    pub at: Instant,
    /// What set it off, such as `message 3`.
    pub event: String,
    /// The file.
    pub file: String,
    /// The function.
    pub function: String,
    /// What it did, in order.
    pub steps: Vec<TraceStep>,
    /// What came of it.
    pub outcome: Vec<String>,
    /// Why it broke off, if it did.
    pub error: Option<RuleFault>,
}

impl From<rules::TracedCall> for TracedCall {
    fn from(call: rules::TracedCall) -> Self {
        Self {
            at: call.at,
            event: call.event,
            file: call.file,
            function: call.function,
            steps: each(call.steps),
            outcome: call.outcome,
            error: call.error.map(RuleFault::from),
        }
    }
}

/// One statement that was carried out.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TraceStep {
    /// The file it stands in.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// Column, from 1.
    pub column: usize,
    /// How deep in calls, from 0.
    pub depth: usize,
    /// The line as it is written.
    pub source: String,
    /// Variables that are new or have changed since the step before.
    pub variables: Vec<TraceVariable>,
}

/// A variable with its value in a few words.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct TraceVariable {
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
}

impl From<rules::TraceStep> for TraceStep {
    fn from(step: rules::TraceStep) -> Self {
        let variables =
            step.variables.into_iter().map(|(name, value)| TraceVariable { name, value });
        Self {
            file: step.file,
            line: step.line,
            column: step.column,
            depth: step.depth,
            source: step.source,
            variables: variables.collect(),
        }
    }
}
