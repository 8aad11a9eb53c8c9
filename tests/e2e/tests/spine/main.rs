//! The program as its users run it: a real binary, real files, real signals.
//!
//! `program` starts it, `letters` writes the mail it is given; every other module holds what users
//! would lose if its tests failed. Two of them want mail that is no part of the repository and say
//! so where it is not at hand (`WATCHKEEPER_CORPORA`).
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, reason = "a test")]

mod attached;
mod backup;
mod client;
mod corpora;
mod damage;
mod defining;
#[allow(dead_code, reason = "the tests of the source use all of it")]
#[path = "../../../../daemon/sources/tests/watch/dovecot.rs"]
mod dovecot;
mod hours;
mod intake;
mod kill;
mod labelled;
mod letters;
mod live;
mod mailbox;
mod program;
mod refusals;
mod rules;
mod service;
mod teams;
mod trials;
