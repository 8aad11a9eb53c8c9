//! Rule sets in Rhai: loaded whole or refused whole, tested, and asked by the fold.
//!
//! Scripts decide; matching text, clocks and people are host functions, given to them as a few
//! shared pointers. A script has no clock, file, network or randomness, and every limit of the
//! language is set; what it costs it costs alone. This crate reads the files of a rule set and
//! nothing else.
//!
//! Start with [`RuleSet::load`] and [`RhaiEvaluator`]; `rules/README.md` is the manual for authors.

mod api;
mod book;
mod calendars;
mod check;
mod error;
mod evaluator;
mod extend;
mod fields;
mod files;
mod fixture;
mod guard;
#[cfg(test)]
mod labelled;
mod pack;
mod plugins;
mod policy;
mod readings;
mod reference;
mod runaway;
mod sandbox;
mod scene;
mod script;
mod set;
mod trace;
mod trial;

pub use api::Entry;
pub use book::{RhaiLoader, RhaiRules};
pub use calendars::CalendarSpec;
pub use error::RuleSetErrors;
pub use evaluator::RhaiEvaluator;
pub use extend::{read as read_files, shipped as shipped_files};
pub use files::{default_files, print_of, shipped_names};
pub use pack::{PackError, PublicKey, SigningKey, Trust, pack, unpack};
pub use policy::Policy;
pub use reference::reference;
pub use set::{RuleSet, Signal, Tests};
pub use trial::TestResult;
