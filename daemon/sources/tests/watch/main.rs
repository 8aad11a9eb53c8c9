//! Mail and real peers: a mailbox on Dovecot, watched, filled meanwhile, killed, cut off, renumbered;
//! and mail that is handed to us by smtplib, swaks and Postfix.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod changes;
mod compared;
mod dovecot;
mod faults;
mod files;
mod intake;
mod odd;
mod page;
mod protected;
mod scope;
mod tokens;
mod watching;
mod world;
