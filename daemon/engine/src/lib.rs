//! The fold: messages into cases, clocks, and signals into severity and changes.
//!
//! Everything derived about a case comes from here, and from nothing but its arguments: this crate
//! knows no storage, no script language and no clock. The same case, rule set and instant always
//! give the same [`model::Assessment`], in one go or message by message.
//!
//! Start with [`assess::assess`], which walks a [`CaseFile`] along the time things happened and
//! asks an [`Evaluator`] at every step; [`threading`] decides which case a message belongs to, and
//! [`alerts`] who is told of a change.

pub mod alerts;
pub mod assess;
pub mod calendar;
pub mod case_file;
pub mod clocks;
mod closing;
pub mod directory;
pub mod evaluator;
pub mod field;
pub mod judging;
pub mod packs;
pub mod plugin;
pub mod promises;
pub mod rule_set;
pub mod sides;
pub mod threading;

pub use assess::{Assessed, NOBODY, apply_diff, assess, diff, explain_due, why_not};
pub use calendar::Calendar;
pub use case_file::{CaseFile, CaseMessage, CaseNote, EarlierCase, Judged, NoteKind, Participant};
pub use clocks::{DueLedger, Period, PeriodKind, ReplyClock, Target, reply_due};
pub use directory::{AccountScope, Directory};
pub use evaluator::{
    Act, Basis, Described, Evaluator, Event, Level, NearMiss, Outcome, RuleError, Step, Verdict,
};
pub use field::{FieldFound, FieldKind, FieldSpec};
pub use judging::Muted;
pub use packs::{PackFault, PackTrust, Packs, Unpacked};
pub use promises::{DecidedPromise, Promise};
pub use reading::promises::Statements;
pub use rule_set::{
    FixtureRequest, LoadedRules, ReferenceInfo, RuleFiles, RuleLoader, SignalInfo, TestOutcome,
    Trace, TraceRequest, TraceStep, TracedCall, Tracer,
};
pub use sides::{Sides, SidesConfig, TeamConfig};
pub use threading::{
    Card, CaseChoice, CaseSummary, Known, Mark, MemoryIndex, Placement, Review, ThreadIndex,
    ThreadRule, Threadable, Why, place,
};
