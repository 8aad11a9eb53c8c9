//! The life of rule sets over ports in memory, with real scripts.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod activation;
mod backtest;
mod decisions;
mod drafts;
mod handoffs;
mod judging;
mod missed;
mod outcomes;
mod packs;
mod pilot;
mod promises;
mod shadow;
mod standing;
mod stopped;
mod world;
