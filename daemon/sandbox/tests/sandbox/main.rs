//! The sandbox against plugins that mean no good, and the shipped samples against their tests.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails by them")]

mod beside_scripts;
mod guests;
mod hostile;
mod nonsense;
mod samples;
mod traces;
