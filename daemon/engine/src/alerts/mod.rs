//! From changes of cases to queued alerts.
//!
//! A rule set's policies get every [`Change`] of a case and wish for alerts; the [`Desk`] decides
//! about each wish: who is told, when, by which way, or why nobody is. What it decides are facts, and
//! the desk is nothing but the fold of such facts, so that replaying a journal gives the same desk and
//! the same desk gives the same decisions. It reads no clock: `now` is a parameter.
//!
//! What it never does is drop a wish silently: each becomes exactly one of queued, grouped or
//! suppressed with a reason. "I may interrupt, Q only ranks" is the policies' business; the desk keeps
//! hours, budgets, silences, windows and chains.

mod change;
mod decide;
mod desk;
mod forecast;
mod renew;
mod roster;
mod state;
mod wish;

pub use change::{Change, Deed, RaisedSignal, Standing, Subject, changes};
pub use decide::{CaseNow, Cases, Question};
pub use desk::{Acknowledged, Desk, Fate, Kept, Round, Sent, Touched, Tracked};
pub use forecast::{Forecast, ForecastDay, Forecaster};
pub use roster::{Duty, Recipient, Roster};
pub use state::{AlertState, Told};
pub use wish::{Call, PolicyAct, PolicyOutcome, Wish, wishes};

#[cfg(test)]
mod tests;
