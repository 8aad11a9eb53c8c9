//! A mailbox on a real server, Dovecot, watched: filled meanwhile, killed, cut off, renumbered.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod dovecot;
mod tokens;
mod watching;
mod world;
