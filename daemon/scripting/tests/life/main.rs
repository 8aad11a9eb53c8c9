//! The life of a rule set as its owners see it: runaways, traces, cases as tests.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod runaway;
mod sets;
mod telling;
